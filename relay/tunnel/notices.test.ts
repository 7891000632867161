import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Lane } from '../../wire/lane.ts'
import { MAX_NOTED_TAKEDOWNS, Notice } from '../../wire/messages.ts'
import type { Allowance } from '../operating/decisions.ts'
import type { Takedown } from '../registry/takedowns.ts'
import { createNotices } from './notices.ts'
import { createPresence, type SessionLane } from './presence.ts'

const NOW = 1000
const RENEWS = 2_592_000_000

function house() {
  const presence = createPresence(() => {})
  const heard: Record<string, Notice[]> = {}
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
    new Lane(far, {
      onControl(message) {
        heard[device] = [...(heard[device] ?? []), Notice.parse(message)]
      },
      onClose: () => {},
    })
    const sessionLane: SessionLane = { lane, from: undefined, leaving: false }
    presence.join(device, session, sessionLane, 4)
  }
  const decided = {
    nowMs: NOW,
    suspensions: {} as Record<string, { label: string; atMs: number }>,
    takedowns: [] as Takedown[],
    allowances: {} as Record<string, Allowance>,
  }
  const logged: string[] = []
  const tell = createNotices({
    presence,
    decisions: {
      suspensionOf: (key) => decided.suspensions[key],
      takedownsOf: (key) => decided.takedowns.filter(({ deviceKey }) => deviceKey === key),
      allowanceOf: (key) => decided.allowances[key],
    },
    log: (event) => logged.push(event),
    now: () => decided.nowMs,
  })
  const look = async (): Promise<void> => {
    tell()
    for (let n = 0; n < 10; n++) await turn()
  }
  return { presence, heard, closed, join, decided, logged, look }
}

test('what is to come is told once, a change again; what has come ends the lanes, and nobody else’s', async () => {
  const { presence, heard, closed, join, decided, logged, look } = house()
  for (const device of ['otter', 'otter', 'heron']) join(device)
  await look()
  assert.deepEqual(heard, {})
  const told = () => heard.otter?.map(({ suspendAtMs }) => suspendAtMs)
  decided.suspensions = { otter: { label: 'amber-otter-42', atMs: 5000 } }
  await look()
  await look()
  assert.deepEqual(told(), [5000])
  decided.suspensions = { otter: { label: 'amber-otter-42', atMs: 6000 } }
  await look()
  decided.suspensions = {}
  await look()
  assert.deepEqual(told(), [5000, 6000, null])
  // A new session knows nothing of what an older one was told.
  decided.suspensions = { otter: { label: 'amber-otter-42', atMs: 6000 } }
  await look()
  join('otter', 'two')
  await look()
  assert.deepEqual(told(), [5000, 6000, null, 6000, 6000])
  decided.nowMs = 6000
  await look()
  assert.deepEqual(
    [closed.otter?.filter((reason) => reason === 'suspended'), closed.heron, heard.heron],
    [['suspended'], undefined, undefined],
  )
  assert.deepEqual([presence.isUp('otter'), presence.isUp('heron'), logged], [false, true, ['device-suspended']])
  presence.close()
})

test('a month that runs short is told from 80 % on, in whole hundredths', async () => {
  const { presence, heard, join, decided, look } = house()
  join('otter')
  for (const usedBytes of [0, 799_999, 800_000, 801_000, 809_999, 810_000, 5_000_000, 0]) {
    decided.allowances = { otter: { monthlyBytes: 1_000_000, usedBytes, renewsAtMs: RENEWS } }
    await look()
  }
  assert.deepEqual(
    heard.otter?.map(({ quota }) => quota?.usedPercent ?? null),
    [80, 81, 100, null],
  )
  assert.deepEqual(heard.otter?.[0]?.quota, { monthlyBytes: 1_000_000, usedPercent: 80, renewsAtMs: RENEWS })
  presence.close()
})

test('what was taken down is told with its reason, and what was put back too', async () => {
  const { presence, heard, join, decided, look } = house()
  join('otter')
  join('heron')
  const takedown = (name: string, reason: string | null): Takedown => ({ deviceKey: 'otter', kind: 'service', name, reason, atMs: 1 })
  decided.takedowns = [takedown('web', 'a copied shop')]
  await look()
  decided.takedowns = Array.from({ length: 50 }, (_, index) => takedown(`s${index}`, 'x'.repeat(200)))
  await look()
  decided.takedowns = []
  await look()
  assert.deepEqual(heard.otter?.[0]?.takenDown, [{ kind: 'service', name: 'web', reason: 'a copied shop' }])
  assert.deepEqual(
    heard.otter?.slice(1).map(({ takenDown }) => takenDown.length),
    [MAX_NOTED_TAKEDOWNS, 0],
  )
  assert.equal(heard.heron, undefined)
  presence.close()
})
