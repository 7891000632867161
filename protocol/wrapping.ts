/** What the desktop app gives the engine that it starts, as the first line of its standard input, where the owner's keys are locked by the
 *  keychain of his account. */
import { z } from 'zod'

export const Wrapping = z.object({
  v: z.literal(1),
  /** 32 bytes. */
  key: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  /** `lock`: what still lies there in clear is sealed; `unlock`: what is sealed is laid down in clear. */
  wish: z.enum(['lock', 'unlock']),
})
export type Wrapping = z.infer<typeof Wrapping>
