/** Who keeps a name of the owner's own, and what a face has to know to ask for what opens it. */
import { z } from 'zod'

const Family = z.enum(['ipv4', 'ipv6'])

export const NameFieldId = z.enum([
  'server',
  'user',
  'password',
  'token',
  'key',
  'secret',
  'zone',
  'consumerKey',
  'url',
  'success',
  'fatal',
])
export type NameFieldId = z.infer<typeof NameFieldId>

/** Its words stand in `languages/`, by its id. */
export const NameProvider = z.object({
  id: z.string(),
  /** Its own name, the same in every language. */
  title: z.string(),
  /** The page on which its owner finds what the fields ask for; null: another place for everybody. */
  page: z.string().nullable(),
  fields: z.array(z.object({ id: NameFieldId, isSecret: z.boolean(), isOptional: z.boolean() })),
  /** Between two updates of one name. */
  minPeriodS: z.number(),
  ttlS: z.number(),
  families: z.array(Family),
  /** It can take a record away; else an address stands until another one takes its place. */
  canWithdraw: z.boolean(),
  /** What opens it can be tried without changing anything. */
  canCheck: z.boolean(),
  /** It can set TXT records, and so prove to a certificate directory whose name it is. */
  canProve: z.boolean(),
})
export type NameProvider = z.infer<typeof NameProvider>

/** What became of an update, when it was not taken. */
export const NameTrouble = z.enum([
  /** User, password or token. */
  'credentials',
  /** It has no such name, or not in this account. */
  'name',
  /** The account may not do this: it has to be paid for, confirmed or renewed. */
  'account',
  /** It has shut us out for asking too often or wrongly. */
  'abuse',
  /** It does not talk to programs like this one. */
  'agent',
  'limited',
  /** Its own fault. */
  'server',
  /** Not an answer that its documentation knows. */
  'odd',
  'unreachable',
])
export type NameTrouble = z.infer<typeof NameTrouble>
