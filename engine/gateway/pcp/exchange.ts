/** Questions and answers over UDP with one router, and with nobody else. PCP and NAT-PMP share it, as they share the port. */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { GatewayError } from '../gateway.ts'

/** When to ask again: after `firstWaitMs`, then after twice as long, and so on, until `tries` questions went unanswered. */
export interface Patience {
  readonly firstWaitMs: number
  readonly tries: number
}

/** What a datagram is to the one who waits: the answer, somebody else's (a late one, a wrong nonce), or nothing that can be read. */
export type Heard<T> = { readonly answer: T } | 'other' | 'garbage'

export interface Exchange {
  /**
   * Sends `request`, again and again with growing waits, until `read` finds its answer. Throws {@link GatewayError} `silent`, also at
   * once when the router says that its port is closed (RFC 6886 §3.1); `garbled` when all that came could not be read; or the signal's
   * reason.
   */
  ask<T>(request: Buffer, read: (datagram: Buffer) => Heard<T>, patience: Patience, signal: AbortSignal): Promise<T>
  close(): void
}

export interface Ends {
  readonly gatewayAddress: string
  readonly port: number
  readonly localAddress: string
}

/** RFC 6887 §8.1.1: each wait is stretched or shortened by up to a tenth, so that the devices of a house do not ask in step. */
const JITTER = 0.1

interface Waiting {
  hear(datagram: Buffer): void
  fail(error: unknown): void
}

/**
 * The socket is bound to our own address, since routers map only for the address that asks, and connected, so that the operating system
 * itself drops what anybody else sends. Throws {@link GatewayError} `silent` when there is no way to the router, or the signal's reason.
 */
export async function openExchange(ends: Ends, signal: AbortSignal): Promise<Exchange> {
  signal.throwIfAborted()
  const socket = createSocket(ends.localAddress.includes(':') ? 'udp6' : 'udp4')
  const waiting = new Set<Waiting>()
  try {
    socket.bind({ address: ends.localAddress, port: 0, exclusive: true })
    await once(socket, 'listening', { signal })
    socket.connect(ends.port, ends.gatewayAddress)
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.close()
    signal.throwIfAborted()
    throw broken(error)
  }
  // An open gateway is no reason for the program to stay.
  socket.unref()
  socket.on('message', (datagram) => {
    for (const one of [...waiting]) one.hear(datagram)
  })
  socket.on('error', (error) => {
    for (const one of [...waiting]) one.fail(broken(error))
  })
  let open = true
  return {
    ask: (request, read, patience, askSignal) =>
      open ? ask(socket, waiting, request, read, patience, askSignal) : Promise.reject(new GatewayError('silent', 'the gateway is closed')),
    close() {
      if (!open) return
      open = false
      socket.close()
      for (const one of [...waiting]) one.fail(new GatewayError('silent', 'the gateway was closed'))
    },
  }
}

function ask<T>(
  socket: Socket,
  waiting: Set<Waiting>,
  request: Buffer,
  read: (datagram: Buffer) => Heard<T>,
  { firstWaitMs, tries }: Patience,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted()
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    let sent = 0
    let garbage = false
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      waiting.delete(self)
    }
    const self: Waiting = {
      hear(datagram) {
        const heard = read(datagram)
        if (heard === 'garbage') garbage = true
        if (typeof heard === 'string') return
        end()
        resolve(heard.answer)
      },
      fail(error) {
        end()
        reject(error)
      },
    }
    const aborted = () => self.fail(signal.reason)
    const send = () => {
      if (sent === tries) {
        self.fail(garbage ? unreadable() : new GatewayError('silent', `the router did not answer ${tries} questions`))
        return
      }
      timer = setTimeout(send, firstWaitMs * 2 ** sent * (1 + JITTER * (2 * Math.random() - 1)))
      sent += 1
      socket.send(request, (error) => {
        if (error && waiting.has(self)) self.fail(broken(error))
      })
    }
    waiting.add(self)
    signal.addEventListener('abort', aborted)
    send()
  })
}

function unreadable(): GatewayError {
  return new GatewayError('garbled', 'the router answers with something that cannot be read')
}

function broken(cause: unknown): GatewayError {
  const { code = '' } = cause as NodeJS.ErrnoException
  // ECONNRESET is how Windows tells of it.
  const closed = code === 'ECONNREFUSED' || code === 'ECONNRESET'
  return new GatewayError('silent', closed ? 'nothing listens on that port of the router' : `no way to the router (${code})`, { cause })
}
