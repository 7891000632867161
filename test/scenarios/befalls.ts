/** What befalls a home, and what a fresh visitor finds then: each story starts from a home that is reached directly in both families,
 *  and ends there, with the same link, without a restart or a command. The seconds are measured and printed; the bound is generous. */
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../lab/eventually.ts'
import type { FaultName, LabProcess } from '../../lab/lab.ts'
import type { ProblemCode } from '../../protocol/problem.ts'
import { FAULT_PASSING, FAULT_ROOTS } from '../roots.ts'
import { type CauseWatch, Tally, watchCauses } from './causes.ts'
import { keepFindings } from './findings.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const ROUTER = '203.0.113.10'
const MOVED = '203.0.113.11'
const RELAY = '198.51.100.20'
const HOME6 = '2001:db8:1::10'
const RELAY6 = '2001:db8:200::20'
const BOUND_MS = 40_000
/** Longer than a lane lives without a sign of life. */
const ASLEEP_MS = 9000

export interface Truth {
  readonly says: string
  /** What stands in DNS for a resolver that asks now; where the home is cut off, it may be anything. */
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  readonly state: 'reachable' | 'unknown'
  readonly best: { readonly ipv4: string | null; readonly ipv6: string | null }
  readonly problems?: readonly string[]
  /** Addresses at which a visitor gets the page now. */
  readonly open: readonly string[]
  /** Where the router's rules lead. */
  readonly leadsTo?: string
}

const STRAIGHT = { state: 'reachable', best: { ipv4: 'mapped', ipv6: 'direct' }, problems: [] } as const
export const DIRECT: Truth = {
  says: 'straight to the home again',
  ...STRAIGHT,
  a: [RELAY, ROUTER],
  aaaa: [HOME6, RELAY6],
  open: [ROUTER, HOME6, RELAY],
  leadsTo: '192.168.1.10',
}
export const AT_NEW_ADDRESS: Truth = { ...DIRECT, says: 'at the new address', a: [RELAY, MOVED], open: [MOVED, HOME6, RELAY] }
export const BY_RELAY: Truth = {
  says: 'through the relay',
  state: 'reachable',
  best: { ipv4: 'tunnel', ipv6: 'tunnel' },
  a: [RELAY],
  aaaa: [RELAY6],
  open: [RELAY, RELAY6],
}
export const HALF: Truth = {
  says: 'IPv4 through the relay',
  state: 'reachable',
  best: { ipv4: 'tunnel', ipv6: 'direct' },
  problems: ['gateway-conflict'],
  a: [RELAY],
  aaaa: [HOME6, RELAY6],
  open: [RELAY, HOME6],
}
export const CUT_OFF: Truth = {
  says: 'nobody can look, and nothing is called reachable',
  state: 'unknown',
  best: { ipv4: null, ipv6: null },
  open: [],
}

/** What the laboratory does to the network, or: the engine's computer sleeps, while its router forgets every rule. */
export type Story = readonly (readonly [FaultName | 'sleep-and-wake', Truth])[]

async function isTrue(house: House, host: string, truth: Truth): Promise<void> {
  const { services, problems } = await house.status()
  const [service] = services
  assert.deepEqual([service?.state, service?.best], [truth.state, truth.best], JSON.stringify(service?.paths))
  const codes = problems.map(({ code }) => code)
  if (truth.problems) assert.deepEqual(codes, truth.problems)
  // The relay's own answer: the lab's resolver may be away, and keeps what it has heard for ten seconds.
  if (truth.a) assert.deepEqual((await house.addresses(host, 'A', RELAY)).sort(), truth.a)
  if (truth.aaaa) assert.deepEqual((await house.addresses(host, 'AAAA', RELAY)).sort(), truth.aaaa)
  if (truth.leadsTo)
    assert.deepEqual(
      house.lab.router.mappings().map(({ internalAddress }) => internalAddress),
      [truth.leadsTo],
    )
  for (const address of truth.open) {
    const where = address.includes(':') ? `[${address}]` : address
    const page = await house.visit(`https://${host}/`, '--connect-timeout', '2', '--resolve', `${host}:443:${where}`)
    assert.match(page.body, new RegExp(MARKER))
  }
}

async function sleepAndWake({ lab }: House, engine: LabProcess): Promise<void> {
  engine.kill('SIGSTOP')
  await lab.router.removeMappings()
  await sleep(ASLEEP_MS)
  engine.kill('SIGCONT')
}

/** What its owner is to mend first, and nothing else as a cause (test/roots.ts). */
const rootsOf = (fault: Story[number][0] | undefined): ProblemCode[] => {
  const root = fault === undefined || fault === 'sleep-and-wake' ? null : FAULT_ROOTS[fault]
  return root === null ? [] : [root]
}

/** What may be told on the way: of what befell it last, and of what is over by itself. */
const passingOf = (fault: Story[number][0], before: Story[number][0] | undefined): ProblemCode[] => [
  ...rootsOf(before),
  ...(fault === 'sleep-and-wake' ? [] : (FAULT_PASSING[fault] ?? [])),
]

interface Took {
  /** Seconds until everything is as it should be, and until its owner is told why. */
  readonly seconds: number
  readonly diagnosedS: number
}

interface Home {
  readonly house: House
  readonly engine: LabProcess
  readonly watch: CauseWatch
  readonly host: string
}

/** `before`: what befell it last, whose cause may still be told. */
async function happens({ house, engine, watch, host }: Home, [fault, truth]: Story[number], before?: Story[number]): Promise<Took> {
  let startedMs = performance.now()
  watch.expect(fault, rootsOf(fault), passingOf(fault, before?.[0]))
  if (fault === 'sleep-and-wake') {
    await sleepAndWake(house, engine)
    startedMs = performance.now()
  } else await house.lab.inject(fault)
  await eventually(() => isTrue(house, host, truth), { timeoutMs: BOUND_MS, everyMs: 100 })
  const since = (): number => Math.round((performance.now() - startedMs) / 100) / 10
  const seconds = since()
  // Where nothing is noticed at once, as with names that do not resolve, its owner asks.
  const diagnosedS = await watch.shown(3000).catch(async () => {
    await house.tryPorchlight('diagnose')
    return watch.shown(2 * BOUND_MS)
  })
  return { seconds, diagnosedS }
}

/** All of it to one home, one story after the other. `name`: of the findings. */
export function befalls(name: string, stories: readonly Story[]): void {
  describe(`the same link through ${stories.map((story) => story[0]?.[0]).join(', ')}`, { concurrency: 1 }, () => {
    const found: object[] = []
    const tally = new Tally()
    let home: Home
    before(async () => {
      const house = await openHouse()
      await house.startRelay()
      const engine = await house.startEngine('--relay', await house.relayCode())
      const watch = await watchCauses(house.dataFolder, tally, 0)
      watch.expect('well', [])
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
      const host = hostOf(await house.becomes('mapped', 40_000))
      home = { house, engine, watch, host }
      await eventually(() => isTrue(house, host, DIRECT), { timeoutMs: 40_000 })
      await watch.shown(10_000)
    })
    after(async () => {
      console.log(`${tally}`)
      keepFindings(`compatibility-faults-${name}.json`, found)
      keepFindings(`roots-${name}.json`, [tally.figures()])
      home.watch.close()
      await home.house.close()
    })

    for (const story of stories)
      it(story.map(([fault, { says }]) => `${fault}: ${says}`).join('; '), async (t: TestContext) => {
        const { house, host } = home
        for (const [i, step] of story.entries()) {
          const [fault, { says }] = step
          const { seconds, diagnosedS } = await happens(home, step, story[i - 1])
          const [root = null] = rootsOf(fault)
          t.diagnostic(`${fault}: ${says}, ${seconds} s after it began; told ${root ?? 'nothing'} after ${diagnosedS} s`)
          found.push({ fault, says, seconds, root, diagnosedS })
        }
        assert.deepEqual([...tally.wrong], [], 'what nobody should have been told')
        assert.equal((await house.service()).publicUrl, `https://${host}/`)
        await eventually(async () => assert.equal((await house.visit(`https://${host}/`)).status, 200), { timeoutMs: 20_000 })
      })
  })
}
