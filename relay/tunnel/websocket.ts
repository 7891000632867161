/** Lanes inside WebSockets, beside the relay's pages on the same port: for homes from which nothing but the web gets out. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'
import { WEBSOCKET_OPTIONS, WEBSOCKET_PATH, WEBSOCKET_PROTOCOL, websocketStream } from '../../wire/websocket.ts'

/** `pages` is given its connections by the TLS server. Everything that is no lane is refused with a status, as a web server does. */
export function takeWebsockets(pages: Server, onLane: (stream: Duplex, session: TLSSocket) => void): void {
  const sockets = new WebSocketServer({
    ...WEBSOCKET_OPTIONS,
    noServer: true,
    clientTracking: false,
    handleProtocols: () => WEBSOCKET_PROTOCOL,
  })
  pages.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request)
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (websocket) => onLane(websocketStream(websocket), socket as TLSSocket))
  })
}

function refusalOf({ url, headers }: IncomingMessage): string | undefined {
  if (url !== WEBSOCKET_PATH) return '404 Not Found'
  // A browser names the page that asks; a page has no business here.
  if (headers.origin !== undefined) return '403 Forbidden'
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
  return offered.includes(WEBSOCKET_PROTOCOL) ? undefined : '426 Upgrade Required\r\nUpgrade: websocket'
}
