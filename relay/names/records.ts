/** What stands at a name, as records of the zone. */
import { ADDRESS_TTL_S } from '../../protocol/model/records.ts'
import type { Issuance } from '../../wire/messages.ts'
import type { NodeRecord } from '../dns/zone.ts'

/** A new account must be able to order at once. */
const ISSUANCE_TTL_S = 30

/** Only the wildcard, only for this account, only by a proof in DNS; and nobody may certify anything else below this name, for a CA that finds
 *  no CAA at `web.DEVICE` looks here (RFC 8659 §3). A CA asked for a wildcard goes by `issuewild` alone (§4.3). */
export function issuanceRecords(issuance: Issuance | undefined): NodeRecord[] {
  if (!issuance) return []
  const policy = (tag: string, value: string): NodeRecord => ({ type: 'CAA', critical: false, tag, value, ttlS: ISSUANCE_TTL_S })
  const terms = `accounturi=${issuance.accountUri}; validationmethods=dns-01`
  return [policy('issue', ';'), ...issuance.issuers.map((issuer) => policy('issuewild', `${issuer}; ${terms}`))]
}

export const listOf = (address: string | null | undefined): string[] => (address ? [address] : [])

export function addressRecords(a: readonly string[], aaaa: readonly string[]): NodeRecord[] {
  return [
    ...a.map((address) => ({ type: 'A', address, ttlS: ADDRESS_TTL_S }) as const),
    ...aaaa.map((address) => ({ type: 'AAAA', address, ttlS: ADDRESS_TTL_S }) as const),
  ]
}
