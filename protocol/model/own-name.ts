/** A name of the owner's own that leads to this home: a domain, a name from a dynamic DNS provider, or the home's own address. */
import { z } from 'zod'
import { parseAddress } from './address.ts'
import { ServiceName } from './service.ts'

const HOST = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

/** `ipv4` and `ipv6` are the home's own address in that family, whichever it is now. */
export const OwnHost = z.union([
  z.enum(['ipv4', 'ipv6']),
  z
    .string()
    .max(253)
    .regex(HOST)
    .refine((host) => !parseAddress(host)),
])
export type OwnHost = z.infer<typeof OwnHost>

/** Every name below that one. */
export const WildcardHost = z
  .string()
  .max(253)
  .startsWith('*.')
  .refine((host) => HOST.test(host.slice(2)))

/** Of a name that a router, a NAS or an internet provider updates: it is looked at, and never changed. */
export const WATCHED = 'watched'

/** `files`: its certificate and key are kept by somebody else, in PEM files on the engine's computer. Absent: they are ordered. */
export const OwnName = z.object({
  host: z.union([OwnHost, WildcardHost]),
  /** The website that it shows. Absent: it leads to the home, and to no website there. */
  service: ServiceName.optional(),
  files: z.object({ cert: z.string().max(1000), key: z.string().max(1000) }).optional(),
  /** Whom its addresses are told, by its id, or {@link WATCHED}. Absent: nobody, and nobody looks. */
  provider: z.string().max(40).optional(),
  /** It leads to another machine of the home, over IPv6 alone: the last 64 bits of that one's address, such as `::1a2b:3c4d`. */
  ipv6Suffix: z.string().max(45).optional(),
})
export type OwnName = z.infer<typeof OwnName>

export const MAX_OWN_NAMES = 20

/** What its owner is asked for by a provider, by the field's id. Secrets: they stand nowhere but in the secret store. */
export const NameCredentials = z.record(z.string().max(20), z.string().max(4000))
export type NameCredentials = z.infer<typeof NameCredentials>
