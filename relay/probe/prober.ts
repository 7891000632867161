/** The outside eyes: dials a home as a visitor would, and believes only an answer that the home's own engine signed. */
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls, { type SecureContext } from 'node:tls'
import type { Endpoint } from '../../protocol/model/address.ts'
import type { CertificateFault, Outcome } from '../../protocol/model/path.ts'
import { sessionBinding } from '../../wire/identity.ts'
import type { Ping } from '../../wire/pings.ts'
import { checkProbeAnswer, formatProbeQuestion, PROBE_ALPN, PROBE_ANSWER_BYTES, type ProbeQuestion } from '../../wire/probe.ts'
import { lookAtPage, publicKeyOf, WrongHost } from './page.ts'
import { once, settle, within } from './settle.ts'

export interface Sighting {
  readonly outcome: Outcome
  readonly rttMs?: number
  readonly certificate?: CertificateFault
}

export interface ProbeTarget {
  readonly transport: 'tls' | 'tcp' | 'udp'
  readonly outside: Endpoint
  /** For TLS: the name in the ClientHello. */
  readonly host?: string | undefined
  readonly deviceKey: string
  /** The 16 bytes the engine waits for. */
  readonly id: Buffer
  /** For UDP: the service's own ping in place of the engine's signature. */
  readonly ping?: Ping | undefined
  /** For TLS: see the page as a browser would, too. One whose authority its owner has named himself may be unknown to us. */
  readonly page?: { readonly trusted: SecureContext; readonly authority: 'public' | 'named' } | undefined
}

/** A visitor's browser would have given up inwardly by then, too. */
const PROBE_TIMEOUT_MS = 3000
const UDP_TRIES = 3

/** One look from outside. Never throws: what went wrong is the outcome. */
export async function probe(target: ProbeTarget, signal: AbortSignal): Promise<Sighting> {
  const startedMs = performance.now()
  const question: ProbeQuestion = { id: target.id, challenge: randomBytes(32) }
  const inTime = <T>(work: (bounded: AbortSignal) => Promise<T>): Promise<T> => within(PROBE_TIMEOUT_MS, signal, work)
  try {
    const { page, host, outside, ping } = target
    if (ping) return await inTime((bounded) => pingService(outside, ping, startedMs, bounded))
    const ask = target.transport === 'udp' ? askUdp : askStream
    const { answer, binding, key } = await inTime((bounded) => ask(target, question, bounded))
    if (!checkProbeAnswer(target.deviceKey, question, binding, answer)) return { outcome: 'wrong-host' }
    const rttMs = sinceMs(startedMs)
    if (!page || !key || host === undefined) return { outcome: 'reachable', rttMs }
    // The signature covers the session in which this key was shown, so it is the engine's own.
    const certificate = await inTime((bounded) => lookAtPage({ outside, host, ownKey: key, trusted: page.trusted }, bounded))
    if (certificate === undefined) return { outcome: 'reachable', rttMs }
    const isExpected = certificate === 'untrusted' && page.authority === 'named'
    return { outcome: isExpected ? 'reachable' : 'wrong-certificate', rttMs, certificate }
  } catch (error) {
    return { outcome: signal.aborted ? 'unknown' : outcomeOf(error) }
  }
}

const sinceMs = (startedMs: number): number => Math.round((performance.now() - startedMs) * 10) / 10

function outcomeOf(error: unknown): Outcome {
  if (error instanceof WrongHost) return 'wrong-host'
  const { code, name } = error as NodeJS.ErrnoException
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ETIMEDOUT' || code === 'ABORT_ERR') return 'timed-out'
  if (code === 'ECONNREFUSED') return 'refused'
  // An ICMP error from somewhere on the way: nothing answers at that address.
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'timed-out'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  // TLS was answered by something that is not us: a router's own page, another server.
  return 'wrong-host'
}

interface Asked {
  readonly answer: Buffer
  readonly binding: Buffer
  /** Of the certificate that was shown. */
  readonly key?: Buffer | undefined
}

async function askStream(target: ProbeTarget, question: ProbeQuestion, signal: AbortSignal): Promise<Asked> {
  const { address, port } = target.outside
  const socket = net.connect({ host: address, port, noDelay: true, family: address.includes(':') ? 6 : 4 })
  socket.on('error', () => {})
  try {
    await once(socket, 'connect', signal)
    if (target.transport === 'tcp') return { answer: await exchange(socket, question, signal), binding: Buffer.alloc(0) }
    // The chain is not checked here: the signature says more than a certificate could, namely that this very home answered.
    const secure = tls.connect({
      socket,
      ...(target.host === undefined ? {} : { servername: target.host }),
      ALPNProtocols: [PROBE_ALPN],
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
    })
    secure.on('error', () => {})
    await once(secure, 'secureConnect', signal)
    if (secure.alpnProtocol !== PROBE_ALPN) throw new WrongHost('no probe protocol')
    // Before the answer: who answers and hangs up takes the session along.
    const [binding, key] = [sessionBinding(secure), publicKeyOf(secure.getPeerX509Certificate())]
    return { answer: await exchange(secure, question, signal), binding, key }
  } finally {
    socket.destroy()
  }
}

async function exchange(stream: Duplex, question: ProbeQuestion, signal: AbortSignal): Promise<Buffer> {
  stream.write(formatProbeQuestion(question))
  let answer = Buffer.alloc(0)
  return await settle<Buffer>(signal, (resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length >= PROBE_ANSWER_BYTES) resolve(answer)
    }
    const onEnd = (): void => reject(new WrongHost('ended without an answer'))
    stream.on('data', onData).once('error', reject).once('end', onEnd).once('close', onEnd)
    return () => stream.off('data', onData).off('error', reject).off('end', onEnd).off('close', onEnd)
  })
}

async function askUdp({ outside }: ProbeTarget, question: ProbeQuestion, signal: AbortSignal): Promise<Asked> {
  return { answer: await exchangeUdp(outside, formatProbeQuestion(question), signal), binding: Buffer.alloc(0) }
}

/** Not a byte of the answer is told to anybody. */
async function pingService(outside: Endpoint, ping: Ping, startedMs: number, signal: AbortSignal): Promise<Sighting> {
  if (!ping.isAnswer(await exchangeUdp(outside, ping.request, signal))) return { outcome: 'wrong-host' }
  return { outcome: 'reachable', rttMs: sinceMs(startedMs) }
}

async function exchangeUdp({ address, port }: Endpoint, datagram: Uint8Array, signal: AbortSignal): Promise<Buffer> {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const send = (): void => socket.send(datagram, () => {})
  let resend: NodeJS.Timeout | undefined
  try {
    socket.connect(port, address)
    return await settle<Buffer>(signal, (resolve, reject) => {
      let tries = 1
      socket.once('connect', send).once('error', reject).on('message', resolve)
      // One lost datagram must not turn the light: ask up to three times.
      resend = setInterval(
        () => {
          if (tries++ < UDP_TRIES) send()
        },
        PROBE_TIMEOUT_MS / (UDP_TRIES + 1),
      )
      return () => clearInterval(resend)
    })
  } finally {
    socket.close()
  }
}
