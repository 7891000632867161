/** Words that stay while the facts come and go. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../../protocol/problem.ts'
import type { Happening } from '../events.ts'
import { plan } from '../plan.ts'
import { ADDED, AT_HOME, continued, KNOWN, RELAY, situation, T0, WEB } from '../situation.fixture.ts'
import type { State } from '../state.ts'
import { AWAITED_MS } from './awaited.ts'
import { LINE, LOST, REFUSED, told, WELL } from './diagnosis.fixture.ts'
import { diagnosisView } from './diagnosis.ts'
import { HOLD_MS, ONSET_MS, RETURN_MS } from './ledger.ts'

describe('steady words about what comes and goes', () => {
  const back = (atMs: number): readonly [Happening, number] => [{ type: 'target-up', name: WEB.name }, atMs]
  const gone = (atMs: number): readonly [Happening, number] => [REFUSED, atMs]
  const later = (atMs: number): readonly [Happening, number] => [{ type: 'diagnosis-settled' }, atMs]
  const first = continued(situation(...WELL), gone(T0 + 10_000), later(T0 + 10_000 + ONSET_MS))

  it('tells nothing before it has stood for a moment, and wakes for that moment', () => {
    const fresh = continued(situation(...WELL), gone(T0 + 10_000))
    assert.deepEqual(told(fresh).causes, [])
    assert.ok(plan(fresh, T0 + 10_000).wakeAtMs <= T0 + 10_000 + ONSET_MS)
    assert.ok(plan(fresh, T0 + 10_000 + ONSET_MS).effects.has('settle-diagnosis'))
    assert.deepEqual(told(first).causes, ['service-refused'])
    assert.ok(!plan(first, T0 + 10_000 + ONSET_MS).effects.has('settle-diagnosis'))
  })

  it('is quiet about a blip', () => {
    const blip = continued(situation(...WELL), gone(T0 + 10_000), back(T0 + 11_000), later(T0 + 90_000))
    assert.deepEqual([told(blip).causes, diagnosisView(blip).healed], [[], []])
  })

  it('does not count the time that the computer slept', () => {
    const woken = continued(situation(...WELL), gone(T0 + 10_000), later(T0 + 60_000))
    assert.deepEqual(told(woken).causes, [])
    assert.deepEqual(told(continued(woken, back(T0 + 61_000))).causes, [])
    assert.deepEqual(told(continued(woken, later(T0 + 60_000 + ONSET_MS))).causes, ['service-refused'])
    assert.deepEqual(told(continued(first, later(T0 + 90_000))).causes, ['service-refused'], 'what was told before goes on')
  })

  it('forgets at once what healed, and keeps it in the history with its time', () => {
    const well = continued(first, back(T0 + 20_000))
    assert.deepEqual(told(well).causes, [])
    const [healed] = diagnosisView(well).healed
    assert.deepEqual([healed?.problem.code, healed?.fromMs, healed?.untilMs], ['service-refused', T0 + 10_000, T0 + 20_000])
    assert.equal(diagnosisView(continued(well, later(T0 + 20_000 + RETURN_MS))).healed.length, 1)
  })

  it('does not flap: what has come back is gone only when it stays away', () => {
    const again = continued(first, back(T0 + 20_000), gone(T0 + 23_000), later(T0 + 23_000 + ONSET_MS), back(T0 + 26_000))
    assert.deepEqual(told(again).causes, ['service-refused'])
    assert.equal(diagnosisView(again).problems[0]?.sinceMs, T0 + 23_000)
    const quiet = continued(again, later(T0 + 26_000 + HOLD_MS))
    assert.deepEqual([told(quiet).causes, diagnosisView(quiet).healed.length], [[], 2])
    const flapping = continued(again, gone(T0 + 29_000), back(T0 + 30_000), later(T0 + 30_000 + HOLD_MS))
    assert.deepEqual(told(flapping).causes, ['service-refused'], 'each time it has to stay away for longer')
  })

  it('says nothing of a moment like one before that stood', () => {
    const again = continued(first, back(T0 + 20_000), gone(T0 + 23_000), back(T0 + 24_000))
    assert.deepEqual(told(again).causes, [])
  })

  it('does not blame for a moment what only followed, when its cause is mended first', () => {
    const down = continued(
      situation(...WELL),
      [LOST, T0 + 1000],
      [LOST, T0 + 1500],
      [LOST, T0 + 1800],
      [LINE('answers', 'silent'), T0 + 2000],
      later(T0 + 2000 + ONSET_MS),
    )
    assert.deepEqual(told(down), { causes: ['internet-down'], consequences: ['relay-unreachable'], remarks: [] })
    const back = continued(down, [LINE('answers', 'answers'), T0 + 10_000])
    assert.deepEqual(told(back).causes, [])
    assert.deepEqual(told(continued(back, later(T0 + 10_000 + ONSET_MS))).causes, ['relay-unreachable'])
  })

  it('waits for what may explain it, and no longer than it takes', () => {
    const machine: Happening = { type: 'target-known', name: WEB.name, mac: '00:16:3e:0a:0b:0c' }
    const silent: Happening = {
      ...{ type: 'target-down', name: WEB.name },
      problem: problem('service-silent', { service: WEB.name, target: 'http://192.168.1.20:8080' }),
    }
    const gone = continued(situation(...WELL, machine), [silent, T0 + 1000], later(T0 + 1000 + ONSET_MS))
    assert.deepEqual(told(gone).causes, [], 'it is looked for at other addresses')
    assert.deepEqual(told(continued(gone, [{ type: 'target-stayed', name: WEB.name }, T0 + 5000])).causes, ['service-silent'])
    assert.deepEqual(told(continued(gone, later(T0 + 1000 + AWAITED_MS))).causes, ['service-silent'])
    const failed = (attempt: number): Happening => ({
      ...{ type: 'certificate-failed', domain: 'amber-otter-42.relay.test', retryAfterMs: attempt * 10_000 },
      problem: problem('certificate-failed', { reason: 'directory-unreachable' }),
    })
    const first = continued(situation(...ADDED, AT_HOME, ...RELAY), [failed(1), T0 + 1000], later(T0 + 9000))
    assert.deepEqual(told(first).causes, [], 'an order is made again at once')
    assert.deepEqual(told(continued(first, [failed(2), T0 + 11_000])).causes, ['certificate-failed'])
  })

  it('keeps a bounded history', () => {
    let state: State = situation(...WELL)
    for (let i = 1; i <= 40; i++)
      state = continued(state, gone(T0 + i * 200_000), later(T0 + i * 200_000 + ONSET_MS), back(T0 + i * 200_000 + 5000))
    assert.equal(diagnosisView(state).healed.length, 30)
  })

  it('takes another reason for the same trouble', () => {
    const refused: Happening = {
      type: 'relay-waiting',
      problem: problem('relay-unreachable', { relay: KNOWN.host, reason: 'ECONNREFUSED' }),
    }
    const state = continued(
      situation(...WELL),
      [LOST, T0 + 900],
      [LOST, T0 + 950],
      [LINE('answers', 'answers'), T0 + 1000],
      [refused, T0 + 2500],
      later(T0 + 1000 + ONSET_MS),
    )
    const [root] = diagnosisView(state).problems
    assert.deepEqual([root?.problem.params.reason, root?.sinceMs], ['ECONNREFUSED', T0 + 900])
  })
})
