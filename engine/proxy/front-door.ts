/** The HTTPS front door: every visitor of every web service comes through here, over TCP from a router's mapping or out of the tunnel.
 *
 *  visitor ─ TLS (visitor-tls.ts: name → certificate, or an alert) ┬ h2 ─ visitor-http2.ts ─┬ reception.ts ─ exchange ─ service at home
 *                                                                  ├ http/1.1 ─ visitor-http.ts ─┘
 *                                                                  └ porchlight-probe/1 ─ onProbe
 */
import net from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type Endpoint, unmapped } from '../../protocol/model/address.ts'
import type { CertificatePair } from './certificates-in-use.ts'
import { createChallengeDoor } from './challenge-door.ts'
import type { Enter } from './guest.ts'
import type { Http2TimesMs } from './http2-limits.ts'
import { createReception, type ReceptionOptions } from './reception.ts'
import { KEEPALIVE_MS } from './target.ts'
import { createVisitorHttp } from './visitor-http.ts'
import { createVisitorHttp2 } from './visitor-http2.ts'
import { createVisitorTls, type VisitorTlsOptions } from './visitor-tls.ts'

/** The application protocol (ALPN) of a probe from outside. */
export const PROBE_PROTOCOL = 'porchlight-probe/1'

/** What runs may finish; what idles is closed at once. */
const CLOSE_GRACE_MS = 1500

export interface FrontDoorOptions extends ReceptionOptions {
  /** The service behind a host name (lower case). Undefined: unknown or paused; the visitor gets a TLS alert. Asked for every handshake
   *  and every request, so that a service that goes is gone at once. */
  readonly route: ReceptionOptions['route']
  /** The certificate to show for a host name now. Undefined: none yet; the visitor gets a TLS alert. Asked for every handshake. */
  readonly certificate: (host: string) => CertificatePair | undefined
  /** Asked for each connection, before TLS costs anything: undefined cuts it off. */
  readonly enter: Enter
  /** The same for who asks for no name, because he has typed an address. */
  readonly nameless?: VisitorTlsOptions['nameless']
  /** Those of docs/limits.md unless told otherwise. */
  readonly http2Times?: Http2TimesMs
  /** Asked for each connection before TLS: true takes it, and else it is as it came. False at once while nobody is awaited. */
  readonly onBegin?: (stream: Duplex) => Promise<boolean> | false
  /** An outsider's probe, its handshake done. The socket is the callee's to answer and end; it goes when the door closes. */
  readonly onProbe: (socket: TLSSocket) => void
}

export interface FrontDoor {
  /** Takes one visitor's raw TLS bytes, from a listener or out of the tunnel. `peer` is the visitor's own address. */
  accept(stream: Duplex, peer: Endpoint): void
  /** Listens for visitors itself. Port 0 takes a free one. Rejects with the system's error (EADDRINUSE, EACCES). */
  listen(address: string, port: number): Promise<Listener>
  /** Shows a directory a proof under this server name (tls-alpn-01), until what it gives is called. */
  showChallenge(serverName: string, pair: CertificatePair): () => void
  /** The owner has changed who may come in: whoever may not stay is let go. */
  recheck(): void
  /** The computer is in another network, or was asleep: what is kept open towards the services may lead nowhere. */
  onNetworkChange(): void
  /** Takes nobody in any more; within 2 s every connection is gone. */
  close(): Promise<void>
}

export interface Listener {
  readonly port: number
  /** Stops listening. Visitors who are in stay in. */
  close(): Promise<void>
}

export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const reception = createReception(options)
  const web = createVisitorHttp(reception, options.timeouts)
  const web2 = createVisitorHttp2(reception, options.http2Times)
  const challenges = createChallengeDoor()
  const secure = createVisitorTls({
    protocols: ['h2', 'http/1.1', 'http/1.0', PROBE_PROTOCOL],
    certificate: (host, isDirect) => options.route(host, isDirect) && options.certificate(host),
    enter: options.enter,
    intercept: challenges.intercept,
    nameless: options.nameless,
    onSecured: (socket, visitor) => {
      if (socket.alpnProtocol === PROBE_PROTOCOL) options.onProbe(socket)
      else if (socket.alpnProtocol === 'h2') web2.accept(socket, visitor)
      else web.accept(socket, visitor)
    },
  })
  const listeners = new Set<net.Server>()
  let closed: Promise<void> | undefined

  async function shut(): Promise<void> {
    for (const server of listeners) server.close()
    const gone = secure.close(CLOSE_GRACE_MS)
    web.closeIdle()
    web2.closeIdle()
    await gone
    reception.close()
  }

  const accept = (stream: Duplex, peer: Endpoint): void => {
    const taken = options.onBegin?.(stream) ?? false
    if (taken === false) secure.accept(stream, peer)
    else void taken.then((is) => is || secure.accept(stream, peer))
  }

  return {
    accept,
    showChallenge: challenges.show,
    listen: async (address, port) => {
      const server = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS }, (socket) => {
        // Gone between the kernel's accept and ours.
        if (socket.remoteAddress === undefined) return void socket.destroy()
        accept(socket, { address: unmapped(socket.remoteAddress), port: socket.remotePort ?? 0 })
      })
      await listening(server, address, port)
      if (closed) {
        server.close()
        throw new Error('the front door is closed')
      }
      listeners.add(server)
      return {
        port: (server.address() as net.AddressInfo).port,
        close: async () => {
          listeners.delete(server)
          server.close()
        },
      }
    },
    recheck: () => reception.recheck(),
    onNetworkChange: () => reception.onNetworkChange(),
    close: () => {
      closed ??= shut()
      return closed
    },
  }
}

/** `::` means IPv6 alone: the two families are opened, mapped and judged one by one. */
function listening(server: net.Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, ipv6Only: address.includes(':') }, () => {
      server.off('error', reject)
      // An accept that fails (too many open files) is the visitor's bad luck, not the end of the engine.
      server.on('error', () => undefined)
      resolve()
    })
  })
}
