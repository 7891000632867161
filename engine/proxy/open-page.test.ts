import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { Gate } from './gate.ts'
import { type Door, enter, HOST, NOBODY, openBackend, openDoor, untilClosed, visit } from './test-door.ts'

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
    admitBeside: () => false,
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

test('what the gate throws is no end of the engine: the visitor is told to come again, on every page', async (t) => {
  const full = (): never => {
    throw new Error('disk full')
  }
  const door = await gated(t, { open: full, admitBeside: full, signIn: full })
  const form = { method: 'POST', headers: FORM }
  assert.equal((await visit(door, '/.porchlight/beside?ticket')).status, 503)
  assert.equal((await visit(door, '/.porchlight/enter', form, 'password=x')).status, 503)
  assert.equal((await visit(door, OPEN, form, 'grant=right')).status, 503)
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
    ['GET', { ...navigate, 'sec-fetch-dest': 'document' }, 200],
    ['GET', { ...navigate, 'sec-fetch-dest': 'iframe' }, 403],
    ['GET', { ...navigate, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' }, 200],
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

const asking = (asks: 'link' | 'password' | 'address' | 'home' | 'program'): Partial<Gate> => ({
  judge: ({ cookies }) => (cookies.includes('in') ? { isIn: true, bearer: false } : { isIn: false, asks }),
})
const fieldOf = (body: string, name: string): string | undefined => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1]
const titleOf = (body: string): string | undefined => /<h1>(.*?)<\/h1>/.exec(body)?.[1]

test('a PIN is asked for on a page that works without scripts, and carries the grant on', async (t) => {
  const asked: string[] = []
  const door = await gated(t, {
    open(_service, grant, pin) {
      asked.push(`${grant} ${pin}`)
      if (pin === '') return { refused: 'pin-needed' }
      return pin === '0471' ? { cookie: 'in', maxAgeS: 60 } : { refused: pin === '9999' ? 'locked' : 'pin-wrong' }
    },
  })
  const page = await post(door, 'grant=%3Cright%3E')
  assert.deepEqual([page.status, titleOf(page.body), fieldOf(page.body, 'grant')], [200, 'This link asks for its PIN', '&lt;right&gt;'])
  assert.match(
    String(page.headers['content-security-policy']),
    /^default-src 'none'; style-src '[^']+'; form-action 'self'; base-uri 'none'/,
  )
  const wrong = await post(door, 'grant=right&pin=1111', { 'accept-language': 'fr' })
  assert.deepEqual([wrong.status, titleOf(wrong.body)], [403, 'Ce lien demande son code'])
  assert.match(wrong.body, /role="alert">Ce n’est pas le code/)
  assert.deepEqual([(await post(door, 'grant=right&pin=9999')).status, door.served.length], [403, 0])
  const opened = await post(door, 'grant=right&pin=04 71')
  assert.deepEqual([opened.status, opened.headers.location], [303, '/'])
  assert.deepEqual(asked, ['<right> ', 'right 1111', 'right 9999', 'right 0471'])
})

test('the password is asked for where somebody came to, and leads on to there and nowhere else', async (t) => {
  const tried: string[] = []
  const door = await gated(t, {
    ...asking('password'),
    async signIn(service, password, address) {
      tried.push(`${service} ${password} ${address}`)
      if (password === 'right & good') return { cookie: 'in', maxAgeS: 60 }
      return { refused: password === '' ? 'busy' : 'wrong' }
    },
  })
  const enter = (body: string, headers = {}) =>
    visit(door, '/.porchlight/enter', { method: 'POST', headers: { ...FORM, ...headers } }, body)
  const page = await visit(door, '/deep/page?a=1&b="2"')
  assert.deepEqual([page.status, titleOf(page.body)], [403, 'This service asks for a password'])
  assert.equal(fieldOf(page.body, 'to'), '/deep/page?a=1&amp;b=&quot;2&quot;')
  assert.doesNotMatch(page.body, /<script|name="user/)
  for (const [method, path] of [
    ['POST', '/deep/page'],
    ['GET', '/.porchlight/enter'],
  ] as const)
    assert.equal(fieldOf((await visit(door, path, { method })).body, 'to'), '/', path)
  for (const [to, location] of [
    ['/deep/page?a=1', '/deep/page?a=1'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['/\t/evil.example/', '/'],
    ['https://evil.example/', '/'],
    ['/.porchlight/leave', '/'],
    ['', '/'],
  ] as const) {
    const entered = await enter(new URLSearchParams({ password: 'right & good', to }).toString())
    assert.deepEqual([entered.status, entered.headers.location], [303, location], to)
    assert.deepEqual(entered.headers['set-cookie'], [`${COOKIE}; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax`])
  }
  const wrong = await enter('password=x&to=/deep', { 'accept-language': 'fr' })
  assert.deepEqual([wrong.status, titleOf(wrong.body), fieldOf(wrong.body, 'to')], [403, 'Ce service demande un mot de passe', '/deep'])
  const busy = await enter('to=/deep')
  assert.deepEqual([busy.status, busy.headers['retry-after']], [429, '60'])
  for (const headers of [{ 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.device.example' }])
    assert.equal((await enter('password=right+%26+good', headers)).status, 403)
  assert.equal(tried.length, 9, 'another page guesses nothing')
  assert.equal((await visit(door, '/', { headers: { cookie: COOKIE } })).body, 'the service')
})

test('who wants to leave is asked, and then has no cookie any more', async (t) => {
  const door = await gated(t)
  const page = await visit(door, '/.porchlight/leave', { headers: { cookie: COOKIE } })
  assert.deepEqual([page.status, page.headers['set-cookie']], [200, undefined])
  const leave = (headers = {}) => visit(door, '/.porchlight/leave', { method: 'POST', headers: { ...FORM, ...headers } }, '')
  assert.equal((await leave({ 'sec-fetch-site': 'cross-site' })).headers['set-cookie'], undefined)
  assert.deepEqual((await leave()).headers['set-cookie'], ['__Host-porchlight=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax'])
})

test('who comes from the wrong address reads his own, in his language', async (t) => {
  for (const [asks, title] of [
    ['address', 'Vous n’êtes pas sur la liste de ce service'],
    ['home', 'Ce service est réservé à la maison'],
  ] as const) {
    const door = await gated(t, asking(asks))
    const page = await visit(door, '/', { headers: { 'accept-language': 'fr' } })
    assert.deepEqual([page.status, titleOf(page.body)], [403, title])
    assert.match(page.body, /<code>127\.0\.0\.1<\/code>/)
    const program = await visit(door, '/', { headers: { accept: '*/*' } })
    assert.deepEqual([program.status, program.headers['content-type']], [403, 'text/plain; charset=utf-8'])
    assert.match(program.body, /127\.0\.0\.1$/m)
    assert.equal(door.served.length, 0)
  }
})

test('a program is told by a status that its grant opens nothing; nothing of ours reaches the service', async (t) => {
  const seen: (string | undefined)[] = []
  const grant = 'g'.repeat(22)
  const door = await gated(t, {
    judge({ bearer, grant: shown, cookies }) {
      seen.push(bearer ?? shown)
      if (bearer === grant) return { isIn: true, bearer: true }
      return shown === grant || cookies.includes('in') ? { isIn: true, bearer: false } : { isIn: false, asks: 'program' }
    },
  })
  const ask = (headers: Record<string, string>) => visit(door, '/', { headers })
  const refused = await ask({ authorization: `Bearer ${'x'.repeat(22)}` })
  assert.deepEqual([refused.status, refused.headers['www-authenticate']], [401, 'Bearer error="invalid_token"'])
  await ask({ authorization: `bearer ${grant}` })
  await ask({ 'porchlight-grant': grant, authorization: 'Basic dTpw' })
  await ask({ cookie: COOKIE, authorization: 'Bearer the.service.own', porchlight_grant: grant })
  assert.deepEqual(
    door.served.map(({ headers }) => [headers.authorization, Object.keys(headers).filter((name) => /grant|cookie/.test(name))]),
    [
      [undefined, []],
      ['Basic dTpw', []],
      ['Bearer the.service.own', []],
    ],
  )
  assert.deepEqual(seen, ['x'.repeat(22), grant, grant, undefined])
  const socket = await enter(door.port)
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nAuthorization: Bearer ${'x'.repeat(22)}\r\n\r\n`,
  )
  assert.match(await untilClosed(socket), /^HTTP\/1\.1 401 /)
})

test('a service that opens to everybody hears nothing of a grant that a program still shows, and all of its own tokens', async (t) => {
  const { target } = await openBackend(t, (request, response) => response.end(request.headers.authorization ?? 'nothing'))
  const grant = 'g'.repeat(22)
  const gate: Gate = { ...NOBODY, judge: ({ bearer }) => ({ isIn: true, bearer: bearer === grant }) }
  const door = await openDoor(t, target, { gate })
  for (const [shown, heard] of [
    [`Bearer ${grant}`, 'nothing'],
    [`Bearer ${'x'.repeat(22)}`, `Bearer ${'x'.repeat(22)}`],
    ['Bearer short', 'Bearer short'],
  ] as const)
    assert.equal((await visit(door, '/', { headers: { authorization: shown } })).body, heard)
})

test('the page of a service that is no website shows where to connect, and asks for the other address by an image', async (t) => {
  const beside = ['game--relay4.device.example', 'game--relay6.device.example']
  const shown: string[] = []
  const gate: Gate = {
    judge: () => ({ isIn: true, bearer: false }),
    open: (_service, grant) => (grant === 'right' ? { untilMs: Date.now() + 12 * 3_600_000, ticket: 'abc.1.x' } : { refused: 'unknown' }),
    admitBeside: (service, ticket, address) => shown.push(`${service} ${ticket} ${address}`) > 0 && ticket === 'abc.1.x',
    signIn: async () => ({ refused: 'wrong' }),
  }
  const target = { kind: 'udp', host: '127.0.0.1', port: 9 } as const
  const endpoint = { address: 'game.device.example', port: 20123, beside }
  const door = await openDoor(t, target, {
    gate,
    route: (host) => (host === HOST ? { service: 'game', target, isGated: true, endpoint } : undefined),
  })
  assert.equal((await visit(door, '/')).status, 403, 'there is nothing but the page')
  const page = await post(door, 'grant=right')
  assert.deepEqual([page.status, titleOf(page.body)], [200, 'You can connect now'])
  assert.match(page.body, /<code>game\.device\.example:20123<\/code>.*12 hours.*127\.0\.0\.1/)
  for (const host of beside) {
    assert.ok(page.body.includes(`<img src="https://${host}/.porchlight/beside?abc.1.x"`))
    assert.ok(String(page.headers['content-security-policy']).includes(`https://${host}`))
  }
  assert.equal((await visit(door, '/.porchlight/beside?abc.1.x')).status, 204)
  assert.equal((await visit(door, '/.porchlight/beside?made-up')).status, 403)
  assert.deepEqual(shown, ['game abc.1.x 127.0.0.1', 'game made-up 127.0.0.1'])
})

test('what goes on for hours ends when its visitor may not come in any more, and goes on for everybody else', async (t) => {
  const { target } = await openBackend(t, (request, response) => response.write(`data: for ${request.headers.cookie}\n\n`))
  const may = new Set(['one', 'two'])
  const gate: Gate = {
    ...NOBODY,
    judge: ({ cookies }) => (cookies.some((cookie) => may.has(cookie)) ? { isIn: true, bearer: false } : { isIn: false, asks: 'link' }),
  }
  const { door, port } = await openDoor(t, target, {
    gate,
    route: (host) => (host === HOST ? { service: 'web', target, isGated: true } : undefined),
  })
  const listen = async (who: string) => {
    const socket = await enter(port)
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nCookie: own=${who}; __Host-porchlight=${who}\r\n\r\n`)
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 200 /)
    return socket
  }
  const [one, two] = [await listen('one'), await listen('two')]
  door.recheck()
  may.delete('one')
  door.recheck()
  await once(one.resume(), 'close')
  assert.ok(!two.destroyed)
  two.destroy()
})

test('a stream of a service that is paused ends, also where everybody may come in', async (t) => {
  const { target } = await openBackend(t, (_request, response) => response.write('picture'))
  let isPaused = false
  const { door, port } = await openDoor(t, target, {
    route: (host) => (host === HOST && !isPaused ? { service: 'web', target, isGated: false } : undefined),
  })
  const socket = await enter(port)
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
  await once(socket, 'data')
  door.recheck()
  assert.ok(!socket.destroyed)
  isPaused = true
  door.recheck()
  await once(socket.resume(), 'close')
})
