/** Texts by which devices prove their names to a directory (dns-01). */
import type { NodeRecord } from '../dns/zone.ts'

export interface Challenges {
  /** Those of a device that stand. */
  records(deviceKey: string): NodeRecord[]
  change(deviceKey: string, action: 'set' | 'clear', value: string): void
  forget(deviceKey: string): void
}

/** A text that was never cleared goes by itself: longer than any directory takes to look. */
const CHALLENGE_FOR_MS = 3_600_000
const CHALLENGE_TTL_S = 1
const MAX_CHALLENGES = 8

export const challengeRecord = (text: string): NodeRecord => ({ type: 'TXT', text, ttlS: CHALLENGE_TTL_S })

export function createChallenges(now: () => number): Challenges {
  const challenges = new Map<string, ReadonlyMap<string, number>>()
  const standing = (deviceKey: string): [text: string, atMs: number][] =>
    [...(challenges.get(deviceKey) ?? [])].filter(([, atMs]) => now() - atMs < CHALLENGE_FOR_MS)
  return {
    records: (deviceKey) => standing(deviceKey).map(([text]) => challengeRecord(text)),
    change(deviceKey, action, value) {
      const texts = new Map(standing(deviceKey))
      texts.delete(value)
      if (action === 'set') texts.set(value, now())
      // The oldest goes: what nobody cleared must not keep out the next certificate's text.
      const [oldest] = texts.keys()
      if (texts.size > MAX_CHALLENGES && oldest !== undefined) texts.delete(oldest)
      if (texts.size > 0) challenges.set(deviceKey, texts)
      else challenges.delete(deviceKey)
    },
    forget: (deviceKey) => void challenges.delete(deviceKey),
  }
}
