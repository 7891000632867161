/** What one place has done lately: a score that leaks away, and which of its doings are known already. */
import { randomInt } from 'node:crypto'
import type { BanReason } from '../../protocol/model/ban.ts'
import { FORGET_MS, OFFENCES, type Offence } from './limits.ts'

export interface Sentence {
  readonly reason: BanReason
  /** Offences since the score was nothing. */
  readonly count: number
}

const REASONS: Readonly<Record<Offence, BanReason>> = {
  'scanner-path': 'scan',
  'not-found': 'scan',
  malformed: 'scan',
  credentials: 'credentials',
  'sign-in': 'sign-in',
  access: 'access',
  'short-connection': 'connections',
  flood: 'flood',
}

/** What success makes up for. */
const PARDONABLE: ReadonlySet<Offence> = new Set<Offence>(['not-found', 'malformed', 'short-connection'])

/** What came within a few seconds has hardly leaked. */
const ENOUGH = 0.995
/** A set of a fixed size that may take a new thing for a known one, never the other way round (Bloom, 1970): 3 in 100 at a hundred things. */
const KNOWN_WORDS = 64
/** Nobody outside can tell which things it takes for the same. */
const SEED = randomInt(2 ** 32)

export class Conduct {
  #atMs = Number.NEGATIVE_INFINITY
  #guilt = 0
  #noise = 0
  #count = 0
  #known: Uint32Array | undefined

  /** The sentence, when it is enough. */
  add(offence: Offence, novelty: string | undefined, nowMs: number): Sentence | undefined {
    this.#leak(nowMs)
    if (novelty !== undefined && this.#isKnown(offence, novelty)) return undefined
    this.#count += 1
    if (PARDONABLE.has(offence)) this.#noise += 1 / OFFENCES[offence]
    else this.#guilt += 1 / OFFENCES[offence]
    if (this.#guilt + this.#noise < ENOUGH) return undefined
    return { reason: REASONS[offence], count: this.#count }
  }

  succeeded(): void {
    if (this.#noise > 0) this.#noise = Math.max(0, this.#noise - 1 / OFFENCES['not-found'])
  }

  pardon(): void {
    this.#noise = 0
  }

  #leak(nowMs: number): void {
    // Set back: what happened stays until the clock is there again.
    let left = Math.max(0, nowMs - this.#atMs) / FORGET_MS
    this.#atMs = Math.max(this.#atMs, nowMs)
    const noise = Math.min(this.#noise, left)
    this.#noise -= noise
    left -= noise
    this.#guilt = Math.max(0, this.#guilt - left)
    if (this.#guilt > 0 || this.#noise > 0) return
    this.#count = 0
    this.#known = undefined
  }

  #isKnown(offence: Offence, novelty: string): boolean {
    this.#known ??= new Uint32Array(KNOWN_WORDS)
    const hash = hashOf(novelty, hashOf(offence, SEED))
    let isKnown = true
    for (const bit of [hash & 2047, (hash >>> 11) & 2047]) {
      const word = this.#known[bit >>> 5] ?? 0
      if ((word & (1 << (bit & 31))) === 0) isKnown = false
      this.#known[bit >>> 5] = word | (1 << (bit & 31))
    }
    return isKnown
  }
}

/** FNV-1a, 32 bits, with the end of MurmurHash3 so that every bit counts. */
function hashOf(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
