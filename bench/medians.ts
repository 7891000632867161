/** Samples by what was measured, in milliseconds. */
export type Samples = Map<string, number[]>

export function note(samples: Samples, what: string, ms: number): void {
  const list = samples.get(what) ?? []
  list.push(ms)
  samples.set(what, list)
}

/** NaN for nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return below === undefined || above === undefined ? Number.NaN : below + (above - below) * (at % 1)
}

export const median = (values: readonly number[] = []): number => quantile(values, 0.5)
