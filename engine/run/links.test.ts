import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { plainLink } from '../../protocol/model/link.ts'
import { folder } from '../../test/folder.ts'
import { newIdentity } from '../../wire/identity.ts'
import { grantsOf } from '../access/grants.ts'
import type { LinkWish } from '../control/handlers.ts'
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
  return { links, events, reopened: () => openSettings(data, (notice) => assert.fail(notice.code)).current }
}

test('what its owner decided about a link is written down before anybody hears of it', (t) => {
  const { links, events, reopened } = house(t)
  const endsAtMs = Date.now() + 60_000
  const id = links.add(wish({ label: ' for Aunt Marie ', endsAtMs, alias: true }))
  const [, link] = reopened().services[0]?.links ?? []
  assert.deepEqual(
    { ...link, createdAtMs: 0, alias: '' },
    { id, label: 'for Aunt Marie', createdAtMs: 0, endsAtMs, maxUses: null, alias: '', via: 'relay' },
  )
  assert.match(link?.alias ?? '', /^[0-9a-z]{8}$/)
  links.count(id, 7)
  links.count(id, 8)
  assert.deepEqual(reopened().linkUses, { [id]: { uses: 2, lastUsedAtMs: 8 } })
  links.revoke('web', id)
  assert.deepEqual([reopened().services[0]?.links.map((each) => each.id), reopened().linkUses], [[FIRST], {}])
  links.setAccess('web', 'link')
  assert.equal(reopened().services[0]?.access, 'link')
  assert.deepEqual(events, ['link-added', 'link-used', 'link-used', 'link-revoked', 'access-changed'])
})

test('a grant is nowhere on the disk', (t) => {
  const { links, reopened } = house(t)
  links.setAccess('web', 'link')
  const id = links.add(wish({ maxUses: 1, via: 'home' }))
  const grant = links.grants(reopened().services)[id] ?? ''
  assert.equal(grant.length, 22)
  assert.ok(!JSON.stringify(reopened()).includes(grant))
})

test('what makes no sense is refused, and changes nothing', (t) => {
  const { links, events, reopened } = house(t)
  const before = reopened()
  const cases: [string, () => unknown][] = [
    ['service-unknown', () => links.add(wish({ service: 'nobody' }))],
    ['service-unknown', () => links.revoke('nobody', FIRST)],
    ['service-unknown', () => links.setAccess('nobody', 'public')],
    ['link-unknown', () => links.revoke('web', 'aaaaaaaaaaaaaaaa')],
    ['link-unknown', () => links.revoke('band', FIRST)],
    ['link-end-past', () => links.add(wish({ endsAtMs: Date.now() - 1 }))],
    ['link-needs-gate', () => links.add(wish({ maxUses: 1 }))],
    ['link-needs-gate', () => links.add(wish({ via: 'home' }))],
    ['gate-web-only', () => links.setAccess('band', 'link')],
  ]
  for (const [code, action] of cases) assert.equal(codeThrown(action), code)
  assert.deepEqual([reopened(), events], [before, []])
  links.setAccess('web', 'link')
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
