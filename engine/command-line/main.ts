/** `porchlight`: the engine in the foreground, and the commands that speak to a running one. */
import { resolve } from 'node:path'
import { language } from '../../languages/index.ts'
import { describeProblem } from '../../languages/problems.ts'
import { type Problem, ProblemError } from '../../protocol/problem.ts'
import { defaultDataFolder } from '../../system/data-folder.ts'
import { UsageError } from './command.ts'
import { readCommandLine, usageFor } from './commands.ts'

/** The words of this terminal. */
const words = language(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG)

const tell = (found: Problem): string => {
  const { title, remedy } = describeProblem(found, words)
  return `${title} ${remedy}`
}

// Whoever reads may have seen enough, as `head` has.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
try {
  const { data, run } = readCommandLine(process.argv.slice(2))
  await run(resolve(data ?? defaultDataFolder('porchlight')), words)
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`error usage: ${error.message}\n${usageFor(process.argv.slice(2))}`)
  else if (error instanceof ProblemError) process.stderr.write(`error ${error.problem.code}: ${tell(error.problem)}\n`)
  else process.stderr.write(`error internal: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
