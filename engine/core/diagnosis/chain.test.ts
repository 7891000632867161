/** The chain from the service to the visitor: what holds, what is broken, and how old that is. */
import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import { LINKS } from '../../../protocol/diagnosis.ts'
import { problem } from '../../../protocol/problem.ts'
import { plan } from '../plan.ts'
import { continued, T0, WEB } from '../situation.fixture.ts'
import { view } from '../view.ts'
import { LINE, LOST, settled, told, verdicts, WELL } from './diagnosis.fixture.ts'
import { diagnosisView } from './diagnosis.ts'

describe('the chain', () => {
  it('holds in every link once somebody outside has come in', () => {
    assert.deepEqual(new Set(Object.values(verdicts(settled(...WELL)))), new Set(['ok']))
    assert.deepEqual(
      diagnosisView(settled(...WELL)).chain.map(({ link }) => link),
      LINKS,
    )
  })

  it('says nothing of a link whose foundation is broken', () => {
    const down = verdicts(settled(...WELL, LOST, LINE('answers', 'silent')))
    const { service, lan, internet, relay, outside, visitor } = down
    assert.deepEqual([service, lan, internet], ['ok', 'ok', 'broken'])
    assert.deepEqual([relay, outside, visitor], ['unknown', 'unknown', 'unknown'])
    assert.deepEqual(Object.values(down).filter((verdict) => verdict === 'broken').length, 1)
  })

  it('never blames the line for the relay', () => {
    const { internet, relay, lan } = verdicts(settled(...WELL, LOST, LINE('answers', 'answers')))
    assert.deepEqual([lan, internet, relay], ['ok', 'ok', 'broken'])
  })

  it('tells a remark beside a link that is well', () => {
    const kept = problem('certificate-kept', { service: WEB.name, target: 'https://192.168.1.20', theirs: 'AB' })
    const state = settled(...WELL, { type: 'target-up', name: WEB.name, remark: kept })
    assert.equal(verdicts(state).service, 'ok')
    assert.deepEqual(told(state), { causes: [], consequences: [], remarks: ['certificate-kept'] })
  })

  it('shows how old each verdict is', () => {
    const state = continued(settled(...WELL), [{ type: 'target-up', name: WEB.name }, T0 + 60_000])
    const { chain } = diagnosisView(state)
    assert.equal(chain.find(({ link }) => link === 'service')?.atMs, T0 + 60_000)
    assert.equal(chain.find(({ link }) => link === 'router')?.atMs, T0)
  })
})

test('what is wrong is asked about again when its owner wants to know, also while the relay is there', () => {
  const asked = continued(settled(...WELL), [{ type: 'check-now' }, T0 + 60_000], [{ type: 'diagnosis-asked' }, T0 + 60_000])
  const kinds = [...plan(asked, T0 + 60_000).effects.values()].map(({ kind }) => kind)
  for (const kind of ['look-at-line', 'look-up-names', 'check-target', 'probe', 'visit-own-names'] as const)
    assert.ok(kinds.includes(kind), kind)
  const looked = continued(asked, [LINE('answers', 'answers'), T0 + 61_000])
  assert.ok(![...plan(looked, T0 + 200_000).effects.keys()].includes('look-at-line'))
  assert.equal(view(looked).diagnosis.chain.find(({ link }) => link === 'internet')?.atMs, T0 + 61_000)
})
