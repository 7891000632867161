import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { mock, type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import type { Outcome } from '../../protocol/model/path.ts'
import { freePort } from '../../test/ports.ts'
import { newIdentity, sessionBinding } from '../../wire/identity.ts'
import { PINGS } from '../../wire/pings.ts'
import { answerProbe, parseProbeQuestion } from '../../wire/probe.ts'
import { answering, tcpHome, tlsHome, udpHome } from './listener.fixture.ts'
import { type ProbeTarget, probe } from './prober.ts'

// The time that a look has passes where a test lets it, and not on a machine that stands still.
mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })

const HOME = newIdentity()
const never = new AbortController().signal

async function look(transport: ProbeTarget['transport'], port: number, signal = never): Promise<Outcome> {
  const outside = { address: '127.0.0.1', port }
  const host = transport === 'tls' ? 'web.amber-otter-42.relay.example' : undefined
  const { outcome, rttMs } = await probe({ transport, outside, host, deviceKey: HOME.publicKey, id: randomBytes(16) }, signal)
  assert.equal(rttMs !== undefined, outcome === 'reachable')
  return outcome
}

test('an answer that the home’s own key signed is the only proof', async (context) => {
  assert.equal(await look('tls', await tlsHome(context, answering(HOME))), 'reachable')
  assert.equal(await look('tcp', await tcpHome(context, answering(HOME))), 'reachable')
  assert.equal(await look('udp', await udpHome(context, (question) => [answerProbe(HOME, question, Buffer.alloc(0))])), 'reachable')
})

test('an answer counts too when it comes in pieces, or with the end right behind it', async (context) => {
  const answerOf = (socket: TLSSocket, bytes: Buffer): Buffer => {
    const question = parseProbeQuestion(bytes)
    assert.ok(question)
    return answerProbe(HOME, question, 'encrypted' in socket ? sessionBinding(socket) : Buffer.alloc(0))
  }
  const inPieces = (socket: TLSSocket): unknown =>
    socket.once('data', (bytes) => {
      const answer = answerOf(socket, bytes)
      socket.write(answer.subarray(0, 20), () => socket.write(answer.subarray(20)))
    })
  const andEnd = (socket: TLSSocket): unknown => socket.once('data', (bytes) => socket.end(answerOf(socket, bytes)))
  for (const onSocket of [inPieces, andEnd]) {
    assert.equal(await look('tls', await tlsHome(context, onSocket)), 'reachable')
    assert.equal(await look('tcp', await tcpHome(context, onSocket as never)), 'reachable')
  }
})

test('whatever else answers is another host', async (context) => {
  const web = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n'.padEnd(200, '.')
  const stranger = newIdentity()
  let earlier: Buffer | undefined
  /** Passes on the first answer it ever saw. */
  const replaying = (socket: TLSSocket): unknown =>
    socket.once('data', (bytes) => {
      const question = parseProbeQuestion(bytes)
      assert.ok(question)
      earlier ??= answerProbe(HOME, question, sessionBinding(socket))
      socket.write(earlier)
    })
  const replayer = await tlsHome(context, replaying)
  assert.equal(await look('tls', replayer), 'reachable')
  const cases: Record<string, [ProbeTarget['transport'], number]> = {
    'a replayed answer': ['tls', replayer],
    'another key': ['tls', await tlsHome(context, answering(stranger))],
    'another key, in the clear': ['tcp', await tcpHome(context, answering(stranger))],
    'another key, by datagram': ['udp', await udpHome(context, (question) => [answerProbe(stranger, question, Buffer.alloc(0))])],
    'the home’s answer, passed on from another TLS session': ['tls', await tlsHome(context, answering(HOME, randomBytes(32)))],
    'TLS without our protocol': ['tls', await tlsHome(context, () => {}, ['http/1.1'])],
    'a web server where TLS should be': ['tls', await tcpHome(context, (socket) => socket.once('data', () => socket.write(web)))],
    'a web server': ['tcp', await tcpHome(context, (socket) => socket.once('data', () => socket.end(web)))],
    'one that hangs up': ['tcp', await tcpHome(context, (socket) => socket.end())],
    'one that hangs up half-way': ['tls', await tlsHome(context, (socket) => socket.end('short'))],
    'an echo': ['udp', await udpHome(context, (question) => [question.challenge])],
  }
  for (const [reason, [transport, port]] of Object.entries(cases)) assert.equal(await look(transport, port), 'wrong-host', reason)
})

test('a service that holds its port itself is asked by its own ping, and nothing else counts for its answer', async (context) => {
  const asked: string[] = []
  const service = async (answer: (datagram: Buffer) => Buffer): Promise<number> => {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    context.after(() => socket.close())
    socket.on('message', (datagram, { port, address }) => {
      asked.push(datagram.toString('hex'))
      socket.send(answer(datagram), port, address)
    })
    return socket.address().port
  }
  const ping = async (port: number) => {
    const outside = { address: '127.0.0.1', port }
    const target: ProbeTarget = { transport: 'udp', outside, deviceKey: HOME.publicKey, id: randomBytes(16), ping: PINGS.jamulus }
    return await probe(target, never)
  }
  const { outcome, rttMs } = await ping(await service((datagram) => datagram))
  assert.deepEqual([outcome, rttMs !== undefined], ['reachable', true])
  assert.deepEqual(asked, [Buffer.from(PINGS.jamulus.request).toString('hex')])
  assert.deepEqual(await ping(await service(() => Buffer.from('something else'))), { outcome: 'wrong-host' })
  assert.deepEqual(await ping(await freePort()), { outcome: 'refused' })
})

test('nobody there is refused', async () => {
  const port = await freePort()
  for (const transport of ['tls', 'tcp', 'udp'] as const) assert.equal(await look(transport, port), 'refused', transport)
})

test('a connection cut is a reset', async (context) => {
  const cut = await tcpHome(context, (socket) => socket.once('data', () => socket.resetAndDestroy()))
  for (const transport of ['tls', 'tcp'] as const) assert.equal(await look(transport, cut), 'reset', transport)
})

/** Of what comes to a home. */
function counted() {
  let came = 0
  return {
    count: (): number => ++came,
    async until(wanted: number): Promise<void> {
      while (came < wanted) await turn()
    },
  }
}

test('silence is a time-out', async (context) => {
  const { count, until } = counted()
  const silent = await tcpHome(context, count)
  const mute = await tlsHome(context, count)
  const deaf = await udpHome(context, () => {
    count()
    return []
  })
  const looks = Promise.all([look('tcp', silent), look('tls', silent), look('tls', mute), look('udp', deaf)])
  await until(4)
  mock.timers.tick(3000)
  assert.deepEqual(await looks, ['timed-out', 'timed-out', 'timed-out', 'timed-out'])
})

test('two lost datagrams are no silence', async (context) => {
  const { count, until } = counted()
  const lossy = await udpHome(context, (question) => (count() < 3 ? [] : [answerProbe(HOME, question, Buffer.alloc(0))]))
  const looking = look('udp', lossy)
  for (const asked of [1, 2]) {
    await until(asked)
    mock.timers.tick(750)
  }
  assert.equal(await looking, 'reachable')
})

test('an answer that came while the relay stood still is read before its time is over', async (context) => {
  const port = await tcpHome(context, (socket) => {
    socket.once('data', (bytes) => {
      const question = parseProbeQuestion(bytes)
      assert.ok(question)
      socket.write(answerProbe(HOME, question, Buffer.alloc(0)))
      setImmediate(() => mock.timers.tick(3000))
    })
  })
  assert.equal(await look('tcp', port), 'reachable')
})

test('a look that is given up has seen nothing', async (context) => {
  const silent = await hanging(context)
  const aborter = new AbortController()
  const looking = (['tls', 'tcp', 'udp'] as const).map((transport) => look(transport, silent, aborter.signal))
  aborter.abort()
  assert.deepEqual(await Promise.all(looking), ['unknown', 'unknown', 'unknown'])
  assert.equal(await look('tcp', silent, AbortSignal.abort()), 'unknown')
})

const hanging = (context: TestContext): Promise<number> => tcpHome(context, () => {})
