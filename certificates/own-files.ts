/** A certificate that somebody else keeps, in PEM files: is it whole, does it fit the name, and is it good now? */
import { X509Certificate } from 'node:crypto'
import { type Certificate, examine } from './store.ts'

/** `chain`: a certificate is not followed by that of its issuer. The others as in the store. */
export type FilesReason = 'malformed' | 'key-mismatch' | 'names' | 'chain' | 'expired' | 'not-yet-valid'

/** Beyond a key and a chain of a dozen certificates. */
export const MAX_PEM_BYTES = 256 * 1024
const MAX_CHAIN = 12
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,65536}-----END CERTIFICATE-----/g

/** Never throws. */
export function readPemFiles(certPem: string, keyPem: string, name: string, nowMs: number): Certificate | FilesReason {
  if (certPem.length > MAX_PEM_BYTES || keyPem.length > MAX_PEM_BYTES) return 'malformed'
  const blocks = certPem.match(BLOCK) ?? []
  if (blocks.length === 0 || blocks.length > MAX_CHAIN) return 'malformed'
  const certificate = examine({ names: [name], certPem: `${blocks.join('\n')}\n`, keyPem })
  if (typeof certificate === 'string') return certificate
  if (!isChain(blocks)) return 'chain'
  if (nowMs >= certificate.notAfterMs) return 'expired'
  return nowMs < certificate.notBeforeMs ? 'not-yet-valid' : certificate
}

function isChain(blocks: readonly string[]): boolean {
  try {
    const chain = blocks.map((pem) => new X509Certificate(pem))
    return chain.every((one, at) => {
      const issuer = chain[at + 1]
      return !issuer || (one.checkIssued(issuer) && one.verify(issuer.publicKey))
    })
  } catch {
    return false
  }
}
