import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { plainLink } from '../../protocol/model/link.ts'
import { folder } from '../../test/folder.ts'
import { newIdentity } from '../../wire/identity.ts'
import { grantsOf } from '../access/grants.ts'
import type { LinkWish } from '../control/controlled.ts'
import { keepLinks } from './links.ts'
import { codeThrown } from './problem.fixture.ts'
import { openSettings } from './settings.ts'

const FIRST = 'abcdefghijklmnop'
const wish = (change: Partial<LinkWish> = {}): LinkWish => ({
  service: 'web',
  label: '',
  endsAtMs: null,
  maxUses: null,
  alias: false,
  via: 'relay',
  pin: null,
  ...change,
})

function house(t: TestContext) {
  const data = folder(t)
  const settings = openSettings(data, (notice) => assert.fail(notice.code))
  const common = { paused: false, access: 'public' as const }
  settings.change({
    services: [
      { ...common, name: 'web', target: { kind: 'http', host: '192.168.1.20', port: 80 }, links: [plainLink(FIRST, 5)] },
      { ...common, name: 'band', target: { kind: 'udp', host: '192.168.1.20', port: 22124 }, links: [] },
    ],
  })
  const events: string[] = []
  const links = keepLinks(settings, grantsOf(newIdentity()), ({ type }) => events.push(type))
  const gate = (name: string): void =>
    settings.change({ services: settings.current.services.map((each) => (each.name === name ? { ...each, access: 'link' } : each)) })
  return { links, gate, events, reopened: () => openSettings(data, (notice) => assert.fail(notice.code)).current }
}

test('what its owner decided about a link is written down before anybody hears of it', (t) => {
  const { links, events, reopened } = house(t)
  const endsAtMs = Date.now() + 60_000
  const id = links.add(wish({ label: ' for Aunt Marie ', endsAtMs, alias: true }))
  const [, link] = reopened().services[0]?.links ?? []
  assert.deepEqual(
    { ...link, createdAtMs: 0, alias: '' },
    { id, label: 'for Aunt Marie', createdAtMs: 0, endsAtMs, maxUses: null, alias: '', via: 'relay', pinMac: null },
  )
  assert.match(link?.alias ?? '', /^[0-9a-z]{8}$/)
  links.count(id, 7)
  links.count(id, 8)
  assert.deepEqual(reopened().linkUses, { [id]: { uses: 2, lastUsedAtMs: 8 } })
  links.revoke('web', id)
  assert.deepEqual([reopened().services[0]?.links.map((each) => each.id), reopened().linkUses], [[FIRST], {}])
  assert.deepEqual(events, ['link-added', 'link-used', 'link-used', 'link-revoked', 'admitted'])
})

test('a grant is nowhere on the disk', (t) => {
  const { links, gate, reopened } = house(t)
  gate('web')
  const id = links.add(wish({ maxUses: 1, via: 'home' }))
  const grant = links.grants(reopened().services)[id] ?? ''
  assert.equal(grant.length, 22)
  assert.ok(!JSON.stringify(reopened()).includes(grant))
})

test('what makes no sense is refused, and changes nothing', (t) => {
  const { links, gate, events, reopened } = house(t)
  const before = reopened()
  const cases: [string, () => unknown][] = [
    ['service-unknown', () => links.add(wish({ service: 'nobody' }))],
    ['service-unknown', () => links.revoke('nobody', FIRST)],
    ['service-unknown', () => links.expel('nobody', '203.0.113.7')],
    ['not-admitted', () => links.expel('web', '203.0.113.7')],
    ['link-unknown', () => links.revoke('web', 'aaaaaaaaaaaaaaaa')],
    ['link-unknown', () => links.revoke('band', FIRST)],
    ['link-end-past', () => links.add(wish({ endsAtMs: Date.now() - 1 }))],
    ['link-needs-gate', () => links.add(wish({ maxUses: 1 }))],
    ['link-needs-gate', () => links.add(wish({ via: 'home' }))],
    ['link-needs-gate', () => links.add(wish({ pin: '0471' }))],
  ]
  for (const [code, action] of cases) assert.equal(codeThrown(action), code)
  assert.deepEqual([reopened(), events], [before, []])
  gate('web')
  assert.equal(
    codeThrown(() => links.add(wish({ alias: true }))),
    'alias-needs-public',
  )
})

test('a service has twenty links at most', (t) => {
  const { links, reopened } = house(t)
  for (let count = 1; count < 20; count++) links.add(wish())
  assert.equal(
    codeThrown(() => links.add(wish())),
    'links-full',
  )
  links.add(wish({ service: 'band' }))
  assert.equal(reopened().services[0]?.links.length, 20)
})

test('a PIN is nowhere on the disk, and a wrong one is counted there', (t) => {
  const { links, gate, events, reopened } = house(t)
  gate('web')
  const id = links.add(wish({ pin: '90471' }))
  links.missPin(id)
  links.missPin(id)
  assert.deepEqual(reopened().wrongPins, { [id]: 2 })
  assert.ok(!JSON.stringify(reopened()).includes('90471'))
  links.revoke('web', id)
  assert.deepEqual(reopened().wrongPins, {})
  assert.deepEqual(events, ['link-added', 'pin-missed', 'pin-missed', 'link-revoked', 'admitted'])
})

test('who opened the link of a raw service is let in after a restart too, until his time is over or he is turned out', (t) => {
  const { links, gate, reopened } = house(t)
  gate('band')
  const link = links.add(wish({ service: 'band' }))
  const admitted = (place: string, untilMs = Date.now() + 3_600_000) => ({ service: 'band', link, place, untilMs })
  const places = () => reopened().admitted.map(({ place }) => place)
  links.admit(admitted('203.0.113.7', Date.now() - 1))
  links.admit(admitted('2001:db8:1:2::/64'))
  links.admit(admitted('203.0.113.8'))
  links.admit(admitted('2001:db8:1:2::/64'))
  assert.deepEqual(places(), ['203.0.113.8', '2001:db8:1:2::/64'])
  links.expel('band', '203.0.113.8')
  assert.deepEqual(places(), ['2001:db8:1:2::/64'])
  for (let index = 0; index < 250; index++) links.admit(admitted(`198.51.100.${index}`))
  assert.equal(places().length, 200)
  links.revoke('band', link)
  assert.deepEqual(places(), [])
})
