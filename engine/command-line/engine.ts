/** `porchlight stop`, `page`: the engine itself. */
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
