import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import type { Channel } from '../../protocol/rpc.ts'
import { folder, later } from '../../test/folder.ts'
import { hostsAt, openPage, type Page } from './page.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface House {
  readonly page: Page
  readonly port: number
  readonly host: string
  readonly faces: Channel[]
  /** `path` goes out as it stands; fetch would tidy it up. */
  ask(path: string, options?: { method?: string; headers?: OutgoingHttpHeaders }): Promise<Answer>
  /** Uses up a fresh address; resolves with the cookie. */
  logIn(): Promise<string>
  /** Resolves with the status of a refusal, or with the open socket. */
  knock(headers: OutgoingHttpHeaders, path?: string): Promise<number | WebSocket>
}

async function open(t: TestContext): Promise<House> {
  const around = folder(t)
  const files = join(around, 'renderer')
  mkdirSync(join(files, 'assets'), { recursive: true })
  writeFileSync(join(files, 'index.html'), '<!doctype html>')
  writeFileSync(join(files, 'assets', 'app.js'), 'run()')
  writeFileSync(join(files, 'notes.txt'), 'of a kind that is not served')
  writeFileSync(join(around, 'secret.html'), 'secret')
  mkdirSync(join(around, 'renderer-old'))
  writeFileSync(join(around, 'renderer-old', 'index.html'), 'secret')
  const faces: Channel[] = []
  const page = await openPage({ host: '127.0.0.1', port: 0, files, onFace: (channel) => faces.push(channel) })
  later(t, () => page.close())
  const { port, host } = new URL(page.newAddress())
  const ask: House['ask'] = async (path, { method = 'GET', headers = {} } = {}) => {
    const request = http.request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false }).end()
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    let body = ''
    for await (const chunk of response.setEncoding('utf8')) body += chunk
    return { status: response.statusCode ?? 0, headers: response.headers, body }
  }
  return {
    page,
    port: Number(port),
    host,
    faces,
    ask,
    async logIn() {
      const { pathname, search } = new URL(page.newAddress())
      const { headers } = await ask(pathname + search)
      return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    },
    async knock(headers, path = '/rpc') {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host, ...headers } })
      const refused = new Promise<number>((resolve) => {
        socket.once('unexpected-response', (request, response) => {
          request.destroy()
          resolve(response.statusCode ?? 0)
        })
      })
      socket.on('error', () => {})
      later(t, () => socket.terminate())
      return await Promise.race([refused, once(socket, 'open').then(() => socket)])
    },
  }
}

test('an address lets one browser in, once, and forgets its key', async (t) => {
  const { page, ask } = await open(t)
  const { pathname, search } = new URL(page.newAddress())
  const first = await ask(pathname + search)
  assert.equal(first.status, 303)
  assert.equal(first.headers.location, '/')
  const again = await ask(pathname + search)
  assert.equal(again.status, 401)
  assert.equal(again.headers['set-cookie'], undefined)
  assert.match(again.body, /porchlight page/)
})

test('the cookie is for this page alone: no script, no other site, no other engine', async (t) => {
  const { page, port, ask } = await open(t)
  const { pathname, search } = new URL(page.newAddress())
  const [cookie, ...attributes] = ((await ask(pathname + search)).headers['set-cookie']?.[0] ?? '').split('; ')
  assert.match(cookie ?? '', new RegExp(`^porchlight_${port}=[\\w-]{32}$`))
  assert.deepEqual(attributes, ['HttpOnly', 'SameSite=Strict', 'Path=/'])
})

test('an address is too old after ten minutes', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { page, ask } = await open(t)
  const [early, late] = [new URL(page.newAddress()), new URL(page.newAddress())]
  t.mock.timers.tick(600_000)
  assert.equal((await ask(early.pathname + early.search)).status, 303)
  t.mock.timers.tick(1)
  assert.equal((await ask(late.pathname + late.search)).status, 401)
})

test('without the cookie there is nothing but the way in', async (t) => {
  const { port, ask, logIn } = await open(t)
  const cookie = await logIn()
  const wrong = ['', `porchlight_${port}=`, `porchlight_${port + 1}=${cookie.split('=')[1]}`, `x${cookie}`, `${cookie}x`, 'constructor=1']
  for (const each of wrong) {
    const { status, body } = await ask('/', { headers: { cookie: each } })
    assert.equal(status, 401, each)
    assert.match(body, /porchlight page/)
  }
  for (const key of ['', 'x', '__proto__']) assert.equal((await ask(`/login?key=${key}`)).status, 401)
  assert.equal((await ask('/', { headers: { cookie: `other=1; ${cookie}` } })).status, 200)
})

test('a name that somebody pointed to this computer stops at the door', async (t) => {
  const { page, port, ask, logIn } = await open(t)
  const cookie = await logIn()
  const { pathname, search } = new URL(page.newAddress())
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', 'localhost', `127.0.0.1:${port + 1}`, `127.0.0.1.:${port}`]) {
    assert.equal((await ask('/', { headers: { host, cookie } })).status, 421, host)
    assert.equal((await ask(pathname + search, { headers: { host } })).status, 421, host)
  }
  assert.equal((await ask('/', { headers: { host: `localhost:${port}`, cookie } })).status, 200)
  // None of these used the address up.
  assert.equal((await ask(pathname + search)).status, 303)
})

test('at port 80 browsers leave the port out of the name', () => {
  assert.deepEqual([...hostsAt('127.0.0.1', 80)], ['127.0.0.1', '127.0.0.1:80', 'localhost', 'localhost:80'])
  assert.deepEqual([...hostsAt('::1', 8080)], ['[::1]:8080', 'localhost:8080'])
})

test('files of the page and nothing else', async (t) => {
  const { ask, logIn } = await open(t)
  const headers = { cookie: await logIn() }
  const served: readonly [string, string, string][] = [
    ['/', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/assets/app.js?v=1', 'text/javascript; charset=utf-8', 'run()'],
    ['/assets/../index.html', 'text/html; charset=utf-8', '<!doctype html>'],
  ]
  for (const [path, type, content] of served) {
    const { status, headers: told, body } = await ask(path, { headers })
    assert.deepEqual([status, told['content-type'], body], [200, type, content], path)
  }
  const refused = [
    '..%2fsecret.html',
    '%2e%2e/secret.html',
    '..%5csecret.html',
    '../renderer-old/index.html',
    '..%2frenderer-old%2findex.html',
  ]
  const odd = ['assets', 'assets/', 'notes.txt', 'missing.html', '%00.html', 'index.html%00.js', '%zz', '%', '.html']
  for (const path of [...refused, ...odd]) {
    const { status, body } = await ask(`/${path}`, { headers })
    assert.equal(status, 404, path)
    assert.ok(!body.includes('secret'), path)
  }
})

test('HEAD has the same head and no body; nothing else is asked for', async (t) => {
  const { ask, logIn } = await open(t)
  const headers = { cookie: await logIn() }
  const { status, headers: told, body } = await ask('/', { method: 'HEAD', headers })
  assert.deepEqual([status, told['content-length'], body], [200, '15', ''])
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) assert.equal((await ask('/', { method, headers })).status, 405)
})

test('every answer tells the browser to be careful', async (t) => {
  const { ask, logIn } = await open(t)
  const cookie = await logIn()
  const answers = await Promise.all([ask('/', { headers: { cookie } }), ask('/'), ask('/x', { headers: { cookie } }), ask('/login?key=x')])
  for (const { status, headers } of [...answers, await ask('/', { headers: { host: 'evil.example' } })]) {
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/, `${status}`)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['access-control-allow-origin'], undefined)
  }
})

test('a WebSocket needs our host, our origin, our path and the cookie', async (t) => {
  const { host, port, faces, knock, logIn } = await open(t)
  const good = { origin: `http://${host}`, cookie: await logIn() }
  const wrong: readonly Record<string, string>[] = [
    { ...good, cookie: '' },
    { ...good, cookie: `${good.cookie}x` },
    { ...good, origin: 'http://evil.example' },
    { ...good, origin: `https://${host}` },
    { ...good, origin: `http://localhost:${port}` },
    { ...good, origin: 'null' },
    { cookie: good.cookie },
    { ...good, host: 'evil.example', origin: 'http://evil.example' },
  ]
  for (const headers of wrong) assert.equal(await knock(headers), 403, JSON.stringify(headers))
  assert.equal(await knock(good, '/'), 403)
  assert.equal(faces.length, 0)
  assert.ok((await knock(good)) instanceof WebSocket)
  assert.equal(faces.length, 1)
})

test('a face speaks and listens; what is no JSON ends it', async (t) => {
  const { host, faces, knock, logIn } = await open(t)
  const socket = (await knock({ origin: `http://${host}`, cookie: await logIn() })) as WebSocket
  const channel = faces[0] as Channel
  const heard = new Promise((resolve) => channel.onMessage(resolve))
  socket.send('{"id":1}')
  assert.deepEqual(await heard, { id: 1 })
  channel.send({ id: 1, value: 'é' })
  assert.equal(String((await once(socket, 'message'))[0]), '{"id":1,"value":"é"}')
  const closed = new Promise<void>((resolve) => channel.onClose(resolve))
  socket.send('{')
  await Promise.all([closed, once(socket, 'close')])
  channel.send('into the void')
})

test('as many faces as there is room for', async (t) => {
  const { host, knock, logIn } = await open(t)
  const good = { origin: `http://${host}`, cookie: await logIn() }
  for (let face = 0; face < 32; face++) assert.ok((await knock(good)) instanceof WebSocket)
  assert.equal(await knock(good), 403)
})

test('callers who break off in the middle of a refusal harm nobody', async (t) => {
  const { host, port, ask } = await open(t)
  const upgrade = `GET /rpc HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
  const breakOff = async (): Promise<void> => {
    const socket = net.connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(upgrade)
    socket.write(Buffer.alloc(100_000), () => socket.resetAndDestroy())
    await once(socket, 'close')
  }
  await Promise.all(Array.from({ length: 50 }, breakOff))
  assert.equal((await ask('/')).status, 401)
})

test('closed: every face goes, and the port is free', async (t) => {
  const { page, host, knock, logIn, ask } = await open(t)
  const socket = (await knock({ origin: `http://${host}`, cookie: await logIn() })) as WebSocket
  const gone = once(socket, 'close')
  page.close()
  await gone
  await assert.rejects(ask('/'))
})

test('a taken port is the system’s own error', async (t) => {
  const { port } = await open(t)
  await assert.rejects(openPage({ host: '127.0.0.1', port, files: '/', onFace: () => {} }), { code: 'EADDRINUSE' })
})
