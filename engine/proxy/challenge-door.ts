/** Where a directory is shown a proof by tls-alpn-01 (RFC 8737, RFC 8738). Only while an order waits for it, and only for who says in his first
 *  bytes that he speaks that protocol: everybody else goes on to the front door, which knows no such names. */
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { type CertificatePair, createContexts } from './certificates-in-use.ts'

const PROTOCOL = 'acme-tls/1'
/** As it stands in a ClientHello's list of protocols: its length, and itself. Whoever writes it elsewhere in his hello gets what he would get by
 *  asking for it. */
const ASKED = Buffer.from(`\x0a${PROTOCOL}`, 'latin1')
/** Whose first bytes are waited for: more go straight to the front door and its limits. */
const MAX_WAITING = 256
const FIRST_BYTES_MS = 5000
const HANDSHAKE_TIMEOUT_MS = 5000

export interface ChallengeDoor {
  /** Shows this under a server name until what it gives is called. */
  show(serverName: string, pair: CertificatePair): () => void
  /** True when the stream was a directory's; else it is as it came. At once false while no order waits. */
  intercept(stream: Duplex): Promise<boolean> | false
}

export function createChallengeDoor(): ChallengeDoor {
  const shown = new Map<string, CertificatePair>()
  const contextOf = createContexts()
  let waiting = 0
  const server = tls.createServer({
    ALPNProtocols: [PROTOCOL],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    SNICallback: (name, callback) => {
      const pair = shown.get(name.toLowerCase())
      // Without one the handshake ends in an alert: the server itself has none.
      callback(null, pair && contextOf(pair))
    },
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  // The certificate was all there is to see.
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined)
    socket.end()
    setTimeout(() => socket.destroy(), HANDSHAKE_TIMEOUT_MS).unref()
  })
  return {
    show(serverName, pair) {
      shown.set(serverName, pair)
      return () => {
        if (shown.get(serverName) === pair) shown.delete(serverName)
      }
    },
    intercept(stream) {
      if (shown.size === 0 || waiting >= MAX_WAITING) return false
      waiting += 1
      return firstBytes(stream).then((first) => {
        waiting -= 1
        if (!first.includes(ASKED)) return false
        server.emit('connection', stream)
        return true
      })
    },
  }
}

/** What comes first, put back again; nothing when nothing comes in time. */
function firstBytes(stream: Duplex): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  const onReadable = (): void => {
    const read = stream.read() as Buffer | null
    if (read === null) return
    stream.unshift(read)
    finish(read)
  }
  const finish = (first: Buffer): void => {
    clearTimeout(limit)
    stream.off('readable', onReadable)
    stream.off('close', onClose)
    resolve(first)
  }
  const onClose = (): void => finish(Buffer.alloc(0))
  const limit = setTimeout(onClose, FIRST_BYTES_MS)
  stream.on('readable', onReadable)
  stream.on('close', onClose)
  stream.on('error', () => undefined)
  return promise
}
