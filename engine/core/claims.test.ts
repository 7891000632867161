/** When relays are asked to carry the owner's own names, and where visitors of such a name can then be led. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CarriedState } from '../../protocol/model/carried-host.ts'
import type { OwnName } from '../../protocol/model/own-name.ts'
import { problem } from '../../protocol/problem.ts'
import { carriedAddresses, carriedAt } from './claims.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import { ADDED, continued, KNOWN, RELAY, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'

const HOST = 'photos.example.org'
const WEB: OwnName = { host: HOST, service: 'photos' }
const named = (...ownNames: OwnName[]): Happening => ({ type: 'own-names-chosen', ownNames })
const OTHER = { ...KNOWN, url: 'https://other.test', domain: 'other.test' }

const asked = (state: State, nowMs = T0): [string, string[]][] =>
  [...plan(state, nowMs).effects.values()].flatMap((effect) =>
    effect.kind === 'claim-hosts' ? [[effect.url, effect.hosts.map(({ host, service }) => `${host} ${service}`)]] : [],
  )
const answered = (state: CarriedState | null, ...hosts: string[]): Happening => ({
  type: 'hosts-claimed',
  url: KNOWN.url,
  hosts: hosts.map((host) => ({ host, service: 'photos' })),
  standing: state && hosts.map(() => ({ state, untilMs: null })),
})

describe('names of the owner’s own, at relays', () => {
  const joined = situation(...ADDED, ...RELAY, named(WEB))

  it('are asked for at each relay, those alone that have a name and lead to a website', () => {
    const names = named(
      WEB,
      { host: 'ipv4', service: 'photos' },
      { host: 'gone.example.org', service: 'gone' },
      { host: 'any.example.org' },
    )
    const both = continued(
      situation(...ADDED, ...RELAY),
      names,
      { type: 'relay-chosen', url: OTHER.url },
      { type: 'relay-connected', known: OTHER },
    )
    assert.deepEqual(asked(both), [
      [KNOWN.url, [`${HOST} photos`]],
      [OTHER.url, [`${HOST} photos`]],
    ])
    assert.deepEqual(asked(situation(...ADDED, named(WEB))), [])
  })

  it('are asked for again: soon while something is missing, seldom when they stand, at once when the owner says so', () => {
    const rows: [CarriedState | null, number][] = [
      ['missing', 30_000],
      ['leaving', 30_000],
      ['carried', 600_000],
      ['unsupported', 600_000],
      [null, 10_000],
    ]
    for (const [state, afterMs] of rows) {
      const told = continued(joined, answered(state, HOST))
      assert.deepEqual([asked(told, T0 + afterMs - 1), asked(told, T0 + afterMs).length], [[], 1], String(state))
      assert.equal(asked(continued(told, { type: 'check-now' })).length, 1)
    }
  })

  it('a relay without any is told once, for it may remember some; and of each change at once', () => {
    const none = situation(...ADDED, ...RELAY)
    assert.deepEqual(asked(none), [[KNOWN.url, []]])
    assert.deepEqual(asked(continued(none, answered(null)), T0 + 10_000), [[KNOWN.url, []]], 'it could not be asked')
    const told = continued(none, answered('carried'))
    assert.deepEqual(asked(told, T0 + 1e9), [])
    assert.equal(asked(continued(told, named(WEB))).length, 1)
    const carried = continued(joined, answered('carried', HOST))
    assert.deepEqual(asked(continued(carried, named())), [[KNOWN.url, []]])
    assert.equal(asked(continued(carried, { type: 'relay-connected', known: KNOWN })).length, 1, 'another session')
  })

  it('are certified at once when they come to be carried, though that failed before', () => {
    const failed = continued(joined, {
      type: 'certificate-failed',
      domain: HOST,
      problem: problem('name-elsewhere', { host: HOST, address: '198.51.100.20' }),
      retryAfterMs: 60_000,
    })
    const orders = (state: State): string[] => [...plan(state, T0).effects.keys()].filter((key) => key === `obtain-certificate ${HOST}`)
    assert.equal(orders(failed).length, 0)
    const carried = continued(failed, answered('carried', HOST))
    assert.equal(orders(carried).length, 1)
  })

  it('lead to the relay that serves while it carries them, and nowhere else', () => {
    const at = (state: CarriedState): unknown => carriedAt(continued(joined, answered(state, HOST)), HOST)
    for (const state of ['carried', 'leaving'] as const) assert.deepEqual(at(state), KNOWN.addresses)
    for (const state of ['missing', 'wrong', 'taken', 'unknown', 'unsupported'] as const) assert.equal(at(state), null)
    assert.equal(carriedAt(joined, HOST), null, 'not asked yet')
    const carried = continued(joined, answered('carried', HOST))
    assert.deepEqual(carriedAddresses(carried, HOST), ['198.51.100.20', '2001:db8:200::20'])
    const elsewhere = continued(joined, { type: 'relay-connected', known: { ...KNOWN, httpsPort: 8443 } }, answered('carried', HOST))
    assert.deepEqual(carriedAddresses(elsewhere, HOST), [], 'browsers come to 443')
  })
})
