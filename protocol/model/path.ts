/** A path: one way in from outside, for one address family. What is published is decided here and nowhere else. */
import { z } from 'zod'

export const Family = z.enum(['ipv4', 'ipv6'])

/** In order of preference: the declared order is the ladder. */
export const Rung = z.enum(['direct', 'mapped', 'manual', 'tunnel'])
export type Rung = z.infer<typeof Rung>

export const Endpoint = z.object({ address: z.string(), port: z.int().min(1).max(65535) })

/** What somebody outside saw. `unknown` means that nobody could look, which is neither good nor bad news. `wrong-certificate`: the engine
 *  answered, but a browser would not show its page. */
export const Outcome = z.enum(['reachable', 'refused', 'timed-out', 'reset', 'wrong-host', 'wrong-certificate', 'unknown'])
export type Outcome = z.infer<typeof Outcome>

/** What a browser would hold against the page's certificate. `foreign-key`: its key is not the engine's own, so somebody else answers. */
export const CertificateFault = z.enum(['foreign-key', 'expired', 'not-yet-valid', 'wrong-name', 'untrusted'])
export type CertificateFault = z.infer<typeof CertificateFault>

export const Verdict = z.object({
  outcome: Outcome,
  atMs: z.number(),
  /** From the outsider's first packet to our engine's proof, in milliseconds. */
  rttMs: z.number().optional(),
  /** Age of the outsider's own self-test, in seconds (a verdict from an outsider who cannot see is `unknown`). */
  selfTestAgeS: z.number().optional(),
  /** It counts until then: nobody looks again by himself. */
  untilMs: z.number().optional(),
  /** With `wrong-certificate`: why. With `reachable` only `untrusted`, where the owner has named an authority of his own. */
  certificate: CertificateFault.optional(),
})
export type Verdict = z.infer<typeof Verdict>

export const Phase = z.enum(['idle', 'seeking', 'provisioned', 'confirmed', 'blocked'])
export type Phase = z.infer<typeof Phase>

/** How a path looks to the faces. The engine's own state carries more. */
export const PathView = z.object({
  rung: Rung,
  family: Family,
  phase: Phase,
  outside: Endpoint.optional(),
  verdict: Verdict.optional(),
  problem: z.string().optional(),
})
export type PathView = z.infer<typeof PathView>

/** The best confirmed rung, or null: what was not proven from outside does not count. */
export function bestConfirmed(paths: readonly PathView[], family: z.infer<typeof Family>): Rung | null {
  return (
    Rung.options.find((rung) => paths.some((path) => path.rung === rung && path.family === family && path.phase === 'confirmed')) ?? null
  )
}
