/** When nobody would notice: no visitor of any service is sending or being sent anything. */
import type { EngineContract } from '../protocol/contract.ts'
import type { VisitorsView } from '../protocol/model/history.ts'
import type { Client } from '../protocol/rpc.ts'

/** In the two seconds between two looks. A connection that is kept open, a WebSocket's pings, a page's small questions stay below it; a download,
 *  music or a game does not. */
export const IDLE_BYTES = 16 << 10

/** Has anybody carried more than that since the look before? */
export function carriesSomething(before: VisitorsView, after: VisitorsView): boolean {
  const keyOf = ({ service, place, sinceMs }: VisitorsView['longest'][number]): string => `${service} ${place} ${sinceMs}`
  const carried = new Map(before.longest.map((visitor) => [keyOf(visitor), visitor.bytesIn + visitor.bytesOut]))
  return after.longest.some((visitor) => visitor.bytesIn + visitor.bytesOut - (carried.get(keyOf(visitor)) ?? 0) > IDLE_BYTES)
}

/** Resolves when two looks in a row show that, or when the engine is gone. Rejects with the signal. */
export function untilQuiet(client: Client<EngineContract>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let before: VisitorsView | undefined
    const end = (settle: () => void): void => {
      stop()
      signal.removeEventListener('abort', abort)
      settle()
    }
    const abort = (): void => end(() => reject(signal.reason))
    const stop = client.visitors(
      {},
      (now) => {
        const isQuiet = now.longest.length === 0 || (before !== undefined && !carriesSomething(before, now))
        before = now
        if (isQuiet) end(resolve)
      },
      () => end(resolve),
    )
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
}
