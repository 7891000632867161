/** What a server shows a directory that looks for a proof by tls-alpn-01 (RFC 8737): a certificate from nobody, for exactly the name that is
 *  to be proven, with the digest of the key authorization inside. It is good for nothing else: no browser speaks that protocol. */
import { createHash } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { parseAddress } from '../protocol/model/address.ts'
import type { Identifier, Proof } from './challenge.ts'
import { ALGORITHM, exportKey, type KeyAndCertificate } from './self-made.ts'

/** The application protocol (ALPN) of a directory that looks. */
export const TLS_ALPN_PROTOCOL = 'acme-tls/1'

/** id-pe-acmeIdentifier. */
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31'
const HOUR_MS = 3_600_000

export async function challengeCertificate({ identifier, text }: Proof): Promise<KeyAndCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  // Authorization ::= OCTET STRING (SIZE (32))
  const digest = Buffer.concat([Buffer.of(4, 32), createHash('sha256').update(text).digest()])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Porchlight proof'] }],
    keys,
    notBefore: new Date(Date.now() - HOUR_MS),
    notAfter: new Date(Date.now() + HOUR_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.SubjectAlternativeNameExtension([identifier]),
      new x509.Extension(ACME_IDENTIFIER, true, new Uint8Array(digest).buffer),
    ],
  })
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: await exportKey(keys.privateKey) }
}

/** The server name by which a directory asks for a name, or, as there can be none for an address, its name in reverse (RFC 8738 §6). */
export function serverNameOf({ type, value }: Identifier): string {
  const address = type === 'ip' ? parseAddress(value) : undefined
  if (!address) return value.toLowerCase()
  if (address.length === 4) return `${address.toReversed().join('.')}.in-addr.arpa`
  const nibbles = [...address].flatMap((octet) => [octet >> 4, octet & 15].map((nibble) => nibble.toString(16)))
  return `${nibbles.toReversed().join('.')}.ip6.arpa`
}
