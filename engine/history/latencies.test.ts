import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Latencies, latencyOf } from './latencies.ts'

const of = (...ms: number[]): Latencies => {
  const latencies = new Latencies()
  for (const each of ms) latencies.add(each)
  return latencies
}

test('median and 95th percentile are at most a tenth off', () => {
  for (const scale of [0.2, 3, 47, 900, 30_000]) {
    const latencies = of(...Array.from({ length: 1000 }, (_, at) => scale * (1 + at / 1000)))
    const { median, p95 } = latencyOf(latencies) ?? assert.fail()
    assert.ok(Math.abs(median / (scale * 1.5) - 1) < 0.1, `${median} of ${scale}`)
    assert.ok(Math.abs(p95 / (scale * 1.95) - 1) < 0.1, `${p95} of ${scale}`)
  }
})

test('nothing measured is nothing told, and neither end of the scale is left', () => {
  assert.equal(latencyOf(of()), null)
  assert.equal(of(0).total, 1)
  assert.ok((of(0).quantile(0.5) ?? 1) < 0.2)
  assert.ok((of(1e12).quantile(0.5) ?? 0) > 3_600_000)
})

test('kept as text, and two of them added up, they are what one would be', () => {
  const [one, other] = [of(1, 2, 3, 500), of(2, 80)]
  assert.equal(Latencies.from(one.toText()).plus(other).toText(), of(1, 2, 3, 500, 2, 80).toText())
  assert.equal(Latencies.from('').total, 0)
  assert.equal(Latencies.from('-1:5 9999:5 x:y 3:2').total, 2)
})
