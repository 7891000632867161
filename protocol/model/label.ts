/** A device's label: the one word in the middle of `web.amber-otter-42.relay.example`, chosen by its owner or made up by the relay. */
import { z } from 'zod'

/** What DNS takes for one (RFC 1123 §2.1): wider than what may be chosen, for relays differ. */
export const DnsLabel = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)

/** 3 to 30 characters, so that `service.label.domain` stays well inside a certificate's 64-character common name and a dictated line.
 *  No `--` anywhere: that is where punycode begins. */
const LABEL = /^[a-z](?:[a-z0-9]|-(?!-)){1,28}[a-z0-9]$/

export const isLabel = (text: string): boolean => LABEL.test(text)

/** What a person typed, as far as it can be meant: nobody has to think of capitals and spaces. */
export const labelOf = (typed: string): string => typed.trim().toLowerCase().replaceAll(/\s+/g, '-')

/** May this device be called so? The relay's answer. `own`: it is called so, or was and gets it back; `quarantined`: somebody gave it up
 *  lately; `imitates`: it looks like the name of a bank, a service or a brand; `too-soon`: this device has changed its name too often. */
export const LabelStanding = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['free', 'own', 'malformed', 'taken', 'quarantined', 'reserved']) }),
  z.object({ state: z.literal('imitates'), brand: z.string().max(60) }),
  z.object({ state: z.literal('too-soon'), untilMs: z.int().min(0) }),
])
export type LabelStanding = z.infer<typeof LabelStanding>

/** A label that its device had before, and that still leads to it until then (ms since 1970). */
export const FormerLabel = z.object({ label: DnsLabel, untilMs: z.int().min(0) })
export type FormerLabel = z.infer<typeof FormerLabel>
