/** Every home of the lab, with the real engine in it: how visitors come, what its owner is told, and that nothing green lies. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { PersonalityName } from '../../lab/lab.ts'
import type { Rung } from '../../protocol/model/path.ts'
import type { NatVerdict, ServiceView } from '../../protocol/snapshot.ts'
import { PERSONALITY_ROOTS } from '../roots.ts'
import { Tally, watchCauses } from './causes.ts'
import { keepFindings } from './findings.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const RELAY = { ipv4: '198.51.100.20', ipv6: '2001:db8:200::20' }
const FAMILIES = ['ipv4', 'ipv6'] as const

interface Home {
  readonly name: PersonalityName
  readonly best: ServiceView['best']
  readonly protocols: readonly string[]
  readonly problems: readonly string[]
  readonly nat: NatVerdict
  /** What the verdict rests on; where the first of our own datagrams came from is a matter of chance, and written as #. */
  readonly evidence: readonly string[]
  /** An address where a router would like visitors to be sent, and where they get nothing. */
  readonly deadEnd?: string
  /** What more is to be seen there. */
  more?(house: House, service: ServiceView): Promise<void>
}

const ALL = ['pcp', 'natpmp', 'upnp']
/** What the router claims, and what outsiders see. */
const SAYS = 'router-says 203.0.113.10'
const SEEN = 'outside-sees 203.0.113.10'
const SEEN_AS_MANY = 'outside-sees 203.0.113.5'
const OPEN = {
  best: { ipv4: 'mapped', ipv6: 'direct' },
  protocols: ALL,
  problems: [],
  nat: 'single',
  evidence: [SAYS, SEEN, 'open 443'],
} as const
const SHUT = { ...OPEN, best: { ipv4: 'tunnel', ipv6: 'direct' } } as const

const SHUT_IN = { ...OPEN, best: { ipv4: 'tunnel', ipv6: 'tunnel' } } as const

const ONE_ROUTER_SAYS = ['router-says 192.168.0.2', SEEN] as const
const TWO_ROUTERS = ['router-says 192.168.0.2', `second-router-says 203.0.113.10`, SEEN] as const

const HOMES: readonly Home[] = [
  // First, because it takes longest.
  { name: 'lossy', ...OPEN, more: throughRelay },
  { name: 'plain', ...OPEN },
  { name: 'iptables', ...OPEN },
  { name: 'ipv6-pinhole', ...OPEN },
  { name: 'ipv6-open', ...OPEN },
  // miniupnpd's switch for NAT-PMP and PCP leaves PCP over IPv6 on.
  { name: 'upnp-only', ...OPEN, protocols: ['pcp', 'upnp'] },
  { name: 'upnp-v1', ...OPEN },
  { name: 'pcp-only', ...OPEN, protocols: ['pcp', 'natpmp'] },
  {
    name: 'upnp-off',
    ...SHUT_IN,
    protocols: [],
    problems: ['forward-by-hand', 'gateway-silent'],
    nat: 'unknown',
    evidence: ['router-silent 192.168.1.1', SEEN, 'next-hop 203.0.113.1'],
  },
  // The name has no IPv6 address then: a visitor would prefer the relay's to the home's (protocol/model/records.ts).
  { name: 'no-ipv6', ...OPEN, best: { ipv4: 'mapped', ipv6: null } },
  {
    name: 'cgnat-refusing',
    ...SHUT,
    problems: ['gateway-refused', 'provider-shares-address'],
    nat: 'carrier',
    evidence: ['router-says no-address', SEEN_AS_MANY, 'next-hop 100.64.0.1'],
    deadEnd: '203.0.113.5',
  },
  {
    name: 'cgnat-lying',
    ...SHUT,
    problems: ['mapping-unreachable', 'provider-shares-address'],
    // The router claims what outsiders see: only the looks from outside, and the way a packet takes, find out.
    nat: 'carrier',
    evidence: ['router-says 203.0.113.5', SEEN_AS_MANY, 'next-hop 100.64.0.1', 'closed 443,#'],
    deadEnd: '203.0.113.5',
  },
  {
    name: 'cgnat-reporting',
    ...SHUT,
    problems: ['mapping-unreachable', 'provider-shares-address'],
    nat: 'carrier',
    evidence: ['router-says 100.64.0.10', SEEN_AS_MANY],
    deadEnd: '203.0.113.5',
  },
  { name: 'double-nat', ...OPEN, nat: 'double', evidence: TWO_ROUTERS, more: throughBoth },
  { name: 'double-nat-outer-natpmp', ...OPEN, nat: 'double', evidence: TWO_ROUTERS, more: throughBoth },
  // The outer router's IPv6 firewall is in the way too.
  {
    name: 'double-nat-outer-silent',
    ...SHUT_IN,
    problems: ['second-router'],
    nat: 'double',
    evidence: ONE_ROUTER_SAYS,
    deadEnd: '203.0.113.10',
  },
  {
    name: 'double-nat-outer-refusing',
    // It refuses by UPnP, and lets its IPv6 firewall be asked by PCP.
    ...SHUT,
    problems: ['second-router-refused'],
    nat: 'double',
    evidence: TWO_ROUTERS,
    deadEnd: '203.0.113.10',
  },
  {
    name: 'double-nat-carrier',
    ...SHUT_IN,
    problems: ['provider-shares-address'],
    nat: 'carrier',
    evidence: ['router-says 192.168.0.2', 'second-router-says 100.64.0.10'],
    async more({ lab }) {
      assert.deepEqual(lab.outerRouter?.mappings(), [])
    },
  },
  {
    name: 'ds-lite',
    ...SHUT,
    problems: ['gateway-no-address', 'provider-ds-lite'],
    nat: 'ds-lite',
    evidence: ['router-says no-address', SEEN_AS_MANY, 'next-hop 192.0.0.1'],
    deadEnd: '203.0.113.5',
  },
  {
    name: 'shared-ports',
    ...SHUT,
    problems: ['mapping-unreachable', 'provider-shares-ports'],
    nat: 'shared-ports',
    evidence: [SAYS, SEEN, 'open #', 'closed 443,#'],
    deadEnd: '203.0.113.10',
  },
  {
    name: 'port-443-taken',
    ...SHUT,
    problems: ['gateway-conflict'],
    evidence: [SAYS, SEEN],
    async more({ lab }) {
      assert.deepEqual(
        lab.router.mappings().map(({ internalAddress }) => internalAddress),
        ['192.168.1.20'],
      )
    },
  },
  {
    name: 'ipv6-only',
    ...SHUT,
    // Of the languages that a router speaks over IPv6.
    protocols: ['pcp', 'upnp'],
    nat: 'ds-lite',
    evidence: ['nat64-prefix 2001:db8:64::/96'],
  },
  { name: 'outbound-443-only', ...OPEN, more: throughRelay },
  { name: 'slow-uplink', ...OPEN, more: throughRelay },
  {
    name: 'nat64-visitor',
    ...OPEN,
    async more({ lab }, service) {
      const phone = lab.host('phone')
      const roots = ['--cacert', join(lab.dir, 'roots.pem')]
      await eventually(async () => {
        const page = await phone.exec('curl', ['-sS', '--max-time', '8', ...roots, service.publicUrl ?? ''])
        assert.match(page.stdout, new RegExp(MARKER), page.stderr)
      })
    },
  },
]

/** A line that is bad or half shut carries the tunnel too, by TLS of its own. Where the first packet was lost a detour may have been quicker: it
 *  is left again. */
async function throughRelay(house: House, service: ServiceView): Promise<void> {
  await eventually(async () => assert.equal((await house.status()).relay.transport, 'direct'), { timeoutMs: 90_000 })
  await eventually(async () => assert.match(await pinned(house, service, RELAY.ipv4), new RegExp(MARKER)), { timeoutMs: 30_000 })
}

/** A rule on each: the outer router leads to the inner one, which leads to us. */
async function throughBoth({ lab }: House): Promise<void> {
  const [inner, outer] = [lab.router.mappings(), lab.outerRouter?.mappings() ?? []]
  assert.deepEqual(
    [...inner, ...outer].map(({ internalAddress }) => internalAddress),
    [lab.addresses.home.ipv4, lab.addresses.wan.ipv4],
  )
  assert.deepEqual([outer[0]?.externalPort, outer[0]?.internalPort], [443, inner[0]?.externalPort])
}

const found: object[] = []
const tally = new Tally()

async function settled({ status }: House, { best, protocols, problems, nat, evidence }: Home): Promise<ServiceView> {
  return eventually(
    async () => {
      const { services, gateway, problems: shown } = await status()
      const [service] = services
      assert.ok(service)
      const codes = shown.map(({ code }) => code).sort()
      assert.deepEqual([service.state, service.best, codes], ['reachable', best, problems], JSON.stringify(service.paths))
      assert.deepEqual(gateway.protocols, protocols)
      const told = gateway.natEvidence.map((fact) => fact.replace(/(?<=^(open|closed) .*)\b\d{4,5}\b/g, '#'))
      assert.deepEqual([gateway.nat, told], [nat, evidence])
      return service
    },
    { timeoutMs: 110_000, everyMs: 250 },
  )
}

/** A visitor who goes to the very address that is shown as proven. */
async function pinned({ visit }: House, service: ServiceView, address: string, ...curlArgs: string[]): Promise<string> {
  const where = address.includes(':') ? `[${address}]` : address
  return (await visit(service.publicUrl ?? '', '--resolve', `${hostOf(service)}:443:${where}`, ...curlArgs)).body
}

/** What stands in DNS after a change: home and relay side by side; without IPv6 at home no IPv6 once IPv4 is direct. */
function wantedInDns({ best }: Home, paths: ServiceView['paths']): string[][] {
  const outside = (rung: Rung) =>
    paths.flatMap((path) => (path.rung === rung && path.phase === 'confirmed' && path.outside ? [path.outside.address] : []))
  const ipv4 = [...outside('mapped'), RELAY.ipv4]
  const ipv6 = best.ipv6 === null ? [] : [...outside('direct'), RELAY.ipv6]
  return [ipv4.sort(), ipv6.sort()]
}

async function live(home: Home): Promise<void> {
  const house = await openHouse({ personality: home.name })
  try {
    await house.startRelay()
    const startedMs = performance.now()
    await house.startEngine('--relay', await house.relayCode())
    const watch = await watchCauses(house.dataFolder, tally, 0)
    const root = PERSONALITY_ROOTS[home.name]
    watch.expect(home.name, root === null ? [] : [root])
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    const service = await settled(house, home)
    await watch.shown(30_000)
    watch.close()
    const settledS = (performance.now() - startedMs) / 1000

    for (const path of service.paths)
      if (path.phase === 'confirmed' && path.outside)
        await eventually(async () => assert.match(await pinned(house, service, path.outside?.address ?? ''), new RegExp(MARKER)), {
          timeoutMs: 30_000,
        })
    const deadEnd = home.deadEnd
    if (deadEnd !== undefined) await assert.rejects(pinned(house, service, deadEnd, '--connect-timeout', '2'))

    const wanted = wantedInDns(home, service.paths)
    await eventually(
      async () => {
        const inDns = await Promise.all([house.addresses(hostOf(service), 'A'), house.addresses(hostOf(service), 'AAAA')])
        assert.deepEqual(
          inDns.map((each) => each.sort()),
          wanted,
        )
      },
      { timeoutMs: 30_000 },
    )
    for (const [i, option] of ['-4', '-6'].entries())
      if (wanted[i]?.length)
        await eventually(async () => assert.equal((await house.visit(service.publicUrl ?? '', option)).status, 200), { timeoutMs: 30_000 })
    await home.more?.(house, service)
    const rules = rulesOf(house)
    const { gateway } = await house.status()
    found.push({
      personality: home.name,
      protocols: home.protocols,
      nat: gateway.nat,
      evidence: home.evidence,
      problems: home.problems,
      settledS: Math.round(settledS * 10) / 10,
      families: FAMILIES.map((family) => ({
        family,
        rung: home.best[family],
        via: home.best[family] === 'tunnel' || home.best[family] === null ? null : via(rules, family),
      })),
    })
  } finally {
    await house.close()
  }
}

type NotedRule = { internalAddress: string; via: string }

/** What the engine has written down: no file where no router was ever asked. */
function rulesOf({ dataFolder }: House): NotedRule[] {
  const file = join(dataFolder, 'journal.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).rules : []
}

/** The protocol in which the standing rule of a family was made. */
function via(rules: readonly NotedRule[], family: 'ipv4' | 'ipv6'): string | null {
  return rules.find(({ internalAddress }) => internalAddress.includes(':') === (family === 'ipv6'))?.via ?? null
}

describe('every home of the lab has a link that works, and is told the truth', { concurrency: 3 }, () => {
  after(() => {
    console.log(`${tally}`)
    keepFindings('compatibility.json', found)
    keepFindings('roots-homes.json', [tally.figures()])
    assert.deepEqual([...tally.wrong], [], 'what nobody should have been told')
  })
  for (const home of HOMES) it(`${home.name}: IPv4 ${home.best.ipv4}, IPv6 ${home.best.ipv6}`, () => live(home))
})
