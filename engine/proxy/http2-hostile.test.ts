/** Visitors who use HTTP/2 against us (docs/limits.md): each loses his stream or his connection, and the others notice nothing. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { eventually } from '../../lab/eventually.ts'
import {
  END_HEADERS,
  END_STREAM,
  enterHttp2,
  fields,
  frame,
  GET,
  head,
  POST,
  type RawVisitor,
  TYPE,
  uint32,
} from './http2-frames.fixture.ts'
import { HTTP2_LIMITS, HTTP2_TIMES_MS } from './http2-limits.ts'
import { listenOn, openBackend, openDoor, visit } from './test-door.ts'

const [PROTOCOL_ERROR, FLOW_CONTROL_ERROR, ENHANCE_YOUR_CALM] = [1, 3, 11]

/** A second of the door's, as long as this test: what is too much in one comes together on the slowest machine. */
const LONG_SECOND = { ...HTTP2_TIMES_MS, lookMs: 600_000 }

/** Who was let in speaks to a service that answers GET, and takes a body without ever answering. */
async function openHouse(t: TestContext) {
  const heard: string[] = []
  const { target } = await openBackend(t, (request, response) => {
    heard.push(`${request.method} ${request.url}`)
    request.on('data', (chunk: Buffer) => heard.push(`data ${chunk}`)).on('end', () => heard.push('end'))
    request.on('close', () => heard.push('close'))
    if (request.method === 'GET') response.end('ok')
  })
  const door = await openDoor(t, target, { http2Times: LONG_SECOND })
  return { heard, door, enter: () => enterHttp2(door.port) }
}

const goawayOf = (visitor: RawVisitor): number | undefined =>
  visitor
    .heard()
    .find(({ type }) => type === TYPE.goaway)
    ?.payload.readUInt32BE(4)
const resetOf = (visitor: RawVisitor, stream: number): number | undefined =>
  visitor
    .heard()
    .find((each) => each.type === TYPE.reset && each.stream === stream)
    ?.payload.readUInt32BE(0)
const isAnswered = (visitor: RawVisitor, stream: number): boolean =>
  visitor.heard().some((each) => each.stream === stream && (each.flags & END_STREAM) !== 0 && each.type <= TYPE.headers)

/** Sends `frames` again and again, for as long as it is let. */
async function flood(visitor: RawVisitor, frames: Buffer): Promise<void> {
  for (let round = 0; round < 400 && !visitor.socket.destroyed && goawayOf(visitor) === undefined; round++) {
    visitor.send(frames)
    await wait(10)
  }
}

const repeated = (times: number, each: Buffer): Buffer => Buffer.concat(Array.from({ length: times }, () => each))

test('docs/limits.md tells every limit of HTTP/2 and its value, and no others', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'limits.md'), 'utf8').split(/^## /m)
  const section = text.find((each) => each.startsWith('HTTP/2 with a visitor')) ?? ''
  const told = [...section.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))])
  assert.deepEqual(Object.fromEntries(told), HTTP2_LIMITS)
})

test('floods of frames that ask for nothing end the connection, while another visitor is answered', async (t) => {
  const { door, enter } = await openHouse(t)
  const upload = head(1, POST, 0)
  const floods: Readonly<Record<string, readonly [first: Buffer, again: Buffer]>> = {
    pings: [Buffer.alloc(0), repeated(2000, frame(TYPE.ping, 0, 0, Buffer.alloc(8)))],
    settings: [Buffer.alloc(0), repeated(2000, frame(TYPE.settings, 0, 0, Buffer.from([0, 4, 0, 1, 0, 0])))],
    'empty frames': [upload, repeated(4000, frame(TYPE.data, 0, 1))],
    'padding around nothing': [upload, repeated(100, frame(TYPE.data, 8, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(255)])))],
    'window updates of a byte': [upload, repeated(3000, frame(TYPE.windowUpdate, 0, 1, uint32(1)))],
    priorities: [Buffer.alloc(0), repeated(3000, frame(TYPE.priority, 0, 1, Buffer.from([0, 0, 0, 0, 1])))],
    'frames of no known type': [Buffer.alloc(0), repeated(500, frame(0x77, 0, 0, Buffer.alloc(100)))],
  }
  await Promise.all(
    Object.entries(floods).map(async ([what, [first, again]]) => {
      const visitor = await enter()
      visitor.send(first)
      await flood(visitor, again)
      await eventually(() => visitor.socket.destroyed || assert.fail(what))
    }),
  )
  assert.equal((await visit(door, '/')).body, 'ok')
})

test('streams opened and reset at once (CVE-2023-44487) end the connection, and hardly reach the service', async (t) => {
  const { door, enter, heard } = await openHouse(t)
  const visitor = await enter()
  let stream = 1
  for (let round = 0; round < 200 && goawayOf(visitor) === undefined; round++) {
    const frames = []
    for (let each = 0; each < 50; each++, stream += 2) frames.push(head(stream, GET), frame(TYPE.reset, 0, stream, uint32(8)))
    visitor.send(...frames)
    await wait(1)
  }
  await eventually(() => goawayOf(visitor) !== undefined)
  assert.ok(heard.filter((line) => line.startsWith('GET')).length < 100, `${heard.length} reached the service`)
  assert.equal((await visit(door, '/')).body, 'ok')
})

test('heads that are refused again and again, whether a body was to follow or not, end the connection', async (t) => {
  const { door, enter, heard } = await openHouse(t)
  const refusedAgainAndAgain = async (fieldsOf: readonly string[], flags: number): Promise<void> => {
    const visitor = await enter()
    let stream = 1
    for (let round = 0; round < 400 && !visitor.socket.destroyed && goawayOf(visitor) === undefined; round++) {
      visitor.send(...Array.from({ length: 10 }, (_, index) => head(stream + 2 * index, fieldsOf, flags)))
      stream += 20
      await wait(5)
    }
    await eventually(() => visitor.socket.destroyed || assert.fail(`${fieldsOf} ${flags}`))
  }
  const unknown = [':method', 'GIT', ...GET.slice(2)]
  await Promise.all([
    refusedAgainAndAgain(unknown, END_STREAM),
    refusedAgainAndAgain(unknown, 0),
    refusedAgainAndAgain([':method', 'CONNECT', ...GET.slice(4, 6)], END_STREAM),
  ])
  assert.deepEqual(heard, [])
  assert.equal((await visit(door, '/')).body, 'ok')
})

test('who opens more streams at a time than he was told he may loses his connection', async (t) => {
  const { enter, heard } = await openHouse(t)
  const visitor = await enter()
  const open = (count: number, from: number) => Array.from({ length: count }, (_, index) => head(from + 2 * index, POST, 0))
  visitor.send(...open(100, 1))
  await eventually(() => heard.length === 100)
  assert.equal(goawayOf(visitor), undefined)
  visitor.send(...open(1, 201))
  await eventually(() => goawayOf(visitor) === PROTOCOL_ERROR)
  await eventually(() => heard.filter((line) => line === 'close').length === 100)
})

test('a head that is too large is refused by itself, one that never ends with its connection (CVE-2024-27316)', async (t) => {
  const { enter, heard } = await openHouse(t)
  const large = await enter()
  const kilobyte = ['x-a', 'x'.repeat(1000)]
  large.send(
    frame(TYPE.headers, END_STREAM, 1, fields([...GET, ...Array(14).fill(kilobyte).flat()])),
    frame(TYPE.continuation, 0, 1, fields(Array(14).fill(kilobyte).flat())),
    frame(TYPE.continuation, END_HEADERS, 1, fields(Array(14).fill(kilobyte).flat())),
    head(3, [...GET, ...Array(300).fill(['a', 'b']).flat()]),
  )
  await eventually(() => resetOf(large, 1) === ENHANCE_YOUR_CALM && resetOf(large, 3) === ENHANCE_YOUR_CALM)
  large.send(head(5, GET))
  await eventually(() => isAnswered(large, 5))

  const endless = await enter()
  endless.send(frame(TYPE.headers, END_STREAM, 1, fields(GET)), repeated(20, frame(TYPE.continuation, 0, 1, fields(['a', 'b']))))
  await eventually(() => goawayOf(endless) !== undefined)
  assert.deepEqual(heard, ['GET /', 'end', 'close'])
})

test('what is malformed costs its stream, and the service hears nothing', async (t) => {
  const { enter, heard } = await openHouse(t)
  const visitor = await enter()
  const malformed = [
    [...GET, 'X-Upper', 'case'],
    [...GET, 'connection', 'keep-alive'],
    [...GET, 'transfer-encoding', 'chunked'],
    [...GET, 'host', 'other.device.example'],
    [...GET.slice(0, 7), ''],
    [...GET.slice(0, 7), '/a b'],
    ['accept', '*/*', ...GET],
    [...GET, 'te', 'gzip'],
    [...GET, 'content-length', '5'],
    [...GET, 'x-evil', 'a\r\nx-smuggled: b'],
  ]
  visitor.send(...malformed.map((raw, index) => head(1 + 2 * index, raw)))
  for (const [index] of malformed.entries()) await eventually(() => resetOf(visitor, 1 + 2 * index) === PROTOCOL_ERROR)
  visitor.send(head(101, GET))
  await eventually(() => isAnswered(visitor, 101))
  assert.deepEqual(heard, ['GET /', 'end', 'close'])
})

test('a body that is longer or shorter than was said, or breaks off, never looks whole', async (t) => {
  const { enter, heard } = await openHouse(t)
  const half = Buffer.from('half')
  for (const length of ['2', '9']) {
    const liar = await enter()
    liar.send(head(1, [...POST, 'content-length', length], 0))
    await eventually(() => heard.includes('POST /'))
    liar.send(frame(TYPE.data, END_STREAM, 1, half))
    await eventually(() => (liar.socket.destroyed || resetOf(liar, 1) === PROTOCOL_ERROR) && heard.includes('close'))
    assert.ok(!heard.includes('end'))
    heard.length = 0
  }
  const visitor = await enter()
  for (const [index, code] of [0, 8].entries()) {
    heard.length = 0
    const stream = 1 + 2 * index
    visitor.send(head(stream, POST, 0), frame(TYPE.data, 0, stream, half))
    await eventually(() => heard.includes('data half'))
    visitor.send(frame(TYPE.reset, 0, stream, uint32(code)))
    await eventually(() => heard.includes('close'))
    assert.ok(!heard.includes('end'))
  }
})

test('a length that is said of a WebSocket takes nothing from whoever is next on the connection to the service', async (t) => {
  const { door, enter, heard } = await openHouse(t)
  const visitor = await enter()
  const wish = [':method', 'CONNECT', ':protocol', 'websocket', ...GET.slice(2), 'sec-websocket-version', '13', 'content-length', '4000']
  visitor.send(head(1, wish, 0))
  await eventually(() => resetOf(visitor, 1) !== undefined || visitor.heard().some(({ type }) => type === TYPE.headers))
  assert.equal((await visit(door, '/next')).body, 'ok')
  assert.ok(heard.includes('GET /next') && !heard.includes('GET /'), `${heard}`)
})

test('credit beyond all bounds is an error of who gives it', async (t) => {
  const { enter } = await openHouse(t)
  const most = uint32(2 ** 31 - 1)
  for (const stream of [0, 1]) {
    const visitor = await enter()
    visitor.send(head(1, POST, 0), repeated(2, frame(TYPE.windowUpdate, 0, stream, most)))
    await eventually(() => goawayOf(visitor) === FLOW_CONTROL_ERROR)
  }
})

test('of all uploads together no more than a limit waits for their services', async (t) => {
  // It never says a word of TLS: until it is given up, what is for it stays with us.
  const waiting = new Set<net.Socket>()
  const silent = await listenOn(
    t,
    net.createServer((socket) => void waiting.add(socket)),
  )
  const { port } = await openDoor(t, { kind: 'https', host: '127.0.0.1', port: silent })
  const visitors = await Promise.all(Array.from({ length: 24 }, () => enterHttp2(port)))
  const streams = [1, 3, 5, 7]
  for (const visitor of visitors) {
    visitor.send(...streams.map((stream) => head(stream, POST, 0)))
    for (let each = 0; each < 64; each++) visitor.send(...streams.map((stream) => frame(TYPE.data, 0, stream, Buffer.alloc(16_000))))
  }
  const resets = (): number =>
    visitors.flatMap((visitor) => streams.filter((stream) => resetOf(visitor, stream) === ENHANCE_YOUR_CALM)).length
  const kept = (): number => (visitors.length * streams.length - resets()) * 64 * 16_000
  // A hundred megabytes have to arrive before anything is too much.
  await eventually(() => assert.ok(kept() < 80_000_000, `${kept()} bytes`), { timeoutMs: 30_000 })
  await wait(1200)
  assert.ok(kept() > 40_000_000, `${kept()} bytes`)
  for (const socket of waiting) socket.destroy()
})
