/** Providers whose zones can be written, each from an empty zone to both addresses, to one, to another, and to none. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { asked, follow, json, reply, troubleOf } from './provider.fixture.ts'
import { cloudflare } from './providers/cloudflare.ts'
import { gandi } from './providers/gandi.ts'
import { hetzner } from './providers/hetzner.ts'
import { ovh } from './providers/ovh.ts'
import { porkbun } from './providers/porkbun.ts'
import { longestZone, zoneCandidates } from './zone-api.ts'

const V4 = '203.0.113.7'
const V6 = '2001:db8::7'
const HOST = 'a.home.example.com'
const token = 't-0ken'
const BEARER = ['Authorization: Bearer t-0ken', 'Accept: application/json']
const JSON_BEARER = [...BEARER, 'Content-Type: application/json']

test('the zone of a name is the longest one', () => {
  assert.deepEqual(zoneCandidates('*.a.example.com'), ['a.example.com', 'example.com'])
  assert.equal(longestZone(HOST, ['example.com', 'home.example.com', 'com']), 'home.example.com')
  assert.equal(longestZone('notexample.com', ['example.com']), undefined)
})

test('Cloudflare: written where it differs, and a proxied record stays proxied', async (t) => {
  const api = 'api.cloudflare.com/client/v4'
  const ok = (result: unknown) => json(200, { success: true, errors: [], messages: [], result })
  const zone = [ok([]), ok([]), ok([{ id: 'z1', name: 'example.com' }])]
  const old = ok([{ id: 'r1', content: '198.51.100.1', proxied: true }])
  const { session, requests } = await follow(t, { token }, [...zone, old, old, ok({}), ok([]), ok([]), ok({})])
  await cloudflare.set(HOST, { ipv4: V4, ipv6: V6 }, session)
  const find = (type: string) => asked('GET', `${api}/zones/z1/dns_records?type=${type}&name=${HOST}`, BEARER)
  assert.deepEqual(requests, [
    ...[HOST, 'home.example.com', 'example.com'].map((name) => asked('GET', `${api}/zones?name=${name}`, BEARER)),
    ...[find('A'), find('A')],
    asked('PATCH', `${api}/zones/z1/dns_records/r1`, JSON_BEARER, { type: 'A', name: HOST, content: V4, ttl: 1, proxied: true }),
    ...[find('AAAA'), find('AAAA')],
    asked('POST', `${api}/zones/z1/dns_records`, JSON_BEARER, { type: 'AAAA', name: HOST, content: V6, ttl: 60, proxied: false }),
  ])
  const same = await follow(t, { token }, [...zone, ok([{ id: 'r1', content: V4 }]), ok([])])
  await cloudflare.set(HOST, { ipv4: V4, ipv6: null }, same.session)
  assert.ok(
    same.requests.every((request) => request.startsWith('GET ')),
    'nothing differs, nothing is written',
  )
  const spare = ok([
    { id: 'r1', content: V4 },
    { id: 'r2', content: '198.51.100.2' },
  ])
  const less = await follow(t, { token }, [...zone, spare, spare, ok({}), ok([])])
  await cloudflare.set(HOST, { ipv4: V4, ipv6: null }, less.session)
  assert.ok(less.requests.includes(asked('DELETE', `${api}/zones/z1/dns_records/r2`, BEARER)))
})

test('Gandi: whole sets, and 201 for a change', async (t) => {
  const api = 'api.gandi.net/v5/livedns/domains'
  const zones = json(200, [{ fqdn: 'example.com' }, { fqdn: 'example.org' }])
  const { session, requests } = await follow(t, { token }, [
    ...[zones, json(404, { message: 'no' }), json(201, { message: 'DNS Record Created' })],
    ...[json(200, { rrset_values: [V6] }), reply(204, '')],
  ])
  await gandi.set(HOST, { ipv4: V4, ipv6: null }, session)
  assert.deepEqual(requests, [
    asked('GET', `${api}?per_page=500`, BEARER),
    asked('GET', `${api}/example.com/records/a.home/A`, BEARER),
    asked('PUT', `${api}/example.com/records/a.home/A`, JSON_BEARER, { rrset_values: [V4], rrset_ttl: 300 }),
    asked('GET', `${api}/example.com/records/a.home/AAAA`, BEARER),
    asked('DELETE', `${api}/example.com/records/a.home/AAAA`, BEARER),
  ])
  const elsewhere = await follow(t, { token }, [json(200, [])])
  assert.equal((await troubleOf(gandi.set(HOST, { ipv4: V4, ipv6: null }, elsewhere.session))).trouble, 'name')
})

test('Hetzner: a set that is not there is made, and every change waited for', async (t) => {
  const api = 'api.hetzner.cloud/v1'
  const none = json(200, { zones: [] })
  const action = (status: string) => json(201, { action: { id: 5, status, error: null } })
  const { session, requests } = await follow(t, { token }, [
    ...[none, json(200, { zones: [{ id: 42, name: 'home.example.com' }] })],
    ...[json(404, {}), json(404, {}), action('running'), action('success')],
    ...[json(200, { rrset: { records: [{ value: '2001:db8::1' }] } }), action('success')],
  ])
  await hetzner.set(HOST, { ipv4: V4, ipv6: V6 }, session)
  const set = (value: string) => ({ records: [{ value }] })
  assert.deepEqual(requests, [
    ...[HOST, 'home.example.com'].map((name) => asked('GET', `${api}/zones?name=${name}`, BEARER)),
    asked('GET', `${api}/zones/42/rrsets/a/A`, BEARER),
    asked('POST', `${api}/zones/42/rrsets/a/A/actions/set_records`, JSON_BEARER, set(V4)),
    asked('POST', `${api}/zones/42/rrsets`, JSON_BEARER, { name: 'a', type: 'A', ttl: 60, ...set(V4) }),
    asked('GET', `${api}/actions/5`, BEARER),
    asked('GET', `${api}/zones/42/rrsets/a/AAAA`, BEARER),
    asked('POST', `${api}/zones/42/rrsets/a/AAAA/actions/set_records`, JSON_BEARER, set(V6)),
  ])
  const failing = await follow(t, { token }, [
    json(200, { zones: [{ id: 42, name: HOST }] }),
    json(404, {}),
    json(200, { action: { id: 5, status: 'error', error: { message: 'locked' } } }),
  ])
  assert.match((await troubleOf(hetzner.set(HOST, { ipv4: V4, ipv6: null }, failing.session))).message, /server: locked/)
})

test('Porkbun: an address takes its predecessor’s place, and keys stand in the body alone', async (t) => {
  const api = 'api.porkbun.com/api/json/v3/dns'
  const keys = { secretapikey: 'sk', apikey: 'pk' }
  const headers = ['Accept: application/json', 'Content-Type: application/json']
  const ok = (...records: readonly object[]) => json(200, { status: 'SUCCESS', records })
  const wrong = json(400, { status: 'ERROR', message: 'Invalid domain.' })
  const old = ok({ id: '9', content: '198.51.100.1' })
  const { session, requests } = await follow(t, { key: 'pk', secret: 'sk' }, [wrong, wrong, ok(), old, old, ok(), ok(), ok(), ok()])
  await porkbun.set(HOST, { ipv4: V4, ipv6: V6 }, session)
  const post = (path: string, more: object = {}) => asked('POST', `${api}/${path}`, headers, { ...keys, ...more })
  assert.deepEqual(requests, [
    ...[HOST, 'home.example.com', 'example.com'].map((zone) => post(`retrieveByNameType/${zone}/NS`)),
    ...[post('retrieveByNameType/example.com/A/a.home'), post('retrieveByNameType/example.com/A/a.home')],
    post('editByNameType/example.com/A/a.home', { content: V4, ttl: '600' }),
    ...[post('retrieveByNameType/example.com/AAAA/a.home'), post('retrieveByNameType/example.com/AAAA/a.home')],
    post('create/example.com', { name: 'a.home', type: 'AAAA', content: V6, ttl: '600' }),
  ])
  for (const [message, trouble] of [
    ['Invalid API key. (002)', 'credentials'],
    ['All HTTP request must use POST.', 'odd'],
    ['Domain is not opted in to API access.', 'account'],
    ['Rate limit exceeded', 'limited'],
  ] as const) {
    const refused = await follow(t, { key: 'pk', secret: 'sk' }, [json(400, { status: 'ERROR', message })])
    assert.equal((await troubleOf(porkbun.set(HOST, { ipv4: V4, ipv6: null }, refused.session))).trouble, trouble, message)
  }
})

test('OVHcloud: each request signed with the provider’s own time, and the zone published at the end', async (t) => {
  const api = 'eu.api.ovh.com/1.0'
  const time = json(200, 1_700_000_000)
  const keys = { key: 'ak', secret: 'as', consumerKey: 'ck' }
  const answers = [
    json(200, ['example.com']),
    json(200, [7]),
    json(200, { id: 7, target: V4 }),
    json(200, []),
    json(200, []),
    json(200, { id: 8 }),
    reply(200, 'null'),
  ]
  const { session, requests } = await follow(
    t,
    keys,
    answers.flatMap((each) => [time, each]),
  )
  await ovh.set('example.com', { ipv4: V4, ipv6: V6 }, session)
  const clock = asked('GET', `${api}/auth/time`, ['Accept: application/json'])
  const signed = (method: string, path: string, body?: object) => {
    const text = ['as', 'ck', method, `https://${api}${path}`, body === undefined ? '' : JSON.stringify(body), 1_700_000_000].join('+')
    const signature = `$1$${createHash('sha1').update(text).digest('hex')}`
    const own = ['X-Ovh-Application: ak', 'X-Ovh-Consumer: ck', 'X-Ovh-Timestamp: 1700000000', `X-Ovh-Signature: ${signature}`]
    return asked(method, `${api}${path}`, [...own, 'Accept: application/json', ...(body ? ['Content-Type: application/json'] : [])], body)
  }
  const record = '/domain/zone/example.com/record'
  assert.deepEqual(
    requests,
    [
      ...[signed('GET', '/domain/zone'), signed('GET', `${record}?fieldType=A&subDomain=`), signed('GET', `${record}/7`)],
      ...[signed('GET', `${record}?fieldType=AAAA&subDomain=`), signed('GET', `${record}?fieldType=AAAA&subDomain=`)],
      signed('POST', record, { fieldType: 'AAAA', subDomain: '', target: V6, ttl: 60 }),
      signed('POST', '/domain/zone/example.com/refresh'),
    ].flatMap((request) => [clock, request]),
  )
})

test('a proof is added beside others, and taken away alone', async (t) => {
  const zones = json(200, [{ fqdn: 'example.com' }])
  const path = 'api.gandi.net/v5/livedns/domains/example.com/records/_acme-challenge.home/TXT'
  const { session, requests } = await follow(t, { token }, [
    ...[zones, json(200, { rrset_values: ['"theirs"'] }), json(201, {})],
    ...[zones, json(200, { rrset_values: ['"theirs"', '"ours"'] }), json(201, {})],
    ...[zones, json(200, { rrset_values: ['"ours"'] }), reply(204, '')],
  ])
  const name = '_acme-challenge.home.example.com'
  await gandi.txt?.add(name, 'ours', session)
  await gandi.txt?.remove(name, 'ours', session)
  await gandi.txt?.remove(name, 'ours', session)
  assert.deepEqual(
    requests.filter((request) => !request.startsWith('GET ')),
    [
      asked('PUT', path, JSON_BEARER, { rrset_values: ['"theirs"', '"ours"'], rrset_ttl: 300 }),
      asked('PUT', path, JSON_BEARER, { rrset_values: ['"theirs"'], rrset_ttl: 300 }),
      asked('DELETE', path, BEARER),
    ],
  )
})
