/** The providers with a protocol of their own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked, follow, json, reply, troubleOf } from './provider.fixture.ts'
import { desec } from './providers/desec.ts'
import { duckdns } from './providers/duckdns.ts'
import { freedns } from './providers/freedns.ts'

const V4 = '203.0.113.7'
const V6 = '2001:db8::7'
const token = 't-0ken'
const DUCK = 'www.duckdns.org/update?domains=home&token=t-0ken'
const OK = reply(200, `OK\n${V4}\n${V6}\nUPDATED`)

test('Duck DNS: both families, one of them, none, and a proof', async (t) => {
  const cases = [
    [{ ipv4: V4, ipv6: V6 }, [`&ip=${V4}&ipv6=${V6}`]],
    [{ ipv4: V4, ipv6: null }, ['&clear=true', `&ip=${V4}`]],
    [{ ipv4: null, ipv6: V6 }, ['&clear=true', `&ipv6=${V6}`]],
    [{ ipv4: null, ipv6: null }, ['&clear=true']],
  ] as const
  for (const [addresses, parameters] of cases) {
    const answers = parameters.map(() => OK)
    const { session, requests } = await follow(t, { token }, answers)
    await duckdns.set('home.duckdns.org', addresses, session)
    assert.deepEqual(
      requests,
      parameters.map((each) => asked('GET', `${DUCK}${each}&verbose=true`)),
    )
  }
  const { session, requests } = await follow(t, { token }, [OK, OK])
  await duckdns.txt?.add('_acme-challenge.home.duckdns.org', 'pr00f-_', session)
  await duckdns.txt?.remove('_acme-challenge.home.duckdns.org', 'pr00f-_', session)
  assert.deepEqual(requests, [
    asked('GET', `${DUCK}&txt=pr00f-_&verbose=true`),
    asked('GET', `${DUCK}&txt=pr00f-_&clear=true&verbose=true`),
  ])
})

test('Duck DNS: its answers, and names that are not below it', async (t) => {
  for (const [body, trouble] of [
    ['KO', 'credentials'],
    ['', 'odd'],
    ['OKAY', 'odd'],
    ['<html>', 'odd'],
  ] as const) {
    const { session } = await follow(t, { token }, [reply(200, body)])
    assert.equal((await troubleOf(duckdns.set('home.duckdns.org', { ipv4: V4, ipv6: V6 }, session))).trouble, trouble, body)
  }
  for (const host of ['home.example.org', 'duckdns.org', '.duckdns.org', 'a,b.duckdns.org', 'home.duckdns.org.example']) {
    const { session } = await follow(t, { token }, [])
    assert.equal((await troubleOf(duckdns.set(host, { ipv4: V4, ipv6: V6 }, session))).trouble, 'name', host)
  }
})

test('FreeDNS: an address of its own for each family, and errors that come as a success', async (t) => {
  const updated = reply(200, `Updated demo.example.com from 198.51.100.1 to ${V4}`)
  const both = await follow(t, { token }, [
    updated,
    reply(200, `No IP change detected for demo.example.com with IP ${V6}, skipping update`),
  ])
  await freedns.set('demo.example.com', { ipv4: V4, ipv6: V6 }, both.session)
  assert.deepEqual(both.requests, [asked('GET', 'sync.afraid.org/u/t-0ken/'), asked('GET', 'v6.sync.afraid.org/u/t-0ken/')])
  for (const [answer, trouble] of [
    [reply(200, 'ERROR: Invalid update URL (2)'), 'credentials'],
    [reply(200, 'ERROR: Could not authenticate.'), 'credentials'],
    [reply(404, ''), 'credentials'],
    [reply(200, ''), 'odd'],
    [reply(200, '<html>We are moving</html>'), 'odd'],
    [reply(502, 'bad gateway'), 'server'],
  ] as const) {
    const { session } = await follow(t, { token }, [answer])
    assert.equal((await troubleOf(freedns.set('demo.example.com', { ipv4: V4, ipv6: null }, session))).trouble, trouble, answer)
  }
})

const TOKEN = 'Authorization: Token t-0ken'
const ACCEPT = 'Accept: application/json'
const TYPE = 'Content-Type: application/json'

test('deSEC: what does not stand is emptied, never left out', async (t) => {
  for (const [addresses, query] of [
    [{ ipv4: V4, ipv6: V6 }, `myipv4=${V4}&myipv6=${V6}`],
    [{ ipv4: V4, ipv6: null }, `myipv4=${V4}&myipv6=`],
    [{ ipv4: null, ipv6: V6 }, `myipv4=&myipv6=${V6}`],
    [{ ipv4: null, ipv6: null }, 'myipv4=&myipv6='],
  ] as const) {
    const { session, requests } = await follow(t, { token }, [reply(200, 'good')])
    await desec.set('home.dedyn.io', addresses, session)
    assert.deepEqual(requests, [asked('GET', `update.dedyn.io/?hostname=home.dedyn.io&${query}`, [TOKEN])])
  }
})

test('deSEC: a minute between updates, and every refusal', async (t) => {
  for (const [answer, trouble, retryAfterS] of [
    [reply(429, 'Request was throttled. Expected available in 42 seconds.', 'Retry-After: 42'), 'limited', 42],
    [reply(401, 'badauth'), 'credentials', undefined],
    [reply(403, 'forbidden'), 'credentials', undefined],
    [reply(404, 'nohost'), 'name', undefined],
  ] as const) {
    const { session } = await follow(t, { token }, [answer])
    const error = await troubleOf(desec.set('home.dedyn.io', { ipv4: V4, ipv6: null }, session))
    assert.deepEqual([error.trouble, error.retryAfterS], [trouble, retryAfterS])
  }
})

test('deSEC: a proof beside another one', async (t) => {
  const found = json(200, [{ name: 'home.dedyn.io' }])
  const { session, requests } = await follow(t, { token }, [found, json(200, { records: ['"other"'] }), json(200, [])])
  await desec.txt?.add('_acme-challenge.home.dedyn.io', 'proof', session)
  assert.deepEqual(requests, [
    asked('GET', 'desec.io/api/v1/domains/?owns_qname=_acme-challenge.home.dedyn.io', [TOKEN, ACCEPT]),
    asked('GET', 'desec.io/api/v1/domains/home.dedyn.io/rrsets/_acme-challenge/TXT/', [TOKEN, ACCEPT]),
    asked(
      'PUT',
      'desec.io/api/v1/domains/home.dedyn.io/rrsets/',
      [TOKEN, ACCEPT, TYPE],
      [{ subname: '_acme-challenge', type: 'TXT', ttl: 3600, records: ['"other"', '"proof"'] }],
    ),
  ])
  const gone = await follow(t, { token }, [found, reply(404, '{}')])
  await desec.txt?.remove('_acme-challenge.home.dedyn.io', 'proof', gone.session)
  assert.equal(gone.requests.length, 2, 'what is not there is not removed')
})
