/** Looks at a home's front door as a browser would: whose key is shown there, for which name, until when, who vouches for it, and does
 *  anybody speak HTTP behind it? Nothing of what is said there is passed on. */
import type { X509Certificate } from 'node:crypto'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls, { type SecureContext } from 'node:tls'
import type { Endpoint } from '../../protocol/model/address.ts'
import type { CertificateFault } from '../../protocol/model/path.ts'
import { once, settle } from './settle.ts'

/** Somebody answers there, and it is not the engine's front door. */
export class WrongHost extends Error {}

export interface PageTarget {
  readonly outside: Endpoint
  /** The name in the ClientHello. */
  readonly host: string
  /** The engine's own public key, as {@link publicKeyOf} gives it. */
  readonly ownKey: Buffer
  /** Who vouches for certificates in the eyes of this relay's visitors. */
  readonly trusted: SecureContext
}

/** A front door answers it by itself, because no service has that name: nobody at home is woken by our looking. */
const QUESTION = 'HEAD / HTTP/1.1\r\nHost: porchlight.invalid\r\nConnection: close\r\n\r\n'
const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d /
const STATUS_LINE_BYTES = 13

/** Undefined: a browser would let its user in without a word. Rejects with the socket's error, the signal's reason, or {@link WrongHost}
 *  where no HTTP is spoken. */
export async function lookAtPage(
  { outside, host, ownKey, trusted }: PageTarget,
  signal: AbortSignal,
): Promise<CertificateFault | undefined> {
  const { address, port } = outside
  const socket = net.connect({ host: address, port, noDelay: true })
  socket.on('error', () => {})
  try {
    await once(socket, 'connect', signal)
    const secure = tls.connect({
      socket,
      servername: host,
      ALPNProtocols: ['http/1.1'],
      secureContext: trusted,
      // Judged below, one question at a time: the system names only the first thing it dislikes, and never the key.
      rejectUnauthorized: false,
    })
    secure.on('error', () => {})
    await once(secure, 'secureConnect', signal)
    const certificate = secure.getPeerX509Certificate()
    if (!certificate || !publicKeyOf(certificate)?.equals(ownKey)) return 'foreign-key'
    await expectHttp(secure, signal)
    const nowMs = Date.now()
    if (nowMs > Date.parse(certificate.validTo)) return 'expired'
    if (nowMs < Date.parse(certificate.validFrom)) return 'not-yet-valid'
    if (certificate.checkHost(host) === undefined) return 'wrong-name'
    return secure.authorized ? undefined : 'untrusted'
  } finally {
    socket.destroy()
  }
}

/** DER, to be compared. */
export const publicKeyOf = (certificate: X509Certificate | undefined): Buffer | undefined =>
  certificate?.publicKey.export({ type: 'spki', format: 'der' })

function expectHttp(stream: Duplex, signal: AbortSignal): Promise<void> {
  stream.write(QUESTION)
  let said = ''
  return settle<void>(signal, (resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      said += chunk.toString('latin1', 0, STATUS_LINE_BYTES)
      if (said.length < STATUS_LINE_BYTES) return
      if (STATUS_LINE.test(said)) resolve()
      else reject(new WrongHost('no HTTP'))
    }
    const onEnd = (): void => reject(new WrongHost('ended without an answer'))
    stream.on('data', onData).once('error', reject).once('end', onEnd).once('close', onEnd)
    return () => stream.off('data', onData).off('error', reject).off('end', onEnd).off('close', onEnd)
  })
}
