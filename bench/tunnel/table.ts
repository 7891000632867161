import { median, quantile } from '../medians.ts'
import type { Values } from './measures.ts'
import { CONTENDERS, type Row } from './rows.ts'

/** What one contender's measure gave in each round; undefined where it failed. */
export type Rounds = readonly (Values | undefined)[]
export type Find = (contender: Row['ours'] | NonNullable<Row['against']>, row: Row) => Rounds

const HEAD = [
  '| What | Against | Ours | Theirs | Ours ÷ theirs (range) | Bar | Reached | Ours per CPU second: relay · home | Theirs |',
  '|---|---|---|---|---|---|---|---|---|',
]

export function tableOf(rows: readonly Row[], find: Find): { table: string; withinBar: boolean } {
  const judged = rows.map((row) => judge(row, find))
  return { table: [...HEAD, ...judged.map(({ line }) => line)].join('\n'), withinBar: judged.every(({ reached }) => reached !== false) }
}

function judge(row: Row, find: Find): { line: string; reached: boolean | undefined } {
  const { against, bar, unit, value } = row
  const ours = find(row.ours, row)
  const theirs = against ? find(against, row) : []
  const figures = against ? ratios(ours, theirs, value) : pick(ours, value)
  const figure = median(figures)
  const reached = bar && ('atLeast' in bar ? figure >= bar.atLeast : figure <= bar.atMost)
  const cells = [
    row.says,
    against ? CONTENDERS[against].name : '',
    `${number(median(pick(ours, value)))} ${unit}`,
    against ? `${number(median(pick(theirs, value)))} ${unit}` : '',
    figures.length === 0 ? '–' : `${number(figure)} (${number(quantile(figures, 0))}–${number(quantile(figures, 1))})`,
    bar ? ('atLeast' in bar ? `≥ ${bar.atLeast}` : `≤ ${bar.atMost}`) : '',
    reached === undefined ? '' : reached ? 'yes' : '**no**',
    perCpuS(ours),
    perCpuS(theirs),
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

function perCpuS(rounds: Rounds): string {
  const found = ['relayPerCpuS', 'homePerCpuS'].map((value) => pick(rounds, value)).filter((values) => values.length > 0)
  return found.map((values) => number(median(values))).join(' · ')
}

/** Three figures that count. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
