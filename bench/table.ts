/** A table of ours beside theirs: one line a row, each judged by the median of its rounds. */
import { median, quantile } from './medians.ts'

/** What one measurement gave, by name. */
export type Values = Readonly<Record<string, number>>
/** What one contender's measure gave in each round; undefined where it failed. */
export type Rounds = readonly (Values | undefined)[]

export interface Judged {
  readonly id: string
  readonly says: string
  /** Which of the measure's values, and its unit in the table. */
  readonly value: string
  readonly unit: string
  /** Of ours ÷ theirs, or of our value where there is nobody else. None: only told. */
  readonly bar?: { readonly atLeast: number } | { readonly atMost: number }
}

/** A row with what was measured for it. `against`: the other's name; undefined where there is nobody else. */
export interface Found {
  readonly row: Judged
  readonly against: string | undefined
  readonly ours: Rounds
  readonly theirs: Rounds
}

/** `perCpuS`: the values that are told per second of processor time, and whose they are. */
export function tableOf(found: readonly Found[], perCpuS: Readonly<Record<string, string>>): { table: string; withinBar: boolean } {
  const whose = Object.values(perCpuS).join(' · ')
  const head = `| What | Against | Ours | Theirs | Ours ÷ theirs (range) | Bar | Reached | Ours per CPU second${whose && `: ${whose}`} | Theirs |`
  const judged = found.map((each) => judge(each, Object.keys(perCpuS)))
  const lines = [head, '|---|---|---|---|---|---|---|---|---|', ...judged.map(({ line }) => line)]
  return { table: lines.join('\n'), withinBar: judged.every(({ reached }) => reached !== false) }
}

function judge({ row, against, ours, theirs }: Found, perCpuS: readonly string[]): { line: string; reached: boolean | undefined } {
  const { bar, unit, value } = row
  const figures = against === undefined ? pick(ours, value) : ratios(ours, theirs, value)
  const figure = median(figures)
  const reached = bar && ('atLeast' in bar ? figure >= bar.atLeast : figure <= bar.atMost)
  const used = (rounds: Rounds): string =>
    perCpuS
      .map((each) => pick(rounds, each))
      .filter((values) => values.length > 0)
      .map((values) => number(median(values)))
      .join(' · ')
  const cells = [
    row.says,
    against ?? '',
    `${number(median(pick(ours, value)))} ${unit}`,
    against === undefined ? '' : `${number(median(pick(theirs, value)))} ${unit}`,
    figures.length === 0 ? '–' : `${number(figure)} (${number(quantile(figures, 0))}–${number(quantile(figures, 1))})`,
    bar ? ('atLeast' in bar ? `≥ ${bar.atLeast}` : `≤ ${bar.atMost}`) : '',
    reached === undefined ? '' : reached ? 'yes' : '**no**',
    used(ours),
    used(theirs),
  ]
  return { line: `| ${cells.join(' | ')} |`, reached }
}

const pick = (rounds: Rounds, value: string): number[] => rounds.flatMap((values) => values?.[value] ?? [])

/** Of each round by itself: both sides of it saw the same neighbours. */
const ratios = (ours: Rounds, theirs: Rounds, value: string): number[] =>
  ours.flatMap((values, round) => {
    const [a, b] = [values?.[value], theirs[round]?.[value]]
    return a === undefined || b === undefined ? [] : [a / b]
  })

/** Three figures that count. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
