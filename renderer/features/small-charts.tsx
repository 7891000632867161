import { useRef } from 'react'
import { useFirstWords } from '../src/language.tsx'
import { useSeen } from '../src/use-seen.ts'
import { useTraffic } from '../src/use-traffic.ts'
import { Chart } from '../ui/chart.tsx'
import { plotsOf } from './traffic-plots.ts'

/** The last day in two small lines, asked for when the card comes into sight; nothing where nothing is known. */
export function SmallCharts({ service }: { service: string }) {
  const words = useFirstWords()
  const place = useRef<HTMLDivElement>(null)
  const points = useTraffic(service, 'day', useSeen(place))
  const plots = plotsOf(points, 'day', words)
  return (
    <div ref={place} className="small-charts">
      {plots && <Chart {...plots.traffic} series={plots.traffic.series.slice(0, 1)} isSmall />}
      {plots?.latency && <Chart {...plots.latency} series={plots.latency.series.slice(0, 1)} isSmall />}
    </div>
  )
}
