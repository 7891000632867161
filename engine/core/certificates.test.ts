import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { deviceDomain } from './exposures.ts'
import { plan } from './plan.ts'
import { ADDED, AT_HOME, CERTIFIED, continued, KNOWN, RELAY, situation, T0 } from './situation.fixture.ts'
import { certificateOf, type State } from './state.ts'
import { view } from './view.ts'

const DAY_MS = 86_400_000
const DOMAIN = 'amber-otter-42.relay.test'
const HOME = [...ADDED, AT_HOME, ...RELAY]
const AUTHORITY = { name: 'A directory', directory: 'https://ca.example/dir', email: null, hasAccount: false, caFile: null, agreed: null }

const valid = (days: number, dueDays: number, more: object = {}): Happening =>
  ({ type: 'certificate-valid', domain: DOMAIN, notAfterMs: T0 + days * DAY_MS, renewAtMs: T0 + dueDays * DAY_MS, ...more }) as Happening
const failed = (retryAfterMs: number, told = problem('certificate-failed', { reason: 'directory-unreachable' })): Happening => ({
  type: 'certificate-failed',
  domain: DOMAIN,
  problem: told,
  retryAfterMs,
})
const planned = (state: State, atDays: number): string[] =>
  [...plan(state, T0 + atDays * DAY_MS).effects.keys()].filter(
    (key) => key.endsWith(DOMAIN) && /obtain-|age-certificate|renewal-info/.test(key),
  )
const said = (state: State): string[] =>
  view(state)
    .problems.map(({ code }) => code)
    .filter((code) => code.startsWith('certificate-'))
const at = (happening: Happening, days: number): readonly [Happening, number] => [happening, T0 + days * DAY_MS]

describe('a certificate', () => {
  it('is renewed when it is due, and not before', () => {
    const state = situation(...HOME, valid(90, 60))
    assert.deepEqual([planned(state, 59), planned(state, 60)], [[], [`obtain-certificate ${DOMAIN}`]])
  })

  it('is asked about where its directory can tell, as often as that says, and its wish counts', () => {
    const asked = `ask-renewal-info ${DOMAIN}`
    const state = situation(...HOME, valid(90, 60, { asks: true }))
    assert.deepEqual(planned(state, 0), [asked])
    const advice = { type: 'renewal-advised', domain: DOMAIN, againInMs: DAY_MS / 4 } as const
    const told = continued(state, { ...advice, renewAtMs: T0 + 3 * DAY_MS, explanationUrl: 'https://ca.example/why' })
    assert.deepEqual([planned(told, 0.2), planned(told, 0.25), planned(told, 3)], [[], [asked], [`obtain-certificate ${DOMAIN}`, asked]])
    assert.equal(view(told).certificates[0]?.explanationUrl, 'https://ca.example/why')
    const silent = continued(state, { ...advice, renewAtMs: null, explanationUrl: null })
    assert.equal(view(silent).certificates[0]?.nextAtMs, T0 + 60 * DAY_MS)
  })

  it('whose renewal failed is tried again by the table, whatever its directory wishes meanwhile', () => {
    const state = continued(situation(...HOME, valid(90, 60)), at(failed(DAY_MS), 60))
    const advised = continued(
      state,
      at({ type: 'renewal-advised', domain: DOMAIN, renewAtMs: T0, explanationUrl: null, againInMs: DAY_MS }, 60),
    )
    assert.deepEqual([planned(advised, 60.9), planned(advised, 61)[0]], [[], `obtain-certificate ${DOMAIN}`])
  })

  for (const [days, due] of [
    [90, 60],
    [6, 4],
  ] as const) {
    it(`serves on while its renewal fails, with a warning that grows until it is over (${days} days)`, () => {
      const left = days - due
      let state = continued(situation(...HOME, valid(days, due)), at(failed(99 * DAY_MS), due))
      const steps: [afterDue: number, code: string][] = [
        [0, 'certificate-renewal-late'],
        [left / 3, 'certificate-renewal-failing'],
        [(left * 5) / 6, 'certificate-renewal-ending'],
        [left, 'certificate-over'],
      ]
      for (const [after, code] of steps) {
        // Rounded to whole milliseconds.
        const justBefore = due + after - 0.001
        const nowDays = due + after + 0.00001
        if (after > 0) {
          assert.deepEqual(planned(state, justBefore), [], code)
          assert.deepEqual(planned(state, nowDays), [`age-certificate ${DOMAIN}`])
          state = continued(state, at({ type: 'certificate-aged', domain: DOMAIN }, nowDays))
        }
        assert.deepEqual(said(state), [code])
        assert.equal(certificateOf(state, DOMAIN).phase, after === left ? 'failed' : 'valid')
        assert.deepEqual(plan(state, T0 + nowDays * DAY_MS).effects.has(`age-certificate ${DOMAIN}`), false, 'told once')
      }
      assert.deepEqual(said(continued(state, at(valid(days + 90, days + 60), days + 1))), [])
    })
  }

  it('that ends while nobody looked is none any more', () => {
    const state = situation(...HOME, valid(90, 60))
    const after = continued(state, at({ type: 'certificate-aged', domain: DOMAIN }, 90))
    assert.deepEqual([certificateOf(after, DOMAIN).phase, said(after)], ['failed', ['certificate-over']])
  })

  it('stays in use while a renewal fails, and that is said', () => {
    const certificate = certificateOf(continued(situation(...RELAY, CERTIFIED), failed(60_000)), DOMAIN)
    assert.ok(certificate.phase === 'valid' && certificate.problem !== null && certificate.renewAtMs === T0 + 60_000)
  })

  it('is missing while only another relay’s stands, and waits before the next try', () => {
    const moved: Happening = { type: 'relay-connected', known: { ...KNOWN, label: 'calm-heron-7' } }
    const refused = { ...failed(60_000), domain: 'calm-heron-7.relay.test' } as Happening
    const state = continued(situation(...ADDED, ...RELAY, CERTIFIED, moved), refused)
    const certificate = certificateOf(state, deviceDomain(state))
    assert.ok(certificate.phase === 'failed' && certificate.retryAtMs === T0 + 60_000)
    assert.ok(![...plan(state, T0 + 59_000).effects.values()].some(({ kind }) => kind === 'obtain-certificate'))
  })

  it('is missing once the old one is over', () => {
    const state = continued(situation(...RELAY, CERTIFIED), at(failed(60_000), 91))
    assert.equal(certificateOf(state, DOMAIN).phase, 'failed')
  })
})

describe('who gives certificates', () => {
  const TERMS = problem('certificate-terms', { host: 'A directory', address: 'https://ca.example/terms' })

  it('may want an agreement first: it is asked for, and given the next attempt comes at once', () => {
    const asking = situation(...HOME, { type: 'authority-chosen', authority: AUTHORITY }, failed(DAY_MS, TERMS))
    assert.equal(view(asking).authority.wanted, 'https://ca.example/terms')
    assert.deepEqual([said(asking)[0], planned(asking, 0)], ['certificate-terms', []])
    const agreed = { ...AUTHORITY, agreed: { url: 'https://ca.example/terms', atMs: T0 } }
    const now = continued(asking, { type: 'authority-chosen', authority: agreed })
    assert.deepEqual(planned(now, 0), [`obtain-certificate ${DOMAIN}`])
    const done = continued(now, CERTIFIED)
    assert.deepEqual([view(done).authority, said(done)], [{ ...agreed, wanted: null }, []])
  })

  it('may change its terms: the old certificate serves, and both are said', () => {
    const state = continued(situation(...HOME, valid(90, 60)), at(failed(DAY_MS, TERMS), 60))
    assert.deepEqual(said(state), ['certificate-terms', 'certificate-renewal-late'])
  })

  it('may want to be left alone: no agreement shortens that, another directory does', () => {
    const limited = problem('certificate-rate-limited', { host: 'A directory', reason: 'too many', until: String(T0 + DAY_MS) })
    const state = situation(...HOME, { type: 'authority-chosen', authority: AUTHORITY }, failed(DAY_MS, limited))
    assert.equal(view(state).certificates[0]?.nextAtMs, T0 + DAY_MS)
    assert.deepEqual(planned(continued(state, { type: 'authority-chosen', authority: AUTHORITY }), 0), [])
    const other = { ...AUTHORITY, directory: 'https://other.example/dir' }
    assert.deepEqual(planned(continued(state, { type: 'authority-chosen', authority: other }), 0), [`obtain-certificate ${DOMAIN}`])
  })
})
