/** `porchlight-relay check`: what is missing from the outside world, in the operator's own language, each with the next step. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type AllWords, language } from '../../languages/index.ts'
import { describeReason } from '../../languages/problems.ts'
import { parseJson } from '../../protocol/json.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { check as checkSite } from '../check/check.ts'
import type { Finding, Report } from '../check/finding.ts'
import { siteOf } from '../check/site.ts'
import { defineCommand, print, type Values } from './command.ts'
import { RUN_FLAGS, type RunOptions, readRunOptions } from './run-options.ts'

/** With which flags the relay on this folder was started last. */
const FLAGS_FILE = 'run.json'
const OWN_FLAGS = { json: { type: 'boolean' }, outside: { type: 'boolean' } } as const
type RunValues = Values<typeof RUN_FLAGS> & { readonly data?: string }

export function rememberFlags(folder: string, values: RunValues): void {
  writeAtomic(join(folder, FLAGS_FILE), `${JSON.stringify({ v: 1, flags: values })}\n`)
}

export const check = defineCommand({
  name: 'check',
  synopsis: '[--outside] [--json] [the flags of run; without any, those of the last run]',
  purpose: 'what is missing from the outside world, each with the next step; --outside: from another computer',
  flags: { ...RUN_FLAGS, ...OWN_FLAGS },
  read({ json = false, outside = false, ...flags }) {
    // Mistakes in what was typed are said before anything is done.
    const typed = flags.domain === undefined ? undefined : readRunOptions({ ...flags, data: flags.data ?? '.' })
    return { json, outside, typed }
  },
  async run({ json, outside, typed }, folder) {
    const words = language(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG)
    const reports = await checkSite(siteOf(typed ?? lastOptions(folder), outside ? undefined : folder))
    print(json ? asJson(reports, words) : asText(reports, words, outside))
    const broken = reports.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict === 'broken')
    if (broken.length === 0) return 0
    throw new ProblemError(problem('check-failed', { detail: [...new Set(broken.map(({ code }) => code))].join(', ') }))
  },
})

/** Throws ProblemError `relay-never-run`. */
function lastOptions(folder: string): RunOptions {
  const kept = parseJson(readIfThere(join(folder, FLAGS_FILE)) ?? '') as { flags?: object } | undefined
  if (kept?.flags === undefined) throw new ProblemError(problem('relay-never-run', { data: folder }))
  const args = Object.entries(kept.flags).flatMap(([name, value]) =>
    [value].flat().map((one) => (one === true ? `--${name}` : `--${name}=${String(one)}`)),
  )
  return readRunOptions(parseArgs({ args, options: { ...RUN_FLAGS, data: { type: 'string' } }, strict: true }).values)
}

/** The words for one finding. A code and its facts were made together (relay/check/finding.ts). */
function tell({ code, facts }: Finding, words: AllWords): { readonly what: string; readonly next: string } {
  const { reason, ...rest } = facts
  const told = words.relayCheck.findings[code] as (facts: Readonly<Record<string, string>>) => { what: string; next: string }
  return told(reason === undefined ? rest : { ...rest, reason: describeReason(reason, words) })
}

const WORST = ['broken', 'warning', 'unknown'] as const
const markOf = ({ findings }: Report) => WORST.find((verdict) => findings.some((finding) => finding.verdict === verdict)) ?? 'fine'

function asText(reports: readonly Report[], words: AllWords, isOutside: boolean): string {
  const { areas, marks, next, well, outside } = words.relayCheck
  const lines = reports.flatMap((report) => [
    `${areas[report.area]}: ${marks[markOf(report)]}`,
    ...report.findings.flatMap((finding) => {
      const told = tell(finding, words)
      return [`  ${marks[finding.verdict]}  ${told.what}`, ...`${next}: ${told.next}`.split('\n').map((line) => `      ${line}`)]
    }),
  ])
  const isWell = reports.every((report) => markOf(report) === 'fine')
  return [...lines, ...(isWell ? [well] : []), ...(isOutside ? [] : [outside])].join('\n')
}

function asJson(reports: readonly Report[], words: AllWords): string {
  const areas = reports.map((report) => ({
    area: report.area,
    verdict: markOf(report),
    findings: report.findings.map((finding) => ({ ...finding, ...tell(finding, words) })),
  }))
  return JSON.stringify({ v: 1, areas })
}
