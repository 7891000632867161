/** The TLS end of the front door: raw streams in, secured sockets with their visitor's address out. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { Socket } from 'node:net'
import { totalmem } from 'node:os'
import type { Duplex } from 'node:stream'
import tls, { type TLSSocket } from 'node:tls'
import { type Endpoint, type Family, familyOf, unmapped } from '../../protocol/model/address.ts'
import type { Guest } from '../../protocol/model/guest.ts'
import { type CertificatePair, createContexts } from './certificates-in-use.ts'
import type { Carried, Enter, Metered } from './guest.ts'
import type { Told } from './headers.ts'
import { reset } from './splice.ts'

const HANDSHAKE_TIMEOUT_MS = 10_000
/** What an idle visitor costs, TLS and all: 49 KB (`npm run bench -- proxy`), and what a request holds on top. */
const CONNECTION_BYTES = 64 * 1024
/** Visitors at one time, over every path together: as many as fit into an eighth of this computer's memory. */
const MAX_CONNECTIONS = Math.min(12_000, Math.floor(totalmem() / 8 / CONNECTION_BYTES))

/** Those of two families, and the ones before them. */
const MAX_NAMELESS = 4

export interface SecuredVisitor {
  /** Literal address, without zone or IPv4 mapping. */
  readonly address: string
  /** The server name asked for, in lower case. */
  readonly host: string
  readonly guest: Guest
  /** He came to a listener of ours: the address is what the system says, and not what a relay says. */
  readonly isDirect: boolean
  readonly carried: Carried
  /** Since a service has let him in. */
  metered: Metered | undefined
  /** What backends were last told of him, as text. */
  told: Told | undefined
}

export interface Nameless {
  readonly host: string
  readonly pair: CertificatePair
}

export interface VisitorTlsOptions {
  /** The certificate to show under a name (lower case). Undefined ends the handshake with an alert. */
  readonly certificate: (host: string, isDirect: boolean) => CertificatePair | undefined
  /** Who asks for no name has typed an address of that family (RFC 6066 §3): as which host he is taken, and what he is shown. Undefined ends
   *  the handshake with an alert. */
  readonly nameless?: ((family: Family) => Nameless | undefined) | undefined
  readonly protocols: readonly string[]
  /** Asked for each connection, before TLS costs anything. */
  readonly enter: Enter
  /** Takes a directory that looks at a proof, whichever way it comes: where the relay carries a name, out of the tunnel. As
   *  `ChallengeDoor.intercept`. */
  readonly intercept?: (stream: Duplex) => Promise<boolean> | false
  readonly onSecured: (socket: TLSSocket, visitor: SecuredVisitor) => void
}

export interface VisitorTls {
  accept(stream: Duplex, peer: Endpoint): void
  /** Takes nobody in any more and cuts handshakes short; after `graceMs` everybody, or earlier once all have left. */
  close(graceMs: number): Promise<void>
}

export function createVisitorTls(options: VisitorTlsOptions): VisitorTls {
  const contextOf = createContexts()
  /** Of all servers, so that a visitor can go on with any of them. */
  const ticketKeys = randomBytes(48)
  /** Raw streams from acceptance to close. */
  const connections = new Map<Duplex, { readonly guest: Guest; visitor: SecuredVisitor | undefined }>()
  let closing = false

  // A tls.Server does not say which stream a secured socket came from, and one out of the tunnel has no address of its own: the
  // asynchronous context in which TLS was started, and in which its events fire, carries both.
  const arrivals = new AsyncLocalStorage<{ stream: Duplex; peer: Endpoint; nameless: Nameless | undefined }>()

  function createServer(shownToNameless: CertificatePair | undefined): tls.Server {
    const server = tls.createServer({
      ...(shownToNameless && { cert: shownToNameless.certPem, key: shownToNameless.keyPem }),
      ALPNProtocols: [...options.protocols],
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      ticketKeys,
      SNICallback: (servername, callback) => {
        try {
          const pair = options.certificate(servername.toLowerCase(), isDirect(arrivals.getStore()?.stream))
          // Without a context of its own the handshake ends in an alert, for the server itself has no certificate to fall back on. Where it has
          // one, it is for the nameless alone, and who asks for a name that is not here finds the connection closed.
          if (!pair && shownToNameless) callback(new Error('there is no such name'))
          else callback(null, pair && contextOf(pair))
        } catch (error) {
          callback(error as Error)
        }
      },
    })
    return server.on('secureConnection', onSecured)
  }

  function onSecured(socket: TLSSocket): void {
    const arrival = arrivals.getStore()
    const connection = arrival && connections.get(arrival.stream)
    socket.on('error', () => undefined)
    if (!connection || closing) return void socket.destroy()
    const { guest } = connection
    guest.secured()
    const host = typeof socket.servername === 'string' ? socket.servername.toLowerCase() : arrival.nameless?.host
    if (host === undefined) return void socket.destroy()
    const address = unmapped(arrival.peer.address)
    connection.visitor = { address, host, guest, isDirect: isDirect(arrival.stream), carried: socket, metered: undefined, told: undefined }
    options.onSecured(socket, connection.visitor)
  }

  const named = createServer(undefined)
  /** What a connection is shown that asks for no name is its server's own: one for each family, until it is renewed. */
  const nameless = new Map<CertificatePair, tls.Server>()

  function serverFor(pair: CertificatePair | undefined): tls.Server {
    if (!pair) return named
    const server = nameless.get(pair) ?? createServer(pair)
    nameless.delete(pair)
    nameless.set(pair, server)
    const [oldest] = nameless.keys()
    if (nameless.size > MAX_NAMELESS && oldest) nameless.delete(oldest)
    return server
  }

  function begin(stream: Duplex, peer: Endpoint): void {
    if (closing || stream.destroyed) return void reset(stream)
    // Out of the tunnel nobody comes by an address of ours.
    const shown = isDirect(stream) ? options.nameless?.(familyOf(unmapped(peer.address)) ?? 'ipv4') : undefined
    arrivals.run({ stream, peer, nameless: shown }, () => serverFor(shown?.pair).emit('connection', stream))
  }

  return {
    accept: (stream, peer) => {
      stream.on('error', () => undefined)
      if (closing || connections.size >= MAX_CONNECTIONS || stream.destroyed) return void reset(stream)
      const guest = options.enter(peer.address, () => void stream.destroy())
      if (!guest) return void reset(stream)
      const connection = { guest, visitor: undefined as SecuredVisitor | undefined }
      connections.set(stream, connection)
      stream.once('close', () => {
        connections.delete(stream)
        guest.leave()
        connection.visitor?.metered?.leave()
      })
      const isChallenge = options.intercept?.(stream) ?? false
      if (isChallenge === false) begin(stream, peer)
      else void isChallenge.then((is) => is || begin(stream, peer))
    },
    close: async (graceMs) => {
      closing = true
      // TLS tells a cut from an end by itself, and Node loses a connection that is reset while TLS sends its last word (wire/cut.ts).
      for (const [stream, { visitor }] of connections) if (!visitor) stream.destroy()
      await allGone(connections, graceMs)
      for (const stream of connections.keys()) stream.destroy()
    },
  }
}

/** Out of the tunnel come streams of our own. */
const isDirect = (stream: Duplex | undefined): boolean => stream instanceof Socket

/** Resolves when every stream has closed, and at the latest after `graceMs`. */
async function allGone(streams: ReadonlyMap<Duplex, unknown>, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const limit = setTimeout(resolve, graceMs)
  const check = () => {
    if (streams.size === 0) resolve()
  }
  for (const stream of streams.keys()) stream.once('close', check)
  check()
  await promise
  clearTimeout(limit)
}
