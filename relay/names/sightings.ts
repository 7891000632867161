/** What our own eyes have seen lately: only a proven address is ever published. */
import type { Family } from '../../protocol/model/address.ts'

export interface Proof {
  readonly family: Family
  readonly transport: 'tls' | 'tcp' | 'udp'
  readonly port: number
  readonly address: string
}

export interface Sightings {
  note(deviceKey: string, proof: Proof, reachable: boolean): void
  isProven(deviceKey: string, proof: Proof): boolean
}

/** A sighting counts this long towards publishing: the engine publishes right after it was seen. */
const PROOF_FOR_MS = 120_000

export function createSightings(now: () => number): Sightings {
  /** When each was seen last, the oldest first. */
  const seen = new Map<string, number>()
  return {
    note(deviceKey, proof, reachable) {
      for (const [key, atMs] of seen) {
        if (now() - atMs < PROOF_FOR_MS) break
        seen.delete(key)
      }
      seen.delete(keyOf(deviceKey, proof))
      if (reachable) seen.set(keyOf(deviceKey, proof), now())
    },
    isProven: (deviceKey, proof) => now() - (seen.get(keyOf(deviceKey, proof)) ?? Number.NEGATIVE_INFINITY) < PROOF_FOR_MS,
  }
}

const keyOf = (deviceKey: string, { family, transport, port, address }: Proof): string =>
  [deviceKey, family, transport === 'udp' ? 'udp' : 'tcp', port, address].join(' ')
