/** What a service carried, made ready for two charts. */
import { bytes, milliseconds, timeOfDay } from '../../languages/format.ts'
import type { FirstWords } from '../../languages/index.ts'
import type { TrafficPoint, TrafficRange } from '../../protocol/model/history.ts'
import type { ChartProps } from '../ui/chart.tsx'

const sum = (points: readonly TrafficPoint[], of: 'bytesIn' | 'bytesOut'): number =>
  points.reduce((all, { carried }) => all + (carried?.[of] ?? 0), 0)

/** The middle of what was usual, and the worst. */
function latencyOf(points: readonly TrafficPoint[]): { median: number; slow: number } | null {
  const known = points.flatMap(({ carried }) => carried?.latencyMs ?? [])
  const medians = known.map(({ median }) => median).sort((a, b) => a - b)
  const median = medians[Math.floor(medians.length / 2)]
  return median === undefined ? null : { median, slow: Math.max(...known.map(({ p95 }) => p95)) }
}

interface Plots {
  readonly traffic: ChartProps
  /** Null: no answer was measured. */
  readonly latency: ChartProps | null
}

/** Null: nothing is known. */
export function plotsOf(points: readonly TrafficPoint[] | null, range: TrafficRange, words: FirstWords): Plots | null {
  if (!points?.some(({ carried }) => carried !== null)) return null
  const { chart } = words.dashboard
  const latency = latencyOf(points)
  const time = (atMs: number) =>
    range === 'month' ? new Intl.DateTimeFormat(words.locale, { day: 'numeric', month: 'short' }).format(atMs) : timeOfDay(atMs, words)
  const atMs = points.map((point) => point.atMs)
  const of = (pick: (carried: NonNullable<TrafficPoint['carried']>) => number | undefined) =>
    points.map(({ carried }) => (carried ? (pick(carried) ?? null) : null))
  return {
    traffic: {
      label: chart.traffic,
      summary: chart.carried(bytes(sum(points, 'bytesOut'), words), bytes(sum(points, 'bytesIn'), words)),
      atMs,
      series: [
        { name: chart.series.sent, tone: 'first', values: of(({ bytesOut }) => bytesOut) },
        { name: chart.series.received, tone: 'second', values: of(({ bytesIn }) => bytesIn) },
      ],
      value: (count: number) => bytes(count, words),
      time,
    },
    latency: latency && {
      label: chart.latency,
      summary: chart.usually(milliseconds(latency.median, words), milliseconds(latency.slow, words)),
      atMs,
      series: [
        { name: chart.series.median, tone: 'first', values: of(({ latencyMs }) => latencyMs?.median) },
        { name: chart.series.slow, tone: 'second', values: of(({ latencyMs }) => latencyMs?.p95) },
      ],
      value: (ms: number) => milliseconds(ms, words),
      time,
    },
  }
}
