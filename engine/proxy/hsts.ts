/** How long a browser is told to come by HTTPS alone (RFC 6797). Pure. The promise grows with what has been shown to work, because nobody can
 *  click a faulty certificate away while it lasts. Never for subdomains: a service that must speak plain HTTP has a name of its own. */

const DAY_MS = 86_400_000

/** From when on, counted from the first certificate of an unbroken row, and for how long then. Never longer than a released name rests, so
 *  that nobody inherits another's promise. */
const STEPS = [
  { afterMs: 30 * DAY_MS, days: 90 },
  { afterMs: 7 * DAY_MS, days: 7 },
  { afterMs: DAY_MS, days: 1 },
] as const

/** The value of `Strict-Transport-Security`, or undefined while it is too early. */
export function hstsValue(heldSinceMs: number, nowMs: number): string | undefined {
  const step = STEPS.find(({ afterMs }) => nowMs - heldSinceMs >= afterMs)
  return step && `max-age=${step.days * 86_400}`
}
