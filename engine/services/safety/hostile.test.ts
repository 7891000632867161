/** Services that mean harm, or are broken: a look at them ends in time, with little memory, and goes nowhere else. */
import assert from 'node:assert/strict'
import http from 'node:http'
import net, { type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { MAX_BODY_BYTES } from './ask.ts'
import { readPage } from './page.ts'
import { readRedirect } from './redirect.ts'
import { checkAt, codes, listening, programAt } from './safety.fixture.ts'

const raw = (answer: (socket: Socket) => void) => net.createServer((socket) => socket.once('data', () => answer(socket)))

/** Writes as long as anybody reads. */
function flood(socket: Socket, head: string, chunk: Buffer): void {
  socket.write(head)
  const more = (): void => {
    while (socket.writable && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}

test('a body without an end is read for 64 KB', async (t) => {
  const sockets: Socket[] = []
  const port = await listening(
    t,
    raw((socket) => {
      sockets.push(socket)
      flood(socket, 'HTTP/1.1 200 OK\r\n\r\n<title>x</title>', Buffer.alloc(65_536, 'a'))
    }),
  )
  assert.deepEqual(codes(await checkAt(port)), ['no-login-seen', 'answers'])
  // What the kernel takes is not ours to bound; what we read is.
  assert.ok(sockets.every((socket) => socket.bytesWritten < 64 * 1024 * 1024))
})

test('a packed body is not unpacked, nor read', async (t) => {
  const bomb = gzipSync(Buffer.alloc(20_000_000))
  const port = await listening(
    t,
    http.createServer((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)),
  )
  const before = process.memoryUsage().arrayBuffers
  assert.deepEqual(codes(await checkAt(port)), ['no-login-seen', 'answers'])
  assert.ok(process.memoryUsage().arrayBuffers - before < 5_000_000)
})

describe('what is no answer', () => {
  const answers: readonly [string, (socket: Socket) => void][] = [
    ['garbage', (socket) => socket.end(Buffer.from('00ff13371337', 'hex'))],
    ['nothing', (socket) => socket.end()],
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['a head without an end', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', Buffer.from(`X-A: ${'a'.repeat(1000)}\r\n`))],
    ['two lengths', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab')],
    ['a status that is none', (socket) => socket.end('HTTP/1.1 9999999 OK\r\n\r\n')],
  ]
  for (const [what, answer] of answers)
    test(what, async (t) => assert.deepEqual(codes(await checkAt(await listening(t, raw(answer)))), ['odd-answer']))
})

test('who keeps silent, drips, or sends provisional answers for ever is left when the time is up', async (t) => {
  const timers: NodeJS.Timeout[] = []
  t.after(() => timers.forEach(clearInterval))
  const every = (socket: Socket, text: string) => timers.push(setInterval(() => socket.writable && socket.write(text), 5))
  for (const answer of [
    () => {},
    (socket: Socket) => void every(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    (socket: Socket) => void every(socket, 'H'.slice(0, 1)),
  ])
    assert.match(codes(await checkAt(await listening(t, raw(answer)), {}, AbortSignal.timeout(100))).join(), /^(no|odd)-answer$/)
  // A page that drips has told something by its beginning, which has long arrived when the time is up.
  const up = new AbortController()
  let drips = 0
  const port = await listening(
    t,
    raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n<input type=password>')
      timers.push(setInterval(() => socket.writable && socket.write('a', () => ++drips > 20 && up.abort()), 5))
    }),
  )
  assert.ok(codes(await checkAt(port, {}, up.signal)).includes('asks-login'))
})

test('a redirect is never followed off the service', async (t) => {
  let visits = 0
  const elsewhere = await programAt(t, () => {
    visits += 1
    return {}
  })
  for (const location of [
    `http://127.0.0.1:${elsewhere}/`,
    `//127.0.0.1:${elsewhere}/`,
    `\\\\127.0.0.1:${elsewhere}/`,
    `http:\\\\127.0.0.1:${elsewhere}`,
  ])
    await checkAt(await programAt(t, () => ({ status: 302, headers: { location } })))
  assert.equal(visits, 0)
})

test('a path that looks like a host is a path', async (t) => {
  const asked: string[] = []
  const port = await programAt(t, ({ path, host }) => {
    asked.push(path)
    return path === '/' ? { status: 302, headers: { location: `http://${host}//nas/` } } : { status: 302, headers: { location: '/end' } }
  })
  await checkAt(port, { name: null })
  assert.deepEqual(asked, ['/', '//nas/', '/end'])
})

test('redirects without an end are followed five times', async (t) => {
  let count = 0
  const port = await programAt(t, ({ proxied }) => {
    count += 1
    return proxied ? { status: 302, headers: { location: `/${count}` } } : {}
  })
  assert.ok(codes(await checkAt(port)).includes('redirects-in-circles'))
  assert.ok(count <= 8, `${count} requests`)
})

test('where an answer sends its visitor', () => {
  const base = new URL('https://web.home.example/')
  const to = (location: string) => readRedirect(location, base)?.to
  const cases: readonly [string, ReturnType<typeof to>][] = [
    ['/login', 'on'],
    ['login?x=1', 'on'],
    ['https://web.home.example/a', 'on'],
    ['https://web.home.example://nas/', 'on'],
    ['HTTPS://WEB.HOME.EXAMPLE:443/a', 'on'],
    ['http://web.home.example/a', 'http'],
    ['https://web.home.example:8443/', 'elsewhere'],
    ['http://web.home.example:8080/', 'elsewhere'],
    ['//192.168.1.20/', 'home'],
    ['http://[fd00::1]/', 'home'],
    ['http://[::ffff:10.0.0.1]/', 'home'],
    ['http://localhost:8123/', 'home'],
    ['http://0x7f.1/', 'home'],
    ['http://nas.local/', 'home'],
    ['http://nas/', 'home'],
    ['http://homeassistant.fritz.box/', 'home'],
    ['https://example.org/', 'elsewhere'],
    ['https://8.8.8.8/', 'elsewhere'],
    ['javascript:alert(1)', undefined],
    ['file:///etc/passwd', undefined],
    ['http://[', undefined],
    [`/${'a'.repeat(3000)}`, undefined],
  ]
  for (const [location, expected] of cases) assert.equal(to(location), expected, location)
})

test('a page is read at first sight, whatever it is made of', () => {
  assert.deepEqual(readPage('<TITLE>\n A  b </TITLE><form action=/in><INPUT id=p type = "Password"></form>'), {
    title: 'A b',
    asksPassword: true,
    action: '/in',
    listsFiles: false,
  })
  assert.deepEqual(readPage('<form action="http://a/"></form><input type=password>').action, undefined)
  assert.equal(readPage('<title>Directory listing for /srv/</title>').listsFiles, true)
  assert.equal(readPage('<input name="type=password">').asksPassword, false)
  for (const unit of ['<', '<input ', '<title', '<form action="', '<a x="', '< type=', '<input type=password ', " a='"]) {
    const html = unit.repeat(Math.ceil(MAX_BODY_BYTES / unit.length))
    const before = process.cpuUsage()
    readPage(html)
    readPage(`${html}>`)
    const { user } = process.cpuUsage(before)
    assert.ok(user < 2_000_000, `"${unit}" took ${user} µs`)
  }
})
