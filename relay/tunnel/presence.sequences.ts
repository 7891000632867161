/** Random sequences of devices that come, go, sleep and are seen, against a model of who is here. */
import assert from 'node:assert/strict'
import { mock } from 'node:test'
import type { Random } from '../../test/fuzz/random.ts'
import { type Step, sequences } from '../../test/sequences/sequences.ts'
import type { Lane } from '../../wire/lane.ts'
import type { CreatePresence } from './presence.contract.ts'
import type { Presence, SessionLane } from './presence.ts'

const DEVICES = ['otter', 'heron', 'badger']
const FAMILIES = ['ipv4', 'ipv6'] as const
const MAX_LANES = 2
const MINUTE_MS = 60_000
const META = { host: 'web.otter.relay.example', peer: { address: '203.0.113.9', port: 1 } }

interface Joined {
  readonly session: string
  readonly family: 'ipv4' | 'ipv6'
  readonly address: string
  readonly lane: SessionLane
  open: number
}

interface DeviceModel {
  lanes: Joined[]
  asleepAtMs: number | undefined
  readonly seen: Partial<Record<'ipv4' | 'ipv6', { readonly address: string; readonly atMs: number }>>
}

const at = <T>(list: readonly T[], index: string | number | undefined): T => list[Number(index ?? 0) % list.length] as T

/** One presence and what it ought to be like. Times are those of the mocked clock. */
class House {
  readonly presence: Presence
  readonly model = new Map(DEVICES.map((name): [string, DeviceModel] => [name, { lanes: [], asleepAtMs: undefined, seen: {} }]))
  readonly changes: string[] = []
  readonly expected: string[] = []

  constructor(create: CreatePresence) {
    this.presence = create(
      (device) => this.changes.push(device),
      () => Date.now(),
    )
  }

  /** A lane that presence knows by what it does: it closes, counts its streams, and opens them. */
  lane(device: string, from: SessionLane['from']): SessionLane {
    const lane = {
      closed: false,
      streamCount: 0,
      flowCount: 0,
      bulkCount: 0,
      newCount: 0,
      isDoubtful: false,
      open() {
        lane.streamCount += 1
        return lane
      },
      close: () => {
        if (lane.closed) return
        lane.closed = true
        this.presence.leave(device, joined)
      },
    }
    const joined: SessionLane = { lane: lane as unknown as Lane, from, leaving: false }
    return joined
  }

  do({ op, device: which, session, family, address, nth, ms }: Step): void {
    const device = at(DEVICES, which)
    const mine = this.model.get(device) as DeviceModel
    const lane = mine.lanes.length > 0 ? at(mine.lanes, nth) : undefined
    switch (op) {
      case 'join':
        this.join(device, mine, `session-${session}`, { family: at(FAMILIES, family), address: addressOf(address, family) })
        return
      case 'close':
        if (!lane) return
        lane.lane.lane.close('lost')
        mine.lanes = mine.lanes.filter((each) => each !== lane)
        if (mine.lanes.length === 0) this.gone(device, mine)
        return
      case 'leave':
        if (lane) lane.lane.leaving = true
        return
      case 'observe':
        this.presence.observe(device, at(FAMILIES, family), addressOf(address, family))
        mine.seen[at(FAMILIES, family)] = { address: addressOf(address, family), atMs: Date.now() }
        return
      case 'sleep':
        this.presence.fallAsleep(device, Date.now())
        mine.asleepAtMs = Date.now()
        return
      case 'visit':
        this.visit(device, mine)
        return
      case 'wait':
        mock.timers.tick(Number(ms))
    }
  }

  join(device: string, mine: DeviceModel, session: string, from: { readonly family: 'ipv4' | 'ipv6'; readonly address: string }): void {
    const isNew = mine.lanes[0]?.session !== session
    const isFull = !isNew && mine.lanes.filter(({ lane }) => !lane.leaving).length >= MAX_LANES
    const lane = this.lane(device, from)
    assert.equal(this.presence.join(device, session, lane, MAX_LANES), !isFull)
    if (isFull) return
    if (isNew) {
      for (const old of mine.lanes) assert.equal(old.lane.lane.closed, true, 'of the older session')
      mine.lanes = []
      mine.asleepAtMs = undefined
      this.expected.push(device)
    }
    mine.lanes.push({ session, ...from, lane, open: 0 })
  }

  gone(device: string, mine: DeviceModel): void {
    if (Date.now() - (mine.asleepAtMs ?? 0) > MINUTE_MS) mine.asleepAtMs = undefined
    this.expected.push(device)
  }

  visit(device: string, mine: DeviceModel): void {
    const able = mine.lanes.filter(({ lane }) => !lane.leaving)
    const fewest = Math.min(...able.map(({ open }) => open))
    const stream = this.presence.openStream(device, META)
    if (able.length === 0) {
      assert.equal(stream, undefined)
      return
    }
    const taken = able.find(({ lane, open }) => lane.lane.streamCount === open + 1)
    assert.equal(taken?.open, fewest)
    if (taken) taken.open += 1
  }

  looksRight(): void {
    const { presence, model } = this
    assert.deepEqual(this.changes, this.expected)
    for (const [device, { lanes, asleepAtMs, seen }] of model) {
      assert.equal(presence.isUp(device), lanes.length > 0)
      assert.equal(presence.asleepSinceMs(device), lanes.length > 0 ? undefined : asleepAtMs)
      const session = presence.sessions().find(({ deviceKey }) => deviceKey === device)
      assert.deepEqual(new Set(session?.lanes), new Set(lanes.map(({ lane }) => lane)))
      assert.equal(session?.id, lanes[0]?.session)
      for (const family of FAMILIES) {
        const shown = seen[family]
        const recent = shown && Date.now() - shown.atMs <= MINUTE_MS ? shown.address : undefined
        const ofLanes = family === 'ipv4' ? lanes.find((lane) => lane.family === 'ipv4')?.address : undefined
        assert.equal(presence.observedAddress(device, family), recent ?? ofLanes)
      }
    }
  }
}

const addressOf = (number: string | number | undefined, family: string | number | undefined): string =>
  at(FAMILIES, family) === 'ipv4' ? `203.0.113.${Number(number)}` : `2001:db8::${Number(number)}`

function step(chance: Random): Step {
  const [device, nth, family, address] = [chance.int(DEVICES.length), chance.int(3), chance.int(2), 1 + chance.int(3)]
  const steps: Step[] = [
    { op: 'join', device, session: chance.int(2), family, address },
    { op: 'join', device, session: 0, family, address },
    { op: 'close', device, nth },
    { op: 'leave', device, nth },
    { op: 'observe', device, family, address },
    { op: 'sleep', device },
    { op: 'visit', device },
    { op: 'wait', ms: chance.pick([1, 30_000, 59_999, 60_001]) },
  ]
  return chance.pick(steps)
}

export function presenceSequences(engine: string, create: CreatePresence): void {
  sequences(engine, {
    step,
    run(steps) {
      mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 })
      try {
        const house = new House(create)
        for (const each of steps) {
          house.do(each)
          house.looksRight()
        }
        house.presence.close()
      } finally {
        mock.timers.reset()
      }
    },
  })
}
