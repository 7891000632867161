import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Lane } from '../../wire/lane.ts'
import { createPresence, type SessionLane } from './presence.ts'
import { watchSuspensions } from './suspensions.ts'

test('what is to come is told once, a change again; what has come ends the lanes, and nobody else’s', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.after(() => mock.timers.reset())
  const presence = createPresence(() => {})
  const heard: Record<string, unknown[]> = {}
  const closed: Record<string, string[]> = {}
  const join = (device: string, session = 'one'): void => {
    const [near, far] = duplexPair()
    const lane = new Lane(near, {
      onControl: () => {},
      onClose(reason) {
        closed[device] = [...(closed[device] ?? []), reason]
        presence.leave(device, sessionLane)
      },
    })
    new Lane(far, { onControl: (message) => (heard[device] = [...(heard[device] ?? []), message]), onClose: () => {} })
    const sessionLane: SessionLane = { lane, from: undefined, leaving: false }
    presence.join(device, session, sessionLane, 4)
  }
  let nowMs = 1000
  let suspensions: { key: string; label: string; suspendedAtMs: number }[] = []
  let isReadable = true
  const logged: string[] = []
  const over = new AbortController()
  watchSuspensions({
    presence,
    registry: {
      suspensions: () => {
        if (!isReadable) throw new Error('the disk is gone')
        return suspensions
      },
    },
    signal: over.signal,
    log: (event) => logged.push(event),
    now: () => nowMs,
  })
  const look = async (): Promise<void> => {
    mock.timers.tick(2000)
    for (let n = 0; n < 10; n++) await turn()
  }
  for (const device of ['otter', 'otter', 'heron']) join(device)
  await look()
  assert.deepEqual(heard, {})
  suspensions = [{ key: 'otter', label: 'amber-otter-42', suspendedAtMs: 5000 }]
  await look()
  await look()
  assert.deepEqual(heard, { otter: [{ m: 'notice', suspendAtMs: 5000 }] })
  suspensions = [{ key: 'otter', label: 'amber-otter-42', suspendedAtMs: 6000 }]
  await look()
  suspensions = []
  await look()
  assert.deepEqual(heard.otter?.slice(1), [
    { m: 'notice', suspendAtMs: 6000 },
    { m: 'notice', suspendAtMs: null },
  ])
  // A new session knows nothing of what an older one was told.
  suspensions = [{ key: 'otter', label: 'amber-otter-42', suspendedAtMs: 6000 }]
  await look()
  join('otter', 'two')
  await look()
  assert.equal(heard.otter?.length, 5)
  isReadable = false
  await look()
  isReadable = true
  nowMs = 6000
  await look()
  assert.deepEqual([closed.otter?.filter((reason) => reason === 'suspended'), closed.heron], [['suspended'], undefined])
  assert.deepEqual([presence.isUp('otter'), presence.isUp('heron')], [false, true])
  assert.deepEqual(logged, ['suspensions-unread', 'device-suspended'])
  over.abort()
  presence.close()
})
