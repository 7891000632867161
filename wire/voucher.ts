/** One relay's word to another of the same domain: this device has this label here. So that its names are the same on both, it carries the
 *  word over itself; bound to its key, it is of no use to anybody else. */
import { sign } from 'node:crypto'
import { checkSignature, type Identity } from './identity.ts'

export interface Vouched {
  readonly domain: string
  readonly label: string
  /** base64url of the device's public key. */
  readonly deviceKey: string
}

/** base64url of the relay's signature. */
export function vouch(relay: Identity, vouched: Vouched): string {
  return sign(null, statement(vouched), relay.privateKey).toString('base64url')
}

export function checkVoucher(relayKey: string, vouched: Vouched, signature: string): boolean {
  return checkSignature(relayKey, statement(vouched), Buffer.from(signature, 'base64url'))
}

/** No part can contain the byte between them. */
const statement = ({ domain, label, deviceKey }: Vouched): Buffer =>
  Buffer.from(['porchlight voucher v1', domain, label, deviceKey].join('\0'))
