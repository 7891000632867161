import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { testCertificate } from '../../test/certificates.ts'
import { Leavable } from '../../wire/leavable.ts'
import { BYPASS_ALPN, BYPASS_GO } from '../../wire/messages.ts'
import { readInto } from '../../wire/read-into.ts'
import { createBypassDoor } from './bypass-door.ts'

const TOKEN = Buffer.alloc(32, 7)

/** By an end or by a reset. */
const gone = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.on('error', () => {}).once('close', resolve))

/** A door behind which somebody waits for one token. */
async function door(t: TestContext) {
  const certificate = await testCertificate('relay.test')
  const taken: Socket[] = []
  let handshakes = 0
  const open = createBypassDoor({
    certificate: () => tls.createSecureContext(certificate),
    claim: (token) => (token.equals(TOKEN) ? (connection) => taken.push(connection) : undefined),
    onHandshake: () => void handshakes++,
  })
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    t.after(() => socket.destroy())
    open(socket.on('error', () => {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const dial = async (): Promise<{ tcp: Socket; way: Gathering; session: TLSSocket; closed: Promise<unknown> }> => {
    const tcp = net.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
    t.after(() => tcp.destroy())
    const closed = gone(tcp)
    const way = new Gathering(tcp)
    const session = tls.connect({ socket: way, servername: 'relay.test', ca: certificate.cert, ALPNProtocols: [BYPASS_ALPN] })
    session.on('error', () => {})
    await once(session, 'secureConnect')
    return { tcp, way, session, closed }
  }
  return { dial, taken, handshakes: () => handshakes, port: (server.address() as AddressInfo).port }
}

const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) =>
    readInto(socket, (bytes) => {
      resolve(String(bytes))
      return true
    }),
  )

test('who says what the offer said is let in, TLS is left, and what follows crosses as it is, at once', async (t) => {
  const { dial, taken, handshakes } = await door(t)
  for (let round = 0; round < 20; round++) {
    const { tcp, way, session } = await dial()
    session.write(TOKEN.subarray(0, 5))
    session.write(TOKEN.subarray(5))
    const [said] = await once(session, 'data')
    assert.deepEqual(said, BYPASS_GO)
    way.leave()
    const far = taken[round] as Socket
    // The last of TLS may not have been written when the first without it is.
    tcp.write('up without TLS')
    far.write('down without TLS')
    assert.deepEqual(await Promise.all([heard(far), heard(tcp)]), ['up without TLS', 'down without TLS'])
    tcp.end()
    await once(far, 'end')
    far.end()
  }
  assert.equal(handshakes(), 20)
})

test('who says anything else, or more, is sent away', async (t) => {
  const { dial, taken } = await door(t)
  for (const words of [Buffer.alloc(32), Buffer.alloc(33, 7), Buffer.alloc(100_000)]) {
    const { session, closed } = await dial()
    session.write(words)
    await closed
  }
  assert.deepEqual(taken, [])
})

/** Sends all at once what TLS says in the meantime. */
class Gathering extends Leavable {
  #gathered: Buffer[] | undefined
  readonly #tcp: Socket

  constructor(tcp: Socket) {
    super(tcp)
    this.#tcp = tcp
  }

  gather(): void {
    this.#gathered = []
  }

  release(): void {
    this.#tcp.write(Buffer.concat(this.#gathered ?? []))
  }

  override _write(chunk: Buffer, encoding: string, done: (error?: Error | null) => void): void {
    if (!this.#gathered) super._write(chunk, encoding, done)
    else {
      this.#gathered.push(chunk)
      done()
    }
  }
}

test('who goes on inside of TLS without waiting for an answer is sent away, though he was let in', async (t) => {
  const { dial, taken } = await door(t)
  const { way, session, closed } = await dial()
  way.gather()
  session.write(TOKEN)
  await new Promise((resolve) => session.write(Buffer.alloc(100_000), resolve))
  way.release()
  await closed
  assert.deepEqual(
    taken.map(({ destroyed }) => destroyed),
    [true],
  )
})

test('who says nothing has ten seconds, with TLS and without', async (t) => {
  const { dial, port, taken } = await door(t)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const silent = net.connect(port, '127.0.0.1')
  t.after(() => silent.destroy())
  const silentClosed = gone(silent)
  await once(silent, 'connect')
  const { session, closed } = await dial()
  session.write(TOKEN.subarray(1))
  t.mock.timers.tick(10_000)
  await Promise.all([closed, silentClosed])
  assert.deepEqual(taken, [])
})

test('what is no TLS ends the connection', async (t) => {
  const { port } = await door(t)
  const socket = net.connect(port, '127.0.0.1')
  socket.end('GET / HTTP/1.1\r\n\r\n')
  await gone(socket.resume())
})
