/** Visits to homes: how many a home may have at one time, how many of them one visitor, and how quickly a neighbourhood may come. A
 *  home's line is short: a stranger who downloads and never reads, or comes and goes a thousand times a second, would fill it alone. */
import { createRateLimiter } from '../dns/rate.ts'
import { createVisitors, type VisitorLimits, type Visitors } from '../public-ports/visitors.ts'

/** A home's four lanes carry 1,024 streams each. A visitor's browser has six connections to a name, or one. */
const VISITS: VisitorLimits = { ofAll: 20_000, ofDevice: 4096, ofVisitor: 128 }
/** New visits of a neighbourhood (rate.ts): more than an office of a hundred people makes with one page. */
const PACE = { answersPerS: 100, burst: 400, maxSources: 20_000 }

export interface Visits {
  /** Undefined: he may not come now. Else each visit needs its end. */
  begin(deviceKey: string, address: string): { end(): void } | undefined
}

export function createVisits(now: () => number = () => performance.now()): Visits {
  const newHome = createVisitors(VISITS)
  const homes = new Map<string, { readonly visitors: Visitors; count: number }>()
  const pace = createRateLimiter(PACE)
  return {
    begin(deviceKey, address) {
      if (pace(address, now()) !== 'answer') return undefined
      const home = homes.get(deviceKey) ?? { visitors: newHome(), count: 0 }
      if (home.visitors.enter(address) !== 'in') return undefined
      home.count += 1
      homes.set(deviceKey, home)
      return {
        end() {
          home.visitors.leave(address)
          home.count -= 1
          if (home.count === 0) homes.delete(deviceKey)
        },
      }
    },
  }
}
