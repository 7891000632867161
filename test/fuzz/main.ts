/** `npm run fuzz -- TARGET --runs N [--seed S]` */
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { keepFailure, type Report, runTarget } from './run-target.ts'
import { isTarget, TARGET_NAMES } from './targets.ts'

const DEFAULT_RUNS = 20_000

/** NaN for what is no whole number from `least` to 2³² − 1. */
function whole(text: string, least: number): number {
  const number = Number(text)
  return /^\d+$/.test(text) && number >= least && number < 2 ** 32 ? number : Number.NaN
}

function tell(report: Report): void {
  const { target, seed, runs, seeds, outcomes, digest, slowestMs, grownBytes, durationMs, failure } = report
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`)
  console.log(`${target}: ${seeds} seeds and ${runs} runs from seed ${seed} in ${(durationMs / 1000).toFixed(1)} s: ${counts.join(', ')}`)
  console.log(`slowest ${slowestMs.toFixed(1)} ms, memory +${(grownBytes / 2 ** 20).toFixed(0)} MB, digest ${digest.toString(16)}`)
  if (!failure) return
  console.error(
    `error fuzz-failed: ${target} fails at ${failure.run < 0 ? `its seed ${-failure.run}` : `run ${failure.run}`}: ${failure.reason}`,
  )
  for (const file of keepFailure(report, true)) console.error(`the input lies in ${relative('.', file)}`)
}

async function main(): Promise<number> {
  const usage = (sentence: string): number => {
    console.error(`error usage: ${sentence}`)
    return 2
  }
  try {
    const { values, positionals } = parseArgs({
      options: { runs: { type: 'string', default: String(DEFAULT_RUNS) }, seed: { type: 'string', default: '1' } },
      allowPositionals: true,
    })
    const [target, ...rest] = positionals
    if (!isTarget(target) || rest.length > 0)
      return usage(`npm run fuzz -- TARGET --runs N [--seed S]; targets: ${TARGET_NAMES.join(', ')}`)
    const [runs, seed] = [whole(values.runs, 1), whole(values.seed, 0)]
    if (Number.isNaN(runs) || Number.isNaN(seed)) return usage('--runs and --seed are whole numbers')
    const report = await runTarget(target, seed, runs)
    tell(report)
    return report.failure ? 1 : 0
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) return usage(error.message)
    throw error
  }
}

process.exitCode = await main()
