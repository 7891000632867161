/** What a hostile visitor does to a relay's public port. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { browserHello, inRecords } from '../../relay/public-side/hello.fixture.ts'
import { type Attack, again, connected, ending, type Target } from './target.ts'

const helloFor = (host: string): Buffer => inRecords(browserHello(host))

/** Connects, says something that is no TLS, and comes again. */
const garbage: Attack = (target, signal) =>
  again({ atOnce: 100, atMost: 40_000, target, signal }, async () => {
    const socket = await connected(target, signal)
    socket.resume().write('GET / HTTP/1.0\r\n\r\n')
    return ending(socket)
  })

/** Connects and says nothing. */
const silence: Attack = (target, signal) =>
  again({ atOnce: 3000, atMost: 6000, target, signal }, async () => {
    const socket = await connected(target, signal)
    socket.resume()
    return ending(socket)
  })

/** A ClientHello, a byte at a time. */
const slowHello: Attack = (target, signal) =>
  again({ atOnce: 1500, atMost: 3000, target, signal }, async () => {
    const socket = await connected(target, signal)
    const hello = helloFor(target.honestHost)
    let at = 0
    const drip = setInterval(() => socket.write(hello.subarray(at, ++at)), 250)
    socket.resume()
    return ending(socket).finally(() => clearInterval(drip))
  })

/** Whole ClientHellos for the relay itself, each answered by a handshake that costs the relay a signature and the attacker nothing. */
const handshakes: Attack = (target, signal) =>
  again({ atOnce: 100, atMost: 40_000, target, signal }, async () => {
    const socket = await connected(target, signal)
    socket.write(helloFor(target.domain))
    const first = new Promise<string>((resolve) => socket.once('data', () => resolve('answered')))
    return Promise.race([first, ending(socket)]).finally(() => socket.destroy())
  })

/** Visits the honest home and leaves at once, with a reset. */
const churn: Attack = (target, signal) =>
  again({ atOnce: 100, atMost: 40_000, target, signal }, async () => {
    const socket = await connected(target, signal)
    const over = ending(socket)
    socket.write(helloFor(target.honestHost), () => setTimeout(() => socket.resetAndDestroy(), 2))
    return over
  })

/** Asks the honest home for answers without end, and never reads. */
const slowReaders: Attack = (target, signal) =>
  again({ atOnce: 1500, atMost: 3000, target, signal }, async () => {
    const socket = await connected(target, signal)
    socket.pause()
    socket.write(Buffer.concat([helloFor(target.honestHost), Buffer.from('GET /99999999999 HTTP/1.1\r\n\r\n')]))
    return ending(socket)
  })

const BINDING_REQUEST = Buffer.from('000100002112a442000102030405060708090a0b', 'hex')

/** Floods the relay's public UDP port with questions that it answers and with noise. Resolves to bytes, both ways. */
async function flood({ address, port, share }: Target, signal: AbortSignal, fromPort: number): Promise<{ sent: number; answered: number }> {
  const socket = dgram.createSocket('udp4').on('error', () => {})
  socket.bind(fromPort)
  await once(socket, 'listening')
  const noise = Buffer.alloc(1200, 0x5a)
  const bytes = { sent: 0, answered: 0 }
  socket.on('message', (datagram) => {
    bytes.answered += datagram.length
  })
  for (let sent = 0; sent < 400_000 * share && !signal.aborted; sent++) {
    const datagram = sent % 2 === 0 ? BINDING_REQUEST : noise
    if (datagram === BINDING_REQUEST) bytes.sent += datagram.length
    socket.send(datagram, port, address)
    if (sent % 200 === 0) await wait(2)
  }
  await wait(100)
  socket.close()
  return bytes
}

/** As much as it takes. */
const datagrams: Attack = async (target, signal) => {
  const { sent, answered } = await flood(target, signal, 0)
  return new Map([
    ['bytes of questions', sent],
    ['bytes of answers', answered],
  ])
}

/** As a forger would, who writes a victim's time server into the packets as their source: what comes back would hit the victim. */
const reflection: Attack = async (target, signal) => new Map([['bytes to the victim', (await flood(target, signal, 123)).answered]])

/** None at all: what sending as much as that does to this machine, when it goes nowhere. */
const control: Attack = async (target, signal) => {
  const nowhere = { ...target, address: '127.0.0.1', port: 9 }
  const all = await Promise.all([0, 0, 0, 0].map((anyPort) => flood(nowhere, signal, anyPort)))
  return new Map([['bytes to nobody', all.reduce((sum, { sent }) => sum + sent, 0)]])
}

export const VISITOR_ATTACKS = {
  control,
  garbage,
  silence,
  slowHello,
  handshakes,
  churn,
  slowReaders,
  datagrams,
  reflection,
} as const satisfies Record<string, Attack>
