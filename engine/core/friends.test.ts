import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plan } from './plan.ts'
import { ADDED, continued, situation, T0, WEB } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const NAME = 'marie.dyndns.example'
const listed = (...allowed: string[]) =>
  ({ type: 'access-changed', name: WEB.name, access: 'addresses', allowed, hasPassword: false }) as const
const found = (addresses: string[], ttlS = 300) => ({ type: 'friend-found', name: NAME, found: { addresses, ttlS } }) as const
const unasked = { type: 'friend-found', name: NAME, found: null } as const
const asked = (state: State, nowMs: number): string[] =>
  [...plan(state, nowMs).effects.keys()].filter((key) => key.startsWith('ask-friend'))
const HOUR_MS = 3_600_000

describe('friends’ names', () => {
  const state = situation(...ADDED, listed('203.0.113.7', NAME))

  it('are asked for while somebody may come in by them, and only then', () => {
    assert.deepEqual(asked(state, T0), [`ask-friend ${NAME}`])
    assert.deepEqual(asked(continued(state, { type: 'service-paused', name: WEB.name }), T0), [])
    assert.deepEqual(asked(continued(state, { ...listed(NAME), access: 'public' }), T0), [])
  })

  for (const [ttlS, againS] of [
    [0, 60],
    [300, 300],
    [86_400, 3600],
  ] as const)
    it(`that hold for ${ttlS} s are asked for again after ${againS} s`, () => {
      const next = continued(state, found(['203.0.113.7'], ttlS))
      assert.deepEqual([asked(next, T0 + againS * 1000 - 1), asked(next, T0 + againS * 1000)], [[], [`ask-friend ${NAME}`]])
    })

  it('keep their last answer for a day while nobody can be asked, and then lead nowhere', () => {
    const known = continued(state, found(['203.0.113.7']))
    const still = continued(known, [unasked, T0 + 23 * HOUR_MS])
    assert.deepEqual(still.friends[NAME]?.addresses, ['203.0.113.7'])
    const over = continued(known, [unasked, T0 + 25 * HOUR_MS])
    assert.deepEqual(over.friends[NAME]?.addresses, [])
  })

  it('that are gone lead nowhere at once', () => {
    const gone = continued(state, found(['203.0.113.7']), found([]))
    assert.deepEqual(gone.friends[NAME]?.addresses, [])
  })

  it('are shown with where they lead, and forgotten with the list', () => {
    assert.deepEqual(view(state).services[0]?.allowed, [
      { entry: '203.0.113.7', addresses: null },
      { entry: NAME, addresses: null },
    ])
    const known = continued(state, found(['203.0.113.7']))
    assert.deepEqual(view(known).services[0]?.allowed[1], { entry: NAME, addresses: ['203.0.113.7'] })
    const other = continued(known, listed('other.example'), { type: 'friend-found', name: 'other.example', found: null })
    assert.deepEqual(Object.keys(other.friends), ['other.example'])
  })
})
