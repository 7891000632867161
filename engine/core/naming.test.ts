import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { answeringDomains, deviceDomain, publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import { ADDED, CERTIFIED, continued, KNOWN, RELAY, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const DAY_MS = 86_400_000
const UNTIL = T0 + 30 * DAY_MS
const [OLD, NEW] = ['amber-otter-42.relay.test', 'our-house.relay.test']
const HOME = [...ADDED, ...RELAY, CERTIFIED]
const WISHED: Happening = { type: 'name-wished', domain: 'relay.test', label: 'our-house' }
const RENAMED: Happening = {
  type: 'renamed',
  url: KNOWN.url,
  label: 'our-house',
  former: [{ label: 'amber-otter-42', untilMs: UNTIL }],
  voucher: null,
}
const certified = (domain: string): Happening => ({ ...CERTIFIED, domain }) as Happening
const TWIN = { ...KNOWN, url: 'https://two.relay.test', host: 'two.relay.test' }
const REFUSED: Happening = {
  type: 'rename-refused',
  url: TWIN.url,
  label: 'our-house',
  problem: problem('label-taken', { name: 'our-house' }),
}

const planned = (state: State, kind: string, atMs = T0): string[] =>
  [...plan(state, atMs).effects].filter(([, effect]) => effect.kind === kind).map(([key]) => key)

describe('another name', () => {
  it('is asked for at the relay as long as it calls us otherwise', () => {
    assert.deepEqual(planned(situation(...HOME), 'rename'), [])
    assert.deepEqual(planned(situation(...HOME, WISHED), 'rename'), [`rename ${KNOWN.url} our-house`])
    assert.deepEqual(planned(situation(...HOME, WISHED, RENAMED), 'rename'), [])
    assert.deepEqual(planned(situation(...ADDED, { type: 'relay-chosen', url: KNOWN.url }, WISHED), 'rename'), [], 'not before it is here')
  })

  it('gets its certificate while the old name is shown and links lead to it; then it is shown', () => {
    const between = situation(...HOME, WISHED, RENAMED)
    assert.deepEqual(answeringDomains(between), [NEW, OLD])
    assert.deepEqual(planned(between, 'obtain-certificate'), [`obtain-certificate ${NEW}`])
    assert.deepEqual([deviceDomain(between), publicationOf(between).label], [OLD, 'amber-otter-42'])
    assert.equal(view(between).services[0]?.publicUrl, `https://photos.${OLD}/`)
    assert.deepEqual(view(between).names, { label: 'our-house', next: NEW, former: [{ domain: OLD, untilMs: UNTIL }] })
    const after = continued(between, certified(NEW))
    assert.deepEqual([deviceDomain(after), publicationOf(after).label], [NEW, 'our-house'])
    assert.equal(view(after).services[0]?.publicUrl, `https://photos.${NEW}/`)
    assert.deepEqual(view(after).names, { label: 'our-house', next: null, former: [{ domain: OLD, untilMs: UNTIL }] })
  })

  it('stays unshown while its certificate cannot be had, and that is said', () => {
    const failed: Happening = {
      type: 'certificate-failed',
      domain: NEW,
      problem: problem('certificate-failed', { reason: 'rejected' }),
      retryAfterMs: 60_000,
    }
    const state = situation(...HOME, WISHED, RENAMED, failed)
    assert.equal(deviceDomain(state), OLD)
    assert.ok(view(state).problems.some(({ code }) => code === 'certificate-failed'))
    assert.notEqual(view(state).services[0]?.state, 'unreachable')
  })

  it('leaves the old name its certificate, renewed in time, until the old name is over', () => {
    const state = situation(...HOME, WISHED, RENAMED, certified(NEW))
    assert.deepEqual(planned(state, 'obtain-certificate'), [])
    const early = continued(state, { ...CERTIFIED, domain: OLD, renewAtMs: T0 + DAY_MS } as Happening)
    assert.deepEqual(planned(early, 'obtain-certificate', T0 + DAY_MS), [`obtain-certificate ${OLD}`])
    const over = continued(early, [{ type: 'target-up', name: 'photos' }, UNTIL])
    assert.deepEqual([answeringDomains(over), planned(over, 'obtain-certificate', UNTIL)], [[NEW], []])
  })

  it('is found again after a start in the middle of a change: the old one serves at once, the new one is gone on with', () => {
    const known = { ...KNOWN, label: 'our-house', former: [{ label: 'amber-otter-42', untilMs: UNTIL }] }
    const state = situation(...ADDED, WISHED, { type: 'relay-chosen', url: KNOWN.url }, { type: 'relay-connected', known })
    assert.deepEqual(planned(state, 'obtain-certificate'), [`obtain-certificate ${NEW}`, `obtain-certificate ${OLD}`])
    assert.equal(deviceDomain(continued(state, certified(OLD))), OLD)
    assert.equal(deviceDomain(continued(state, certified(OLD), certified(NEW))), NEW)
  })

  it('is shown at once where nothing needs a certificate', () => {
    assert.equal(deviceDomain(situation(...RELAY, WISHED, RENAMED)), NEW)
  })

  it('is the same at every relay of the domain, also at one that comes later and remembers the old one', () => {
    const both = situation(...HOME, { type: 'relay-chosen', url: TWIN.url }, { type: 'relay-connected', known: TWIN })
    assert.deepEqual(planned(continued(both, WISHED), 'rename'), [`rename ${KNOWN.url} our-house`, `rename ${TWIN.url} our-house`])
    const first = continued(both, WISHED, RENAMED)
    assert.deepEqual(planned(first, 'rename'), [`rename ${TWIN.url} our-house`])
    const lost = continued(first, {
      type: 'relay-waiting',
      url: KNOWN.url,
      problem: problem('relay-unreachable', { relay: '', reason: '' }),
    })
    assert.equal(deviceDomain(lost), OLD, 'the other one serves')
    assert.deepEqual(planned(lost, 'rename'), [`rename ${TWIN.url} our-house`])
    assert.deepEqual(planned(continued(both, { ...WISHED, domain: 'elsewhere.test' }), 'rename'), [])
  })

  it('that one of several relays refuses is told, and asked for again after an hour', () => {
    const both = situation(...HOME, { type: 'relay-chosen', url: TWIN.url }, { type: 'relay-connected', known: TWIN })
    const state = continued(both, WISHED, RENAMED, REFUSED)
    assert.deepEqual(planned(state, 'rename', T0 + 3_599_999), [])
    assert.deepEqual(planned(state, 'rename', T0 + 3_600_000), [`rename ${TWIN.url} our-house`])
    assert.ok(view(state).problems.some(({ code }) => code === 'label-taken'))
    const other = continued(state, { type: 'name-wished', domain: 'relay.test', label: 'their-house' })
    assert.deepEqual(planned(other, 'rename'), [`rename ${KNOWN.url} their-house`, `rename ${TWIN.url} their-house`])
    assert.deepEqual(planned(continued(state, { type: 'name-wished', domain: 'relay.test', label: null }), 'rename', T0 + DAY_MS), [])
  })
})
