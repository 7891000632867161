/** Who may come in to a service. */
import { z } from 'zod'
import { parseAddress, parseRange } from './address.ts'

/** `public`: everybody who knows its address. `link`: who has opened one of its links. `password`: who knows it. `addresses`: visitors from
 *  certain addresses. `lan`: only the home's own network. A service that is not a website has no page, so it asks for no password. */
export const Access = z.enum(['public', 'link', 'password', 'addresses', 'lan'])
export type Access = z.infer<typeof Access>

/** Letters of a password. The most is for its hash's sake. */
export const PASSWORD_LETTERS = { least: 8, most: 200 } as const
export const Password = z.string().min(PASSWORD_LETTERS.least).max(PASSWORD_LETTERS.most)

export const Pin = z.string().regex(/^\d{4,8}$/)
/** As many wrong PINs lock a link: of a PIN with four digits one guesser in a thousand finds it. */
export const MAX_WRONG_PINS = 10

export const MAX_ALLOWED = 50

/** What somebody wrote in the list of who may come in, as it is kept: an address, a prefix such as `203.0.113.0/24`, or a name that leads to a
 *  friend's home. Undefined when it is none of these. */
export function readAllowed(text: string): string | undefined {
  const plain = text.trim().toLowerCase()
  if (parseAddress(plain) || parseRange(plain)) return plain
  return isFullName(plain) ? plain : undefined
}

/** With a dot inside, as names of the internet have. What ends in a number would be an address to some (the URL standard's "ends in a number"). */
function isFullName(name: string): boolean {
  if (name.length > 253 || /\.(\d+|0x[0-9a-f]*)$/.test(name)) return false
  const labels = name.split('.')
  return labels.length > 1 && labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(label))
}

export const isName = (allowed: string): boolean => !parseAddress(allowed) && !parseRange(allowed)

export const Allowed = z.string().refine((text) => readAllowed(text) === text, 'no address, prefix or name')

/** Somebody who opened the link of a service without pages: his address, or IPv6 network, comes in until then. */
export const Admission = z.object({ service: z.string().max(40), link: z.string().max(32), place: z.string().max(43), untilMs: z.int() })
export type Admission = z.infer<typeof Admission>
export const MAX_ADMISSIONS = 200

/** Who is at home comes directly or not at all: through the relay he is like anybody else. So this door opens to nobody. */
export const isOpenToNobody = ({ access, relayOnly }: { readonly access: Access; readonly relayOnly: boolean }): boolean =>
  access === 'lan' && relayOnly
