/** What healed, over a restart: shown where one looks for it, and told to nobody. Pure but for what it remembers. */
import type { HealedProblem } from '../../protocol/diagnosis.ts'
import type { Row } from './rows.ts'

/** As many as a diagnosis shows. */
export const MAX_HEALED = 30
/** What comes back within this time is the same trouble (engine/core/diagnosis/ledger.ts): it is not written down as over. */
const SETTLED_MS = 60_000

export class Healed {
  readonly #before: readonly HealedProblem[]
  /** Of those of this run: what is written down already. */
  #noted: ReadonlySet<string> = new Set()
  #now: readonly HealedProblem[] = []

  /** `rows`: of the runs before, the latest first. */
  constructor(rows: readonly Row[]) {
    this.#before = rows.map(({ what, atMs, untilMs }) => ({ problem: JSON.parse(what), fromMs: atMs, untilMs: untilMs ?? atMs }))
  }

  /** Of this run, the latest first; together with those before. */
  with(healed: readonly HealedProblem[]): HealedProblem[] {
    this.#now = healed
    return [...healed, ...this.#before].slice(0, MAX_HEALED)
  }

  /** What is to be written down now: each once. `isLast`: the engine stops. */
  rows(nowMs: number, isLast = false): Row[] {
    const isDue = ({ untilMs }: HealedProblem): boolean => isLast || nowMs - untilMs >= SETTLED_MS
    const fresh = this.#now.filter((healed) => isDue(healed) && !this.#noted.has(keyOf(healed)))
    const stillShown = this.#now.map(keyOf).filter((key) => this.#noted.has(key))
    this.#noted = new Set([...stillShown, ...fresh.map(keyOf)])
    return fresh.map(({ problem, fromMs, untilMs }) => ({
      ...{ atMs: fromMs, kind: 'healed', service: problem.params.service ?? null, what: JSON.stringify(problem), untilMs },
    }))
  }
}

const keyOf = ({ problem, fromMs }: HealedProblem): string => `${fromMs} ${JSON.stringify(problem)}`
