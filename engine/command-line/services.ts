/** `porchlight add`, `remove`, `pause`, `resume`: one service, by its name. */
import { resolve } from 'node:path'
import { describeProblem } from '../../languages/index.ts'
import type { EngineContract } from '../../protocol/contract.ts'
import type { Client } from '../../protocol/rpc.ts'
import { withEngine } from './ask.ts'
import { PIN_FLAGS, pinOf, readPinning } from './certificate.ts'
import { untilLookedAt, warnOf } from './check.ts'
import { type AnyCommand, command, readOne, TEXT, UsageError } from './command.ts'
import { publicAddressOf } from './status.ts'

export const add = command({
  usage: `add NAME --to http|https|tcp|udp://HOST:PORT [--preset ID]
         [--pin FINGERPRINT | --accept-certificate]   an https one that no authority vouches for
add NAME --folder PATH`,
  read(args) {
    const { values, word } = readOne(args, 'add needs the name of one service', { to: TEXT, folder: TEXT, preset: TEXT, ...PIN_FLAGS })
    if ((values.to === undefined) === (values.folder === undefined))
      throw new UsageError('add needs --to, such as --to http://192.168.1.20:8080, or --folder')
    const to = values.to ?? `folder:${resolve(values.folder ?? '')}`
    return { service: word, to, preset: values.preset, pinning: readPinning(values), data: values.data }
  },
  run: (folder, { service: name, to: target, preset, pinning }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      const pin = await pinOf(engine, name, target, pinning)
      await engine.addService({ name, target, ...pin, ...(preset === undefined ? {} : { preset }) })
      const added = await untilLookedAt(snapshot, name)
      if (added?.problem) process.stderr.write(`${describeProblem(added.problem, words).title}\n`)
      warnOf(added?.safety?.findings, words)
      const address = added && publicAddressOf(added)
      if (address) process.stdout.write(`${address}\n`)
      if (added?.access === 'link') process.stderr.write(`${words.folder.byLink(name)}\n`)
    }),
})

export const remove = ofService('remove', (engine, name) => engine.removeService({ name }))
export const pause = ofService('pause', (engine, name) => engine.pauseService({ name }))
export const resume = ofService('resume', (engine, name) => engine.resumeService({ name }))

function ofService(name: string, tell: (engine: Client<EngineContract>, service: string) => Promise<object>): AnyCommand {
  return command({
    usage: `${name} NAME`,
    read(args) {
      const { values, word } = readOne(args, `${name} needs the name of one service`, {})
      return { service: word, data: values.data }
    },
    run: (folder, { service }) => withEngine(folder, async (engine) => void (await tell(engine, service))),
  })
}
