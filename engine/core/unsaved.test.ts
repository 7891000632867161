/** A full disk, or a folder that cannot be written. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import { continued, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

describe('what could not be written down', () => {
  const full = (what: string, path = '/data'): Happening => ({ type: 'unsaved', what, problem: problem('disk-full', { path }) })
  const told = (state: State): string[] =>
    view(state).problems.flatMap(({ code, params }) => (code === 'disk-full' ? [params.path ?? ''] : []))

  it('is said once, however much waits and however often it fails, and no longer once it is written', () => {
    const state = situation(full('relay'), full('port'), full('relay'), full('certificate', '/elsewhere'))
    assert.deepEqual(told(state), ['/data', '/elsewhere'])
    const half = continued(state, { type: 'saved', what: 'relay' }, { type: 'saved', what: 'certificate' })
    assert.deepEqual(told(half), ['/data'])
    assert.deepEqual(told(continued(half, { type: 'saved', what: 'port' })), [])
  })

  it('is tried again every ten seconds, and when its owner asks', () => {
    const state = situation(full('relay'))
    const saves = (now: State, atMs: number): boolean => plan(now, atMs).effects.has('save relay')
    assert.deepEqual([saves(state, T0 + 9_999), saves(state, T0 + 10_000)], [false, true])
    assert.ok(saves(continued(state, [{ type: 'check-now' }, T0 + 5]), T0 + 5))
  })
})
