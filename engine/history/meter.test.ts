import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Meter } from './meter.ts'

const wire = () => ({ bytesRead: 0, bytesWritten: 0 })

function metered() {
  let changes = 0
  const meter = new Meter(() => {
    changes += 1
  })
  return { meter, changes: () => changes }
}

test('visitors are places, however many connections each of them has and whichever way he comes', () => {
  const { meter, changes } = metered()
  const first = meter.enter('web', '198.51.100.7', true, wire())
  const second = meter.enter('web', '198.51.100.7', false, wire())
  const telephone = meter.enter('web', '2001:db8:1:2::3', true, wire())
  meter.enter('web', '2001:db8:1:2:aaaa::9', true, wire())
  assert.equal(meter.visitors('web'), 2)
  assert.deepEqual(meter.view().services, [{ service: 'web', visitors: 2, connections: 4 }])
  first.leave()
  first.leave()
  assert.equal(meter.visitors('web'), 2)
  second.leave()
  assert.equal(meter.visitors('web'), 1)
  assert.equal(changes(), 6)
  telephone.leave()
  assert.deepEqual(
    meter.view().longest.map(({ place, direct, connections }) => [place, direct, connections]),
    [['2001:db8:1:2::/64', true, 1]],
  )
})

test('bytes are what the connection says it has carried, once each, also of one that goes on', () => {
  const { meter } = metered()
  const [long, short] = [wire(), wire()]
  meter.enter('web', '198.51.100.7', true, long)
  const visit = meter.enter('web', '198.51.100.8', true, short)
  Object.assign(long, { bytesRead: 100, bytesWritten: 9000 })
  Object.assign(short, { bytesRead: 5, bytesWritten: 7 })
  visit.leave()
  const [row] = meter.take()
  assert.deepEqual([row?.bytesIn, row?.bytesOut, row?.visits, row?.visitors], [105, 9007, 2, 2])
  Object.assign(long, { bytesRead: 130, bytesWritten: 9500 })
  const [next] = meter.take()
  assert.deepEqual([next?.bytesIn, next?.bytesOut, next?.visits, next?.visitors], [30, 500, 0, 1])
})

test('answers are counted by how they went, and what took how long', () => {
  const { meter } = metered()
  const visit = meter.enter('web', '198.51.100.7', true, wire())
  for (const status of [101, 200, 304, 404, 429, 502]) visit.answered(status)
  visit.waited(20)
  const [row] = meter.take()
  assert.deepEqual([row?.fine, row?.refused, row?.failed, row?.latencies.total], [3, 2, 1, 1])
})

test('nobody is remembered who has left, nor a service that nobody visits', () => {
  const { meter } = metered()
  for (let at = 0; at < 5000; at++) meter.enter(`service-${at % 50}`, `198.51.${at >> 8}.${at & 255}`, true, wire()).leave()
  assert.equal(meter.take().length, 50)
  assert.deepEqual(meter.take(), [])
  assert.deepEqual(meter.view(), { services: [], longest: [] })
})
