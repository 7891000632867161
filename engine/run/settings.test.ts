import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { plainLink } from '../../protocol/model/link.ts'
import { NO_PREFERENCES } from '../../protocol/model/preferences.ts'
import type { Problem } from '../../protocol/problem.ts'
import { folder } from '../../test/folder.ts'
import { codeThrown } from './problem.fixture.ts'
import { openSettings } from './settings.ts'

const unexpected = (notice: Problem): void => assert.fail(notice.code)
const SERVICE = {
  name: 'web',
  target: { kind: 'http', host: '192.168.1.20', port: 8080 },
  paused: false,
  access: 'public',
  links: [plainLink('abcdefghijklmnop', 5)],
} as const
const NO_LINKS = {
  labels: {},
  linkUses: {},
  wrongPins: {},
  admitted: [],
  registered: {},
  limits: {},
  terms: {},
  ownNames: [],
  preferences: NO_PREFERENCES,
}
const RELAY = { url: 'https://relay.example', key: 'k'.repeat(43) }

test('nothing there: defaults, and no file until something is decided', (t) => {
  const data = folder(t)
  const settings = openSettings(data, unexpected)
  assert.deepEqual(settings.current, { v: 3, services: [], relays: [], ports: {}, publicPorts: {}, ...NO_LINKS })
  assert.deepEqual(readdirSync(data), [])
})

test('which router its owner has is remembered, until he leaves it to us again', (t) => {
  const data = folder(t)
  openSettings(data, unexpected).change({ router: 'livebox' })
  const settings = openSettings(data, unexpected)
  assert.equal(settings.current.router, 'livebox')
  settings.change({ router: undefined })
  assert.equal('router' in openSettings(data, unexpected).current, false)
})

test('what was decided is there again at the next start, readable by people and by nobody else', (t) => {
  const data = folder(t)
  const settings = openSettings(data, unexpected)
  settings.change({ services: [SERVICE] })
  settings.change({ relays: [RELAY], ports: { ':web': 40443 }, publicPorts: {}, ...NO_LINKS })
  const path = join(data, 'settings.json')
  assert.deepEqual(openSettings(data, unexpected).current, settings.current)
  assert.deepEqual(settings.current, { v: 3, services: [SERVICE], relays: [RELAY], ports: { ':web': 40443 }, publicPorts: {}, ...NO_LINKS })
  assert.match(readFileSync(path, 'utf8'), /^ {2}"services": \[$/m)
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a change that cannot be saved has not happened', (t) => {
  const data = join(folder(t), 'data')
  const settings = openSettings(data, unexpected)
  assert.equal(
    codeThrown(() => settings.change({ services: [SERVICE] })),
    'data-unwritable',
  )
  assert.deepEqual(settings.current.services, [])
})

const valid = { v: 3, services: [SERVICE], relays: [], ports: {} }
const DAMAGED: Record<string, string> = {
  empty: '',
  'cut off': JSON.stringify(valid).slice(0, 40),
  'another file': 'PK\u0003\u0004',
  null: 'null',
  'no version': JSON.stringify({ ...valid, v: undefined }),
  'an older version than there ever was': JSON.stringify({ ...valid, v: 0 }),
  'a name that is none': JSON.stringify({ ...valid, services: [{ ...SERVICE, name: '../web' }] }),
  'a port that is none': JSON.stringify({ ...valid, ports: { ':web': 0 } }),
}
for (const [what, text] of Object.entries(DAMAGED))
  test(`damaged (${what}): kept aside, defaults, and a notice that says where`, (t) => {
    const data = folder(t)
    const path = join(data, 'settings.json')
    writeFileSync(path, text)
    const notices: Problem[] = []
    const settings = openSettings(data, (notice) => notices.push(notice))
    assert.deepEqual(settings.current.services, [])
    assert.deepEqual(
      notices.map(({ code }) => code),
      ['settings-damaged'],
    )
    const keptAs = notices[0]?.params.keptAs ?? ''
    assert.match(keptAs, /settings\.damaged-\d{4}-\d\d-\d\dT[\d-]+Z\.json$/)
    assert.equal(readFileSync(keptAs, 'utf8'), text)
    assert.ok(!existsSync(path))
  })

test('of a newer Porchlight: refused, and left as it is', (t) => {
  const data = folder(t)
  const path = join(data, 'settings.json')
  writeFileSync(path, '{"v":4}')
  assert.equal(
    codeThrown(() => openSettings(data, unexpected)),
    'settings-newer',
  )
  assert.equal(readFileSync(path, 'utf8'), '{"v":4}')
  assert.deepEqual(readdirSync(data), ['settings.json'])
})

test('a folder that is gone is a problem with a name', (t) => {
  const data = folder(t)
  const settings = openSettings(data, unexpected)
  rmSync(data, { recursive: true })
  assert.equal(
    codeThrown(() => settings.change({ relays: [RELAY] })),
    'data-unwritable',
  )
})

test('of the versions before, with one relay or none, with one link: read, and written as today’s', (t) => {
  const { access: _none, links: _one, ...before } = SERVICE
  const services = [{ ...before, linkId: 'abcdefghijklmnop' }]
  const now = { ...SERVICE, links: [plainLink('abcdefghijklmnop', null)] }
  const ports = { ':web': 40443 }
  for (const [old, relays] of [
    [{ v: 1, services, relay: RELAY, ports }, [RELAY]],
    [{ v: 1, services, relay: null, ports }, []],
    [{ v: 2, services, relays: [RELAY], ports }, [RELAY]],
  ] as const) {
    const data = folder(t)
    writeFileSync(join(data, 'settings.json'), JSON.stringify(old))
    const settings = openSettings(data, (notice) => assert.fail(notice.code))
    assert.deepEqual(settings.current, { v: 3, services: [now], relays, ports, publicPorts: {}, ...NO_LINKS })
    settings.change({ services: [] })
    assert.deepEqual(JSON.parse(readFileSync(join(data, 'settings.json'), 'utf8')).relays, relays)
  }
})

test('how far the owner was is there again; what cannot be read of it loses nothing else', (t) => {
  const data = folder(t)
  const path = join(data, 'settings.json')
  const setup = {
    step: 'way',
    choice: { preset: 'jamulus', target: 'udp://localhost:22124', name: 'band' },
    service: 'band',
    door: 'direct',
    home: '203.0.113.7',
  } as const
  openSettings(data, unexpected).change({ setup, services: [SERVICE] })
  assert.deepEqual(openSettings(data, unexpected).current.setup, setup)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"way"', '"a-step-of-tomorrow"'))
  const { setup: unreadable, services } = openSettings(data, unexpected).current
  assert.deepEqual([unreadable, services], [undefined, [SERVICE]])
})
