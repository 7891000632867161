/** Who is at the other end: Ed25519 keys on both sides, proven by a signature over this very TLS session (RFC 8446 §7.5 exporters).
 *  A certificate may be renewed, the pin stays. Who stands in between and speaks TLS with both sides has two sessions, so the proof fails. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

export interface Identity {
  readonly privateKey: KeyObject
  /** base64url of the 32 raw bytes. */
  readonly publicKey: string
}

export type Role = 'relay' | 'device'

const EXPORTER_LABEL = 'EXPORTER-porchlight-identity-v1'

export function newIdentity(): Identity {
  return identityOf(generateKeyPairSync('ed25519').privateKey)
}

/** Throws when the text is no Ed25519 private key in PKCS #8 PEM. */
export function identityFromPem(pem: string): Identity {
  const privateKey = createPrivateKey(pem)
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key')
  return identityOf(privateKey)
}

export function identityToPem(identity: Identity): string {
  return identity.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function identityOf(privateKey: KeyObject): Identity {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (x === undefined) throw new Error('not an Ed25519 key')
  return { privateKey, publicKey: x }
}

/** First half of SHA-256 over the raw public key; what a relay code carries. */
export function fingerprint(publicKey: string): Buffer {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest().subarray(0, 16)
}

/** 32 bytes that only the two ends of this TLS session know. */
export function sessionBinding(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(32, EXPORTER_LABEL, Buffer.alloc(0))
}

/** A signature (base64url) that says: the owner of this key is at this end of this TLS session, in this role. */
export function proveIdentity(identity: Identity, role: Role, binding: Buffer): string {
  return sign(null, statement(role, binding), identity.privateKey).toString('base64url')
}

export function checkIdentity(publicKey: string, role: Role, binding: Buffer, proof: string): boolean {
  return checkSignature(publicKey, statement(role, binding), Buffer.from(proof, 'base64url'))
}

/** False for a wrong signature and for a key that is none; never throws. */
export function checkSignature(publicKey: string, statementBytes: Buffer, signature: Buffer): boolean {
  try {
    // The last digit of 32 bytes has four spellings; one key must not be known under four names.
    if (Buffer.from(publicKey, 'base64url').toString('base64url') !== publicKey) return false
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
    return verify(null, statementBytes, key, signature)
  } catch {
    return false
  }
}

function statement(role: Role, binding: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`porchlight ${role} identity v1\0`), binding])
}
