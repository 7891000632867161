/** `porchlight history`, `traffic`, `visitors`: what was, and who is here. */
import { bytes, describeHappening, moment } from '../../languages/format.ts'
import type { Words } from '../../languages/index.ts'
import { type HistoryView, KEPT_DAYS, type TrafficPoint, TrafficRange, type VisitorsView } from '../../protocol/model/history.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

const DAY_MS = 86_400_000
const REST = 'a service, or none for all of them'

function oneAtMost(positionals: readonly string[], name: string): string | undefined {
  if (positionals.length > 1) throw new UsageError(`${name} takes the name of ${REST}`)
  return positionals[0]
}

export const history = command<{ service: string | undefined; days: number; json: boolean }>({
  usage: 'history [NAME] [--days N] [--json]      how services stood, and what happened',
  read(args) {
    const { values, positionals } = readFlags(args, { days: TEXT, json: SWITCH }, true)
    const days = Number(values.days ?? KEPT_DAYS)
    if (!(days > 0 && days <= KEPT_DAYS)) throw new UsageError(`--days needs a number up to ${KEPT_DAYS}`)
    return { service: oneAtMost(positionals, 'history'), days, json: values.json === true, data: values.data }
  },
  run: (folder, { service, days, json }, words) =>
    withEngine(folder, async (engine) => {
      const view = await engine.history({ sinceMs: Date.now() - days * DAY_MS, ...(service !== undefined && { service }) })
      process.stdout.write(json ? `${JSON.stringify({ v: 1, ...view })}\n` : historyText(view, words))
    }),
})

function historyText({ spans, events }: HistoryView, words: Words): string {
  const lines = [
    ...spans.map(({ service, state, fromMs }) => ({ atMs: fromMs, text: `${service}: ${words.history.states[state]}` })),
    ...events.map((event) => ({ atMs: event.atMs, text: describeHappening(event, words) })),
  ]
  return lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text }) => `${moment(atMs, words)}  ${text}\n`)
    .join('')
}

export const traffic = command<{ service: string | undefined; range: TrafficRange; json: boolean }>({
  usage: 'traffic [NAME] [--range hour|day|month] [--json]   what was carried',
  read(args) {
    const { values, positionals } = readFlags(args, { range: TEXT, json: SWITCH }, true)
    const range = TrafficRange.safeParse(values.range ?? 'day')
    if (!range.success) throw new UsageError('--range needs hour, day or month')
    return { service: oneAtMost(positionals, 'traffic'), range: range.data, json: values.json === true, data: values.data }
  },
  run: (folder, { service, range, json }, words) =>
    withEngine(folder, async (engine) => {
      const { points } = await engine.traffic({ service: service ?? null, range })
      process.stdout.write(json ? `${JSON.stringify({ v: 1, points })}\n` : points.map((point) => trafficLine(point, words)).join(''))
    }),
})

function trafficLine({ atMs, carried }: TrafficPoint, words: Words): string {
  const { history } = words
  if (!carried) return `${moment(atMs, words)}  ${history.notKnown}\n`
  const { bytesIn, bytesOut, visits, requests, latencyMs } = carried
  const answered = requests.fine + requests.refused + requests.failed
  const delay = latencyMs ? `  ${history.latency(latencyMs.median, latencyMs.p95)}` : ''
  const amounts = `${history.received(bytes(bytesIn, words))}  ${history.sent(bytes(bytesOut, words))}`
  return `${moment(atMs, words)}  ${amounts}  ${history.visits(visits)}  ${history.requests(answered, requests.failed)}${delay}\n`
}

export const visitors = command({
  usage: 'visitors [--json]             who is here now',
  read(args) {
    const { json, data } = readFlags(args, { json: SWITCH }).values
    return { json: json === true, data }
  },
  run: (folder, { json }, words) =>
    withEngine(folder, async (engine) => {
      const view = await new Promise<VisitorsView>((resolve, reject) => engine.visitors({}, resolve, reject))
      process.stdout.write(json ? `${JSON.stringify({ v: 1, ...view })}\n` : visitorsText(view, words))
    }),
})

function visitorsText({ longest }: VisitorsView, words: Words): string {
  const { history } = words
  if (longest.length === 0) return `${history.nobody}\n`
  return longest
    .map(({ service, place, direct, sinceMs, bytesIn, bytesOut }) => {
      const amounts = `${history.received(bytes(bytesIn, words))}  ${history.sent(bytes(bytesOut, words))}`
      return `${service}  ${place}  ${direct ? history.direct : history.relayed}  ${moment(sinceMs, words)}  ${amounts}\n`
    })
    .join('')
}
