/** TLS contexts by the certificate they were made of: making one costs a millisecond, and a renewed certificate must serve the next visitor. */
import tls, { type SecureContext } from 'node:tls'

/** One device has one wildcard certificate, and the one before it for a moment. */
const MAX_CONTEXTS = 32

export interface CertificatePair {
  readonly certPem: string
  readonly keyPem: string
}

/** Throws OpenSSL's error for a pair that does not fit. */
export function createContexts(): (pair: CertificatePair) => SecureContext {
  const contexts = new Map<string, { keyPem: string; context: SecureContext }>()
  return ({ certPem, keyPem }) => {
    const known = contexts.get(certPem)
    if (known?.keyPem === keyPem) return known.context
    const context = tls.createSecureContext({ cert: certPem, key: keyPem, minVersion: 'TLSv1.2' })
    contexts.delete(certPem)
    contexts.set(certPem, { keyPem, context })
    for (const oldest of contexts.keys()) {
      if (contexts.size <= MAX_CONTEXTS) break
      contexts.delete(oldest)
    }
    return context
  }
}
