import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { newIdentity } from '../../wire/identity.ts'
import type { Ask } from '../../wire/messages.ts'
import type { Happening } from '../core/events.ts'
import { KNOWN, MAPPED, RELAY, situation, T0 } from '../core/situation.fixture.ts'
import { createProbes } from '../reach/probes.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import { lookFromOutside } from './asks.ts'
import type { Context } from './context.ts'

const REACHABLE = { verdict: { outcome: 'reachable', atMs: T0 } }

/** A house whose relay answers as it is told, with a clock of its own. */
function house(
  t: TestContext,
  answer: () => Promise<unknown> = async () => REACHABLE,
  seen: () => Promise<unknown> = async () => KNOWN.observed.ipv4,
) {
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  const done: string[] = []
  const context = {
    log: () => {},
    probes: createProbes(newIdentity()),
    certificates: { authority: () => 'public' },
    state: () => situation(...RELAY),
    tunnel: {
      async observe() {
        done.push('seen')
        return seen()
      },
      ask(ask: Ask) {
        done.push(ask.kind === 'probe' && ask.authority ? 'look at the page' : 'look')
        return answer()
      },
    },
  } as unknown as Context
  const look = async (afresh = false): Promise<Happening[]> => {
    const happened: Happening[] = []
    const effect = {
      kind: 'probe',
      path: MAPPED,
      via: 'direct',
      family: 'ipv4',
      transport: 'tls',
      port: 443,
      host: 'a.b',
      ping: null,
      afresh,
    } as const
    await lookFromOutside(context, effect, (happening) => happened.push(happening), new AbortController().signal)
    return happened
  }
  const at = (ms: number): void => {
    nowMs = ms
  }
  return { look, at, taken: () => done.splice(0) }
}

test('every look is cheap but for the first and one in half a minute, unless something speaks against it', async (t) => {
  const { look, at, taken } = house(t)
  await look()
  assert.deepEqual(taken(), ['seen', 'look at the page'])
  at(5000)
  await look()
  assert.deepEqual(taken(), ['look'])
  await look(true)
  assert.deepEqual(taken(), ['seen', 'look at the page'])
  at(30_000)
  await look()
  assert.deepEqual(taken(), ['seen', 'look'])
  at(35_000)
  await look()
  assert.deepEqual(taken(), ['look at the page'])
})

test('a relay that has looked often enough is no news about the way; every other refusal is that nobody could look', async (t) => {
  const limited = house(t, () => Promise.reject(new AskRejected('rate-limited')))
  assert.deepEqual(await limited.look(), [{ type: 'probe-postponed', path: MAPPED }])
  const refused = house(t, () => Promise.reject(new AskRejected('no-address')))
  const [happened] = await refused.look()
  assert.ok(happened?.type === 'probed' && happened.verdict.outcome === 'unknown' && !happened.unasked)
})

test('what fails before the relay is asked is not its doing', async (t) => {
  const untrusted = problem('relay-untrusted', { relay: KNOWN.host, reason: 'CERT_NOT_YET_VALID' })
  const [happened] = await house(t, undefined, () => Promise.reject(new ProblemError(untrusted))).look()
  assert.ok(happened?.type === 'probed' && happened.verdict.outcome === 'unknown' && happened.unasked)
})
