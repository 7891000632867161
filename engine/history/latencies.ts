/** How long things took, as counts in steps of a fifth (quarter octaves): little to keep, quick to add to, and two of them can be added up, which
 *  medians cannot. What is told of them is at most a tenth off. */

const STEPS_PER_OCTAVE = 4
const FIRST_MS = 0.1
/** 0.1 ms to two hours. */
const BUCKETS = 106

export class Latencies {
  readonly #counts: Uint32Array
  #total = 0

  constructor(counts = new Uint32Array(BUCKETS)) {
    this.#counts = counts
    for (const count of counts) this.#total += count
  }

  get total(): number {
    return this.#total
  }

  add(ms: number): void {
    const bucket = ms <= FIRST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(STEPS_PER_OCTAVE * Math.log2(ms / FIRST_MS)))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#total += 1
  }

  plus(other: Latencies): Latencies {
    return new Latencies(this.#counts.map((count, bucket) => count + (other.#counts[bucket] ?? 0)))
  }

  /** Below which this share of them lies, in ms; null: there are none. */
  quantile(share: number): number | null {
    if (this.#total === 0) return null
    let left = share * this.#total
    const bucket = this.#counts.findIndex((count) => {
      left -= count
      return count > 0 && left <= 0
    })
    const ms = FIRST_MS * 2 ** ((bucket - 0.5) / STEPS_PER_OCTAVE)
    return ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)
  }

  /** `bucket:count`, those that are not empty. */
  toText(): string {
    return [...this.#counts.entries()].flatMap(([bucket, count]) => (count > 0 ? [`${bucket}:${count}`] : [])).join(' ')
  }

  static from(text: string): Latencies {
    const counts = new Uint32Array(BUCKETS)
    for (const pair of text.split(' ')) {
      const [bucket = Number.NaN, count = 0] = pair.split(':').map(Number)
      if (bucket >= 0 && bucket < BUCKETS) counts[bucket] = count
    }
    return new Latencies(counts)
  }
}

export const latencyOf = (latencies: Latencies): { median: number; p95: number } | null => {
  const [median, p95] = [latencies.quantile(0.5), latencies.quantile(0.95)]
  return median === null || p95 === null ? null : { median, p95 }
}
