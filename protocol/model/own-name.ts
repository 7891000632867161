/** A name of the owner's own that leads to this home: a domain, a name from a dynamic DNS provider, or the home's own address. */
import { z } from 'zod'
import { parseAddress } from './address.ts'
import { ServiceName } from './service.ts'

/** `ipv4` and `ipv6` are the home's own address in that family, whichever it is now. */
export const OwnHost = z.union([
  z.enum(['ipv4', 'ipv6']),
  z
    .string()
    .max(253)
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/)
    .refine((host) => !parseAddress(host)),
])
export type OwnHost = z.infer<typeof OwnHost>

/** `files`: its certificate and key are kept by somebody else, in PEM files on the engine's computer. Absent: they are ordered. */
export const OwnName = z.object({
  host: OwnHost,
  service: ServiceName,
  files: z.object({ cert: z.string().max(1000), key: z.string().max(1000) }).optional(),
})
export type OwnName = z.infer<typeof OwnName>

export const MAX_OWN_NAMES = 20
