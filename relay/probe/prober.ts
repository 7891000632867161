/** The outside eyes: dials a home as a visitor would, and believes only an answer that the home's own engine signed. */
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { Endpoint } from '../../protocol/model/address.ts'
import type { Outcome } from '../../protocol/model/path.ts'
import { sessionBinding } from '../../wire/identity.ts'
import { checkProbeAnswer, formatProbeQuestion, PROBE_ALPN, PROBE_ANSWER_BYTES, type ProbeQuestion } from '../../wire/probe.ts'

export interface Sighting {
  readonly outcome: Outcome
  readonly rttMs?: number
}

export interface ProbeTarget {
  readonly transport: 'tls' | 'tcp' | 'udp'
  readonly outside: Endpoint
  /** For TLS: the name in the ClientHello. */
  readonly host?: string | undefined
  readonly deviceKey: string
  /** The 16 bytes the engine waits for. */
  readonly id: Buffer
}

/** A visitor's browser would have given up inwardly by then, too. */
const PROBE_TIMEOUT_MS = 3000
const UDP_TRIES = 3

/** One look from outside. Never throws: what went wrong is the outcome. */
export async function probe(target: ProbeTarget, signal: AbortSignal): Promise<Sighting> {
  const startedMs = performance.now()
  const question: ProbeQuestion = { id: target.id, challenge: randomBytes(32) }
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)])
  try {
    const { answer, binding } =
      target.transport === 'udp' ? await askUdp(target, question, bounded) : await askStream(target, question, bounded)
    if (!checkProbeAnswer(target.deviceKey, question, binding, answer)) return { outcome: 'wrong-host' }
    return { outcome: 'reachable', rttMs: Math.round((performance.now() - startedMs) * 10) / 10 }
  } catch (error) {
    return { outcome: signal.aborted ? 'unknown' : outcomeOf(error) }
  }
}

class WrongHost extends Error {}

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
    const binding = sessionBinding(secure)
    return { answer: await exchange(secure, question, signal), binding }
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

async function askUdp(target: ProbeTarget, question: ProbeQuestion, signal: AbortSignal): Promise<Asked> {
  const { address, port } = target.outside
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const send = (): void => socket.send(formatProbeQuestion(question), () => {})
  let resend: NodeJS.Timeout | undefined
  try {
    socket.connect(port, address)
    const answer = await settle<Buffer>(signal, (resolve, reject) => {
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
    return { answer, binding: Buffer.alloc(0) }
  } finally {
    socket.close()
  }
}

function once(stream: Duplex, event: string, signal: AbortSignal): Promise<void> {
  return settle<void>(signal, (resolve, reject) => {
    const done = (): void => resolve()
    stream.once(event, done).once('error', reject)
    return () => stream.off(event, done).off('error', reject)
  })
}

/** A promise that an AbortSignal can end; `start` returns what removes its listeners. */
function settle<T>(signal: AbortSignal, start: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => finish(() => reject(signal.reason))
    const finish = (pass: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      stop()
      pass()
    }
    signal.addEventListener('abort', onAbort)
    const stop = start(
      (value) => finish(() => resolve(value)),
      (error) => finish(() => reject(error)),
    )
  })
}
