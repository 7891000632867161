/** Providers whose zones can be written: what each says when it refuses, and answers that are made to harm. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { follow, json, reply, troubleOf } from './provider.fixture.ts'
import { cloudflare } from './providers/cloudflare.ts'
import { gandi } from './providers/gandi.ts'
import { hetzner } from './providers/hetzner.ts'
import { ovh } from './providers/ovh.ts'
import { porkbun } from './providers/porkbun.ts'

const V4 = '203.0.113.7'
const HOST = 'a.home.example.com'
const token = 't-0ken'

test('Cloudflare: the reason of a failure is a code in the body', async (t) => {
  const failed = (status: number, code: number) => json(status, { success: false, errors: [{ code, message: 'no' }], result: null })
  for (const [answer, trouble] of [
    [failed(403, 9109), 'credentials'],
    [failed(400, 6003), 'credentials'],
    [failed(403, 10000), 'credentials'],
    [failed(404, 7003), 'name'],
    [failed(429, 971), 'limited'],
    [failed(200, 9109), 'credentials'],
    [failed(400, 1004), 'odd'],
    [failed(403, 1), 'credentials'],
    // The reason behind a first one that says nothing; no reason at all.
    [
      json(400, {
        success: false,
        errors: [
          { code: 1000, message: 'bad' },
          { code: 9109, message: 'no' },
        ],
        result: null,
      }),
      'credentials',
    ],
    [json(400, { success: false, errors: null, result: null }), 'odd'],
    [reply(500, 'oops'), 'server'],
    [reply(200, 'no json'), 'odd'],
    [json(200, { success: true, errors: [], result: 7 }), 'odd'],
  ] as const) {
    const { session } = await follow(t, { token }, [answer])
    assert.equal((await troubleOf(cloudflare.set(HOST, { ipv4: V4, ipv6: null }, session))).trouble, trouble, answer)
  }
})

test('OVHcloud: a wrong secret is told as a wrong request, a wrong time passes', async (t) => {
  const keys = { key: 'ak', secret: 'as', consumerKey: 'ck' }
  for (const [status, errorCode, message, trouble] of [
    [400, 'INVALID_SIGNATURE', 'Invalid signature', 'credentials'],
    [403, 'INVALID_KEY', 'This application key is invalid', 'credentials'],
    [403, 'INVALID_CREDENTIAL', 'This credential is not valid', 'credentials'],
    [403, 'NOT_GRANTED_CALL', 'This call has not been granted', 'credentials'],
    [400, 'QUERY_TIME_OUT', 'Query out of time', 'odd'],
    [404, 'NOT_FOUND', 'This service does not exist', 'name'],
  ] as const) {
    const answers = [json(200, 1_700_000_000), json(status, { errorCode, httpCode: String(status), message })]
    const { session } = await follow(t, keys, answers)
    const error = await troubleOf(ovh.set('example.com', { ipv4: V4, ipv6: null }, session))
    assert.deepEqual([error.trouble, error.wire.replace(/^HTTP \d+: /, '')], [trouble, message])
  }
})

test('Porkbun: of several addresses under one name one is made, and the others go', async (t) => {
  const there = [1, 2, 3].map((id) => ({ id: String(id), content: `198.51.100.${id}` }))
  const ok = (...records: readonly object[]) => json(200, { status: 'SUCCESS', records })
  const { session, requests } = await follow(t, { key: 'pk', secret: 'sk' }, [
    ...[ok(), ok(...there), ok(...there), ok()],
    ...[ok(), ok(), ok(), ok()],
  ])
  await porkbun.set('example.com', { ipv4: V4, ipv6: null }, session)
  const paths = requests.map((request) => /^POST \/api\/json\/v3\/dns\/(\S+)/.exec(request)?.[1])
  assert.deepEqual(paths.slice(3), [
    'create/example.com',
    ...[1, 2, 3].map((id) => `delete/example.com/${id}`),
    'retrieveByNameType/example.com/AAAA',
  ])
})

test('a hostile answer costs nothing: no zone that is another one, no thousands of records', async (t) => {
  const many = Array.from({ length: 51 }, (_, id) => id)
  const cloud = (result: unknown) => json(200, { success: true, errors: [], result })
  const cases = [
    [cloudflare, { token }, [cloud([{ id: 'z1', name: 'evil.example' }])]],
    [cloudflare, { token }, [cloud([{ id: 'z1', name: HOST }]), cloud(many.map((id) => ({ id: String(id), content: V4 })))]],
    [ovh, { key: 'ak', secret: 'as', consumerKey: 'ck' }, [json(200, 1), json(200, [HOST]), json(200, 1), json(200, many)]],
    [gandi, { token }, [json(200, [{ fqdn: HOST }]), json(200, { rrset_values: many.map(String) })]],
    [
      hetzner,
      { token },
      [json(200, { zones: [{ id: 1, name: HOST }] }), json(200, { rrset: { records: many.map(() => ({ value: V4 })) } })],
    ],
    [
      porkbun,
      { key: 'pk', secret: 'sk' },
      [json(200, { status: 'SUCCESS', records: [] }), json(200, { status: 'SUCCESS', records: many.map((id) => ({ id, content: V4 })) })],
    ],
  ] as const
  for (const [provider, credentials, answers] of cases) {
    const { session } = await follow(t, credentials, answers)
    assert.equal((await troubleOf(provider.set(HOST, { ipv4: V4, ipv6: null }, session))).trouble, 'odd', provider.id)
  }
})
