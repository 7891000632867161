/** How many may be here at one time: of one device, of one visitor, of all. Counted before anything is opened for a newcomer. */
import { parseAddress } from '../../protocol/model/address.ts'

export interface VisitorLimits {
  readonly ofAll: number
  readonly ofDevice: number
  /** By address: of IPv6 the first 64 bits, which one line can fill at will. */
  readonly ofVisitor: number
}

/** The visitors of one device. */
export interface Visitors {
  /** `full`: there is no room for anybody. `visitor`: this one has his share. Each `in` needs its `leave`. */
  enter(address: string): 'in' | 'full' | 'visitor'
  leave(address: string): void
}

/** One value for a whole relay; each call gives one device's own count. */
export function createVisitors(limits: VisitorLimits): () => Visitors {
  let all = 0
  return () => {
    const byVisitor = new Map<string, number>()
    let here = 0
    return {
      enter(address) {
        const visitor = visitorOf(address)
        const already = byVisitor.get(visitor) ?? 0
        if (already >= limits.ofVisitor) return 'visitor'
        if (all >= limits.ofAll || here >= limits.ofDevice) return 'full'
        byVisitor.set(visitor, already + 1)
        here += 1
        all += 1
        return 'in'
      },
      leave(address) {
        const visitor = visitorOf(address)
        const left = (byVisitor.get(visitor) ?? 0) - 1
        if (left > 0) byVisitor.set(visitor, left)
        else byVisitor.delete(visitor)
        here -= 1
        all -= 1
      },
    }
  }
}

/** The visitor whom this address belongs to: of IPv6 the whole line. */
export function visitorOf(address: string): string {
  if (!address.includes(':')) return address
  return Buffer.from(parseAddress(address)?.subarray(0, 8) ?? []).toString('hex')
}
