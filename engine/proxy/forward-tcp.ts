/** A TCP service that is not HTTP: visitors are passed on byte by byte, from a listener of our own or out of the tunnel. */
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { type Endpoint, unmapped } from '../../protocol/model/address.ts'
import type { Target } from '../../protocol/model/service.ts'
import type { Admission } from './admission.ts'
import type { ForbiddenOptions } from './forbidden.ts'
import type { Carried, EnterRaw, Metered } from './guest.ts'
import { proxyHead } from './proxy-protocol.ts'
import { reset, splice } from './splice.ts'
import { connectTarget, failureOf, KEEPALIVE_MS, type TargetFailure } from './target.ts'

/** Visitors of one service at one time. */
const MAX_CONNECTIONS = 512

export interface ForwardTcpOptions extends ForbiddenOptions {
  readonly listenAddress: string
  /** 0 takes a free one. */
  readonly port: number
  /** Asked for each visitor: it may move. */
  readonly target: () => Target
  /** Sees a visitor first and may keep him, by answering true: a probe, for one. A stream that is kept has lost none of its bytes. */
  readonly onConnection?: (stream: Duplex, peer: Endpoint) => boolean | Promise<boolean>
  /** Asked after {@link onConnection}. Absent: everybody may come in. */
  readonly admission?: Admission
  /** Does it want to be told who its visitor is, before all else? Asked for each visitor. */
  readonly tellsVisitor?: () => boolean
  /** Asked for each visitor: undefined cuts him off. Absent: everybody may come. */
  readonly enter?: EnterRaw
  /** Told of who is let in and answered. Absent: nobody counts. */
  readonly meter?: (address: string, isDirect: boolean, carried: Carried) => Metered
  readonly onTargetFailure?: (failure: TargetFailure) => void
  readonly onTargetSuccess?: () => void
  /** Ends the listener and resets every visitor. */
  readonly signal: AbortSignal
}

export interface TcpForward {
  readonly port: number
  /** Takes a visitor out of the tunnel; `peer` is his own address. `reached`: where he came to, as far as it is known. */
  accept(stream: Duplex, peer: Endpoint, reached?: Endpoint): void
  /** As the signal does; resolves when the port is free. */
  close(): Promise<void>
}

/** Resolves once it listens. Rejects with the system's error (EADDRINUSE, EACCES) or the signal's reason. */
export async function forwardTcp(options: ForwardTcpOptions): Promise<TcpForward> {
  options.signal.throwIfAborted()
  const visitors = new Map<Duplex, Endpoint>()
  const stop = new AbortController()

  function accept(stream: Duplex, peer: Endpoint, reached: Endpoint = { address: '', port: portOf(server) }): void {
    stream.on('error', () => undefined)
    if (stop.signal.aborted || visitors.size >= MAX_CONNECTIONS || stream.destroyed) return void reset(stream)
    const guest = options.enter?.(peer.address, () => reset(stream))
    if (options.enter && !guest) return void reset(stream)
    visitors.set(stream, peer)
    let target: net.Socket | undefined
    let metered: Metered | undefined
    stream.once('close', () => {
      visitors.delete(stream)
      guest?.leave(target?.bytesRead)
      metered?.leave()
    })
    const onTarget = (socket: net.Socket): void => {
      target = socket
      metered = options.meter?.(peer.address, stream instanceof net.Socket, turned(socket))
    }
    serve(stream, { peer, reached, onTarget }, options, stop.signal).catch(() => reset(stream))
  }

  // Half-open: a visitor who has said everything may still be listening (RFC 9293 §3.6).
  const settings = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS }
  const server = net.createServer(settings, (socket) => {
    if (socket.remoteAddress === undefined) socket.destroy()
    else accept(socket, { address: unmapped(socket.remoteAddress), port: socket.remotePort ?? 0 }, endOf(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.listenAddress, port: options.port, ipv6Only: options.listenAddress.includes(':') }, resolve)
  })
  server.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()))

  function close(): Promise<void> {
    stop.abort(new Error('the service is closed'))
    options.signal.removeEventListener('abort', close)
    server.close()
    options.admission?.rechecks.delete(recheck)
    for (const stream of visitors.keys()) reset(stream)
    return closed
  }
  function recheck(): void {
    for (const [stream, peer] of visitors) if (!mayEnter(options, stream, peer)) reset(stream)
  }
  options.admission?.rechecks.add(recheck)
  options.signal.addEventListener('abort', close, { once: true })
  if (options.signal.aborted) await close()
  return { port: portOf(server) || options.port, accept, close }
}

/** What is read from the service goes to the visitor. */
const turned = (target: net.Socket): Carried => ({
  get bytesRead() {
    return target.bytesWritten
  },
  get bytesWritten() {
    return target.bytesRead
  },
})

const portOf = (server: net.Server): number => (server.address() as net.AddressInfo | null)?.port ?? 0
const endOf = ({ localAddress = '', localPort = 0 }: net.Socket): Endpoint => ({ address: localAddress, port: localPort })

const mayEnter = ({ admission }: ForwardTcpOptions, stream: Duplex, { address }: Endpoint): boolean =>
  admission?.admits(address, stream instanceof net.Socket) ?? true

interface Visit {
  readonly peer: Endpoint
  readonly reached: Endpoint
  /** The service answers him. */
  readonly onTarget: (socket: net.Socket) => void
}

async function serve(stream: Duplex, { peer, reached, onTarget }: Visit, options: ForwardTcpOptions, signal: AbortSignal): Promise<void> {
  if (await options.onConnection?.(stream, peer)) return
  if (!mayEnter(options, stream, peer)) return void reset(stream)
  if (stream.destroyed) return
  const gone = new AbortController()
  const onClose = () => gone.abort(new Error('the visitor left'))
  stream.once('close', onClose)
  let target: net.Socket
  try {
    // Every visitor is let go when the service is closed.
    target = await connectTarget(options.target(), options, gone.signal)
  } catch (error) {
    if (!signal.aborted && !gone.signal.aborted) options.onTargetFailure?.(failureOf(error))
    throw error
  } finally {
    stream.off('close', onClose)
  }
  if (stream.destroyed) return void reset(target)
  onTarget(target)
  options.onTargetSuccess?.()
  if (options.tellsVisitor?.()) target.write(proxyHead(peer, reached))
  splice(stream, target)
}
