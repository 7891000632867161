/** The tunnel's home end: keeps a session with one relay alive, through outages of either side, until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import type { Transport } from '../../protocol/snapshot.ts'
import type { Identity } from '../../wire/identity.ts'
import type { Lane } from '../../wire/lane.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { type Ask, type Notice, RawMeta, StreamMeta, type Voucher, type Welcome } from '../../wire/messages.ts'
import { Unread } from '../../wire/unread.ts'
import { createAsking } from './asking.ts'
import { createBypasses } from './bypasses.ts'
import { type Dialled, type DialOptions, dial, FINAL_CODES, type Pin, RefusedError, relayName } from './dial.ts'
import { type LaneEvents, newSessionName, serveSession } from './session.ts'
import type { RelayAddress, WayOptions } from './ways.ts'

export { AskRejected } from './asking.ts'

export interface TunnelOptions {
  readonly relay: RelayAddress
  readonly identity: Identity
  /** Read before each attempt: once a relay has let us in, its key is the pin. */
  pin(): Pin
  code(): string | undefined
  /** What other relays say of us. */
  vouchers?(): readonly Voucher[]
  readonly findProxy: WayOptions['findProxy']
  readonly signal: AbortSignal
  onConnected(welcome: Welcome, relayKey: string, transport: Transport): void
  /** The same session goes on by another way. */
  onTransport(transport: Transport): void
  /** All that the operator has decided about us. */
  onNotice(notice: Notice): void
  /** No lane is left, or none could be opened; it goes on trying. */
  onWaiting(problem: Problem): void
  /** It will not try again. */
  onRefused(problem: Problem): void
  onVisitor(stream: LaneStream, meta: StreamMeta): void
  /** Somebody came to the relay's public port of a service without TLS. */
  onRawVisitor(stream: LaneStream, meta: RawMeta): void
  onFlow(flow: LaneFlow, meta: RawMeta): void
}

export interface Tunnel {
  /** Throws when no lane is up, when the relay rejects (`AskRejected`), or after 15 s. */
  ask(ask: Ask, signal: AbortSignal): Promise<unknown>
  /** Be seen by the relay from an address of this family, or from exactly `localAddress`; returns the address that the relay saw.
   *  Throws ProblemError. */
  observe(family: 'ipv4' | 'ipv6', localAddress: string | undefined, signal: AbortSignal): Promise<string>
  /** Round trip to the relay on the quickest lane. Undefined: not measured yet. */
  rttMs(): number | undefined
  /** What visitors are told when they find nobody, until the next session. */
  announceSleep(): void
  /** Resolves when the signal has ended it, or the relay refused for good. */
  readonly ended: Promise<void>
}

/** Best first. */
const TRANSPORTS: readonly Transport[] = ['direct', 'websocket', 'proxy']
const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 30_000
/** A session that lasted this long has not failed. */
const LASTING_MS = 10_000

export function startTunnel(options: TunnelOptions): Tunnel {
  const { signal, identity, relay, findProxy } = options
  const asking = createAsking(signal)
  const unread = new Unread()
  const onBypass = createBypasses({ relay, findProxy }, signal)
  let lanes: readonly Lane[] = []
  /** What worked last comes first: behind a shut port each reconnection would wait in vain for it. */
  let transports = TRANSPORTS

  const open = (
    call: Pick<DialOptions, 'session' | 'purpose' | 'transports' | 'family' | 'localAddress' | 'signal'>,
    events: LaneEvents = { onClose: () => {}, onLoad: () => {} },
  ): Promise<Dialled> =>
    dial({
      relay,
      pin: options.pin(),
      identity,
      code: options.code(),
      vouchers: options.vouchers?.(),
      findProxy,
      unread,
      ...call,
      onStream(stream, meta) {
        const [web, raw] = [StreamMeta.safeParse(meta), RawMeta.safeParse(meta)]
        stream.isSealed = web.success
        if (web.success) options.onVisitor(stream, web.data)
        else if (raw.success) options.onRawVisitor(stream, raw.data)
        else stream.destroy()
      },
      onFlow(flow, meta) {
        const parsed = RawMeta.safeParse(meta)
        if (parsed.success) options.onFlow(flow, parsed.data)
        else flow.close()
      },
      onBypass,
      onAnswer: asking.settle,
      onNotice: options.onNotice,
      ...events,
    })

  async function keep(): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      let retryAtOnce = false
      let retryAfterMs = 0
      const startedMs = performance.now()
      try {
        await serveSession({
          transports,
          signal,
          open,
          onFirst({ welcome, relayKey, transport }) {
            transports = [transport, ...TRANSPORTS.filter((other) => other !== transport)]
            options.onConnected(welcome, relayKey, transport)
          },
          onTransport(transport) {
            transports = TRANSPORTS
            options.onTransport(transport)
          },
          onLanes(now) {
            lanes = now
            asking.use(now)
          },
        })
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
        if (error instanceof RefusedError) retryAfterMs = error.retryAfterS * 1000
        options.onWaiting(error.problem)
      }
      // The first try after a loss comes at once but for a little spread, so that a relay that restarts is not stormed.
      const limit = retryAtOnce ? 250 : Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 6))
      await sleep(retryAfterMs + limit * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
    }
  }

  return {
    ended: keep(),
    ask: asking.ask,
    announceSleep: () => asking.say({ m: 'sleep' }),
    rttMs() {
      const measured = lanes.flatMap(({ rttMs }) => rttMs ?? [])
      return measured.length === 0 ? undefined : Math.min(...measured)
    },
    async observe(family, localAddress, observing) {
      const dialled = await open({
        session: newSessionName(),
        purpose: 'observe',
        // Only so is the address ours: through a proxy the relay would see the proxy's.
        transports: ['direct'],
        family: family === 'ipv4' ? 4 : 6,
        localAddress,
        signal: AbortSignal.any([signal, observing]),
      })
      dialled.lane.close('seen')
      return dialled.welcome.observed.address
    },
  }
}
