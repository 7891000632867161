/** TLS of the relay's own names: devices with our protocol, and browsers that want a page. */
import type http from 'node:http'
import type net from 'node:net'
import type { Duplex } from 'node:stream'
import tls, { type SecureContext, type TLSSocket } from 'node:tls'
import { TUNNEL_ALPN } from '../../wire/messages.ts'
import { takeWebsockets } from '../tunnel/websocket.ts'

/** Best first. */
const ALPN = [TUNNEL_ALPN, 'http/1.1']
const HANDSHAKE_MS = 10_000
/** A page is a few hundred bytes. The deadlines of http.Server hold only for servers that listen themselves, so this one is ours. */
const PAGE_CONNECTION_MS = 30_000

export interface SecureOptions {
  certificate(): SecureContext
  /** Is handed its connections here, and never listens. */
  readonly pages: http.Server
  /** A device has come: by our own protocol, or by a WebSocket inside `session`. */
  admit(stream: Duplex, session: TLSSocket): void
  onHandshake(result: 'tunnel' | 'page' | 'failed'): void
}

/** Gives what begins TLS on a connection whose ClientHello nobody has consumed yet. */
export function createSecure({ certificate, pages, admit, onHandshake }: SecureOptions): (socket: net.Socket) => void {
  const secure = tls.createServer({
    SNICallback: (_name, done) => done(null, certificate()),
    // With ALPNProtocols each connection would hold a copy of the list, in a block of 64 KB that it shares with few others.
    ALPNCallback: ({ protocols }) => ALPN.find((protocol) => protocols.includes(protocol)),
    minVersion: 'TLSv1.3',
    handshakeTimeout: HANDSHAKE_MS,
    highWaterMark: 262_144,
    noDelay: true,
  } as tls.TlsOptions)
  const deadlines = new WeakMap<TLSSocket, NodeJS.Timeout>()
  secure.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => {})
    onHandshake(socket.alpnProtocol === TUNNEL_ALPN ? 'tunnel' : 'page')
    if (socket.alpnProtocol === TUNNEL_ALPN) {
      admit(socket, socket)
      return
    }
    const deadline = setTimeout(() => socket.destroy(), PAGE_CONNECTION_MS)
    socket.once('close', () => clearTimeout(deadline))
    deadlines.set(socket, deadline)
    pages.emit('connection', socket)
  })
  secure.on('tlsClientError', () => onHandshake('failed'))
  takeWebsockets(pages, (stream, session) => {
    clearTimeout(deadlines.get(session))
    admit(stream, session)
  })
  return (socket) => void secure.emit('connection', socket)
}
