/** When to ask for the next certificate, and when to ask again after a failure. Pure: the clock and the chance come from outside. */
import type { CertificateErrorKind } from './error.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** The share of the lifetime over which devices are spread, so that those that started together do not renew together. */
const SPREAD = 1 / 30

/** Two thirds into the real lifetime, whatever it is (90 days or six), as Let's Encrypt advises; up to a thirtieth of it earlier.
 *  `jitter` is 0 … 1 and must be the same at every call for one device, or the time would move at each restart. */
export function renewAtMs(notBeforeMs: number, notAfterMs: number, jitter: number): number {
  const lifetimeMs = Math.max(0, notAfterMs - notBeforeMs)
  return Math.round(notBeforeMs + lifetimeMs * (2 / 3 - SPREAD * clamp(jitter)))
}

/** Within the time that the directory suggests (RFC 9773 §4.2), spread as above; never later than by the certificate's age alone. */
export const renewWithinMs = (window: { readonly startMs: number; readonly endMs: number }, byAgeMs: number, jitter: number): number =>
  Math.min(byAgeMs, Math.round(window.startMs + (window.endMs - window.startMs) * clamp(jitter)))

interface RetryRow {
  /** Waits after the first, second, … failure in a row; the last one repeats. */
  readonly waitsMs: readonly number[]
  readonly why: string
}

export const RETRIES: Readonly<Record<CertificateErrorKind, RetryRow>> = {
  'directory-unreachable': {
    waitsMs: [10_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS],
    why: 'Costs the directory nothing and usually ends by itself: a packet was lost, the line came back, the directory was restarted.',
  },
  unproven: {
    waitsMs: [5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS],
    why: "Let's Encrypt allows five failed validations an hour for one name and account; three in the first three hours stay below that, also where two ways of proving are tried each time. From the third on a directory's staging is asked first, which counts nothing.",
  },
  rejected: {
    waitsMs: [5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS],
    why: 'Mostly a mistake on either side, which does not go away within minutes; as slow as above, so that it never runs into a limit.',
  },
  terms: {
    waitsMs: [24 * HOUR_MS],
    why: 'Its owner has to agree first, and the next attempt starts when he does.',
  },
  account: {
    waitsMs: [24 * HOUR_MS],
    why: 'Its owner has to say who he is there, and the next attempt starts when he does.',
  },
  'rate-limited': {
    waitsMs: [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS],
    why: "The directory names the time when it knows it; without one, Let's Encrypt's limits refill over hours to a week.",
  },
  'untrusted-directory': {
    waitsMs: [HOUR_MS, 6 * HOUR_MS],
    why: 'Somebody must change the trust or the clock first; asking now and then notices that they did.',
  },
}

/** After so many failures in a row that were neither the network's nor a limit's, the directory's staging is asked first: until that gives a
 *  certificate, the real one would only count another failure (https://letsencrypt.org/docs/staging-environment/). */
const STAGING_AFTER = 2

export const asksStaging = (failures: number, kind: CertificateErrorKind | undefined): boolean =>
  failures >= STAGING_AFTER && (kind === 'unproven' || kind === 'rejected')

/** A final failure changes only by what a person does, who then starts the next attempt; this one is for the person who forgets to. */
const FINAL_WAIT_MS = 24 * HOUR_MS

/** The earliest moment of the next attempt. `failures` counts those in a row, this one included; `jitter` (0 … 1) adds up to a tenth.
 *  Never before the time the directory named. */
export function retryAtMs(
  nowMs: number,
  failures: number,
  error: { readonly kind: CertificateErrorKind; readonly retryAfterMs?: number | undefined; readonly final: boolean },
  jitter: number,
): number {
  const { waitsMs } = RETRIES[error.kind]
  const tableMs = waitsMs[Math.min(Math.max(1, failures), waitsMs.length) - 1] ?? FINAL_WAIT_MS
  const waitMs = Math.max(error.final ? FINAL_WAIT_MS : tableMs, error.retryAfterMs ?? 0)
  return Math.round(nowMs + waitMs * (1 + clamp(jitter) / 10))
}

const clamp = (share: number) => Math.min(1, Math.max(0, share))
