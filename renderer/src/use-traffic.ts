import { useEffect, useState } from 'react'
import type { TrafficPoint, TrafficRange } from '../../protocol/model/history.ts'
import { useEngine } from './engine.ts'

const RENEW_MS: Readonly<Record<TrafficRange, number>> = { hour: 20_000, day: 120_000, month: 600_000 }

/** What a service carried, renewed while it is shown; null: not known, or not asked because `isSeen` is false. */
export function useTraffic(service: string | null, range: TrafficRange, isSeen = true): readonly TrafficPoint[] | null {
  const { calls } = useEngine()
  const [points, setPoints] = useState<readonly TrafficPoint[] | null>(null)
  useEffect(() => {
    if (!isSeen) return
    let isOver = false
    const ask = () =>
      calls.traffic({ service, range }).then(
        (view) => isOver || setPoints(view.points),
        // An engine that is older, or away just now: what was shown stays.
        () => {},
      )
    void ask()
    const timer = setInterval(ask, RENEW_MS[range])
    return () => {
      isOver = true
      clearInterval(timer)
    }
  }, [calls, service, range, isSeen])
  return points
}
