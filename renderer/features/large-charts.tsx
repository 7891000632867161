import { useState } from 'react'
import type { TrafficRange } from '../../protocol/model/history.ts'
import { useWords } from '../src/language.tsx'
import { useTraffic } from '../src/use-traffic.ts'
import { Chart } from '../ui/chart.tsx'
import { Select } from '../ui/select.tsx'
import { plotsOf } from './traffic-plots.ts'

const RANGES: readonly TrafficRange[] = ['hour', 'day', 'month']

/** What it carried and how fast it answered, in the span one asks for. */
export function LargeCharts({ service }: { service: string | null }) {
  const words = useWords()
  const { chart } = words.dashboard
  const [range, setRange] = useState<TrafficRange>('day')
  const points = useTraffic(service, range)
  const plots = plotsOf(points, range, words)
  return (
    <section className="card form" aria-label={chart.traffic}>
      <Select label={chart.range} value={range} onChange={setRange} options={RANGES.map((id) => ({ id, text: chart.ranges[id] }))} />
      {plots ? <Chart key={range} {...plots.traffic} /> : <p className="muted">{chart.nothing}</p>}
      {plots?.latency && <Chart key={`${range} latency`} {...plots.latency} />}
    </section>
  )
}
