/** What an owner wants of those who give certificates, and what came of a trial. */
import { z } from 'zod'

export const MailAddress = z.string().regex(/^[^\s@]{1,64}@[^\s@]{1,189}$/)

/** `letsencrypt`, `zerossl`, or the https:// address of an ACME directory. `external`: what it gave its customer (RFC 8555 §7.3.4); kept where
 *  it is null and was given before. `caFile`: a PEM file of who vouches for the directory itself, on the engine's computer. */
export const AuthorityWish = z.object({
  directory: z.string().max(500),
  email: MailAddress.nullable(),
  caFile: z.string().max(1000).nullable(),
  external: z.object({ keyId: z.string().min(1).max(500), hmacKey: z.string().regex(/^[\w-]{16,500}=*$/) }).nullable(),
})
export type AuthorityWish = z.infer<typeof AuthorityWish>

export const ChallengeType = z.enum(['dns-01', 'tls-alpn-01', 'http-01'])

/** A whole order at the directory's rehearsal. `tookMs`: since the step before. `problem`: why it ended early; null when a certificate came of
 *  it, which is thrown away. */
export const CertificateTrial = z.object({
  directory: z.string(),
  steps: z.array(
    z.object({
      step: z.enum(['account', 'ordered', 'proving', 'proven', 'issued']),
      name: z.string().nullable(),
      by: ChallengeType.nullable(),
      tookMs: z.number(),
    }),
  ),
  reason: z.string().nullable(),
})
export type CertificateTrial = z.infer<typeof CertificateTrial>
