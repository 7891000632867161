/** Who is here now, and what each service carries. On the way of every request stand nothing but additions: bytes are not counted here at all but
 *  read, now and then, from what each connection has counted anyway. Forgets every visitor as he leaves. */

import { placeOf } from '../../protocol/model/ban.ts'
import { MAX_SHOWN_VISITORS, type Visitor, type VisitorsView } from '../../protocol/model/history.ts'
import { Latencies } from './latencies.ts'
import type { CarriedRow } from './rows.ts'

/** What has gone through a connection so far, without TLS and tunnel. `bytesRead`: from the visitor. */
export interface Carried {
  readonly bytesRead: number
  readonly bytesWritten: number
}

/** Of one service, since it was last read. */
interface Tally {
  bytesIn: number
  bytesOut: number
  visits: number
  visitors: number
  fine: number
  refused: number
  failed: number
  latencies: Latencies
}

interface Served {
  readonly open: Set<Visit>
  /** Connections of each place. */
  readonly places: Map<string, number>
  tally: Tally
}

/** One connection of one visitor, or one flow of datagrams, whom the service has let in. */
class Visit {
  readonly place: string
  readonly isDirect: boolean
  readonly sinceMs: number
  readonly #served: Served
  readonly #carried: Carried
  readonly #onLeave: () => void
  #bytesIn = 0
  #bytesOut = 0

  constructor(served: Served, address: string, isDirect: boolean, carried: Carried, sinceMs: number, onLeave: () => void) {
    this.place = placeOf(address)
    this.isDirect = isDirect
    this.sinceMs = sinceMs
    this.#served = served
    this.#carried = carried
    this.#onLeave = onLeave
  }

  get carried(): Carried {
    return this.#carried
  }

  answered(status: number): void {
    const { tally } = this.#served
    if (status < 400) tally.fine += 1
    else if (status < 500) tally.refused += 1
    else tally.failed += 1
  }

  /** So long the service took to begin its answer. */
  waited(ms: number): void {
    this.#served.tally.latencies.add(ms)
  }

  /** Adds what has come and gone since the last time. */
  collect(): void {
    const { bytesRead, bytesWritten } = this.#carried
    const { tally } = this.#served
    tally.bytesIn += bytesRead - this.#bytesIn
    tally.bytesOut += bytesWritten - this.#bytesOut
    this.#bytesIn = bytesRead
    this.#bytesOut = bytesWritten
  }

  leave(): void {
    if (!this.#served.open.delete(this)) return
    this.collect()
    const { places } = this.#served
    const others = (places.get(this.place) ?? 1) - 1
    if (others > 0) places.set(this.place, others)
    else places.delete(this.place)
    this.#onLeave()
  }
}

export class Meter {
  readonly #services = new Map<string, Served>()
  readonly #onChange: () => void

  /** `onChange`: somebody has come or gone. */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  enter(service: string, address: string, isDirect: boolean, carried: Carried): Visit {
    const served = this.#services.get(service) ?? { open: new Set(), places: new Map(), tally: emptyTally(0) }
    this.#services.set(service, served)
    const visit = new Visit(served, address, isDirect, carried, Date.now(), this.#onChange)
    served.open.add(visit)
    served.places.set(visit.place, (served.places.get(visit.place) ?? 0) + 1)
    served.tally.visits += 1
    served.tally.visitors = Math.max(served.tally.visitors, served.places.size)
    this.#onChange()
    return visit
  }

  visitors(service: string): number {
    return this.#services.get(service)?.places.size ?? 0
  }

  /** What every service has carried since the last time; those that have carried nothing are left out. */
  take(): CarriedRow[] {
    return [...this.#services].flatMap(([service, served]) => {
      for (const visit of served.open) visit.collect()
      const { tally, open, places } = served
      served.tally = emptyTally(places.size)
      const isIdle = tally.visits + tally.visitors + tally.bytesIn + tally.bytesOut + tally.latencies.total === 0
      if (isIdle && open.size === 0) this.#services.delete(service)
      return isIdle ? [] : [{ service, ...tally }]
    })
  }

  view(): VisitorsView {
    const services = [...this.#services].flatMap(([service, { open, places }]) =>
      open.size === 0 ? [] : [{ service, visitors: places.size, connections: open.size }],
    )
    const longest = [...this.#services].flatMap(([service, { open }]) => listOf(service, open))
    return { services, longest: longest.sort((a, b) => a.sinceMs - b.sinceMs).slice(0, MAX_SHOWN_VISITORS) }
  }
}

function listOf(service: string, open: ReadonlySet<Visit>): Visitor[] {
  const visitors = new Map<string, Visitor>()
  for (const { place, isDirect: direct, sinceMs, carried } of open) {
    const before = visitors.get(`${direct} ${place}`) ?? { service, place, direct, sinceMs, connections: 0, bytesIn: 0, bytesOut: 0 }
    visitors.set(`${direct} ${place}`, {
      ...before,
      sinceMs: Math.min(before.sinceMs, sinceMs),
      connections: before.connections + 1,
      bytesIn: before.bytesIn + carried.bytesRead,
      bytesOut: before.bytesOut + carried.bytesWritten,
    })
  }
  return [...visitors.values()]
}

const emptyTally = (visitors: number): Tally => ({
  ...{ bytesIn: 0, bytesOut: 0, visits: 0, visitors, fine: 0, refused: 0, failed: 0 },
  latencies: new Latencies(),
})
