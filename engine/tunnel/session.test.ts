/** When a session has one lane and when it has more: lanes in memory, and a clock that the test moves. */
import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import { duplexPair } from 'node:stream'
import { mock, type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { lanePair } from '../../test/lanes.ts'
import type { Lane } from '../../wire/lane.ts'
import { LIGHT_BYTES, LIGHT_STREAMS } from '../../wire/limits.ts'
import type { Dialled } from './dial.ts'
import { serveSession } from './session.ts'

const LOOK_MS = 30_000
const QUIET_MS = 180_000

mock.timers.enable({ apis: ['setTimeout'] })
// Those of node:timers/promises too.
syncBuiltinESMExports()

interface Relay {
  /** The relay's ends, those that left among them, and what each was told. */
  readonly lanes: readonly Lane[]
  readonly told: readonly unknown[][]
  /** How many lanes the engine gives new things to. */
  inUse(): number
  /** Lets so much time pass, a look at a time. */
  pass(ms: number): Promise<void>
}

async function session(t: TestContext, allowed = 4): Promise<Relay> {
  const over = new AbortController()
  t.after(() => over.abort())
  const [lanes, told] = [[] as Lane[], [] as unknown[][]]
  let inUse = 0
  void serveSession({
    transports: ['direct'],
    signal: over.signal,
    async open(_call, events) {
      const pair = lanePair(duplexPair(), (stream) => stream.resume(), { onFlow: () => {}, ...events })
      lanes.push(pair.relay)
      told.push(pair.heard.relay)
      return { lane: pair.engine, welcome: { lanes: allowed }, relayKey: '', transport: 'direct' } as Dialled
    },
    onFirst: () => {},
    onTransport: () => {},
    onLanes(now) {
      inUse = now.length
    },
  })
  await turns()
  return {
    lanes,
    told,
    inUse: () => inUse,
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += LOOK_MS) {
        mock.timers.tick(LOOK_MS)
        await turns()
      }
    },
  }
}

/** Time for bytes to cross. */
async function turns(): Promise<void> {
  for (let count = 0; count < 20; count++) await turn()
}

const open = (lane: Lane | undefined) => {
  const stream = lane?.open({})
  assert.ok(stream)
  return stream
}

test('a look of the relay, and a few small visitors, need no second lane', async (t) => {
  const { lanes, inUse } = await session(t)
  for (let count = 0; count < LIGHT_STREAMS; count++) open(lanes[0]).write(Buffer.alloc(LIGHT_BYTES))
  await turns()
  assert.deepEqual([lanes.length, inUse()], [1, 1])
})

const NEEDS: Readonly<Record<string, (lane: Lane | undefined) => unknown>> = {
  'a stream that carries more than a little': (lane) => open(lane).write(Buffer.alloc(LIGHT_BYTES + 1)),
  'a flow of datagrams': (lane) => lane?.openFlow({}),
  'many visitors at once': (lane) => Array.from({ length: LIGHT_STREAMS + 1 }, () => open(lane)),
}
for (const [need, begin] of Object.entries(NEEDS))
  test(`${need}: every lane that the relay allows, at once and while it lasts`, async (t) => {
    const { lanes, inUse, pass } = await session(t)
    begin(lanes[0])
    await turns()
    assert.equal(inUse(), 4)
    await pass(2 * QUIET_MS)
    assert.equal(inUse(), 4)
  })

test('a relay that allows one lane has one', async (t) => {
  const { lanes, inUse, pass } = await session(t, 1)
  lanes[0]?.openFlow({})
  await turns()
  await pass(2 * QUIET_MS)
  assert.deepEqual([lanes.length, inUse()], [1, 1])
})

test('three quiet minutes later the others are left: told so, not cut, and the one that carries most stays', async (t) => {
  const { lanes, told, inUse, pass } = await session(t)
  const film = open(lanes[0])
  film.write(Buffer.alloc(LIGHT_BYTES + 1))
  await turns()
  const small = open(lanes[1])
  for (let count = 0; count < 2; count++) open(lanes[2])
  film.destroy()
  await turns()
  await pass(QUIET_MS - LOOK_MS)
  assert.equal(inUse(), 4)
  await pass(LOOK_MS)
  assert.equal(inUse(), 1)
  assert.deepEqual(told, [[{ m: 'leave' }], [{ m: 'leave' }], [], [{ m: 'leave' }]])
  assert.ok(!small.destroyed && lanes.every(({ closed }) => !closed))
})

test('what comes meanwhile begins the three minutes anew; what comes after opens lanes anew', async (t) => {
  const { lanes, inUse, pass } = await session(t)
  const visit = async (): Promise<void> => {
    const stream = open(lanes.findLast(({ closed }) => !closed))
    stream.write(Buffer.alloc(LIGHT_BYTES + 1))
    await turns()
    stream.destroy()
    await turns()
  }
  await visit()
  await pass(QUIET_MS - LOOK_MS)
  await visit()
  await pass(QUIET_MS - LOOK_MS)
  assert.equal(inUse(), 4)
  await pass(LOOK_MS)
  assert.equal(inUse(), 1)
  await visit()
  await pass(LOOK_MS)
  assert.deepEqual([lanes.length, inUse()], [7, 4])
})

test('a lane that is lost meanwhile is opened anew; the last one ends the session', async (t) => {
  const { lanes, inUse, pass } = await session(t)
  lanes[0]?.openFlow({})
  await turns()
  lanes[0]?.close('lost')
  await turns()
  await pass(LOOK_MS)
  assert.deepEqual([lanes.length, inUse()], [5, 4])
  for (const lane of lanes) lane.close('lost')
  await turns()
  assert.equal(inUse(), 0)
})
