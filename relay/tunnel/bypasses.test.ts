import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { createBypasses, MAX_BYPASSED, MAX_BYPASSED_OF_SESSION } from './bypasses.ts'
import type { Session } from './presence.ts'

const MB = 1_000_000

/** A stream as a relay sees it: how much it has carried, and what it was offered. */
function stream(changes: Partial<LaneStream> = {}) {
  return {
    carriedBytes: 0,
    mayBypass: true,
    isOffered: false,
    isBypassed: false,
    tokens: [] as Buffer[],
    connections: [] as Socket[],
    offerBypass(token: Buffer) {
      this.isOffered = true
      this.tokens.push(token)
    },
    bypass(connection: Socket) {
      this.connections.push(connection)
    },
    ...changes,
  }
}
type Bulk = ReturnType<typeof stream>

const session = (streams: readonly Bulk[], canBypass = true) =>
  ({
    lanes: new Set([{ lane: { bulkCount: streams.length, bulkStreams: () => streams }, canBypass, leaving: false }]),
  }) as unknown as Session

/** A relay with these sessions. `pass`: so many seconds, in which each stream carries so much each second. */
function relay(t: TestContext, ...sessions: (readonly Bulk[])[]) {
  t.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  let nowMs = 0
  const all = sessions.map((streams) => session(streams))
  const bypasses = createBypasses(
    () => all,
    () => nowMs,
  )
  t.after(() => bypasses.stop())
  const pass = (seconds: number, bytesPerS: number): void => {
    for (let looks = 0; looks < seconds * 4; looks++) {
      nowMs += 250
      for (const each of sessions.flat()) each.carriedBytes += bytesPerS / 4
      t.mock.timers.tick(250)
    }
  }
  return { bypasses, pass, all }
}

const tokenOf = ({ tokens }: Bulk): Buffer => tokens.at(-1) as Buffer
const connection = (): Socket => new EventEmitter() as Socket

test('a stream of much is offered a bypass while its session moves much, and never on a slower line', (t) => {
  const rows: [seconds: number, bytesPerS: number, offers: number][] = [
    [60, 20 * MB, 0],
    [0.5, 100 * MB, 0],
    [1, 100 * MB, 1],
    [60, 30 * MB, 1],
  ]
  for (const [seconds, bytesPerS, offers] of rows) {
    const one = stream()
    const { pass } = relay(t, [one])
    pass(seconds, bytesPerS)
    assert.equal(one.tokens.length, offers, `${seconds} s of ${bytesPerS}`)
    t.mock.timers.reset()
  }
})

test('a burst is no fast line, and a short answer beside a long one stays where it is', (t) => {
  const [long, short] = [stream(), stream()]
  const { pass } = relay(t, [long, short])
  long.carriedBytes = 50 * MB
  for (let bursts = 0; bursts < 20; bursts++) {
    pass(0.25, 50 * MB)
    pass(0.25, 0)
  }
  assert.deepEqual([long.tokens.length, short.tokens.length], [0, 0])
  short.carriedBytes = 0
  pass(0.75, 0)
  for (let looks = 0; looks < 4; looks++) {
    long.carriedBytes += 25 * MB
    pass(0.25, 0)
  }
  assert.deepEqual([long.tokens.length, short.tokens.length], [1, 0])
})

test('many at once stay on the lanes, which give each the same', (t) => {
  const crowd = Array.from({ length: MAX_BYPASSED_OF_SESSION + 1 }, () => stream())
  const few = Array.from({ length: MAX_BYPASSED_OF_SESSION }, () => stream())
  const { pass } = relay(t, crowd, few)
  pass(3, 50 * MB)
  assert.deepEqual(new Set(crowd.map(({ tokens }) => tokens.length)), new Set([0]))
  assert.deepEqual(new Set(few.map(({ tokens }) => tokens.length)), new Set([1]))
})

test('what is not sealed by its visitor stays, and so does all of an engine that knows no bypass', (t) => {
  const [raw, old] = [stream({ mayBypass: false }), stream()]
  const { pass, all } = relay(t, [raw], [])
  all[1] = session([old], false)
  for (let looks = 0; looks < 20; looks++) {
    old.carriedBytes += 50 * MB
    pass(0.25, 200 * MB)
  }
  assert.deepEqual([raw.tokens.length, old.tokens.length], [0, 0])
})

test('an offer is taken once, by who knows what it said', (t) => {
  const one = stream()
  const { bypasses, pass } = relay(t, [one])
  pass(1, 100 * MB)
  assert.equal(bypasses.claim(Buffer.alloc(32)), undefined)
  const take = bypasses.claim(tokenOf(one))
  const here = connection()
  take?.(here)
  assert.deepEqual(one.connections, [here])
  assert.equal(bypasses.claim(tokenOf(one)), undefined)
})

test('a stream that is over meanwhile leaves its connection to nobody', (t) => {
  const one = stream()
  const { bypasses, pass } = relay(t, [one])
  pass(1, 100 * MB)
  one.mayBypass = false
  assert.equal(bypasses.claim(tokenOf(one)), undefined)
})

test('where none comes to stand, or one is lost, the session is offered no other for a while', (t) => {
  const streams: Bulk[] = [stream()]
  const { bypasses, pass } = relay(t, streams)
  const offered = (): Bulk[] => streams.filter(({ isOffered }) => isOffered)
  pass(1, 100 * MB)
  streams.push(stream())
  pass(9, 100 * MB)
  assert.equal(offered().length, 2)
  streams.push(stream())
  // Ten seconds after the offers nobody has come.
  pass(3, 0)
  pass(40, 100 * MB)
  assert.equal(offered().length, 2)
  pass(25, 100 * MB)
  assert.equal(offered().length, 3)
  const last = streams[2] as Bulk
  const here = connection()
  bypasses.claim(tokenOf(last))?.(here)
  last.isBypassed = true
  here.emit('close', true)
  streams.push(stream())
  pass(110, 100 * MB)
  assert.equal(offered().length, 3)
  pass(15, 100 * MB)
  assert.equal(offered().length, 4)
})

test('one that ends as it should makes room, and is no reason to wait', (t) => {
  const streams: Bulk[] = [stream()]
  const { bypasses, pass } = relay(t, streams)
  pass(1, 100 * MB)
  const [first] = streams as [Bulk]
  const here = connection()
  bypasses.claim(tokenOf(first))?.(here)
  first.isBypassed = true
  here.emit('close', false)
  streams.splice(0, 1, stream())
  pass(1, 100 * MB)
  assert.equal(streams[0]?.tokens.length, 1)
})

test('one that ends as it should makes up for those before: in months some break off, and are no reason to wait for ever longer', (t) => {
  const streams: Bulk[] = [stream()]
  const { bypasses, pass } = relay(t, streams)
  /** After how many seconds another is offered; it stands, and ends so. */
  const next = (isBroken: boolean): number => {
    const one = stream()
    streams.splice(0, 1, one)
    let seconds = 0
    for (; one.tokens.length === 0 && seconds < 200; seconds++) pass(1, 100 * MB)
    const here = connection()
    bypasses.claim(tokenOf(one))?.(here)
    one.isBypassed = true
    here.emit('close', isBroken)
    return seconds
  }
  next(true)
  const waits = Array.from({ length: 5 }, () => [next(false), next(true)])
  for (const [afterBroken = 0, afterGood = 0] of waits) assert.ok(afterBroken > 55 && afterBroken < 65 && afterGood < 5, `${waits}`)
})

test('a relay has so many at one time, and no more', (t) => {
  const homes = Array.from({ length: MAX_BYPASSED / MAX_BYPASSED_OF_SESSION + 2 }, () =>
    Array.from({ length: MAX_BYPASSED_OF_SESSION }, () => stream()),
  )
  const { pass } = relay(t, ...homes)
  pass(1, 50 * MB)
  assert.equal(homes.flat().filter(({ isOffered }) => isOffered).length, MAX_BYPASSED)
})
