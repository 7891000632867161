/** Which streams leave their lanes (wire/bypass.ts): offered by the relay, which sees how much a session moves, and taken by who dials with
 *  what the offer said. On a slow line the lanes stay in charge of the queue before it; there no stream ever leaves. */
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { BYPASS_TOKEN_BYTES } from '../../wire/frames.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { Session } from './presence.ts'

/** A stream that has carried less may be over before its bypass stands. */
const LEAST_BYTES = 4_194_304
/** What the bulk streams of a session move together, on a line that is no home's bottleneck: 200 Mbit/s. */
const FAST_BYTES_PER_S = 25_000_000
const LOOK_MS = 250
/** So many looks one after another must find it so. */
const FAST_LOOKS = 2
/** A session with more bulk streams keeps them on its lanes, which give each the same. */
export const MAX_BYPASSED_OF_SESSION = 8
export const MAX_BYPASSED = 2048
/** From the offer to the connection: as the engine has to dial. */
const CLAIM_MS = 10_000
/** After one that did not come to stand, or was lost, a session is offered none for so long, twice as long after the next, until one has ended as
 *  it should: also a home that breaks off looks so. */
const FIRST_PAUSE_MS = 60_000
const MAX_PAUSE_MS = 3_600_000

export interface Bypasses {
  /** Somebody dialled with this. Gives what to do with the connection, once TLS is left; undefined: nobody waits for it. */
  claim(token: Buffer): ((connection: Socket) => void) | undefined
  stop(): void
}

interface Watched {
  /** As of the last look. */
  carriedBytes: Map<LaneStream, number>
  fastLooks: number
  failures: number
  notBeforeMs: number
}

interface Offer {
  readonly stream: LaneStream
  readonly watched: Watched
  readonly timer: NodeJS.Timeout
}

export function createBypasses(sessions: () => Iterable<Session>, now: () => number = () => performance.now()): Bypasses {
  const watching = new WeakMap<Session, Watched>()
  const offers = new Map<string, Offer>()
  /** Offered, or standing. */
  let count = 0
  let lookedAtMs = now()

  function look(): void {
    const passedS = (now() - lookedAtMs) / 1000
    lookedAtMs = now()
    for (const session of sessions()) {
      const bulk = bulkOf(session)
      // Also when the last one is over: it is not remembered.
      if (bulk.length > 0 || watching.has(session)) offerTo(watchedOf(session), bulk, passedS)
    }
  }

  function watchedOf(session: Session): Watched {
    const watched = watching.get(session) ?? { carriedBytes: new Map(), fastLooks: 0, failures: 0, notBeforeMs: 0 }
    watching.set(session, watched)
    return watched
  }

  function offerTo(watched: Watched, bulk: readonly LaneStream[], passedS: number): void {
    const moved = bulk.reduce((sum, stream) => sum + stream.carriedBytes - (watched.carriedBytes.get(stream) ?? stream.carriedBytes), 0)
    watched.carriedBytes = new Map(bulk.map((stream) => [stream, stream.carriedBytes]))
    watched.fastLooks = moved >= FAST_BYTES_PER_S * passedS ? watched.fastLooks + 1 : 0
    if (watched.fastLooks < FAST_LOOKS || bulk.length > MAX_BYPASSED_OF_SESSION || now() < watched.notBeforeMs) return
    for (const stream of bulk)
      if (stream.carriedBytes >= LEAST_BYTES && stream.mayBypass && !stream.isOffered && count < MAX_BYPASSED) offer(watched, stream)
  }

  function offer(watched: Watched, stream: LaneStream): void {
    const token = randomBytes(BYPASS_TOKEN_BYTES)
    const key = token.toString('base64url')
    const timer = setTimeout(() => {
      offers.delete(key)
      count -= 1
      if (stream.mayBypass) fail(watched)
    }, CLAIM_MS).unref()
    offers.set(key, { stream, watched, timer })
    count += 1
    stream.offerBypass(token)
  }

  function fail(watched: Watched): void {
    if (now() < watched.notBeforeMs) return
    watched.notBeforeMs = now() + Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(watched.failures, 10))
    watched.failures += 1
  }

  function stand(watched: Watched, stream: LaneStream, connection: Socket): void {
    count += 1
    connection.once('close', (isBroken) => {
      count -= 1
      if (isBroken || !stream.isBypassed) fail(watched)
      else watched.failures = 0
    })
    stream.bypass(connection, false)
  }

  const timer = setInterval(look, LOOK_MS).unref()
  return {
    claim(token) {
      const key = token.toString('base64url')
      const offer = offers.get(key)
      if (!offer) return undefined
      const { stream, watched } = offer
      offers.delete(key)
      clearTimeout(offer.timer)
      count -= 1
      return stream.mayBypass ? (connection) => stand(watched, stream, connection) : undefined
    },
    stop() {
      clearInterval(timer)
      for (const { timer } of offers.values()) clearTimeout(timer)
      offers.clear()
    },
  }
}

/** Of lanes whose engine can open bypasses. */
function bulkOf({ lanes }: Session): LaneStream[] {
  const bulk: LaneStream[] = []
  for (const { lane, canBypass } of lanes) if (canBypass && lane.bulkCount > 0) bulk.push(...lane.bulkStreams())
  return bulk
}
