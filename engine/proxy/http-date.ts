let now = ''
let untilMs = 0

/** Of this second, as `Date` has it (RFC 9110 §6.6.1). */
export function httpDate(): string {
  const nowMs = Date.now()
  // The clock may be set back.
  if (nowMs >= untilMs || nowMs < untilMs - 1000) {
    now = new Date(nowMs).toUTCString()
    untilMs = nowMs - (nowMs % 1000) + 1000
  }
  return now
}
