/** What the history knows: pruned, read, and written in whole steps. Made of two tables:
 *
 *    happened   a row for each change: how a service stands, which way leads to it, the home's address, problems from and to
 *    carried    a row for each minute of the last hour, and each hour of the last thirty days, of each service; '' is the home itself
 *
 *  Only counts and the home's own facts stand in it: no visitor's address. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { KEPT_DAYS, MAX_HISTORY_ROWS } from '../../protocol/model/history.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { writeProblem } from '../../system/atomic-file.ts'
import { inOneStep, openDatabase, openInMemory, putDatabaseAside } from './database.ts'
import { added, type CarriedRow, carriedOf, type Row, rowOf } from './rows.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
const KEPT_MS = KEPT_DAYS * 24 * HOUR_MS
/** The minute that began an hour ago is still shown. */
const KEPT_MINUTES_MS = 62 * MINUTE_MS

/** What one step writes. */
export interface Step {
  readonly rows: readonly Row[]
  /** Problems, by what stands in their row, that are over. */
  readonly over: readonly { readonly what: string; readonly atMs: number }[]
  readonly carried: readonly { readonly minuteMs: number; readonly rows: readonly CarriedRow[] }[]
  /** The engine ran until then, at least. */
  readonly aliveMs: number
}

export interface HistoryStore {
  /** All of it, or nothing. Throws ProblemError `disk-full` or `data-unwritable`. */
  write(step: Step): void
  /** Newest first, at most `limit`. */
  rows(sinceMs: number, service: string | undefined, limit: number): Row[]
  /** What has healed, the latest first, at most `limit`. */
  healed(limit: number): Row[]
  /** How each service stood at that time. */
  statesAt(atMs: number): ReadonlyMap<string, string>
  /** Oldest first. Service null: of all of them together, with the home's own latencies; a row for each step. */
  carried(stepMs: number, sinceMs: number, service: string | null): (CarriedRow & { readonly atMs: number })[]
  /** The steps during which the engine ran. */
  known(stepMs: number, sinceMs: number): ReadonlySet<number>
  /** The home's last address of this family; null: none was noted. */
  lastAddress(family: 'ipv4' | 'ipv6'): string | null
  /** What stands in the rows of problems that are not over. */
  openProblems(): string[]
  /** The engine said itself that it stopped, as the last of what is noted of it. */
  endedWell(): boolean
  /** Until when the engine ran before; null: never. */
  readonly aliveMs: number | null
  /** Nothing is known from before. */
  readonly knownSinceMs: number
  /** Drops what is too old or too much, and what claims to be from later than now: the clock was wrong then. Throws as {@link write} does. */
  prune(nowMs: number): void
  close(): void
}

/** A damaged file, and one of a newer program, is put aside; where no file can be had at all, memory must do. Never throws. */
export function openHistoryStore(path: string, nowMs: number, onTrouble: (trouble: Problem) => void): HistoryStore {
  const open = (): HistoryStore => {
    const db = openDatabase(path)
    try {
      return createStore(db, path, nowMs)
    } catch (error) {
      db.close()
      throw error
    }
  }
  try {
    return open()
  } catch {
    // Whatever it is, it must not cost the engine.
  }
  try {
    onTrouble(problem('history-damaged', { keptAs: putDatabaseAside(path, nowMs) }))
    return open()
  } catch (error) {
    onTrouble(writeProblem(path, error).problem)
    return createStore(openInMemory(), path, nowMs)
  }
}

function createStore(db: DatabaseSync, path: string, openedAtMs: number): HistoryStore {
  const fact = (name: string): number | null => (db.prepare('SELECT value FROM facts WHERE name = ?').get(name)?.value as number) ?? null
  const setFact = db.prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  const insert = db.prepare('INSERT INTO happened (at_ms, kind, service, what, until_ms) VALUES (?, ?, ?, ?, ?)')
  const endProblem = db.prepare("UPDATE happened SET until_ms = ? WHERE kind = 'problem' AND until_ms IS NULL AND what = ?")
  const earlier = db.prepare('SELECT * FROM carried WHERE step_ms = ? AND at_ms = ? AND service = ?')
  const replace = db.prepare('REPLACE INTO carried VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const dropCarried = db.prepare('DELETE FROM carried WHERE step_ms = ? AND at_ms > ? AND at_ms < ?')
  const aliveMs = fact('alive')
  if (fact('since') === null) setFact.run('since', openedAtMs)

  function add(stepMs: number, minuteMs: number, row: CarriedRow): void {
    const atMs = Math.floor(minuteMs / stepMs) * stepMs
    const before = earlier.get(stepMs, atMs, row.service)
    const sum = before ? added(carriedOf(before), row) : row
    const { bytesIn, bytesOut, visits, visitors, fine, refused, failed, latencies } = sum
    replace.run(stepMs, atMs, row.service, bytesIn, bytesOut, visits, visitors, fine, refused, failed, latencies.toText())
  }

  return {
    write({ rows, over, carried, aliveMs: runsUntilMs }) {
      inOneStep(db, path, () => {
        for (const { atMs, kind, service, what, untilMs } of rows) insert.run(atMs, kind, service, what, untilMs)
        for (const { what, atMs } of over) endProblem.run(atMs, what)
        for (const { minuteMs, rows: minute } of carried)
          for (const row of minute) for (const stepMs of [MINUTE_MS, HOUR_MS]) add(stepMs, minuteMs, row)
        setFact.run('alive', runsUntilMs)
      })
    },
    rows(sinceMs, service, limit) {
      const wanted: SQLInputValue[] = service === undefined ? [] : [service]
      const found = db
        .prepare(
          `SELECT * FROM happened WHERE kind != 'healed' AND (at_ms >= ? OR (kind = 'problem' AND ifnull(until_ms, ?) >= ?))
           ${service === undefined ? '' : 'AND (service = ? OR service IS NULL)'} ORDER BY at_ms DESC, id DESC LIMIT ?`,
        )
        .all(sinceMs, sinceMs, sinceMs, ...wanted, limit)
      return found.map(rowOf)
    },
    healed: (limit) => db.prepare("SELECT * FROM happened WHERE kind = 'healed' ORDER BY until_ms DESC LIMIT ?").all(limit).map(rowOf),
    statesAt(atMs) {
      const found = db
        .prepare("SELECT service, what, max(id) FROM happened WHERE kind = 'state' AND at_ms < ? GROUP BY service")
        .all(atMs) as { service: string; what: string }[]
      return new Map(found.map(({ service, what }) => [service, what]))
    },
    carried(stepMs, sinceMs, service) {
      const of = (name: string) =>
        db.prepare('SELECT * FROM carried WHERE step_ms = ? AND at_ms >= ? AND service = ? ORDER BY at_ms').all(stepMs, sinceMs, name)
      if (service !== null) return of(service).map(carriedOf)
      // Summed up where it lies: of eighty services it is sixty thousand rows.
      const latencies = new Map(of('').map((row) => [row.at_ms, row.latencies]))
      const sums = db
        .prepare(
          `SELECT at_ms, '' AS service, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out, sum(visits) AS visits,
           max(visitors) AS visitors, sum(fine) AS fine, sum(refused) AS refused, sum(failed) AS failed
           FROM carried WHERE step_ms = ? AND at_ms >= ? GROUP BY at_ms ORDER BY at_ms`,
        )
        .all(stepMs, sinceMs)
      return sums.map((row) => carriedOf({ ...row, latencies: latencies.get(row.at_ms as number) ?? '' }))
    },
    known(stepMs, sinceMs) {
      const found = db.prepare("SELECT at_ms FROM carried WHERE step_ms = ? AND at_ms >= ? AND service = ''").all(stepMs, sinceMs)
      return new Set(found.map(({ at_ms }) => at_ms as number))
    },
    lastAddress(family) {
      const found = db
        .prepare("SELECT what ->> 'after' AS after FROM happened WHERE kind = 'address' AND what ->> 'family' = ? ORDER BY id DESC LIMIT 1")
        .get(family)
      return (found?.after as string | null | undefined) ?? null
    },
    openProblems: () =>
      db
        .prepare("SELECT what FROM happened WHERE kind = 'problem' AND until_ms IS NULL")
        .all()
        .map(({ what }) => what as string),
    endedWell() {
      const last = db.prepare("SELECT what ->> 'what' AS what FROM happened WHERE kind = 'engine' ORDER BY id DESC LIMIT 1").get()
      return last?.what === 'stopped'
    },
    aliveMs,
    get knownSinceMs() {
      return fact('since') ?? openedAtMs
    },
    prune(nowMs) {
      inOneStep(db, path, () => {
        db.prepare('DELETE FROM happened WHERE at_ms > ?').run(nowMs + MINUTE_MS)
        const tooMany = db.prepare('SELECT at_ms FROM happened ORDER BY at_ms DESC, id DESC LIMIT 1 OFFSET ?').get(MAX_HISTORY_ROWS)
        const sinceMs = Math.max(nowMs - KEPT_MS, tooMany ? (tooMany.at_ms as number) + 1 : 0, fact('since') ?? 0)
        // How each service stood at the beginning of what is kept stays.
        db.prepare(
          `DELETE FROM happened WHERE at_ms < ? AND NOT (kind = 'problem' AND until_ms IS NULL)
           AND id NOT IN (SELECT max(id) FROM happened WHERE kind = 'state' AND at_ms < ? GROUP BY service)`,
        ).run(sinceMs, sinceMs)
        for (const [stepMs, keptMs] of [
          [MINUTE_MS, KEPT_MINUTES_MS],
          [HOUR_MS, KEPT_MS],
        ] as const) {
          dropCarried.run(stepMs, 0, nowMs - keptMs)
          dropCarried.run(stepMs, nowMs + MINUTE_MS, Number.MAX_SAFE_INTEGER)
        }
        setFact.run('since', sinceMs)
      })
    },
    close: () => db.close(),
  }
}
