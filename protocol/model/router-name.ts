/** A name for the owner's router, which updates it by itself (dyndns2). */
import { z } from 'zod'

/** `on` makes it anew, under this name and with a new password; `name` means nothing to the others. */
export const RouterNameWish = z.object({ action: z.enum(['on', 'off', 'show']), name: z.string().max(100).optional() })
export type RouterNameWish = z.infer<typeof RouterNameWish>

/** What a router's form asks for, and where the name stands. */
export const RouterNameView = z.object({
  /** Null: there is none. */
  host: z.string().nullable(),
  updateUrl: z.string(),
  /** Only where it was just made. */
  password: z.string().optional(),
  ipv4: z.string().nullable(),
  ipv6: z.string().nullable(),
  changedAtMs: z.number().nullable(),
})
export type RouterNameView = z.infer<typeof RouterNameView>
