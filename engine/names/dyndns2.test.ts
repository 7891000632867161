import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './dyndns2.ts'
import { asked, basicHeader, follow, reply, troubleOf } from './provider.fixture.ts'
import { ProviderError } from './provider.ts'
import { PROVIDERS } from './providers/index.ts'

const V4 = '203.0.113.7'
const V6 = '2001:db8::7'
const LOGIN = { user: 'ann@example.net', password: 'p:ä ss' }
const AUTHORIZATION = basicHeader(LOGIN.user, LOGIN.password)

const named = (id: string) => PROVIDERS.get(id) ?? assert.fail(`no provider ${id}`)

/** What goes over the wire for both families, for one, and for the other: as each provider's documentation has it. */
const REQUESTS: readonly (readonly [id: string, both: readonly string[], ipv4: readonly string[], ipv6: readonly string[]])[] = [
  [
    'dyndns2',
    [`dyn.example:8443/nic/update?hostname=home.example.net&myip=${V4},${V6}`],
    [`dyn.example:8443/nic/update?hostname=home.example.net&myip=${V4}`],
    [`dyn.example:8443/nic/update?hostname=home.example.net&myip=${V6}`],
  ],
  [
    'no-ip',
    [`dynupdate.no-ip.com/nic/update?hostname=home.example.net&myip=${V4},${V6}`],
    [`dynupdate.no-ip.com/nic/update?hostname=home.example.net&myip=${V4}`],
    [`dynupdate.no-ip.com/nic/update?hostname=home.example.net&myip=${V6}`],
  ],
  [
    'dynu',
    [`api.dynu.com/nic/update?hostname=home.example.net&myip=${V4}&myipv6=${V6}`],
    [`api.dynu.com/nic/update?hostname=home.example.net&myip=${V4}&myipv6=no`],
    [`api.dynu.com/nic/update?hostname=home.example.net&myip=no&myipv6=${V6}`],
  ],
  [
    'ovh-dynhost',
    [V4, V6].map((address) => `dns.eu.ovhapis.com/nic/update?system=dyndns&hostname=home.example.net&myip=${address}`),
    [`dns.eu.ovhapis.com/nic/update?system=dyndns&hostname=home.example.net&myip=${V4}`],
    [`dns.eu.ovhapis.com/nic/update?system=dyndns&hostname=home.example.net&myip=${V6}`],
  ],
  [
    'infomaniak',
    [V4, V6].map((address) => `infomaniak.com/nic/update?hostname=home.example.net&myip=${address}`),
    [`infomaniak.com/nic/update?hostname=home.example.net&myip=${V4}`],
    [`infomaniak.com/nic/update?hostname=home.example.net&myip=${V6}`],
  ],
]

for (const [id, both, ipv4, ipv6] of REQUESTS)
  test(`${id}: what it is sent, byte for byte`, async (t) => {
    const cases = [
      [both, { ipv4: V4, ipv6: V6 }],
      [ipv4, { ipv4: V4, ipv6: null }],
      [ipv6, { ipv4: null, ipv6: V6 }],
    ] as const
    for (const [urls, addresses] of cases) {
      const answers = urls.map((_, index) => reply(200, `${index === 0 ? 'good' : 'nochg'} ${V4}`))
      const { session, requests } = await follow(t, { ...LOGIN, server: ' Dyn.example:8443' }, answers)
      await named(id).set('home.example.net', addresses, session)
      assert.deepEqual(
        requests,
        urls.map((url) => asked('GET', url, [AUTHORIZATION])),
      )
    }
  })

/** Every answer that any of them documents. */
const ANSWERS: readonly (readonly [body: string, trouble: ProviderError['trouble'] | 'well'])[] = [
  [`good ${V4}`, 'well'],
  [`nochg ${V4}`, 'well'],
  ['good', 'well'],
  [`good ${V6}\r\n`, 'well'],
  [`successfully_changed ${V4}`, 'well'],
  [`no_change ${V4}`, 'well'],
  ['good 127.0.0.1', 'agent'],
  ['nochg 127.0.0.1', 'agent'],
  ['badauth', 'credentials'],
  ['badauth\n', 'credentials'],
  ['BadAuth', 'credentials'],
  ['nohost', 'name'],
  ['nohost home.example.net', 'name'],
  ['notfqdn', 'name'],
  ['numhost', 'name'],
  ['!yours', 'name'],
  ['!donator', 'account'],
  ['!active', 'account'],
  ['abuse', 'abuse'],
  ['badagent', 'agent'],
  ['badsys', 'agent'],
  ['dnserr', 'server'],
  ['911', 'server'],
  ['911 System maintenance', 'server'],
  ['badrequest', 'odd'],
  ['', 'odd'],
  ['<html><body>Welcome!</body></html>', 'odd'],
  ['goodbye', 'odd'],
  ['constructor', 'odd'],
  ['__proto__', 'odd'],
]

test('every documented answer is understood, and nothing else is taken for a good one', () => {
  for (const [body, wanted] of ANSWERS) {
    let found: string = 'well'
    try {
      judge(body)
    } catch (error) {
      found = error instanceof ProviderError ? error.trouble : String(error)
    }
    assert.equal(found, wanted, JSON.stringify(body))
  }
})

test('a failure that only a person can end is final; the others come with the time to wait', async (t) => {
  const cases = [
    [reply(401, 'badauth'), 'credentials', true, undefined],
    [reply(400, 'nohost'), 'name', true, undefined],
    [reply(200, '911'), 'server', false, 1800],
    [reply(429, '', 'Retry-After: 90'), 'limited', false, 90],
    [reply(503, '<h1>Service unavailable</h1>', 'Retry-After: 5'), 'server', false, 5],
    [reply(301, '', 'Location: https://elsewhere.example/'), 'odd', false, undefined],
    [reply(403, 'who are you?'), 'credentials', true, undefined],
    ['hang up', 'unreachable', false, undefined],
    ['gibberish\r\n\r\n', 'unreachable', false, undefined],
  ] as const
  for (const [answer, trouble, final, retryAfterS] of cases) {
    const { session } = await follow(t, LOGIN, [answer])
    const error = await troubleOf(named('no-ip').set('home.example.net', { ipv4: V4, ipv6: null }, session))
    assert.deepEqual([error.trouble, error.final, error.retryAfterS], [trouble, final, retryAfterS])
  }
})

test('the second family is not asked for when the first one was refused', async (t) => {
  const { session, requests } = await follow(t, LOGIN, [reply(200, 'badauth')])
  await troubleOf(named('infomaniak').set('home.example.net', { ipv4: V4, ipv6: V6 }, session))
  assert.equal(requests.length, 1)
})

test('a server that is no host name is never asked', async (t) => {
  for (const server of ['', 'dyn.example/path', 'user@dyn.example', 'https://dyn.example', 'dyn.example?x', 'dyn example', '../x']) {
    const { session } = await follow(t, { ...LOGIN, server }, [])
    const error = await troubleOf(named('dyndns2').set('home.example.net', { ipv4: V4, ipv6: null }, session))
    assert.equal(error.trouble, 'credentials', server)
  }
})
