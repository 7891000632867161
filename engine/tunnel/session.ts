/** One session with a relay, from its first lane to its last: one lane while nothing much is asked of it, as many as the relay allows once
 *  there are visitors to be kept apart, a lost one opened anew, and back to the best way as soon as it stands again. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transport } from '../../protocol/snapshot.ts'
import type { Lane } from '../../wire/lane.ts'
import { MAX_LANES } from '../../wire/messages.ts'
import type { Dialled, DialOptions } from './dial.ts'

export type LaneEvents = Pick<DialOptions, 'onClose' | 'onLoad'>

export interface SessionOptions {
  readonly transports: readonly Transport[]
  readonly signal: AbortSignal
  open(call: Pick<DialOptions, 'session' | 'purpose' | 'transports' | 'signal'>, events: LaneEvents): Promise<Dialled>
  onFirst(dialled: Dialled): void
  onTransport(transport: Transport): void
  /** The lanes that are for new things, after each change. */
  onLanes(lanes: readonly Lane[]): void
}

export const newSessionName = (): string => randomBytes(16).toString('base64url')

/** Rounds of opening lanes that follow each other sooner than this are spaced wider and wider. */
const LASTING_MS = 10_000
const FIRST_REFILL_MS = 250
const MAX_REFILL_MS = 30_000
/** Further lanes are left when none was loaded for so many looks at them: three minutes. */
const LOOK_MS = 30_000
const QUIET_LOOKS = 6
/** A fallback is left as soon as the direct way stands again: looked for often at first, since a network that has just been joined or a
 *  firewall that has just been mended shows within seconds, and later rarely, because each look is a connection that comes to nothing. */
const FIRST_RETURN_MS = 10_000
const MAX_RETURN_MS = 600_000

/** Resolves when the last lane is gone or the signal has fired. Throws ProblemError when the first lane does not come to stand. */
export async function serveSession({ transports, signal, open, onFirst, onTransport, onLanes }: SessionOptions): Promise<void> {
  const session = newSessionName()
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  const ended = Promise.withResolvers<void>()
  /** Those that carry new streams, and those that only end what they carry. */
  let lanes: Lane[] = []
  let leaving: Lane[] = []
  let [allowed, wanted] = [1, 1]
  let spreading = false
  let quietLooks = 0
  let refilling = false
  let rounds = 0
  let lastRoundMs = Number.NEGATIVE_INFINITY
  const changed = (): void => {
    lanes = lanes.filter((lane) => !lane.closed)
    leaving = leaving.filter((lane) => !lane.closed)
    onLanes(lanes)
    if (lanes.length === 0) ended.resolve()
    else void refill()
  }
  const openLane = (ways: readonly Transport[]): Promise<Dialled> =>
    open({ session, purpose: 'session', transports: ways, signal: until }, { onClose: changed, onLoad: () => void spread() })

  const first = await openLane(transports)
  let { transport } = first
  allowed = Math.min(MAX_LANES, first.welcome.lanes)

  /** The link works with one lane already; the others only make it quicker, so their failures do not matter. */
  async function refill(): Promise<void> {
    if (refilling) return
    refilling = true
    while (lanes.length < wanted && !until.aborted) {
      rounds = performance.now() - lastRoundMs > LASTING_MS ? 0 : rounds + 1
      // The first round at once: whoever comes next is to find them.
      if (rounds > 0) await pause(Math.min(MAX_REFILL_MS, FIRST_REFILL_MS * 2 ** Math.min(rounds, 7)), until)
      lastRoundMs = performance.now()
      const missing = Array.from({ length: wanted - lanes.length }, () => openLane([transport]).then(join))
      await Promise.allSettled(missing)
    }
    refilling = false
  }

  function join({ lane, transport: by }: Dialled): void {
    if (until.aborted) lane.close('the session is over')
    else if (by !== transport) lane.close('another way is taken now')
    else {
      lanes.push(lane)
      changed()
    }
  }

  /** As many lanes as the relay allows, until they have long been of no use: an idle one costs the relay more than all else of a home. */
  async function spread(): Promise<void> {
    quietLooks = 0
    if (spreading || allowed === 1) return
    spreading = true
    wanted = allowed
    void refill()
    while (quietLooks < QUIET_LOOKS) {
      await sleep(LOOK_MS, undefined, { signal: until }).catch(() => {})
      if (until.aborted) return
      quietLooks = lanes.some(({ isLoaded }) => isLoaded) ? 0 : quietLooks + 1
    }
    spreading = false
    wanted = 1
    const [kept, ...spare] = lanes.toSorted((one, other) => other.streamCount - one.streamCount)
    if (kept) replace([kept], spare)
  }

  /** What `old` carry goes on to its end; the relay closes them then. */
  function replace(fresh: Lane[], old: readonly Lane[]): void {
    lanes = fresh
    leaving.push(...old)
    for (const lane of old) lane.sendControl({ m: 'leave' })
    changed()
  }

  async function returnToDirect(): Promise<void> {
    for (let pauseMs = FIRST_RETURN_MS; transport !== 'direct'; pauseMs = Math.min(MAX_RETURN_MS, pauseMs * 2)) {
      await pause(pauseMs, until)
      if (until.aborted) return
      const direct = await openLane(['direct']).catch(() => undefined)
      if (!direct) continue
      transport = 'direct'
      onTransport('direct')
      replace([direct.lane], lanes)
    }
  }

  lanes.push(first.lane)
  // Who is told that the session stands may ask at once.
  onLanes(lanes)
  onFirst(first)
  changed()
  // It may have come with the welcome.
  if (first.lane.isLoaded) void spread()
  void returnToDirect()
  const stop = (): void => ended.resolve()
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  await ended.promise
  signal.removeEventListener('abort', stop)
  // A late lane of this session would take the next one's place at the relay.
  over.abort()
  for (const lane of [...lanes, ...leaving]) lane.close('the session is over')
  onLanes([])
}

/** Half to all of it, so that many who wait for the same thing do not come back together. */
const pause = (limitMs: number, signal: AbortSignal): Promise<unknown> =>
  sleep(limitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
