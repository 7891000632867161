/** `porchlight`: the engine in the foreground, and the commands that speak to a running one. */
import { resolve } from 'node:path'
import { language } from '../../languages/index.ts'
import { describeProblem } from '../../languages/problems.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { defaultDataFolder } from '../../system/data-folder.ts'
import { type CommandLine, readCommandLine, USAGE, UsageError } from './arguments.ts'
import { withEngine } from './ask.ts'
import { diagnose } from './diagnose.ts'
import { isAboutRelay, run } from './run.ts'
import { publicAddressOf, status } from './status.ts'

/** The words of this terminal. */
const words = language(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG)

async function main({ command, data }: CommandLine): Promise<void> {
  const folder = resolve(data ?? defaultDataFolder('porchlight'))
  switch (command.name) {
    case 'help':
      process.stdout.write(USAGE)
      return
    case 'run':
      return await run(folder, command)
    case 'add':
      return await withEngine(folder, async (engine, _closed, snapshot) => {
        const { service: name, to: target, preset } = command
        await engine.addService({ name, target, ...(preset === undefined ? {} : { preset }) })
        const added = (await snapshot()).services.find((service) => service.name === name)
        const address = added && publicAddressOf(added)
        if (address) process.stdout.write(`${address}\n`)
      })
    case 'remove':
      return await withEngine(folder, async (engine) => void (await engine.removeService({ name: command.service })))
    case 'pause':
      return await withEngine(folder, async (engine) => void (await engine.pauseService({ name: command.service })))
    case 'resume':
      return await withEngine(folder, async (engine) => void (await engine.resumeService({ name: command.service })))
    case 'join':
      return await withEngine(folder, async (engine) => void (await engine.joinRelay({ relay: command.relay }, 20_000)))
    case 'leave':
      return await withEngine(folder, async (engine) => void (await engine.leaveRelay({ relay: command.relay })))
    case 'stop':
      return await withEngine(folder, async (engine, closed) => {
        await engine.stop({})
        await closed
      })
    case 'page':
      return await withEngine(folder, async (engine) => {
        const { url } = await engine.openPage({})
        if (url === null) throw new Error('this engine runs without a page; to have one, stop it and start it without --ui off')
        process.stdout.write(`${url}\n`)
      })
    case 'link':
      return await withEngine(folder, async (_engine, _closed, snapshot) => {
        const { services, problems } = await snapshot()
        const service = services.find(({ name }) => name === command.service)
        if (!service) throw new ProblemError(problem('service-unknown', { name: command.service }))
        if (service.shareLink === null) throw new ProblemError(problems.find(({ code }) => isAboutRelay(code)) ?? problem('no-relay', {}))
        process.stdout.write(`${service.shareLink}\n`)
      })
    case 'status':
      return await status(folder, command, words)
    case 'diagnose':
      return await diagnose(folder, command.json, words)
  }
}

const tell = (found: Problem): string => {
  const { title, remedy } = describeProblem(found, words)
  return `${title} ${remedy}`
}

// Whoever reads may have seen enough, as `head` has.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
try {
  await main(readCommandLine(process.argv.slice(2)))
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`error usage: ${error.message}\n${USAGE}`)
  else if (error instanceof ProblemError) process.stderr.write(`error ${error.problem.code}: ${tell(error.problem)}\n`)
  else process.stderr.write(`error internal: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
