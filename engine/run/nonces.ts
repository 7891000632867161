/** The nonce of each PCP mapping: whoever knows it may renew and delete the rule, and nobody else (RFC 6887 §11.2). Made of this device's own
 *  key (HKDF: RFC 5869), so that it is the same after a crash, and nothing has to be written down before the router can be asked. */
import { hkdfSync } from 'node:crypto'
import type { Identity } from '../../wire/identity.ts'

const NONCE_BYTES = 12

export type NonceFor = (key: string) => Uint8Array

export function noncesOf({ privateKey }: Identity): NonceFor {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
  return (key) => new Uint8Array(hkdfSync('sha256', secret, '', `porchlight PCP nonce ${key}`, NONCE_BYTES))
}
