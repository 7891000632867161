/** What has been wrong, since when, and what healed: steady words about facts that come and go. Pure.
 *
 *  A problem is told once it has stood for a moment, so that a lost packet is no news. It is gone when it is gone; but one that has come back
 *  within a minute is believed to be healed only after it has stayed away for a while. Time that the computer slept counts for nothing. */
import type { HealedProblem } from '../../../protocol/diagnosis.ts'
import type { Judged } from './diagnose.ts'

export const ONSET_MS = 2000
/** What comes back within this time is the same trouble. */
export const RETURN_MS = 60_000
/** How long what has come back stays told after it has gone again: for each time so much, and so much at most. */
export const HOLD_MS = 5000
const LONGEST_HOLD_MS = 30_000
/** No timer is late by so much on a computer that is awake. */
const ASLEEP_MS = 3000
const MOST_HEALED = 30

export interface Entry {
  readonly judged: Judged
  readonly fromMs: number
  /** After so much time it is told. */
  readonly onsetMs: number
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

/** A relay that times out now and refused a moment ago has one trouble, not two. What followed from something else, and is left over when that
 *  is mended, is another one: it may be gone in a moment. */
export const keyOf = ({ problem: { code, params }, role }: Pick<Judged, 'problem' | 'role'>): string =>
  [
    role === 'consequence' ? 'follows' : 'stands',
    code,
    ...Object.entries(params).flatMap(([name, value]) => (PASSING_PARAMS.has(name) ? [] : [value])),
  ].join(' ')

/** `onsetMs`: for how long each has to stand before it is told. */
export function withFound(ledger: Ledger, found: readonly Judged[], atMs: number, onsetMs: (judged: Judged) => number): Ledger {
  const before = Object.entries(ledger.entries)
  const slept = atMs - ledger.settleAtMs > ASLEEP_MS
  const now = new Map(found.map((judged) => [keyOf(judged), judged]))
  const isOver = ([key, entry]: [string, Entry]): boolean => {
    if (entry.goneAtMs === null) return false
    return atMs - entry.goneAtMs >= RETURN_MS || (now.has(key) && !isToldAt(entry, atMs))
  }
  const entries: Record<string, Entry> = {}
  for (const [key, judged] of now) entries[key] = seenAgain(ledger.entries[key], judged, atMs, onsetMs(judged), slept)
  for (const [key, last] of before)
    if (!entries[key] && last.stands && !isOver([key, last])) entries[key] = { ...last, goneAtMs: last.goneAtMs ?? atMs }
  const over = before.filter(isOver).map(([, entry]) => entry)
  return {
    entries,
    healed: [...over.filter(isWorthKeeping).map(asHealed), ...ledger.healed].slice(0, MOST_HEALED),
    settleAtMs: Math.min(...Object.values(entries).flatMap((entry) => changesAt(entry, atMs))),
  }
}

/** Something was found that has not stood for long enough to be told. */
export const isSettling = ({ entries }: Ledger): boolean => Object.values(entries).some(({ stands }) => !stands)

/** What was still told goes on as it was; what had been called healed begins anew, and is remembered for coming back. `slept`: what was not told
 *  yet begins anew too. */
function seenAgain(last: Entry | undefined, judged: Judged, atMs: number, onsetMs: number, slept: boolean): Entry {
  if (last && last.goneAtMs === null) {
    const fromMs = slept && !last.stands ? atMs : last.fromMs
    return { ...last, judged, fromMs, onsetMs, stands: last.stands || atMs - fromMs >= onsetMs }
  }
  if (last && isToldAt(last, atMs)) return { ...last, judged, onsetMs, goneAtMs: null, returns: last.returns + 1 }
  const returns = last && atMs - (last.goneAtMs ?? atMs) < RETURN_MS ? last.returns + 1 : 0
  return { judged, fromMs: atMs, onsetMs, goneAtMs: null, stands: false, returns }
}

const isToldAt = (entry: Entry, atMs: number): boolean => entry.stands && (entry.goneAtMs === null || atMs - entry.goneAtMs < holdMs(entry))

/** What only followed went with its cause. */
const isWorthKeeping = ({ judged }: Entry): boolean => judged.role !== 'consequence'

const holdMs = ({ returns }: Entry): number => Math.min(returns * HOLD_MS, LONGEST_HOLD_MS)

const asHealed = ({ judged, fromMs, goneAtMs }: Entry): HealedProblem => ({ problem: judged.problem, fromMs, untilMs: goneAtMs ?? fromMs })

function changesAt(entry: Entry, atMs: number): number[] {
  const { fromMs, onsetMs, goneAtMs, stands } = entry
  if (goneAtMs === null) return stands ? [] : [fromMs + onsetMs]
  return [goneAtMs + holdMs(entry), goneAtMs + RETURN_MS].filter((time) => time > atMs)
}

/** `atMs`: of the last event. */
export function toldIn({ entries, healed }: Ledger, atMs: number): { told: Entry[]; healed: HealedProblem[] } {
  const all = Object.values(entries)
  // What is gone is held only so that nobody reads for a moment that all is well.
  const isAnythingWrong = all.some(({ stands, goneAtMs, judged }) => stands && goneAtMs === null && judged.role === 'cause')
  const gone = all.filter((entry) => entry.goneAtMs !== null && !isToldAt(entry, atMs) && isWorthKeeping(entry))
  return {
    told: all.filter((entry) => isToldAt(entry, atMs) && (entry.goneAtMs === null || !isAnythingWrong)),
    healed: [...gone.map(asHealed).sort((a, b) => b.untilMs - a.untilMs), ...healed].slice(0, MOST_HEALED),
  }
}
