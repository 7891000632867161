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
  rejected: {
    waitsMs: [5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS],
    why: "Let's Encrypt allows five failed validations an hour for one name and account; three in the first three hours stay below that.",
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
