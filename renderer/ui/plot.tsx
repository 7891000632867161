import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'

export interface PlotProps {
  /** Ms since 1970, rising. */
  readonly atMs: readonly number[]
  /** Null: not known. `tone`: a second line is dashed, so that nobody needs its colour. */
  readonly series: readonly { readonly name: string; readonly tone: 'first' | 'second'; readonly values: readonly (number | null)[] }[]
  /** A value, and a time, as the axes write them. */
  readonly value: (of: number) => string
  readonly time: (atMs: number) => string
  /** Without axes, in a card. */
  readonly isSmall?: boolean
}

/** Bytes and milliseconds are counted in whole ones: finer steps would be written alike. */
const WHOLE_STEPS = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

const HEIGHT_PX = { small: 40, large: 200 }

const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name)

function optionsOf({ series, value, time, isSmall = false }: PlotProps, widthPx: number): UPlot.Options {
  const axis = { stroke: () => color('--muted'), grid: { stroke: () => color('--hairline'), width: 1 }, ticks: { show: false } }
  const font = '12px "Atkinson Hyperlegible Next Variable"'
  return {
    width: widthPx,
    height: isSmall ? HEIGHT_PX.small : HEIGHT_PX.large,
    ms: 1,
    legend: { show: false },
    cursor: { show: false },
    padding: isSmall ? [4, 0, 4, 0] : [12, 16, 0, 0],
    // From nothing up, and a line even where nothing was carried.
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(high, 1)] } },
    axes: isSmall
      ? [{ show: false }, { show: false }]
      : [
          { ...axis, font, size: 32, space: 90, values: (_plot, ticks) => ticks.map(time) },
          { ...axis, font, size: 70, incrs: WHOLE_STEPS, values: (_plot, ticks) => ticks.map(value) },
        ],
    series: [
      {},
      ...series.map(({ tone }) => ({
        stroke: () => color(tone === 'first' ? '--relayed' : '--needs-you'),
        width: 2,
        ...(tone === 'second' && { dash: [5, 4] }),
        points: { show: false },
      })),
    ],
  }
}

/** A canvas: told in words beside it. Drawn anew when the theme or the width changes. */
export default function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawn = useRef<UPlot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const data = [props.atMs, ...props.series.map(({ values }) => values)] as unknown as UPlot.AlignedData
  useEffect(() => {
    const element = place.current
    if (!element) return
    const plot = new UPlot(optionsOf(latest.current, element.clientWidth), undefined, element)
    drawn.current = plot
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: plot.height }))
    observer.observe(element)
    const theme = matchMedia('(prefers-color-scheme: dark)')
    const redraw = () => plot.redraw()
    theme.addEventListener('change', redraw)
    return () => {
      theme.removeEventListener('change', redraw)
      observer.disconnect()
      plot.destroy()
      drawn.current = null
    }
  }, [])
  useEffect(() => drawn.current?.setData(data))
  return <div ref={place} />
}
