import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metrics } from './exposition.ts'
import { parseExposition } from './parse.fixture.ts'
import { createRelayMetrics } from './relay-metrics.ts'

test('counters, gauges and a histogram, as a strict reader takes them', async () => {
  const metrics = new Metrics()
  const refused = metrics.counter('test_refused_total', 'Refused, by "reason"\nand more.', [{ reason: 'busy' }])
  refused.add({ reason: 'a "b"\\\n' })
  refused.add({ reason: 'busy' }, 3)
  metrics.read('gauge', 'test_rooms', 'Rooms.', async () => [
    [{ floor: '0' }, 2],
    [{ floor: '1' }, Number.NaN],
  ])
  const writes = metrics.histogram('test_write_seconds', 'Writes.', [0.01, 0.1])
  for (const seconds of [0.005, 0.01, 0.05, 7]) writes.observe(seconds)
  const families = parseExposition(await metrics.text())
  assert.deepEqual(families.get('test_refused_total'), {
    type: 'counter',
    samples: [
      ['test_refused_total', { reason: 'busy' }, 3],
      ['test_refused_total', { reason: 'a "b"\\\n' }, 1],
    ],
  })
  assert.deepEqual(families.get('test_rooms')?.samples, [
    ['test_rooms', { floor: '0' }, 2],
    ['test_rooms', { floor: '1' }, Number.NaN],
  ])
  assert.deepEqual(
    families.get('test_write_seconds')?.samples.map(([, labels, value]) => [labels.le, value]),
    [
      ['0.01', 2],
      ['0.1', 3],
      ['+Inf', 4],
      [undefined, 7.065],
      [undefined, 4],
    ],
  )
})

test('what strangers send cannot grow the page without end', async () => {
  const metrics = new Metrics()
  const counter = metrics.counter('test_total', 'Test.')
  for (let n = 0; n < 1000; n++) counter.add({ name: `n${n}` })
  assert.equal(parseExposition(await metrics.text()).get('test_total')?.samples.length, 100)
})

test('a relay’s figures: names with their units, nothing of one device', async () => {
  const metrics = createRelayMetrics({
    version: '1.2.3',
    figures: () => ({
      registered: 3,
      suspended: 1,
      connected: 2,
      lanes: 4,
      streams: 5,
      flows: 6,
      carried: { inBytes: 7, outBytes: 8, streams: 9, flows: 10 },
      openCodes: 11,
      takedowns: 12,
    }),
    certificateUntilMs: async () => 1_900_000_000_500,
  })
  metrics.onDns({ kind: 'answered', transport: 'udp', rcode: 3, truncated: false, type: 28 })
  metrics.onDns({ kind: 'limited', action: 'slip' })
  metrics.visitorsRefused.add({ reason: 'used-up' })
  metrics.registryWrites.observe(0.004)
  const families = parseExposition(await metrics.text())
  const value = (name: string, labels = {}) =>
    families.get(name)?.samples.find((sample) => JSON.stringify(sample[1]) === JSON.stringify(labels))?.[2]
  assert.equal(value('porchlight_devices_connected'), 2)
  assert.equal(value('porchlight_carried_bytes_total', { direction: 'out' }), 8)
  assert.equal(value('porchlight_certificate_expiry_timestamp_seconds'), 1_900_000_000.5)
  assert.equal(value('porchlight_dns_responses_total', { transport: 'udp', type: 'AAAA', rcode: 'NXDOMAIN' }), 1)
  assert.equal(value('porchlight_dns_limited_total', { action: 'slip' }), 1)
  assert.equal(value('porchlight_visitors_refused_total', { reason: 'used-up' }), 1)
  assert.ok((value('process_resident_memory_bytes') ?? 0) > 1e6)
  assert.ok((value('process_cpu_seconds_total') ?? 0) > 0)
  for (const [name, { type, samples }] of families) {
    assert.match(name, /^(porchlight|process)_/)
    if (type === 'counter') assert.match(name, /_total$/)
    for (const [, labels] of samples)
      assert.deepEqual(
        ['device', 'label', 'visitor', 'address'].filter((forbidden) => forbidden in labels),
        [],
      )
  }
})
