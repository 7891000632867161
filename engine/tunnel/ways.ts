/** The ways to a relay, each a TLS session with the relay itself, end to end, so that identities can be proven over it:
 *
 *  ```
 *  direct      TCP 443, TLS with our ALPN: frames
 *  websocket   TCP 443, TLS as a browser speaks it: frames in WebSocket messages. Where our ALPN is refused or stripped
 *  proxy       the same, through an HTTP proxy's CONNECT. Where the proxy is the only way out
 *  ```
 *  Only ever one at a time carries a session; `tunnel.ts` decides which. */
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls, { type SecureContext, type TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import type { Transport } from '../../protocol/snapshot.ts'
import { TUNNEL_ALPN } from '../../wire/messages.ts'
import { WEBSOCKET_OPTIONS, WEBSOCKET_PATH, WEBSOCKET_PROTOCOL, websocketStream } from '../../wire/websocket.ts'
import { createLookup } from './lookup.ts'

export interface RelayAddress {
  readonly host: string
  readonly port: number
  /** PEM of an authority to trust besides the public ones. */
  readonly ca?: string | undefined
}

export interface WayOptions {
  readonly relay: RelayAddress
  /** Direct only: come from an address of this family, or from this very one. */
  readonly family?: 4 | 6 | undefined
  readonly localAddress?: string | undefined
  /** The proxy to use for the relay's host. Its user name and password are told to nobody but the proxy. */
  findProxy(host: string, signal: AbortSignal): Promise<URL | undefined>
}

/** A way that stands. */
export interface Way {
  readonly transport: Transport
  /** Carries the frames. */
  readonly stream: Duplex
  /** The session that proofs are bound to. */
  readonly session: TLSSocket
}

export class NoProxyError extends Error {}
/** The proxy answered, and will not let us through. */
export class ProxyRefusedError extends Error {
  /** `HOST:PORT`, without name and password. */
  readonly proxy: string
  readonly status: number
  constructor(proxy: string, status: number) {
    super(`the proxy answered ${status}`)
    this.proxy = proxy
    this.status = status
  }
}

/** `onReached`: the port is open; a relay that takes back a thousand homes lets TLS wait its turn. Throws the socket's own error, `NOT_A_RELAY`, `ETIMEDOUT` when the signal fires, {@link NoProxyError}, {@link ProxyRefusedError}. */
export const WAYS: Readonly<Record<Transport, (options: WayOptions, signal: AbortSignal, onReached: () => void) => Promise<Way>>> = {
  async direct(options, signal, onReached) {
    const tcp = await connect(options, signal)
    onReached()
    const session = await secure(tcp, options.relay, TUNNEL_ALPN, signal)
    return { transport: 'direct', stream: session, session }
  },
  async websocket(options, signal) {
    const session = await secure(await connect(options, signal), options.relay, 'http/1.1', signal)
    return { transport: 'websocket', stream: await upgrade(session, options.relay, signal), session }
  },
  async proxy(options, signal) {
    const proxy = await options.findProxy(hostOf(options.relay), signal)
    if (!proxy) throw new NoProxyError('no proxy is set')
    const session = await secure(await connectThrough(proxy, options.relay, signal), options.relay, 'http/1.1', signal)
    return { transport: 'proxy', stream: await upgrade(session, options.relay, signal), session }
  },
}

export const hostOf = ({ host }: RelayAddress): string => host.replace(/^\[|\]$/g, '')

/** Names below `localhost` are this computer (RFC 6761 §6.3), also where the system's resolver does not know it. */
const resolvable = (host: string): string => (host === 'localhost' || host.endsWith('.localhost') ? '127.0.0.1' : host)

/** One memory for all connections: also those of the next network know what the last one found. */
const lookup = createLookup()

const notARelay = (what: string): Error => Object.assign(new Error(what), { code: 'NOT_A_RELAY' })

/** The connection has a listener for errors. Throws as {@link WAYS} do. */
export async function connect(options: WayOptions & { readonly allowHalfOpen?: boolean }, signal: AbortSignal): Promise<net.Socket> {
  const { relay, family, localAddress, allowHalfOpen = false } = options
  const tcp = net.connect({
    host: resolvable(hostOf(relay)),
    port: relay.port,
    noDelay: true,
    allowHalfOpen,
    lookup,
    ...(family ? { family } : { autoSelectFamily: true }),
    ...(localAddress === undefined ? {} : { localAddress }),
  })
  await settled(tcp, 'connect', signal)
  return tcp
}

/** RFC 9110 §9.3.6. */
async function connectThrough(proxy: URL, relay: RelayAddress, signal: AbortSignal): Promise<net.Socket> {
  const authority = `${relay.host}:${relay.port}`
  const request = http.request({
    agent: false,
    method: 'CONNECT',
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: Number(proxy.port || 80),
    path: authority,
    headers: { Host: authority, ...authorization(proxy) },
    maxHeaderSize: 16_384,
    signal,
  })
  request.on('error', () => {}).end()
  try {
    const [{ statusCode = 0 }, socket, head] = (await once(request, 'connect')) as [http.IncomingMessage, net.Socket, Buffer]
    if (statusCode < 200 || statusCode > 299) {
      socket.destroy()
      // 5xx: it would, and does not get there either.
      if (statusCode >= 500) throw Object.assign(new Error(`the proxy answered ${statusCode}`), { code: 'ECONNREFUSED' })
      throw new ProxyRefusedError(`${proxy.hostname}:${proxy.port || 80}`, statusCode)
    }
    // A TLS server says nothing first: what speaks here is not what we asked for, and TLS will say so.
    if (head.length > 0) socket.unshift(head)
    socket.setNoDelay(true)
    return socket
  } catch (error) {
    throw signal.aborted ? timedOut() : error
  }
}

/** Basic (RFC 7617): what a URL can carry. */
function authorization({ username, password }: URL): { 'Proxy-Authorization'?: string } {
  if (username === '' && password === '') return {}
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** TLS with the relay itself. The socket is connected: TLS around one that changes its handle for the next address crashes Node 24
 *  (SIGSEGV in the lossy lab). */
export async function secure(tcp: Duplex, relay: RelayAddress, alpn: string, signal: AbortSignal): Promise<TLSSocket> {
  const host = hostOf(relay)
  const socket = tls.connect({
    socket: tcp,
    host,
    // A server name is never an address (RFC 6066 §3).
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: [alpn],
    minVersion: 'TLSv1.3',
    ...(relay.ca === undefined ? {} : { secureContext: trusting(relay.ca) }),
  })
  try {
    await settled(socket, 'secureConnect', signal)
    // A web server without ALPN speaks HTTP/1.1 all the same (RFC 7301 §3.2).
    if (alpn === TUNNEL_ALPN && socket.alpnProtocol !== TUNNEL_ALPN) throw notARelay('speaks no Porchlight')
    return socket
  } catch (error) {
    tcp.destroy()
    throw error
  }
}

const contexts = new Map<string, SecureContext>()

/** The public authorities and this one. Kept, as there is one for as long as the engine runs: to read 150 certificates anew for each lane
 *  stops everything else for 6 ms (measured). */
function trusting(ca: string): SecureContext {
  const kept = contexts.get(ca) ?? tls.createSecureContext({ ca: [...tls.rootCertificates, ca], minVersion: 'TLSv1.3' })
  contexts.set(ca, kept)
  return kept
}

async function upgrade(session: TLSSocket, relay: RelayAddress, signal: AbortSignal): Promise<Duplex> {
  const socket = new WebSocket(`wss://${relay.host}:${relay.port}${WEBSOCKET_PATH}`, [WEBSOCKET_PROTOCOL], {
    ...WEBSOCKET_OPTIONS,
    createConnection: () => session,
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = (): void => reject(timedOut())
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  socket.once('open', resolve)
  // Whatever answers otherwise than a relay does: ws says what it missed.
  socket.on('error', (error: NodeJS.ErrnoException) => reject(error.code === undefined ? notARelay(error.message) : error))
  try {
    await promise
    return websocketStream(socket)
  } catch (error) {
    session.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

const timedOut = (): Error => Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })

/** Rejects with the socket's error, or ETIMEDOUT when the signal fires; the socket is destroyed then. */
async function settled(socket: net.Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = (): void => reject(timedOut())
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  // Kept: whatever goes wrong later is its next owner's news, but an error that nobody listens to would end the process.
  socket.on('error', reject)
  socket.once(event, resolve)
  try {
    await promise
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
