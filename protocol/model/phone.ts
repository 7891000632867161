/** Where no relay can look: addresses that the owner opens on a phone over mobile data, each good until then (ms since 1970). */
import { z } from 'zod'

export const PhoneLook = z.object({ addresses: z.array(z.string()), untilMs: z.number() })
export type PhoneLook = z.infer<typeof PhoneLook>
