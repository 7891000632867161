import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { plainLink } from '../../protocol/model/link.ts'
import { folder } from '../../test/folder.ts'
import { createPasswords } from '../access/passwords.ts'
import type { AccessWish } from '../control/controlled.ts'
import type { Happening } from '../core/events.ts'
import { natFinding } from '../core/nat.ts'
import { DIRECT, KNOWN, situation, WEB } from '../core/situation.fixture.ts'
import type { State } from '../core/state.ts'
import { createDoorkeeper, type DoorkeeperOptions, keepAccess } from './own-access.ts'
import { openSecrets } from './secrets.ts'
import { openSettings } from './settings.ts'

const quick = async (password: string, salt: Buffer): Promise<Buffer> => createHash('sha256').update(salt).update(password).digest()

function house(t: TestContext) {
  const data = folder(t)
  const settings = openSettings(data, (notice) => assert.fail(notice.code))
  const common = { paused: false, access: 'public' as const, links: [plainLink('abcdefghijklmnop', 5)] }
  settings.change({
    services: [
      { ...common, name: 'web', target: { kind: 'http', host: '192.168.1.20', port: 80 } },
      { ...common, name: 'band', target: { kind: 'udp', host: '192.168.1.20', port: 22124 }, links: [] },
    ],
  })
  const secrets = openSecrets(data)
  const file = { read: () => secrets.read('passwords'), write: (text: string) => secrets.write('passwords', text) }
  const events: Happening[] = []
  const set = keepAccess({ settings, passwords: createPasswords(file, quick), dispatch: (happening) => events.push(happening) })
  const reopened = () => openSettings(data, (notice) => assert.fail(notice.code)).current.services[0]
  return { set, events, settings, reopened, passwords: () => createPasswords(file, quick) }
}

test('what its owner wants is written down before anybody hears of it, and the password beside it', async (t) => {
  const { set, events, reopened, passwords } = house(t)
  await set({ name: 'web', access: 'password', password: 'correct horse' })
  assert.deepEqual([reopened()?.access, await passwords().isRight('web', 'correct horse')], ['password', true])
  assert.ok(!JSON.stringify(reopened()).includes('horse'))
  await set({ name: 'web', access: 'addresses', allowed: [' 203.0.113.7 ', '2001:DB8::/32', 'Marie.Dyndns.example'] })
  assert.deepEqual(reopened()?.allowed, ['203.0.113.7', '2001:db8::/32', 'marie.dyndns.example'])
  await set({ name: 'web', access: 'password' })
  await set({ name: 'web', access: 'addresses' })
  assert.deepEqual([reopened()?.access, reopened()?.allowed?.length], ['addresses', 3], 'what was said before still holds')
  assert.deepEqual(
    events.map((event) => event.type === 'access-changed' && [event.access, event.hasPassword]),
    [
      ['password', true],
      ['addresses', true],
      ['password', true],
      ['addresses', true],
    ],
  )
})

test('what makes no sense is refused, and changes nothing', async (t) => {
  const { set, events, settings } = house(t)
  const before = settings.current
  const cases: [code: string, wish: AccessWish][] = [
    ['service-unknown', { name: 'nobody', access: 'public' }],
    ['gate-web-only', { name: 'band', access: 'password', password: 'correct horse' }],
    ['password-missing', { name: 'web', access: 'password' }],
    ['password-unfit', { name: 'web', access: 'password', password: 'short' }],
    ['allowed-missing', { name: 'web', access: 'addresses' }],
    ['allowed-missing', { name: 'web', access: 'addresses', allowed: [] }],
    ...['localhost', 'marie', '203.0.113', '203.0.113.7/24', '203.0.113.0/33', 'a b.example', '1.2.3.0x7', ''].map(
      (entry): [string, AccessWish] => ['allowed-invalid', { name: 'web', access: 'addresses', allowed: ['203.0.113.7', entry] }],
    ),
  ]
  for (const [code, wish] of cases)
    await assert.rejects(set(wish), (error: { problem?: { code: string } }) => error.problem?.code === code, code)
  assert.deepEqual([settings.current, events], [before, []])
})

test('the home’s outside address is at home where its router says so too, and never by the relay’s word alone', () => {
  const opens = (state: State, address: string, isDirect = true): boolean => {
    const services = state.services.map((service) => ({ ...service, access: 'lan' as const }))
    const doorkeeper = createDoorkeeper({ state: () => ({ ...state, services }), declaredPublic: [] } as unknown as DoorkeeperOptions)
    const asked = { service: WEB.name, address, isDirect, cookies: [], grant: undefined, bearer: undefined, isForeign: false }
    return doorkeeper.judge(asked).isIn
  }
  const honest = situation(...DIRECT)
  const own = KNOWN.observed.ipv4 ?? ''
  assert.deepEqual([opens(honest, own), opens(honest, own, false), opens(honest, '198.51.100.66')], [true, false, false])
  const lies = DIRECT.map((event) => {
    if (event.type === 'gateway-found') return { ...event, protocols: ['pcp' as const], externalIPv4: null }
    return event.type === 'relay-connected' ? { ...event, known: { ...KNOWN, observed: { ipv4: '198.51.100.66' } } } : event
  })
  const lied = situation(...lies)
  assert.equal(natFinding(lied).verdict, 'single')
  assert.ok(!opens(lied, '198.51.100.66'), 'a router that does not say, and a relay that names its friend')
})
