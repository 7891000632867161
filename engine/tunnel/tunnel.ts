/** The tunnel's home end: keeps a session of several lanes to one relay alive, through outages of either side, until it is stopped. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import type { Identity } from '../../wire/identity.ts'
import type { Lane } from '../../wire/lane.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { type Answer, type Ask, MAX_LANES, StreamMeta, type Welcome } from '../../wire/messages.ts'
import { type Dialled, dial, FINAL_CODES, type Pin, type RelayAddress, relayName } from './dial.ts'

export interface TunnelOptions {
  readonly relay: RelayAddress
  readonly identity: Identity
  /** Read before each attempt: once a relay has let us in, its key is the pin. */
  pin(): Pin
  code(): string | undefined
  readonly signal: AbortSignal
  onConnected(welcome: Welcome, relayKey: string): void
  /** No lane is left, or none could be opened; it goes on trying. */
  onWaiting(problem: Problem): void
  /** It will not try again. */
  onRefused(problem: Problem): void
  onVisitor(stream: LaneStream, meta: StreamMeta): void
}

export interface Tunnel {
  /** Throws when no lane is up, when the relay rejects (`AskRejected`), or after 15 s. */
  ask(ask: Ask, signal: AbortSignal): Promise<unknown>
  /** Be seen by the relay from an address of this family, or from exactly `localAddress`; returns the address that the relay saw.
   *  Throws ProblemError. */
  observe(family: 'ipv4' | 'ipv6', localAddress: string | undefined, signal: AbortSignal): Promise<string>
  /** Resolves when the signal has ended it, or the relay refused for good. */
  readonly ended: Promise<void>
}

export class AskRejected extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(`the relay rejected: ${reason}`)
    this.name = 'AskRejected'
    this.reason = reason
  }
}

const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 30_000
const ASK_TIMEOUT_MS = 15_000
/** A session that lasted this long has not failed. */
const LASTING_MS = 10_000

export function startTunnel(options: TunnelOptions): Tunnel {
  const { signal, identity, relay } = options
  const lanes: Lane[] = []
  const asked = new Map<number, { readonly lane: Lane; settle(answer: Answer): void; fail(error: Error): void }>()
  let lastAsk = 0
  let onLaneLost = (): void => {}

  const open = (
    session: string,
    purpose: 'session' | 'observe',
    until: AbortSignal,
    from: { family?: 4 | 6; localAddress?: string | undefined } = {},
  ): Promise<Dialled> =>
    dial({
      relay,
      pin: options.pin(),
      identity,
      purpose,
      session,
      code: options.code(),
      ...from,
      signal: until,
      onStream(stream, meta) {
        const parsed = StreamMeta.safeParse(meta)
        if (parsed.success) options.onVisitor(stream, parsed.data)
        else stream.destroy()
      },
      onAnswer: (answer) => asked.get(answer.id)?.settle(answer),
      onClose: () => onLaneLost(),
    })

  /** One session from its first lane to its last. */
  async function serve(): Promise<void> {
    const session = randomBytes(16).toString('base64url')
    const over = new AbortController()
    const until = AbortSignal.any([signal, over.signal])
    const first = await open(session, 'session', until)
    const ended = Promise.withResolvers<void>()
    onLaneLost = () => {
      lanes.splice(0, lanes.length, ...lanes.filter((lane) => !lane.closed))
      for (const { lane, fail } of asked.values()) if (lane.closed) fail(new AskRejected('the lane was lost'))
      if (lanes.length === 0) ended.resolve()
    }
    lanes.push(first.lane)
    options.onConnected(first.welcome, first.relayKey)
    const wanted = Math.min(MAX_LANES, first.welcome.lanes)
    const addLane = async (): Promise<void> => {
      const next = await open(session, 'session', until)
      if (until.aborted) next.lane.close('the session is over')
      else lanes.push(next.lane)
      onLaneLost()
    }
    // The link works with one lane already; the others only make it quicker, so their failures do not matter.
    for (let lane = 1; lane < wanted; lane++) addLane().catch(() => {})
    onLaneLost()
    await ended.promise
    // A late lane of this session would take the next one's place at the relay.
    over.abort()
  }

  async function keep(): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      let retryAtOnce = false
      const startedMs = performance.now()
      try {
        await serve()
        // One that did not last may be taken away each time anew, by another engine with a copy of our key.
        retryAtOnce = performance.now() - startedMs > LASTING_MS
        if (retryAtOnce) failures = 0
        if (!signal.aborted) options.onWaiting(problem('relay-unreachable', { relay: relayName(relay), reason: 'ECONNRESET' }))
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof ProblemError)) throw error
        if (FINAL_CODES.has(error.problem.code)) {
          options.onRefused(error.problem)
          return
        }
        options.onWaiting(error.problem)
      }
      // The first try after a loss comes at once but for a little spread, so that a relay that restarts is not stormed.
      const limit = retryAtOnce ? 250 : Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 6))
      await sleep(limit * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
    }
  }

  signal.addEventListener('abort', () => {
    for (const lane of lanes.splice(0)) lane.close('stopped')
    onLaneLost()
  })

  return {
    ended: keep(),
    async observe(family, localAddress, observing) {
      const until = AbortSignal.any([signal, observing])
      const from = { family: family === 'ipv4' ? 4 : 6, localAddress } as const
      const dialled = await open(randomBytes(16).toString('base64url'), 'observe', until, from)
      dialled.lane.close('seen')
      return dialled.welcome.observed.address
    },
    ask(ask, asking) {
      const lane = lanes[0]
      if (!lane) return Promise.reject(new AskRejected('no tunnel'))
      const id = ++lastAsk
      return new Promise((resolve, reject) => {
        const bounded = AbortSignal.any([asking, signal, AbortSignal.timeout(ASK_TIMEOUT_MS)])
        const finish = (): void => {
          asked.delete(id)
          bounded.removeEventListener('abort', onAbort)
        }
        const fail = (error: Error): void => {
          finish()
          reject(error)
        }
        const onAbort = (): void => fail(bounded.reason)
        const settle = (answer: Answer): void => {
          finish()
          if (answer.rejected === undefined) resolve(answer.result)
          else reject(new AskRejected(answer.rejected))
        }
        asked.set(id, { lane, settle, fail })
        bounded.addEventListener('abort', onAbort)
        if (bounded.aborted) onAbort()
        else lane.sendControl({ m: 'ask', id, ask })
      })
    },
  }
}
