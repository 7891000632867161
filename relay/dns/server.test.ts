import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { connect, type Socket as TcpSocket } from 'node:net'
import { mock, test } from 'node:test'
import { RCODE, TYPE } from '../../dns/codes.ts'
import { createFrameReader, frame } from '../../dns/tcp-frames.ts'
import { queryBytes, ZONE } from './query.fixture.ts'
import { type DnsEvent, type DnsServer, startDns } from './server.ts'
import { createUdpSide } from './udp.ts'

const QUERY = queryBytes({ name: 'web.amber-otter-42.relay.example', type: TYPE.A })

// How long a connection may be silent passes where a test lets it.
mock.timers.enable({ apis: ['setTimeout'] })

type Running = DnsServer & { events: DnsEvent[]; next(kind: DnsEvent['kind'] | 'any'): Promise<DnsEvent>; stop(): Promise<void> }

async function running(options: Partial<Parameters<typeof startDns>[0]> = {}): Promise<Running> {
  const abort = new AbortController()
  const emitter = new EventEmitter()
  const events: DnsEvent[] = []
  const onEvent = (event: DnsEvent): void => {
    events.push(event)
    emitter.emit(event.kind, event)
    emitter.emit('any', event)
  }
  const server = await startDns({ addresses: ['127.0.0.1'], port: 0, zone: ZONE, signal: abort.signal, onEvent, ...options })
  const stop = async (): Promise<void> => {
    abort.abort()
    await server.closed
  }
  return { ...server, events, stop, next: async (kind) => (await once(emitter, kind))[0] }
}

async function ask(socket: Socket, query: Uint8Array, port: number): Promise<Buffer> {
  socket.send(query, port, '127.0.0.1')
  return (await once(socket, 'message'))[0]
}

async function dial(port: number): Promise<TcpSocket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** Every whole answer until the server ends or cuts the connection. */
async function answersFrom(socket: TcpSocket): Promise<Uint8Array[]> {
  const reader = createFrameReader(0xffff)
  socket.on('data', (chunk) => reader.push(chunk))
  socket.on('error', () => {})
  await once(socket, 'close')
  const answers: Uint8Array[] = []
  for (let answer = reader.next(); answer; answer = reader.next()) answers.push(answer)
  return answers
}

test('an answer is never answered, and what makes no sense gets at most a header', async () => {
  const server = await running()
  const socket = createSocket('udp4')
  socket.send(queryBytes({ name: 'relay.example', type: 1, flags: 0x8000 }), server.port, '127.0.0.1')
  socket.send(Buffer.of(1, 2, 3), server.port, '127.0.0.1')
  const first = await ask(socket, Buffer.concat([QUERY, Buffer.of(0)]), server.port)
  assert.equal(first.toString('hex'), '123481010000000000000000')
  assert.equal(((await ask(socket, QUERY, server.port))[3] ?? 0) & 15, RCODE.NOERROR)
  assert.deepEqual(
    server.events.map((event) => event.kind === 'answered' && event.rcode),
    [RCODE.FORMERR, RCODE.NOERROR],
  )
  socket.close()
  await server.stop()
})

test('ports that only ever answer are not answered', () => {
  const unexpected = (): never => assert.fail('asked')
  const socket = createUdpSide('ipv4', { decide: unexpected, answer: unexpected, onLimited: unexpected, onError: unexpected })
  for (const port of [0, 7, 19, 53]) socket.emit('message', QUERY, { address: '203.0.113.7', port, family: 'IPv4', size: QUERY.length })
  socket.close()
})

test('a flood in one neighbourhood is thinned out: half of the rest is told to come over TCP, in no more bytes than it sent', async (context) => {
  // A hundred at once and fifty a second: none of the second kind, however long it takes.
  context.mock.method(performance, 'now', () => 1000)
  const server = await running()
  const socket = createSocket('udp4')
  const sizes: number[] = []
  let truncated = 0
  socket.on('message', (answer) => {
    sizes.push(answer.length)
    if ((answer[2] ?? 0) & 2) {
      truncated++
      assert.equal(answer.length, QUERY.length)
    }
  })
  const count = (test: (event: DnsEvent) => boolean): number => server.events.filter(test).length
  const isLimited = (event: DnsEvent): boolean => event.kind === 'limited'
  const handled = (): number => count(isLimited) + count((event) => event.kind === 'answered' && !event.truncated)
  for (let sent = 0; sent < 400; ) {
    // Few at a time: the system's own queue must not drop what we mean to count.
    for (const until = sent + 20; sent < until; sent++) socket.send(QUERY, server.port, '127.0.0.1')
    while (handled() < sent) await server.next('any')
  }
  const dropped = count((event) => event.kind === 'limited' && event.action === 'drop')
  const slipped = count((event) => event.kind === 'limited' && event.action === 'slip')
  assert.equal(400 - dropped - slipped, 100, 'the burst is answered')
  assert.ok(dropped > 0 && Math.abs(dropped - slipped) <= 1, `${dropped} dropped, ${slipped} slipped`)
  while (sizes.length < 400 - dropped) await once(socket, 'message')
  assert.equal(truncated, slipped)
  const factor = sizes.reduce((sum, size) => sum + size, 0) / (400 * QUERY.length)
  assert.ok(factor <= 3, `amplified ${factor} times`)
  const tcp = await dial(server.port)
  tcp.end(frame(QUERY))
  assert.equal((await answersFrom(tcp)).length, 1, 'TCP is not limited')
  socket.close()
  await server.stop()
})

test('TCP: many questions at once are answered in order, and a half-closed asker gets them all', async () => {
  const server = await running()
  const socket = await dial(server.port)
  const queries = Array.from({ length: 500 }, (_, id) => frame(queryBytes({ name: 'huge.relay.example', type: TYPE.TXT, id })))
  socket.end(Buffer.concat(queries))
  const answers = await answersFrom(socket)
  assert.deepEqual(
    answers.map((answer) => Buffer.from(answer).readUInt16BE(0)),
    queries.map((_, id) => id),
  )
  assert.ok(answers.every((answer) => answer.length > 2500))
  await server.stop()
})

test('TCP: questions arrive in any pieces', async () => {
  const server = await running()
  const socket = await dial(server.port)
  socket.setNoDelay(true)
  for (const byte of frame(QUERY)) socket.write(Uint8Array.of(byte))
  socket.end()
  assert.equal((await answersFrom(socket)).length, 1)
  await server.stop()
})

test('TCP: an empty, oversized or answering message ends the connection', async () => {
  const server = await running()
  for (const bytes of [Buffer.of(0, 0), Buffer.of(0x10, 0x01), frame(queryBytes({ name: 'relay.example', type: 1, flags: 0x8000 }))]) {
    const socket = await dial(server.port)
    const [event] = await Promise.all([server.next('connection-ended'), answersFrom(socket), socket.write(bytes)])
    assert.deepEqual(event, { kind: 'connection-ended', reason: 'malformed' })
  }
  await server.stop()
})

test('TCP: one neighbourhood holds at most 16 connections', async () => {
  const server = await running()
  const held = await Promise.all(Array.from({ length: 16 }, () => dial(server.port)))
  const [event] = await Promise.all([server.next('connection-ended'), dial(server.port).then(answersFrom)])
  assert.deepEqual(event, { kind: 'connection-ended', reason: 'busy' })
  const last = held.pop()
  last?.end(frame(QUERY))
  assert.equal(last && (await answersFrom(last)).length, 1)
  const next = await dial(server.port)
  next.end(frame(QUERY))
  assert.equal((await answersFrom(next)).length, 1, 'a place is free again')
  for (const socket of held) socket.destroy()
  await server.stop()
})

test('TCP: a byte now and then does not hold a connection', async () => {
  const server = await running()
  const socket = connect(server.port, '127.0.0.1')
  socket.write(Buffer.concat([frame(QUERY), Buffer.of(0)]))
  await server.next('answered')
  mock.timers.tick(4999)
  const ended = server.next('connection-ended')
  mock.timers.tick(1)
  assert.deepEqual(await ended, { kind: 'connection-ended', reason: 'idle' })
  socket.destroy()
  await server.stop()
})

test('a zone that fails gives SERVFAIL and an event', async () => {
  const broken = new Error('no store')
  const zone = {
    ...ZONE,
    lookup: () => {
      throw broken
    },
  }
  const server = await running({ zone })
  const socket = createSocket('udp4')
  assert.equal(((await ask(socket, QUERY, server.port))[3] ?? 0) & 15, RCODE.SERVFAIL)
  assert.deepEqual(server.events[0], { kind: 'fault', error: broken })
  socket.close()
  await server.stop()
})

test('the end comes at once, open connections or not, and the port is free again', async () => {
  const server = await running({ addresses: ['127.0.0.1', '::1'] })
  const socket = await dial(server.port)
  socket.on('error', () => {})
  const [closed] = await Promise.all([once(socket, 'close'), server.stop()])
  assert.ok(closed)
  const again = await running({ addresses: ['127.0.0.1', '::1'], port: server.port })
  assert.equal(again.port, server.port)
  await again.stop()
})

test('a port in use, a wrong address and an early end are said, and leave nothing open', async () => {
  const server = await running()
  await assert.rejects(running({ port: server.port }), { code: 'EADDRINUSE' })
  await assert.rejects(running({ addresses: ['127.0.0.2', '127.0.0.1'], port: server.port }), { code: 'EADDRINUSE' })
  await (await running({ addresses: ['127.0.0.2'], port: server.port })).stop()
  await assert.rejects(running({ addresses: ['localhost'] }), RangeError)
  await assert.rejects(running({ signal: AbortSignal.abort() }), { name: 'AbortError' })
  const abort = new AbortController()
  const starting = running({ addresses: ['127.0.0.2'], port: server.port, signal: abort.signal })
  abort.abort()
  await assert.rejects(starting, { name: 'AbortError' })
  await server.stop()
})
