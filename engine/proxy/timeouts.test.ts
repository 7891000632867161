/** What ends by itself, and what does not. The times are the table's own, or made short. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import tls from 'node:tls'
import type { Target } from '../../protocol/model/service.ts'
import { TIMEOUTS_MS, type TimeoutsMs } from './deadlines.ts'
import { authority, enter, HOST, listenOn, openBackend, openDoor, text, untilClosed } from './test-door.ts'

const MARKS = /<!-- door:begin -->\n([\s\S]*)<!-- door:end -->/

test('the table in docs/limits.md is the one that is kept', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'limits.md'), 'utf8')
  const rows = [...(MARKS.exec(page)?.[1] ?? '').matchAll(/^\| `(\w+)` \| ([\d.]+) s \|/gm)]
  assert.deepEqual(Object.fromEntries(rows.map(([, name, seconds]) => [name, Number(seconds) * 1000])), TIMEOUTS_MS)
})

/** All times out of reach but one. */
async function doorWith(t: TestContext, target: Target, short: Partial<TimeoutsMs>) {
  const timeouts = Object.fromEntries(Object.keys(TIMEOUTS_MS).map((name) => [name, 600_000])) as unknown as TimeoutsMs
  return openDoor(t, target, { timeouts: { ...timeouts, ...short } })
}

const HEAD = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n`

// Side by side: they mostly wait.
describe('the table of timeouts', { concurrency: true }, () => {
  test('a head that comes in drops ends, also when each drop comes in time', async (t) => {
    const { target } = await openBackend(t, () => assert.fail('never whole'))
    const slow = await doorWith(t, target, { head: 1500 })
    const socket = await enter(slow.port)
    const closed = untilClosed(socket)
    const drops = setInterval(() => socket.write('X'), 200)
    t.after(() => clearInterval(drops))
    socket.write(HEAD)
    assert.equal(await closed, '')
  })

  test('a body that stops ends with its exchange, and the backend never takes it for whole', async (t) => {
    const cut = Promise.withResolvers<void>()
    const { target } = await openBackend(t, (request) => {
      request.on('error', () => undefined).once('close', () => (request.complete ? assert.fail('whole') : cut.resolve()))
      request.resume()
    })
    const { port } = await doorWith(t, target, { body: 100 })
    const socket = await enter(port)
    socket.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 10\r\n\r\nfive `)
    assert.equal(await untilClosed(socket), '')
    await cut.promise
  })

  test('a backend that takes a request and says nothing, and one that takes nothing of a body: 504', async (t) => {
    const silent = net.createServer((socket) => {
      socket.on('error', () => undefined).pause()
      t.after(() => socket.destroy())
    })
    const target: Target = { kind: 'http', host: '127.0.0.1', port: await listenOn(t, silent) }
    const asked = await doorWith(t, target, { answer: 100 })
    const first = await enter(asked.port)
    first.write(`${HEAD}Connection: close\r\n\r\n`)
    assert.match(await untilClosed(first), /^HTTP\/1\.1 504 /)
    assert.deepEqual(asked.events, ['web silent'])
    const stalled = await doorWith(t, target, { send: 100, linger: 100 })
    const second = await enter(stalled.port)
    second.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100000000\r\n\r\n`)
    const answer = untilClosed(second)
    second.write(Buffer.alloc(50_000_000))
    assert.match(await answer, /^HTTP\/1\.1 504 /)
  })
})

/** The door's own clock stands still until the test lets time pass, so that no machine is too slow for it. */
function clock(t: TestContext) {
  let nowMs = 1_000_000
  t.mock.timers.enable({ apis: ['setInterval'] })
  t.mock.method(performance, 'now', () => nowMs)
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      nowMs += 1000
      t.mock.timers.tick(1000)
    }
  }
  return {
    pass,
    async passUntil(end: Promise<unknown>): Promise<void> {
      let isOver = false
      void end.then(() => {
        isOver = true
      })
      for (; !isOver; await wait(20)) pass(1)
    },
  }
}

/** A visitor who has seen the first of an answer. `closed`: as `untilClosed` tells. */
async function answered(t: TestContext, target: Target) {
  const { port } = await openDoor(t, target)
  const socket = await enter(port)
  socket.write(`${HEAD}\r\n`)
  await once(socket, 'data')
  return { socket, closed: untilClosed(socket) }
}

test('a visitor who asks for nothing more may stay for a minute, and then he has to go', async (t) => {
  const { pass, passUntil } = clock(t)
  const { target } = await openBackend(t, (_, response) => void response.end('ok'))
  const { closed } = await answered(t, target)
  pass(60)
  assert.equal(await Promise.race([closed, wait(100, 'still there')]), 'still there')
  await passUntil(closed)
})

test('an answer that has begun may pause for as long as it lives', async (t) => {
  const { pass } = clock(t)
  const { target } = await openBackend(t, (_, response) => void response.write('first'))
  const { socket, closed } = await answered(t, target)
  pass(3600)
  assert.equal(await Promise.race([closed, wait(100, 'still there')]), 'still there')
  socket.destroy()
})

for (const closes of ['close', 'keep-alive'])
  test(`the end of an answer waits for a visitor who is slow to take it (${closes})`, async (t) => {
    const { pass, passUntil } = clock(t)
    const sent = Promise.withResolvers<void>()
    const { target } = await openBackend(t, (_, response) => void response.on('finish', sent.resolve).end('x'.repeat(250_000)))
    const { door } = await doorWith(t, target, { linger: 100, idle: 100 })
    const [there, here] = duplexPair({ highWaterMark: 16_384 })
    door.accept(there, { address: '192.0.2.1', port: 40_000 })
    const socket = tls.connect({ socket: here, servername: HOST, ca: authority.certPem })
    await once(socket, 'secureConnect')
    socket.write(`${HEAD}Connection: ${closes}\r\n\r\n`)
    await Promise.all([once(socket, 'readable'), sent.promise])
    // What the backend has sent is now the door's.
    await wait(100)
    pass(10)
    const whole = text(socket)
    await passUntil(whole)
    assert.match(await whole, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nx{250000}$/)
  })
