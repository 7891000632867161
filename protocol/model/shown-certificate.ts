/** A certificate as a service at home shows it, for its owner to judge. */
import { z } from 'zod'
import { Fingerprint } from './service.ts'

export const ShownCertificate = z.object({
  fingerprint: Fingerprint,
  /** Whom it names; the words of whoever made it. */
  subject: z.string().max(200),
  notAfterMs: z.number(),
})
export type ShownCertificate = z.infer<typeof ShownCertificate>
