/** Numbers and times as a language writes them. */
import type { ChainLink } from '../protocol/diagnosis.ts'
import type { Ban } from '../protocol/model/ban.ts'
import type { HistoryEvent } from '../protocol/model/history.ts'
import type { FirstWords, Words } from './index.ts'
import { describeProblem } from './problems.ts'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** Making a formatter costs a hundred times what using it does, and lists have hundreds of times in them. */
function made<Options, Format>(make: new (locale: string, options: Options) => Format): (locale: string, options: Options) => Format {
  const all = new Map<string, Format>()
  return (locale, options) => {
    const key = `${locale} ${JSON.stringify(options)}`
    const format = all.get(key) ?? new make(locale, options)
    all.set(key, format)
    return format
  }
}
const dates = made(Intl.DateTimeFormat)
const numbers = made(Intl.NumberFormat)
const ages = made(Intl.RelativeTimeFormat)

/** "3 minutes ago", "il y a 2 heures". Under a minute it is "now": a counter that ticks every second says nothing more. */
export function ago(atMs: number, nowMs: number, words: FirstWords): string {
  const format = ages(words.locale, { numeric: 'auto' })
  const passedMs = Math.max(0, nowMs - atMs)
  const unit = UNITS.find(([, ms]) => passedMs >= ms)
  return unit ? format.format(-Math.floor(passedMs / unit[1]), unit[0]) : format.format(0, 'second')
}

/** The full date and time, in the reader's own time zone. */
export function moment(atMs: number, words: FirstWords): string {
  return dates(words.locale, { dateStyle: 'long', timeStyle: 'short' }).format(atMs)
}

/** Hours and minutes. */
export const timeOfDay = (atMs: number, words: FirstWords): string => dates(words.locale, { timeStyle: 'short' }).format(atMs)

/** The day alone. */
export const dateOf = (atMs: number, words: FirstWords): string => dates(words.locale, { dateStyle: 'medium' }).format(atMs)

/** Of a moment in the past, as short as it is clear: the time within a day, else the date. */
export const when = (atMs: number, nowMs: number, words: FirstWords): string =>
  nowMs - atMs < 86_400_000 ? timeOfDay(atMs, words) : dateOf(atMs, words)

/** A date as the heading of a day. */
export const dayOf = (atMs: number, words: FirstWords): string => dates(words.locale, { dateStyle: 'full' }).format(atMs)

/** Our type has no narrow no-break space. */
const plain = (text: string): string => text.replaceAll('\u202f', '\u00a0')

export const milliseconds = (ms: number, words: FirstWords): string =>
  plain(numbers(words.locale, { style: 'unit', unit: 'millisecond', unitDisplay: 'short', maximumFractionDigits: 0 }).format(ms))

export const megabytes = (mb: number, words: FirstWords): string =>
  plain(numbers(words.locale, { style: 'unit', unit: 'megabyte', unitDisplay: 'short' }).format(mb))

/** Of a share between 0 and 1. What is not all is never rounded up to all. */
export const percent = (share: number, words: FirstWords): string =>
  plain(numbers(words.locale, { style: 'percent', maximumFractionDigits: 2, roundingMode: 'floor' }).format(share))

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

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** A size, in the powers of ten that providers count in. */
export function bytes(count: number, { locale }: FirstWords): string {
  const step = count < 1000 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(count) / 3))
  const unit = SIZES[step] ?? 'byte'
  const format = numbers(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: step === 0 ? 0 : 1 })
  return plain(format.format(count / 1000 ** step))
}

/** An event of the history as a sentence. */
export function describeHappening(event: HistoryEvent, words: Words): string {
  const { events } = words.history
  const family = event.kind === 'path' || event.kind === 'address' ? (event.family === 'ipv4' ? 'IPv4' : 'IPv6') : ''
  switch (event.kind) {
    case 'path':
      return events.path(event.service, family, words.path.rung[event.before], words.path.rung[event.after])
    case 'address':
      return events.address(family, event.before, event.after)
    case 'relay':
      return event.after === null ? events.relayLost(event.before ?? '…') : events.relay(event.after)
    case 'problem':
      return events.problem(describeProblem(event.problem, words).title, event.untilMs === null ? null : moment(event.untilMs, words))
    case 'engine':
      return events.engine[event.what]
  }
}
