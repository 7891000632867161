import './chart.css'
import { lazy, Suspense } from 'react'
import type { PlotProps } from './plot.tsx'

/** The library is fetched with the first chart. */
const Plot = lazy(() => import('./plot.tsx'))

export interface ChartProps extends PlotProps {
  label: string
  /** What it shows, in words: for everybody, and all that those have who do not see it. */
  summary: string
}

/** Lines over time. */
export function Chart({ label, summary, ...plot }: ChartProps) {
  return (
    <figure className={plot.isSmall ? 'chart small-chart' : 'chart'}>
      <figcaption>
        <span className="muted small">{label}</span>
        <span className={plot.isSmall ? 'small' : undefined}>{summary}</span>
      </figcaption>
      <div className="plot" aria-hidden="true">
        <Suspense>
          <Plot {...plot} />
        </Suspense>
      </div>
      {!plot.isSmall && plot.series.length > 1 && (
        <p className="legend-line small muted" aria-hidden="true">
          {plot.series.map(({ name, tone }) => (
            <span key={name} className={`key ${tone}`}>
              {name}
            </span>
          ))}
        </p>
      )}
    </figure>
  )
}
