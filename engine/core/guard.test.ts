import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import type { Guarded } from './guard.ts'
import { plan } from './plan.ts'
import { ADDED, CERTIFIED, continued, KNOWN, PUBLISHED, RELAY, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const DOMAIN = 'amber-otter-42.relay.test'
const HOUR_MS = 3_600_000
const WATCHED = situation(...ADDED, ...RELAY, CERTIFIED)
const ALARM = problem('foreign-certificate', { host: `photos.${DOMAIN}`, address: '198.51.100.20' })

const guarded = (change: Partial<Guarded> = {}): Guarded => ({
  type: 'guarded',
  watch: 'ownNames',
  domain: DOMAIN,
  state: 'own',
  problem: null,
  againInMs: HOUR_MS,
  ...change,
})
const rung = guarded({ state: 'foreign', problem: ALARM })
const planned = (state: State, nowMs = T0): string[] =>
  [...plan(state, nowMs).effects.values()].map(({ kind }) => kind).filter((kind) => /own-names|certificate-log/.test(kind))
const alarmsOf = (state: State): string[] => view(state).problems.flatMap(({ code }) => (/foreign|unknown-cert/.test(code) ? [code] : []))

describe('watching over our own names', () => {
  it('begins when there is something to watch, and visits by the relay’s public side', () => {
    assert.deepEqual(planned(WATCHED), ['visit-own-names', 'read-certificate-log'])
    const visit = plan(WATCHED, T0).effects.get(`visit-own-names ${DOMAIN}`)
    assert.deepEqual(visit, {
      kind: 'visit-own-names',
      domain: DOMAIN,
      host: `photos.${DOMAIN}`,
      relay: [
        { address: KNOWN.addresses.ipv4, port: 443 },
        { address: KNOWN.addresses.ipv6, port: 443 },
      ],
    })
  })

  it('has nothing to do without a service, a relay, a certificate, or in a rehearsal', () => {
    const url = 'https://porchlight.localhost:8443'
    const rehearsal: Happening[] = [
      { type: 'relay-chosen', url },
      { type: 'relay-connected', known: { ...KNOWN, url, host: 'porchlight.localhost' } },
    ]
    for (const state of [
      situation(...RELAY, CERTIFIED),
      situation(...ADDED, ...RELAY),
      continued(WATCHED, { type: 'relay-waiting', problem: problem('relay-unreachable', { relay: 'r', reason: 'lost' }) }),
      continued(WATCHED, { type: 'service-paused', name: 'photos' }),
      situation(...ADDED, ...rehearsal, CERTIFIED),
    ])
      assert.deepEqual(planned(state), [])
  })

  it('looks again when it was told to, and at once when its owner asks, the public service no sooner than ten seconds later', () => {
    const state = continued(WATCHED, guarded(), guarded({ watch: 'certificateLog' }))
    assert.deepEqual(planned(state), [])
    assert.deepEqual(planned(state, T0 + HOUR_MS), ['visit-own-names', 'read-certificate-log'])
    const asked = continued(state, [{ type: 'check-now' }, T0 + 1000])
    assert.deepEqual(planned(asked, T0 + 1000), ['visit-own-names'])
    assert.deepEqual(planned(asked, T0 + 10_000), ['visit-own-names', 'read-certificate-log'])
  })

  it('leaves a log alone that its owner switched off', () => {
    const off = guarded({ watch: 'certificateLog', state: 'off', againInMs: Number.POSITIVE_INFINITY })
    const state = continued(WATCHED, guarded(), off, [{ type: 'check-now' }, T0 + HOUR_MS])
    assert.deepEqual(planned(state, T0 + 100 * HOUR_MS), ['visit-own-names'])
    assert.equal(view(state).guard.certificateLog.state, 'off')
  })

  it('rings, and goes on ringing for a day after the last time', () => {
    const state = continued(WATCHED, rung)
    assert.deepEqual(alarmsOf(state), ['foreign-certificate'])
    assert.equal(view(state).problems.find(({ code }) => code === 'foreign-certificate')?.severity, 'critical')
    const quiet = continued(state, [guarded(), T0 + 23 * HOUR_MS], [guarded({ state: 'unchecked' }), T0 + 23 * HOUR_MS])
    assert.deepEqual(alarmsOf(quiet), ['foreign-certificate'])
    assert.deepEqual(view(quiet).guard.ownNames, { state: 'unchecked', atMs: T0 + 23 * HOUR_MS })
    assert.deepEqual(alarmsOf(continued(quiet, [guarded(), T0 + 24 * HOUR_MS])), [])
  })

  it('begins anew with another domain', () => {
    const moved = continued(
      WATCHED,
      rung,
      { type: 'relay-chosen', url: 'https://other.test' },
      { type: 'relay-left', url: KNOWN.url },
      { type: 'relay-connected', known: { ...KNOWN, url: 'https://other.test', domain: 'other.test' } },
      PUBLISHED,
      { ...CERTIFIED, domain: 'amber-otter-42.other.test' } as Happening,
    )
    assert.deepEqual(alarmsOf(moved), [])
    assert.deepEqual(planned(moved), ['visit-own-names', 'read-certificate-log'])
    assert.deepEqual(view(moved).guard.ownNames, { state: 'unchecked', atMs: null })
  })
})
