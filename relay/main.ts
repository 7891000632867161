/** `porchlight-relay`: reads the command line, and ends with an exit code and at most one line of error. */
import { language } from '../languages/index.ts'
import { describeProblem } from '../languages/problems.ts'
import { ProblemError } from '../protocol/problem.ts'
import { defaultDataFolder, openDataFolder } from '../system/data-folder.ts'
import { UsageError } from './command-line/command.ts'
import { readCommandLine, USAGE } from './command-line/commands.ts'

async function main(args: readonly string[]): Promise<number> {
  const command = readCommandLine(args)
  if (command === 'help') {
    process.stdout.write(USAGE)
    return 0
  }
  return await command.run(openDataFolder(command.data ?? defaultDataFolder('porchlight-relay')))
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`error usage: ${error.message}\n${USAGE}`)
    process.exitCode = 2
  } else {
    const { code, sentence } =
      error instanceof ProblemError
        ? { code: error.problem.code, sentence: describeProblem(error.problem, language(process.env.LANG)).title }
        : { code: 'internal', sentence: error instanceof Error ? error.message : String(error) }
    process.stderr.write(`error ${code}: ${sentence}\n`)
    process.exitCode = 1
  }
}
