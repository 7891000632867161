/** Numbers and times as a language writes them. */
import type { ChainLink } from '../protocol/diagnosis.ts'
import type { Ban } from '../protocol/model/ban.ts'
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

/** What a verdict of the diagnosis rests on. */
export function describeFact({ fact, value }: ChainLink['evidence'][number], words: Words): string {
  return words.facts[fact](fact === 'certificate-until' ? moment(Number(value), words) : value)
}

/** Why an address is shut out, where, how often, and until when. */
export function describeBan({ reason, service, count, sinceMs, untilMs }: Ban, words: Words): string {
  const { bans } = words
  const facts = [
    bans.reasons[reason],
    service === null ? '' : bans.at(service),
    count === 0 ? '' : bans.times(count),
    bans.since(moment(sinceMs, words)),
    untilMs === null ? bans.forGood : bans.until(moment(untilMs, words)),
  ]
  return facts.filter(Boolean).join(', ')
}
