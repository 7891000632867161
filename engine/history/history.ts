/** What the engine remembers: how services stood and why, for thirty days; what they carried, for as long, in hours.
 *
 *    snapshot ─ recorder.ts (what is news?) ─┐
 *    visitors ─ meter.ts (counts) ── a minute ┴─ store.ts (a file) ─ spans.ts, traffic.ts ─ faces
 *
 *  The wall clock is looked at every ten seconds: where it has jumped, this computer slept. Until the last minute that was written the engine ran; after
 *  a crash nobody knows what visitors met from then on. */
import { join } from 'node:path'
import type { HealedProblem } from '../../protocol/diagnosis.ts'
import { type HistoryView, MAX_HISTORY_ROWS, type TrafficRange, type TrafficView } from '../../protocol/model/history.ts'
import { type Problem, ProblemError } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { Healed, MAX_HEALED } from './healed.ts'
import { Latencies } from './latencies.ts'
import { Meter } from './meter.ts'
import { engineRow, type News, Recorder, stateRow } from './recorder.ts'
import type { CarriedRow, Row } from './rows.ts'
import { eventOf, spansOf } from './spans.ts'
import { HOUR_MS, MINUTE_MS, openHistoryStore, type Step } from './store.ts'
import { trafficOf } from './traffic.ts'

export interface HistoryOptions {
  readonly folder: string
  /** The file was damaged, or there is none. */
  readonly onTrouble: (trouble: Problem) => void
  /** Calls `write`, which throws ProblemError while the disk does not take it, now and again later. */
  readonly save: (write: () => void) => void
  /** What has just been noted of how things stand. */
  readonly onNews: (news: News) => void
  /** Somebody has come or gone. */
  readonly onVisitors: () => void
  /** The round trip to the relay that serves, in ms. */
  readonly rttMs: () => number | undefined
  readonly now?: () => number
}

export interface History {
  readonly meter: Meter
  see(snapshot: Snapshot): void
  reachableSinceMs(service: string): number | null
  /** What healed in this run, and in those before, the latest first. */
  healed(now: readonly HealedProblem[]): HealedProblem[]
  view(sinceMs: number, service: string | undefined): HistoryView
  traffic(service: string | null, range: TrafficRange): TrafficView
  close(): void
}

export const LOOK_MS = 10_000
/** Timers stand still while the computer sleeps, the wall clock does not. A busy computer is late by seconds. */
const SLEPT_MS = 40_000
/** A step back of the wall clock that is more than its daily corrections. */
const SET_BACK_MS = 2 * MINUTE_MS
/** Of what the disk does not take: an hour's. */
const MAX_WAITING_ROWS = 2000
const MAX_WAITING_MINUTES = 60

interface Waiting {
  rows: Row[]
  over: Step['over'][number][]
  carried: Step['carried'][number][]
}

export function openHistory({ folder, onTrouble, save, onNews, onVisitors, rttMs, now = Date.now }: HistoryOptions): History {
  const openedAtMs = now()
  const path = join(folder, 'history.db')
  let store = openHistoryStore(path, openedAtMs, onTrouble)
  const meter = new Meter(onVisitors)
  const before = [...store.statesAt(openedAtMs + 1)]
  const recorder = new Recorder(
    before.map(([service]) => service),
    { ipv4: store.lastAddress('ipv4'), ipv6: store.lastAddress('ipv6') },
    openedAtMs,
  )
  const healed = new Healed(store.healed(MAX_HEALED))
  const waiting: Waiting = { rows: [], over: [], carried: [] }
  let roundTrips = new Latencies()
  let lookedAtMs = openedAtMs
  let minuteMs = beginOf(openedAtMs, MINUTE_MS)
  let prunedAtMs = openedAtMs

  /** What does not take a write, and not because the disk is full, is opened once more: if it is damaged, it is put aside as at a start. */
  const persist = (work: () => void): void =>
    save(() => {
      try {
        work()
      } catch (error) {
        if (error instanceof ProblemError && error.problem.code === 'disk-full') throw error
        store.close()
        store = openHistoryStore(path, now(), onTrouble)
        store.write({ rows: recorder.standing(now()), over: [], carried: [], aliveMs: now() })
        work()
      }
    })

  function write(): void {
    persist(() => {
      store.write({ ...waiting, aliveMs: now() })
      Object.assign(waiting, { rows: [], over: [], carried: [] })
    })
    waiting.rows = waiting.rows.slice(-MAX_WAITING_ROWS)
    waiting.over = waiting.over.slice(-MAX_WAITING_ROWS)
    waiting.carried = waiting.carried.slice(-MAX_WAITING_MINUTES)
  }

  function note(rows: readonly Row[], over: readonly string[] = [], atMs = now()): void {
    if (rows.length + over.length === 0) return
    waiting.rows.push(...rows)
    waiting.over.push(...over.map((what) => ({ what, atMs })))
    write()
  }

  function tell(news: News): void {
    note(news.rows, news.over)
    onNews(news)
  }

  /** The row of the home itself says that this minute is known. */
  function endMinute(): void {
    waiting.carried.push({ minuteMs, rows: [homeRow(roundTrips), ...meter.take()] })
    roundTrips = new Latencies()
    write()
  }

  function look(): void {
    const atMs = now()
    if (atMs < lookedAtMs - SET_BACK_MS || atMs - prunedAtMs > HOUR_MS) {
      prunedAtMs = atMs
      persist(() => store.prune(atMs))
    }
    if (atMs - lookedAtMs > SLEPT_MS) tell({ rows: recorder.slept(lookedAtMs, atMs), over: [] })
    lookedAtMs = atMs
    note(healed.rows(atMs))
    const roundTripMs = rttMs()
    if (roundTripMs !== undefined) roundTrips.add(roundTripMs)
    const currentMs = beginOf(atMs, MINUTE_MS)
    if (currentMs === minuteMs) return
    endMinute()
    minuteMs = currentMs
  }

  persist(() => store.prune(openedAtMs))
  const ranUntilMs = Math.min(store.aliveMs ?? openedAtMs, openedAtMs)
  const left = before.filter(([, state]) => state !== 'gone' && state !== 'off').map(([service]) => stateRow(service, 'off', ranUntilMs))
  const stopped = store.aliveMs === null || store.endedWell() ? [] : [engineRow('stopped', ranUntilMs)]
  note([...left, ...stopped, engineRow('started', openedAtMs)], store.openProblems(), ranUntilMs)
  const looking = setInterval(look, LOOK_MS).unref()

  return {
    meter,
    see(snapshot) {
      // News that comes before the look which would tell of the sleep.
      if (now() - lookedAtMs > SLEPT_MS) look()
      tell(recorder.see(snapshot, now()))
    },
    healed: (now) => healed.with(now),
    reachableSinceMs: (service) => recorder.reachableSinceMs(service),
    view(askedSinceMs, service) {
      const nowMs = now()
      const knownSinceMs = store.knownSinceMs
      const rows = store.rows(Math.max(askedSinceMs, knownSinceMs), service, MAX_HISTORY_ROWS)
      const isCut = rows.length === MAX_HISTORY_ROWS
      const sinceMs = isCut ? (rows.at(-1)?.atMs ?? nowMs) : Math.max(askedSinceMs, knownSinceMs)
      const stood = [...store.statesAt(sinceMs)].filter(([name]) => service === undefined || name === service)
      const changes = rows.filter(({ atMs }) => atMs >= sinceMs)
      return { nowMs, knownSinceMs, spans: spansOf(new Map(stood), changes, sinceMs, nowMs), events: rows.flatMap(eventOf), isCut }
    },
    traffic: (service, range) => trafficOf(store, service, range, now()),
    close() {
      clearInterval(looking)
      const atMs = now()
      endMinute()
      note([...recorder.stopped(atMs), ...healed.rows(atMs, true)])
      store.close()
    },
  }
}

const beginOf = (atMs: number, stepMs: number): number => Math.floor(atMs / stepMs) * stepMs

const homeRow = (latencies: Latencies): CarriedRow => ({
  ...{ service: '', bytesIn: 0, bytesOut: 0, visits: 0, visitors: 0, fine: 0, refused: 0, failed: 0 },
  latencies,
})
