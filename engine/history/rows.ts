/** What stands in a row of the history, and in a row of its tables. */
import { Latencies } from './latencies.ts'

/** `healed`: what its owner was told of, from and to; a `problem` is whatever was wrong, for however short a moment. */
export type Kind = 'state' | 'path' | 'address' | 'relay' | 'problem' | 'healed' | 'engine'

export interface Row {
  readonly atMs: number
  readonly kind: Kind
  readonly service: string | null
  /** JSON, but for a state, which is one word. */
  readonly what: string
  /** Of a problem: when it was over. Null: it stands. */
  readonly untilMs: number | null
}

export interface CarriedRow {
  readonly service: string
  readonly bytesIn: number
  readonly bytesOut: number
  readonly visits: number
  readonly visitors: number
  readonly fine: number
  readonly refused: number
  readonly failed: number
  readonly latencies: Latencies
}

type Found = Record<string, unknown>

export const rowOf = ({ at_ms, kind, service, what, until_ms }: Found): Row => ({
  atMs: at_ms as number,
  kind: kind as Kind,
  service: service as string | null,
  what: what as string,
  untilMs: until_ms as number | null,
})

export function carriedOf(row: Found): CarriedRow & { readonly atMs: number } {
  const number = (name: string): number => row[name] as number
  return {
    atMs: number('at_ms'),
    service: row.service as string,
    bytesIn: number('bytes_in'),
    bytesOut: number('bytes_out'),
    visits: number('visits'),
    visitors: number('visitors'),
    fine: number('fine'),
    refused: number('refused'),
    failed: number('failed'),
    latencies: Latencies.from(row.latencies as string),
  }
}

/** Two parts of one step. */
export function added(a: CarriedRow, b: CarriedRow): CarriedRow {
  return {
    service: a.service,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    visits: a.visits + b.visits,
    visitors: Math.max(a.visitors, b.visitors),
    fine: a.fine + b.fine,
    refused: a.refused + b.refused,
    failed: a.failed + b.failed,
    latencies: a.latencies.plus(b.latencies),
  }
}
