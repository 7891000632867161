/** The record-set planner: which addresses stand in DNS under a name. A pure table, used by whoever publishes.
 *
 *  Why both addresses stand for a while: with TTL 5 Chromium keeps an address for 60 s even when it refuses connections, but leaves
 *  a dead one within seconds when the set holds a second (measured, docs/decisions.md). Why the relay's AAAA goes as soon as IPv4 is
 *  direct: every dual-stack visitor prefers IPv6 and would stay on the relay. */
import type { Family } from './address.ts'

/** How long home and relay stand side by side after any change. */
export const SETTLE_MS = 10 * 60_000
/** Seconds a resolver may keep an address. */
export const ADDRESS_TTL_S = 10

export interface RecordFacts {
  /** Home addresses that an outsider has proven on port 443, with the time of the last change of that family (ms). */
  readonly direct: Readonly<Partial<Record<Family, { readonly address: string; readonly sinceMs: number }>>>
  /** Is the tunnel up? When it is not, the home may be gone too: the relay stands beside it. */
  readonly tunnelUp: boolean
  readonly relay: Readonly<Partial<Record<Family, string>>>
  readonly nowMs: number
}

export interface RecordSet {
  readonly a: readonly string[]
  readonly aaaa: readonly string[]
}

/** Facts in, records out. The home address comes first: most clients try the first one first. */
export function recordSet({ direct, tunnelUp, relay, nowMs }: RecordFacts): RecordSet {
  const goesDirect = direct.ipv4 !== undefined || direct.ipv6 !== undefined
  const addresses = (family: Family): string[] => {
    const home = direct[family]
    const viaRelay = relay[family] === undefined ? [] : [relay[family]]
    if (home === undefined) return family === 'ipv6' && goesDirect ? [] : viaRelay
    const settled = tunnelUp && nowMs - home.sinceMs >= SETTLE_MS
    return settled ? [home.address] : [home.address, ...viaRelay]
  }
  return { a: addresses('ipv4'), aaaa: addresses('ipv6') }
}
