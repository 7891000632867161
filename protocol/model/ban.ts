/** Visitors' addresses that are shut out for a while, and where a visitor is at home. Pure, also in a browser. */
import { z } from 'zod'
import { parseAddress, unmapped } from './address.ts'

/** Why. `scan`: looked for what other programs leave open, or asked for many things that are not there. `credentials`: passwords or tokens that
 *  the service refused. `sign-in`: too many sign-ins that it refused. `access`: passwords, PINs or links that this home itself refused.
 *  `connections`: came and left again and again. `flood`: went on asking far above the limits. `owner`: the owner's own wish. */
export const BanReason = z.enum(['scan', 'credentials', 'sign-in', 'access', 'connections', 'flood', 'owner'])
export type BanReason = z.infer<typeof BanReason>

export const Ban = z.object({
  /** An IPv4 address, or an IPv6 network of 64 bits; as {@link placeOf} writes it. */
  place: z.string().max(45),
  reason: BanReason,
  /** Where it happened; null for the owner's own. */
  service: z.string().max(100).nullable(),
  /** What was counted against it. */
  count: z.int().min(0),
  sinceMs: z.number(),
  /** Null: until its owner takes it back. */
  untilMs: z.number().nullable(),
})
export type Ban = z.infer<typeof Ban>

/** What faces are shown: all there are, and the newest. */
export const BansView = z.object({ total: z.int().min(0), newest: z.array(Ban) })
export type BansView = z.infer<typeof BansView>

/** Also what a face makes of an engine that bans nobody. */
export const NO_BANS: BansView = { total: 0, newest: [] }
export const MAX_SHOWN_BANS = 100

/** Ten years; longer is for good. */
export const MAX_BAN_S = 3650 * 86_400

/** A home has one IPv4 address and one IPv6 network, in which a telephone changes its own address at will (RFC 8981), and whose sixty-four bits a
 *  stranger could use up one by one. `address` is literal; text that is none stands for itself. */
export function placeOf(address: string): string {
  if (!address.includes(':')) return address
  const plain = unmapped(address)
  const bytes = parseAddress(plain)
  if (bytes?.length !== 16) return plain
  const groups = [0, 2, 4, 6].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
  while (groups.at(-1) === '0') groups.pop()
  return `${groups.join(':')}::/64`
}

/** What an owner types: an address, or an IPv6 network as {@link placeOf} writes it. Undefined when it is neither. */
export function parsePlace(text: string): string | undefined {
  const address = text.trim().replace(/::\/64$/, '::')
  return parseAddress(address) ? placeOf(address) : undefined
}
