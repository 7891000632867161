import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { Gate } from './gate.ts'
import { type Door, enter, HOST, openBackend, openDoor, untilClosed, visit } from './test-door.ts'

const OPEN = '/.porchlight/open'
const COOKIE = '__Host-porchlight=in'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

interface Gated extends Door {
  /** What the gate was asked to open. */
  readonly asked: string[]
  /** Every request that reached the service. */
  readonly served: IncomingMessage[]
}

async function gated(t: TestContext, change: Partial<Gate> = {}, isGated = true): Promise<Gated> {
  const asked: string[] = []
  const served: IncomingMessage[] = []
  const { target } = await openBackend(t, (request, response) => {
    served.push(request)
    response.setHeader('Set-Cookie', ['own=1', '__Host-porchlight=stolen; Path=/; Secure'])
    response.end('the service')
  })
  const gate: Gate = {
    judge: ({ service, cookies, isForeign }) =>
      service === 'web' && cookies.includes('in') && !isForeign ? { isIn: true, bearer: false } : { isIn: false, asks: 'link' },
    signIn: async () => ({ refused: 'wrong' }),
    open(service, grant, _pin, address) {
      asked.push(`${service} ${grant} ${address}`)
      return grant === 'right' ? { cookie: 'in', maxAgeS: 60 } : { refused: 'unknown' }
    },
    ...change,
  }
  const door = await openDoor(t, target, { gate, route: (host) => (host === HOST ? { service: 'web', target, isGated } : undefined) })
  return { ...door, asked, served }
}

const post = (door: Door, body: string, headers = {}) => visit(door, OPEN, { method: 'POST', headers: { ...FORM, ...headers } }, body)

test('without a link nobody comes in, whatever is asked', async (t) => {
  const door = await gated(t)
  for (const [path, options] of [
    ['/', {}],
    ['/deep/page?x=1', { headers: { 'accept-language': 'fr' } }],
    ['/', { headers: { cookie: '__Host-porchlight=made-up; own=1' } }],
    ['/.porchlight/openly', {}],
    ['/', { method: 'POST' }],
  ] as const) {
    const { status, headers } = await visit(door, path, options)
    assert.deepEqual([status, headers['cache-control'], headers['referrer-policy']], [403, 'no-store', 'no-referrer'], path)
  }
  assert.deepEqual(door.served, [])
})

test('a grant is posted, a cookie is given, and the service is there; it never sees the cookie, and cannot set it', async (t) => {
  const door = await gated(t)
  const opened = await post(door, 'grant=right', { origin: 'null', 'sec-fetch-site': 'same-origin' })
  assert.deepEqual([opened.status, opened.headers.location], [303, '/'])
  assert.deepEqual(opened.headers['set-cookie'], [`${COOKIE}; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax`])
  assert.deepEqual(door.asked, ['web right 127.0.0.1'])
  const page = await visit(door, '/', { headers: { cookie: `a=1; ${COOKIE}; b=2` } })
  assert.deepEqual([page.status, page.body, page.headers['set-cookie']], [200, 'the service', ['own=1']])
  assert.equal(door.served[0]?.headers.cookie, 'a=1; b=2')
  await visit(door, '/', { headers: { cookie: COOKIE } })
  assert.equal(door.served[1]?.headers.cookie, undefined)
})

test('looking uses nothing up, however often and by whatever', async (t) => {
  const door = await gated(t)
  for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS', 'PUT'])
    assert.equal((await visit(door, `${OPEN}?preview=1`, { method })).status, ['GET', 'HEAD'].includes(method) ? 200 : 405, method)
  assert.deepEqual([door.asked, door.served], [[], []])
})

test('the page keeps nothing, tells nobody, and runs the one script that its policy names', async (t) => {
  const { headers, body } = await visit(await gated(t), OPEN)
  const [, script = '', ...more] = /<script>(.*?)<\/script>/s.exec(body) ?? []
  assert.deepEqual(more, [])
  const policy = String(headers['content-security-policy'])
  assert.ok(
    policy.includes(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; form-action 'self'; base-uri 'none'`),
  )
  assert.match(policy, /^default-src 'none'; .*frame-ancestors 'none'$/)
  assert.deepEqual([headers['cache-control'], headers['referrer-policy']], ['no-store', 'no-referrer'])
  assert.doesNotMatch(body, / on[a-z]+=|src=|https?:/)
})

test('what does not open says why, in the visitor’s language', async (t) => {
  for (const [refused, status, title] of [
    ['unknown', 403, 'Ce lien n’ouvre rien'],
    ['ended', 410, 'Ce lien a expiré'],
    ['used-up', 410, 'Ce lien a déjà servi'],
    ['busy', 429, 'Trop de visiteurs à la fois'],
  ] as const) {
    const answer = await post(await gated(t, { open: () => ({ refused }) }), 'grant=right', { 'accept-language': 'fr' })
    assert.deepEqual([answer.status, /<h1>(.*?)<\/h1>/.exec(answer.body)?.[1], answer.headers['set-cookie']], [status, title, undefined])
  }
  const full = await gated(t, {
    open() {
      throw new Error('disk full')
    },
  })
  assert.equal((await post(full, 'grant=right')).status, 503)
})

test('another page cannot post a grant, nor use a visitor’s cookie; a link on it can be followed', async (t) => {
  const door = await gated(t)
  for (const headers of [{ 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.device.example' }])
    assert.equal((await post(door, 'grant=right', headers)).status, 403, JSON.stringify(headers))
  assert.deepEqual(door.asked, [])
  const cookie = COOKIE
  const navigate = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', cookie }
  for (const [method, headers, status] of [
    ['POST', navigate, 403],
    ['GET', { ...navigate, 'sec-fetch-mode': 'no-cors' }, 403],
    ['GET', { cookie, origin: 'https://evil.device.example' }, 403],
    ['GET', navigate, 200],
    ['POST', { cookie, origin: `https://${HOST}`, 'sec-fetch-site': 'same-origin' }, 200],
  ] as const)
    assert.equal((await visit(door, '/', { method, headers })).status, status, `${method} ${JSON.stringify(headers)}`)
})

test('a WebSocket needs the cookie too, and its own page', async (t) => {
  const door = await gated(t)
  const upgrade = (headers: string) =>
    `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n${headers}\r\n`
  for (const headers of ['', `Cookie: ${COOKIE}\r\nOrigin: https://evil.device.example\r\n`]) {
    const socket = await enter(door.port)
    socket.write(upgrade(headers))
    assert.match(await untilClosed(socket), /^HTTP\/1\.1 403 /)
  }
  assert.deepEqual(door.served, [])
})

test('a body that is too long, or never ends, opens nothing', async (t) => {
  const door = await gated(t)
  assert.equal((await post(door, `grant=${'x'.repeat(9000)}`)).status, 400)
  assert.deepEqual(door.asked, [])
})

test('of a service that is open to everybody the page leads on', async (t) => {
  const door = await gated(t, {}, false)
  const page = await visit(door, OPEN)
  assert.deepEqual([page.status, page.headers.location], [303, '/'])
  assert.equal((await visit(door, '/')).body, 'the service')
})
