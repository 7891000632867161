/** Who is here: the session of every connected device, in memory. A cluster would put another one behind the same interface. */
import type { Family } from '../../protocol/model/address.ts'
import type { Lane } from '../../wire/lane.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { RawMeta, StreamMeta } from '../../wire/messages.ts'
import { NO_PACE } from '../../wire/pace.ts'
import { Unread } from '../../wire/unread.ts'
import { laneFor } from './placement.ts'
import type { Shares } from './shares.ts'

export interface SessionLane {
  readonly lane: Lane
  /** Where it comes from; undefined for a WebSocket's, which may be a proxy's address: nobody must be probed there. */
  readonly from: { readonly family: Family; readonly address: string } | undefined
  /** Its engine can open bypasses. */
  readonly canBypass?: boolean
  /** It carries what it has, and nothing new. */
  leaving: boolean
}

export interface Session {
  readonly id: string
  readonly deviceKey: string
  readonly lanes: Set<SessionLane>
  readonly unread: Unread
  readonly share: ReturnType<Shares['enter']>
}

/** How long an address stays proven after the device was last seen coming from it (design: a probe never goes to a third party). */
const OBSERVED_FOR_MS = 60_000

/** Who says good night is gone within this, even if its connections have to be found dead. */
const ASLEEP_WITHIN_MS = 60_000

export interface Presence {
  /** A lane joined; an older session of the same device is closed. False when the session has its lanes already; leaving ones do not count. */
  join(deviceKey: string, sessionId: string, lane: SessionLane, maxLanes: number): boolean
  leave(deviceKey: string, lane: SessionLane): void
  observe(deviceKey: string, family: Family, address: string): void
  /** The address this device comes from in that family: where it was last seen, if within the last minute, else where its lanes come from.
   *  In IPv6 its lanes say nothing: a machine has many addresses, and only the one it showed on purpose is meant. */
  observedAddress(deviceKey: string, family: Family): string | undefined
  isUp(deviceKey: string): boolean
  /** It said that it was about to sleep. */
  fallAsleep(deviceKey: string, atMs: number): void
  /** Since when it has slept (ms since 1970): it said so in the last session that it had. */
  asleepSinceMs(deviceKey: string): number | undefined
  sessions(): Session[]
  /** On the lane with the fewest. Undefined: the device is not here, or its lanes are full. */
  openStream(deviceKey: string, meta: StreamMeta | RawMeta): LaneStream | undefined
  openFlow(deviceKey: string, meta: RawMeta): LaneFlow | undefined
  close(): void
}

/** `onChange`: the device has come, or has gone. `enter`: its share of what the relay can carry. */
export function createPresence(
  onChange: (deviceKey: string) => void,
  now: () => number = () => performance.now(),
  enter: Shares['enter'] = () => ({ ...NO_PACE, leave() {} }),
): Presence {
  const sessions = new Map<string, Session>()
  const asleep = new Map<string, number>()
  const observed = new Map<string, { address: string; atMs: number }>()

  const drop = (session: Session): void => {
    sessions.delete(session.deviceKey)
    session.share.leave()
    for (const { lane } of session.lanes) lane.close('a newer session took over')
  }
  const sweep = (): void => {
    for (const [key, { atMs }] of observed) if (now() - atMs > OBSERVED_FOR_MS) observed.delete(key)
  }

  const lanesOf = (deviceKey: string): Lane[] =>
    [...(sessions.get(deviceKey)?.lanes ?? [])].filter(({ leaving }) => !leaving).map(({ lane }) => lane)

  return {
    join(deviceKey, sessionId, lane, maxLanes) {
      let session = sessions.get(deviceKey)
      if (session && session.id !== sessionId) {
        drop(session)
        session = undefined
      }
      if (session && [...session.lanes].filter(({ leaving }) => !leaving).length >= maxLanes) return false
      if (!session) {
        session = { id: sessionId, deviceKey, lanes: new Set(), unread: new Unread(), share: enter() }
        asleep.delete(deviceKey)
        sessions.set(deviceKey, session)
      }
      session.lanes.add(lane)
      lane.lane.unread = session.unread
      lane.lane.pace = session.share
      if (session.lanes.size === 1) onChange(deviceKey)
      return true
    },
    leave(deviceKey, lane) {
      const session = sessions.get(deviceKey)
      if (!session?.lanes.delete(lane)) return
      if (session.lanes.size > 0) return
      // It was awake after all, or woke at once: what ends it now is something else.
      if (Date.now() - (asleep.get(deviceKey) ?? 0) > ASLEEP_WITHIN_MS) asleep.delete(deviceKey)
      drop(session)
      onChange(deviceKey)
    },
    observe(deviceKey, family, address) {
      sweep()
      observed.set(`${deviceKey} ${family}`, { address, atMs: now() })
    },
    observedAddress(deviceKey, family) {
      const seen = observed.get(`${deviceKey} ${family}`)
      // Before the lanes: those from an address that is gone seem alive for some seconds more.
      if (seen && now() - seen.atMs <= OBSERVED_FOR_MS) return seen.address
      if (family === 'ipv6') return undefined
      return [...(sessions.get(deviceKey)?.lanes ?? [])].find(({ from }) => from?.family === family)?.from?.address
    },
    isUp: (deviceKey) => sessions.has(deviceKey),
    fallAsleep: (deviceKey, atMs) => void asleep.set(deviceKey, atMs),
    asleepSinceMs: (deviceKey) => (sessions.has(deviceKey) ? undefined : asleep.get(deviceKey)),
    sessions: () => [...sessions.values()],
    openStream(deviceKey, meta) {
      const stream = laneFor(lanesOf(deviceKey), 'stream')?.open(meta)
      // Who came by a name came with TLS, which the home ends.
      if (stream) stream.isSealed = 'host' in meta
      return stream
    },
    openFlow: (deviceKey, meta) => laneFor(lanesOf(deviceKey), 'flow')?.openFlow(meta),
    close() {
      for (const session of [...sessions.values()]) drop(session)
    },
  }
}
