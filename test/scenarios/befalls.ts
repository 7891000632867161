/** What befalls a home, and what a fresh visitor finds then: each story starts from a home that is reached directly in both families,
 *  and ends there, with the same link, without a restart or a command. The seconds are measured and printed; the bound is generous. */
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../lab/eventually.ts'
import type { FaultName, LabProcess } from '../../lab/lab.ts'
import { keepFindings } from './findings.ts'
import { causesIn, type House, hostOf, MARKER, openHouse } from './house.ts'

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
  /** What its owner is to mend first. Nothing else is a cause. */
  readonly root: string | null
  /** Addresses at which a visitor gets the page now. */
  readonly open: readonly string[]
  /** Where the router's rules lead. */
  readonly leadsTo?: string
}

const STRAIGHT = { state: 'reachable', best: { ipv4: 'mapped', ipv6: 'direct' }, problems: [], root: null } as const
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
  root: 'mapping-unreachable',
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
  root: 'gateway-conflict',
  a: [RELAY],
  aaaa: [HOME6, RELAY6],
  open: [RELAY, HOME6],
}
export const CUT_OFF: Truth = {
  says: 'nobody can look, and nothing is called reachable',
  root: 'internet-down',
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

/** What the owner is told to mend first, and nothing else as a cause. */
async function isDiagnosed(house: House, root: string | null): Promise<void> {
  assert.deepEqual(causesIn((await house.status()).diagnosis), root === null ? [] : [root])
}

interface Took {
  /** Seconds until everything is as it should be, and until its owner is told why. */
  readonly seconds: number
  readonly diagnosedS: number
}

async function happens(house: House, engine: LabProcess, host: string, [fault, truth]: Story[number]): Promise<Took> {
  let startedMs = performance.now()
  if (fault === 'sleep-and-wake') {
    await sleepAndWake(house, engine)
    startedMs = performance.now()
  } else await house.lab.inject(fault)
  await eventually(() => isTrue(house, host, truth), { timeoutMs: BOUND_MS, everyMs: 100 })
  const since = (): number => Math.round((performance.now() - startedMs) / 100) / 10
  const seconds = since()
  const diagnosed = (timeoutMs: number): Promise<void> => eventually(() => isDiagnosed(house, truth.root), { timeoutMs, everyMs: 100 })
  // Where nothing is noticed at once, as with names that do not resolve, its owner asks.
  await diagnosed(3000).catch(async () => {
    await house.tryPorchlight('diagnose')
    await diagnosed(2 * BOUND_MS)
  })
  return { seconds, diagnosedS: since() }
}

/** All of it to one home, one story after the other. `name`: of the findings. */
export function befalls(name: string, stories: readonly Story[]): void {
  describe(`the same link through ${stories.map((story) => story[0]?.[0]).join(', ')}`, { concurrency: 1 }, () => {
    const found: object[] = []
    let house: House
    let engine: LabProcess
    let host: string
    before(async () => {
      house = await openHouse()
      await house.startRelay()
      engine = await house.startEngine('--relay', await house.relayCode())
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
      host = hostOf(await house.becomes('mapped', 40_000))
      await eventually(() => isTrue(house, host, DIRECT), { timeoutMs: 40_000 })
      await eventually(() => isDiagnosed(house, null), { timeoutMs: 10_000 })
    })
    after(async () => {
      keepFindings(`compatibility-faults-${name}.json`, found)
      await house.close()
    })

    for (const story of stories)
      it(story.map(([fault, { says }]) => `${fault}: ${says}`).join('; '), async (t: TestContext) => {
        for (const step of story) {
          const [fault, { says }] = step
          const { seconds, diagnosedS } = await happens(house, engine, host, step)
          t.diagnostic(`${fault}: ${says}, ${seconds} s after it began; told ${step[1].root ?? 'nothing'} after ${diagnosedS} s`)
          found.push({ fault, says, seconds, root: step[1].root, diagnosedS })
        }
        assert.equal((await house.service()).publicUrl, `https://${host}/`)
        await eventually(async () => assert.equal((await house.visit(`https://${host}/`)).status, 200), { timeoutMs: 20_000 })
      })
  })
}
