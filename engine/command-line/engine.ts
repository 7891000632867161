/** `porchlight stop`, `restart`, `page`: the engine itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { withEngine } from './ask.ts'
import { command, readFlags } from './command.ts'

const onlyData = (args: string[]): { data: string | undefined } => ({ data: readFlags(args, {}).values.data })

export const stop = command({
  usage: 'stop',
  read: onlyData,
  run: (folder) =>
    withEngine(folder, async (engine, closed) => {
      await engine.stop({})
      await closed
    }),
})

const BACK_WITHIN_MS = 15_000
const LOOK_EVERY_MS = 100

export const restart = command({
  usage: 'restart                       stop and start again; links, names and settings stay',
  read: onlyData,
  async run(folder) {
    await withEngine(folder, async (engine, closed) => {
      await engine.restart({})
      await closed
    })
    for (const endMs = Date.now() + BACK_WITHIN_MS; ; await sleep(LOOK_EVERY_MS)) {
      try {
        return await withEngine(folder, async () => {})
      } catch (error) {
        if (Date.now() > endMs || !(error instanceof ProblemError)) throw new ProblemError(problem('engine-absent', { data: folder }))
      }
    }
  },
})

export const page = command({
  usage: 'page                          print a fresh address of the page',
  read: onlyData,
  run: (folder) =>
    withEngine(folder, async (engine) => {
      const { url } = await engine.openPage({})
      if (url === null) throw new Error('this engine runs without a page; to have one, stop it and start it without --ui off')
      process.stdout.write(`${url}\n`)
    }),
})
