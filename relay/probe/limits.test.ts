import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProbeLimits } from './limits.ts'

const clocked = () => {
  const clock = { nowMs: 0 }
  return { clock, limits: createProbeLimits(() => clock.nowMs) }
}

test('the ports of amplifiers are never asked by datagram, and may be by connection', () => {
  const { limits } = clocked()
  for (const port of [19, 53, 123, 161, 389, 1900, 11211]) {
    assert.equal(limits.admit('otter', 'udp', port), 'forbidden-port')
    assert.equal(limits.admit('otter', 'tcp', port), 'ok')
  }
})

test('twenty ports an hour: the old ones may be asked again, a new one only when an old one is an hour back', () => {
  const { limits, clock } = clocked()
  for (let port = 1; port <= 20; port++) assert.equal(limits.admit('otter', 'tcp', port), 'ok')
  assert.equal(limits.admit('otter', 'tcp', 21), 'rate-limited')
  assert.equal(limits.admit('otter', 'udp', 20), 'rate-limited', 'the same number, another port')
  assert.equal(limits.admit('otter', 'tls', 20), 'ok', 'TLS is TCP')
  assert.equal(limits.admit('heron', 'tcp', 21), 'ok', 'another device')
  clock.nowMs = 3_600_000
  assert.equal(limits.admit('otter', 'tcp', 21), 'rate-limited')
  clock.nowMs += 1
  assert.equal(limits.admit('otter', 'tcp', 21), 'ok')
})

test('twenty services beside the front door, which every home has, and whatever goes through the relay’s own front', () => {
  const { limits } = clocked()
  for (let port = 1; port <= 20; port++) assert.equal(limits.admit('otter', 'udp', port === 19 ? 1019 : port), 'ok')
  assert.equal(limits.admit('otter', 'tls', 443), 'ok')
  assert.equal(limits.admit('otter', 'udp', 443), 'rate-limited')
  assert.equal(limits.admit('otter', 'udp', undefined), 'ok')
})

test('240 probes a minute', () => {
  const { limits, clock } = clocked()
  for (let probe = 0; probe < 240; probe++) assert.equal(limits.admit('otter', 'tls', 443), 'ok')
  assert.equal(limits.admit('otter', 'tls', 443), 'rate-limited')
  assert.equal(limits.admit('otter', 'tcp', undefined), 'rate-limited', 'through the tunnel as well')
  assert.equal(limits.admit('heron', 'tls', 443), 'ok')
  clock.nowMs = 60_000
  assert.equal(limits.admit('otter', 'tls', 443), 'ok')
})

test('a thousand looks at once, whoever asked for them', async () => {
  const { limits } = clocked()
  const over = Promise.withResolvers<void>()
  const looks = Array.from({ length: 1000 }, () => limits.run(() => over.promise))
  assert.ok(looks.every((look) => look !== undefined))
  assert.equal(
    limits.run(() => over.promise),
    undefined,
  )
  over.reject(new Error('a look may fail'))
  await Promise.allSettled(looks)
  assert.equal(await limits.run(async () => 'seen'), 'seen')
})

test('when thousands of devices are remembered, only those an hour back are forgotten', () => {
  const { limits, clock } = clocked()
  for (let port = 1; port <= 20; port++) limits.admit('otter', 'tcp', port)
  clock.nowMs = 120_000
  assert.equal(limits.admit('otter', 'tcp', 21), 'rate-limited')
  for (let device = 0; device < 10_002; device++) limits.admit(`device ${device}`, 'tls', 443)
  assert.equal(limits.admit('otter', 'tcp', 21), 'rate-limited')
})
