/** `porchlight discover`: looks for programs on this computer and in the home's network, and prints how each would be added. */
import type { Words } from '../../languages/index.ts'
import type { Discovery, FoundProgram } from '../../protocol/model/discovery.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH } from './command.ts'

/** Above the ten seconds that the engine takes at most. */
const TIMEOUT_MS = 15_000

export const discover = command<{ json: boolean }>({
  usage: 'discover [--json]                       look for programs on this computer and in your network',
  read(args) {
    const { json, data } = readFlags(args, { json: SWITCH }).values
    return { json: json === true, data }
  },
  run: (folder, { json }, words) =>
    withEngine(folder, async (engine) => {
      let told = 0
      const all = await new Promise<Discovery>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error('the engine did not answer in time')), TIMEOUT_MS)
        engine.discover(
          {},
          (now) => {
            if (!json) for (const found of now.found.slice(told)) process.stdout.write(`${asText(found, words)}\n`)
            told = now.found.length
            if (!now.done) return
            clearTimeout(limit)
            resolve(now)
          },
          reject,
        )
      })
      if (json) process.stdout.write(`${JSON.stringify({ v: 1, found: all.found })}\n`)
      else if (all.found.length === 0) process.stdout.write(`${words.discovery.nothing}\n`)
    }),
})

/** What it is, and the command that adds it. */
function asText({ target, name, title, machine, preset, service }: FoundProgram, { discovery }: Words): string {
  const program = preset ? preset.name + (preset.confidence === 'sure' ? '' : discovery.confidence[preset.confidence]) : title || target
  const head = `${program} (${machine ?? discovery.here})`
  if (service !== null) return `${head}: ${discovery.already(service)}`
  const suffix = preset && preset.confidence !== 'guess' ? ` --preset ${preset.id}` : ''
  return `${head}\n    porchlight add ${name} --to ${target}${suffix}`
}
