/** Share links: addresses that are given away. One leads to a service wherever it is reached now, for as long as its owner wants. */
import { z } from 'zod'

/** In a capability URL: 80 random bits in base32. */
export const LinkId = z.string().regex(/^[a-z2-7]{12,32}$/)

/** Eight letters that can be dictated: Crockford's base32 (crockford.com/base32.html), without i, l, o and u. 40 bits, so it is never what
 *  keeps strangers out. */
export const Alias = z.string().regex(/^[0-9a-hjkmnp-tv-z]{8}$/)
const ALIAS_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

/** For whom a link is, in its owner's words. */
export const LinkLabel = z.string().max(60)

export const MAX_LINKS_OF_SERVICE = 20
/** All of them are told to the relay in one message. */
export const MAX_LINKS = 400
export const MAX_USES = 100_000

/** `relay`: it goes by the relay, and leads to wherever the service is reached then. `home`: it names the home itself, and no relay learns of
 *  it. */
export const LinkVia = z.enum(['relay', 'home'])

/** What its owner decided about a link. */
export const ShareLink = z.object({
  id: LinkId,
  label: LinkLabel,
  /** Null: nobody noted it. */
  createdAtMs: z.int().nullable(),
  endsAtMs: z.int().nullable(),
  maxUses: z.int().min(1).max(MAX_USES).nullable(),
  alias: Alias.nullable(),
  via: LinkVia,
  /** Not the PIN itself, but what the device's key makes of it (engine/access/grants.ts). Null: none is asked for. */
  pinMac: z
    .string()
    .regex(/^[\w-]{22}$/)
    .nullable()
    .default(null),
})
export type ShareLink = z.infer<typeof ShareLink>

/** How often it was opened, counted by the home. */
export const LinkUse = z.object({ uses: z.int().min(0), lastUsedAtMs: z.int() })
export type LinkUse = z.infer<typeof LinkUse>

/** The link that every service is given when it is added. */
export const plainLink = (id: string, createdAtMs: number | null): ShareLink => ({
  id,
  label: '',
  createdAtMs,
  endsAtMs: null,
  maxUses: null,
  alias: null,
  via: 'relay',
  pinMac: null,
})

/** 10 bytes → an id. */
export const linkIdFrom = (random: Uint8Array): string => base32(random, 'abcdefghijklmnopqrstuvwxyz234567')

/** 5 bytes → an alias. */
export const aliasFrom = (random: Uint8Array): string => base32(random, ALIAS_LETTERS)

/** As it is said and written: `K7DQ-2VXM`. */
export const formatAlias = (alias: string): string => `${alias.slice(0, 4)}-${alias.slice(4)}`.toUpperCase()

/** What somebody typed who had it dictated; undefined when it cannot be one. Capitals, hyphens and spaces do not count, and what looks like
 *  another letter is read as that one. */
export function readAlias(text: string): string | undefined {
  const letters = text.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')
  return Alias.safeParse(letters).data
}

function base32(bytes: Uint8Array, letters: string): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join('')
}
