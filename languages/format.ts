/** Numbers and times as a language writes them. */
import type { Words } from './index.ts'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** "3 minutes ago", "il y a 2 heures". Under a minute it is "now": a counter that ticks every second says nothing more. */
export function ago(atMs: number, nowMs: number, words: Words): string {
  const format = new Intl.RelativeTimeFormat(words.locale, { numeric: 'auto' })
  const passedMs = Math.max(0, nowMs - atMs)
  const unit = UNITS.find(([, ms]) => passedMs >= ms)
  return unit ? format.format(-Math.floor(passedMs / unit[1]), unit[0]) : format.format(0, 'second')
}

/** The full date and time, in the reader's own time zone. */
export function moment(atMs: number, words: Words): string {
  return new Intl.DateTimeFormat(words.locale, { dateStyle: 'long', timeStyle: 'short' }).format(atMs)
}
