/** Whatever the laboratory can do to a home, one thing at a time and two at once, every home that it has, and some that are odd and well: is the
 *  right one named as what to mend first, and nothing else beside it? What is shown is counted in every snapshot, from the fault until it has
 *  healed (scenarios/causes.ts). A part of `npm run proof`, which prints precision and recall; CI counts the same in its scenarios. */
import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { FAULTS, type Fault } from '../../lab/faults.ts'
import { must } from '../../lab/host.ts'
import type { FaultName, LabProcess, PersonalityName, WebServer } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import type { ProblemCode } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { FAULT_PASSING, FAULT_ROOTS, PERSONALITY_ROOTS, type Root } from '../roots.ts'
import { type CauseWatch, Tally, watchCauses } from '../scenarios/causes.ts'
import { keepFindings } from '../scenarios/findings.ts'
import { type House, openHouse } from '../scenarios/house.ts'

const BOUND_MS = 60_000
const PORT = 8090

interface Home {
  readonly house: House
  readonly watch: CauseWatch
  readonly program: WebServer
  relay: LabProcess
}

/** What is done to a home, how it is undone, and the cause that its owner is to read: null for what heals by itself. */
interface Trouble {
  readonly root: Root
  /** What is true while it lasts, and told if it lasts for long enough. */
  readonly passing?: readonly ProblemCode[]
  make(home: Home): Promise<unknown>
  undo(home: Home): Promise<unknown>
}

const undoing = new Set(Object.values<Fault>(FAULTS).map(({ undoneBy }) => undoneBy))
const LASTING = (Object.keys(FAULTS) as FaultName[]).filter((fault) => !undoing.has(fault))

const byLab = (fault: FaultName): Trouble => ({
  root: FAULT_ROOTS[fault],
  ...(FAULT_PASSING[fault] && { passing: FAULT_PASSING[fault] }),
  make: ({ house }) => house.lab.inject(fault),
  async undo({ house }) {
    const { undoneBy }: Fault = FAULTS[fault]
    if (undoneBy) await house.lab.inject(undoneBy as FaultName)
  },
})

/** What no network does: the program is stopped, the relay is away. */
const STOPPED = {
  service: {
    root: 'service-refused',
    make: ({ program }) => program.stop(),
    undo: ({ program }) => program.start(),
  },
  relay: {
    root: 'relay-unreachable',
    make: ({ relay }) => relay.stop(),
    async undo(home) {
      home.relay = await home.house.startRelay()
    },
  },
} satisfies Record<string, Trouble>

type TroubleName = FaultName | keyof typeof STOPPED
const troubleOf = (name: TroubleName): Trouble => (name in STOPPED ? STOPPED[name as keyof typeof STOPPED] : byLab(name as FaultName))

const PAIRS: readonly (readonly [TroubleName, TroubleName])[] = [
  ['service', 'isp-down'],
  ['service', 'line-down'],
  ['service', 'relay'],
  ['service', 'dns-down'],
  ['service', 'upnp-off'],
  ['service', 'port-stolen'],
  ['service', 'lying-mapping'],
  ['service', 'lan-change'],
  ['service', 'port-443-shut'],
  ['service', 'proxy-alone'],
  ['relay', 'upnp-off'],
  ['isp-down', 'upnp-off'],
  ['line-down', 'upnp-off'],
  ['relay', 'port-stolen'],
  ['port-443-shut', 'upnp-off'],
  ['upnp-off', 'dns-down'],
  ['port-stolen', 'dns-down'],
  ['lying-mapping', 'dns-down'],
  ['isp-down', 'service'],
  ['relay', 'service'],
]

const tally = new Tally()
const found: object[] = []

async function openHome(
  root: Root,
  personality: PersonalityName = 'plain',
  upnp?: boolean,
  passing: readonly ProblemCode[] = [],
): Promise<Home> {
  const house = await openHouse(upnp === undefined ? { personality } : { personality, upnp })
  const relay = await house.startRelay()
  await house.startEngine('--relay', await house.relayCode())
  const watch = await watchCauses(house.dataFolder, tally)
  watch.expect(`${personality}${upnp === false ? ', by hand' : ''}`, root === null ? [] : [root], passing)
  // At whatever address its machine has.
  const program = await house.lab.startNginx('server', { address: '0.0.0.0', port: PORT })
  await house.porchlight('add', 'web', '--to', `http://192.168.1.20:${PORT}`)
  return { house, watch, relay, program }
}

async function closeHome({ house, watch }: Home): Promise<void> {
  watch.close()
  await house.close()
}

const isReachable = ({ services }: Snapshot): boolean => services.length > 0 && services.every(({ state }) => state === 'reachable')
const isMapped = (snapshot: Snapshot): boolean => isReachable(snapshot) && snapshot.services.every(({ best }) => best.ipv4 === 'mapped')

/** What heals by itself has been seen, and lived with. */
function hasNoticed(names: readonly TroubleName[], { services }: Snapshot, { house }: Home): boolean {
  const outside = services.flatMap(({ paths }) => paths.flatMap((path) => (path.rung === 'mapped' && path.outside?.address) || []))
  return names.every((name) => {
    if (name === 'server-lan-change') return services.every(({ target }) => target.includes('192.168.1.120'))
    if (name === 'router-reboot') return house.lab.router.mappings().length > 0
    return outside.includes('203.0.113.11')
  })
}

/** Told, root first; then healed, and nothing told. */
async function befalls(t: TestContext, home: Home, names: readonly TroubleName[]): Promise<void> {
  const { watch } = home
  const troubles = names.map(troubleOf)
  const what = names.join(' + ')
  const wanted = wantedOf(names)
  const passing = troubles.flatMap((trouble) => trouble.passing ?? [])
  watch.expect(what, wanted, passing)
  try {
    for (const trouble of troubles) await trouble.make(home)
    const seconds = await watch.shown(BOUND_MS, wanted.length === 0 ? (now) => isMapped(now) && hasNoticed(names, now, home) : undefined)
    t.diagnostic(`${what}: ${wanted.join(', ') || 'nothing'} after ${seconds} s`)
    found.push({ what, wanted, seconds })
  } finally {
    watch.expect(`${what}, healed`, [], [...wanted, ...passing])
    // In the order in which they came: miniupnpd that starts without a line refuses every rule, also once the line is back.
    for (const trouble of troubles) await trouble.undo(home)
  }
  await watch.shown(BOUND_MS, isMapped)
}

/** What is broken goes before what still works somehow, and of these what stands nearer to the house. */
const BROKEN: readonly ProblemCode[] = [
  'service-refused',
  'no-network',
  'gateway-no-internet',
  'internet-down',
  'relay-unreachable',
  'relay-blocked',
]
const WORSE: readonly ProblemCode[] = ['gateway-silent', 'gateway-conflict', 'old-rule-stands', 'mapping-unreachable', 'resolver-silent']
const ORDER = [...BROKEN, ...WORSE]

function wantedOf(names: readonly TroubleName[]): ProblemCode[] {
  const roots = names.flatMap((name): ProblemCode[] => {
    const { root } = troubleOf(name)
    // A router that can be asked nothing says nothing of its line either.
    return root === 'gateway-no-internet' && names.includes('upnp-off') ? ['internet-down'] : root === null ? [] : [root]
  })
  return roots.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
}

/** Several homes share the work, most of which is waiting. */
const sharedBy = <T>(homes: number, all: readonly T[]): T[][] =>
  Array.from({ length: homes }, (_, home) => all.filter((_, i) => i % homes === home))

interface Odd {
  readonly personality?: PersonalityName
  readonly upnp?: boolean
  /** What is told rightly until everything is in place. */
  readonly passing?: readonly ProblemCode[]
  prepare?(home: Home): Promise<unknown>
}

/** Homes that are odd and well, besides those of the laboratory's list without IPv6, with IPv6 alone, and, as all of them, without hairpin: its
 *  routers turn nobody back who asks from inside for the outside address. */
const ODD: Readonly<Record<string, Odd>> = {
  'UPnP off, and a rule made by hand': { upnp: false, passing: ['gateway-silent'], prepare: forwardByHand },
  'a VPN that is up': {
    prepare: ({ house }) =>
      at(house, [
        'link add wg0 type veth peer name wg1',
        'link set wg1 up',
        'addr add 10.8.0.2/24 dev wg0',
        'link set wg0 up',
        'route add 10.20.0.0/16 dev wg0',
      ]),
  },
  'two gateways': { prepare: ({ house }) => at(house, ['route add default via 192.168.1.20 metric 5000']) },
}

async function at({ lab }: House, commands: readonly string[]): Promise<void> {
  for (const command of commands) await must(lab.host('home'), 'ip', command.split(' '))
}

/** As a router's own page makes it: the rule, and the firewall that follows it. */
async function forwardByHand({ house }: Home): Promise<void> {
  const told = await eventually(
    async () => {
      const byHand = (await house.status()).problems.find(({ code }) => code === 'forward-by-hand')
      assert.ok(byHand)
      return byHand
    },
    { timeoutMs: BOUND_MS, everyMs: 500 },
  )
  const to = `${told.params.internal}:${told.params.internalPort}`
  const rule = `chain by_hand {\ntype nat hook prerouting priority dstnat; policy accept;\niifname "wan" tcp dport 443 dnat ip to ${to}\n}`
  await setTable(house.lab.host('router'), 'owner', rule)
  await must(house.lab.host('router'), 'nft', ['insert', 'rule', 'inet', 'home', 'through_router', 'ct', 'status', 'dnat', 'accept'])
  await house.tryPorchlight('diagnose')
  await house.becomes('manual', BOUND_MS)
}

describe('what is to be mended first', { concurrency: 7 }, () => {
  after(() => {
    console.log(`${tally}`)
    keepFindings('diagnosis.json', [tally.figures(), ...found])
  })

  for (const [index, cases] of sharedBy<readonly TroubleName[]>(4, [
    ...[...LASTING, 'service', 'relay'].map((name) => [name] as [TroubleName]),
    ...PAIRS,
  ]).entries())
    describe(`whatever befalls home ${index + 1}`, { concurrency: 1 }, () => {
      let home: Home
      after(() => home && closeHome(home))
      it('nothing, when nothing is wrong', async () => {
        home = await openHome(null)
        await home.watch.shown(BOUND_MS, isMapped)
      })
      for (const names of cases) it(names.join(' + '), (t) => befalls(t, home, names))
    })

  for (const names of sharedBy(2, Object.keys(PERSONALITY_ROOTS) as PersonalityName[]))
    describe('every home of the laboratory', { concurrency: 1 }, () => {
      for (const name of names)
        it(`${name}: ${PERSONALITY_ROOTS[name] ?? 'nothing'}`, async () => {
          const home = await openHome(PERSONALITY_ROOTS[name], name)
          try {
            const seconds = await home.watch.shown(110_000, isReachable)
            found.push({ what: name, wanted: PERSONALITY_ROOTS[name], seconds })
          } finally {
            await closeHome(home)
          }
        })
    })

  describe('nothing in homes that are odd and well', { concurrency: 1 }, () => {
    for (const [what, odd] of Object.entries(ODD))
      it(what, async () => {
        const home = await openHome(null, odd.personality, odd.upnp, odd.passing)
        try {
          await odd.prepare?.(home)
          home.watch.expect(what, [], odd.passing)
          await home.watch.shown(BOUND_MS, isReachable)
        } finally {
          await closeHome(home)
        }
      })
  })
})
