/** What has been wrong, since when, and what healed: steady words about facts that come and go. Pure.
 *
 *  A problem is told once it has stood for a moment, so that a lost packet is no news. It is gone when it is gone; but one that has come back
 *  within a minute is believed to be healed only after it has stayed away for a while. */
import type { HealedProblem } from '../../../protocol/diagnosis.ts'
import type { Problem } from '../../../protocol/problem.ts'
import type { Judged } from './diagnose.ts'

export const ONSET_MS = 2000
/** What comes back within this time is the same trouble. */
export const RETURN_MS = 60_000
/** How long what has come back stays told after it has gone again: for each time so much, and so much at most. */
export const HOLD_MS = 5000
const LONGEST_HOLD_MS = 30_000
const MOST_HEALED = 30

export interface Entry {
  readonly judged: Judged
  readonly fromMs: number
  /** Null: it is there. */
  readonly goneAtMs: number | null
  /** It has been there for long enough to be told. */
  readonly stands: boolean
  /** How often it has come back. */
  readonly returns: number
}

export interface Ledger {
  /** By {@link keyOf}, in the order of the diagnosis. */
  readonly entries: Readonly<Record<string, Entry>>
  readonly healed: readonly HealedProblem[]
  /** When time alone changes something of it. */
  readonly settleAtMs: number
}

export const EMPTY_LEDGER: Ledger = { entries: {}, healed: [], settleAtMs: Number.POSITIVE_INFINITY }

const PASSING_PARAMS: ReadonlySet<string> = new Set(['reason', 'detail', 'until', 'used', 'delayMs'])

/** A relay that times out now and refused a moment ago has one trouble, not two. */
export const keyOf = ({ code, params }: Problem): string =>
  [code, ...Object.entries(params).flatMap(([name, value]) => (PASSING_PARAMS.has(name) ? [] : [value]))].join(' ')

export function withFound(ledger: Ledger, found: readonly Judged[], atMs: number): Ledger {
  const isOver = ({ goneAtMs }: Entry): boolean => goneAtMs !== null && atMs - goneAtMs >= RETURN_MS
  const known = Object.entries(ledger.entries).filter(([, entry]) => !isOver(entry))
  const over = Object.values(ledger.entries).filter(isOver).map(asHealed)
  const before = Object.fromEntries(known)
  const entries: Record<string, Entry> = {}
  for (const judged of found) {
    const key = keyOf(judged.problem)
    const last = before[key]
    const fromMs = last?.fromMs ?? atMs
    const hasReturned = last !== undefined && last.goneAtMs !== null
    const stands = last?.stands === true || atMs - fromMs >= ONSET_MS
    entries[key] = { judged, fromMs, goneAtMs: null, stands, returns: (last?.returns ?? 0) + (hasReturned ? 1 : 0) }
  }
  for (const [key, last] of known) if (!entries[key] && last.stands) entries[key] = { ...last, goneAtMs: last.goneAtMs ?? atMs }
  const healed = [...over, ...ledger.healed].slice(0, MOST_HEALED)
  return { entries, healed, settleAtMs: Math.min(...Object.values(entries).flatMap((entry) => changesAt(entry, atMs))) }
}

/** Something was found that has not stood for long enough to be told. */
export const isSettling = ({ entries }: Ledger): boolean => Object.values(entries).some(({ stands }) => !stands)

const holdMs = ({ returns }: Entry): number => Math.min(returns * HOLD_MS, LONGEST_HOLD_MS)

const asHealed = ({ judged, fromMs, goneAtMs }: Entry): HealedProblem => ({ problem: judged.problem, fromMs, untilMs: goneAtMs ?? fromMs })

function changesAt(entry: Entry, atMs: number): number[] {
  const { fromMs, goneAtMs, stands } = entry
  if (goneAtMs === null) return stands ? [] : [fromMs + ONSET_MS]
  return [goneAtMs + holdMs(entry), goneAtMs + RETURN_MS].filter((time) => time > atMs)
}

/** `atMs`: of the last event. */
export function toldIn({ entries, healed }: Ledger, atMs: number): { told: Entry[]; healed: HealedProblem[] } {
  const all = Object.values(entries)
  const isTold = (entry: Entry): boolean => entry.stands && (entry.goneAtMs === null || atMs - entry.goneAtMs < holdMs(entry))
  const gone = all.filter((entry) => entry.goneAtMs !== null && !isTold(entry))
  return {
    told: all.filter(isTold),
    healed: [...gone.map(asHealed).sort((a, b) => b.untilMs - a.untilMs), ...healed].slice(0, MOST_HEALED),
  }
}
