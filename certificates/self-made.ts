/** Certificates from nobody: an authority of our own, for a rehearsal on loopback and for tests. Browsers trust it only where its
 *  owner says so. P-256 throughout, as in every certificate that the engine asks for. */
import * as x509 from '@peculiar/x509'
import { parseAddress } from '../protocol/model/address.ts'

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** PEM texts. The private key is PKCS #8. */
export interface KeyAndCertificate {
  readonly certPem: string
  readonly keyPem: string
}

export interface IssueOptions {
  /** DNS names (a wildcard such as `*.home.example` too) and IP addresses; at least one. */
  readonly names: readonly string[]
  /** Milliseconds since 1970; an hour ago and 90 days ahead unless told, so that a slow clock does not matter. */
  readonly notBeforeMs?: number
  readonly notAfterMs?: number
}

/** A fresh authority, valid for ten years, that may sign leaf certificates only. */
export async function makeAuthority(commonName = 'Porchlight rehearsal authority'): Promise<KeyAndCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    notBefore: new Date(Date.now() - HOUR_MS),
    notAfter: new Date(Date.now() + 3650 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: await exportKey(keys.privateKey) }
}

/** A server certificate with a key of its own, signed by `authority`; `certPem` holds the leaf alone. */
export async function issue(authority: KeyAndCertificate, options: IssueOptions): Promise<KeyAndCertificate> {
  const issuer = new x509.X509Certificate(authority.certPem)
  const signingKey = await importKey(authority.keyPem)
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: issuer.subject,
    notBefore: new Date(options.notBeforeMs ?? Date.now() - HOUR_MS),
    notAfter: new Date(options.notAfterMs ?? Date.now() + 90 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      // The subject stays empty, so the names must be critical (RFC 5280 §4.2.1.6).
      new x509.SubjectAlternativeNameExtension(
        options.names.map((name) => ({ type: parseAddress(name) ? 'ip' : 'dns', value: name })),
        true,
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false),
    ],
  })
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: await exportKey(keys.privateKey) }
}

/** PKCS #8 PEM. */
export async function exportKey(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

function importKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign'])
}
