/** `porchlight test`: has one service looked at from outside now. */
import { moment } from '../../languages/format.ts'
import { describeProblem, type Words } from '../../languages/index.ts'
import type { ServiceTest } from '../../protocol/model/service-test.ts'
import { withEngine } from './ask.ts'
import { command, readOne, SWITCH } from './command.ts'

const TIMEOUT_MS = 12_000

export const test = command({
  usage: 'test NAME [--json]            look at it from outside now',
  read(args) {
    const { values, word } = readOne(args, 'test needs the name of one service', { json: SWITCH })
    return { service: word, json: values.json === true, data: values.data }
  },
  run: (folder, { service: name, json }, words) =>
    withEngine(folder, async (engine) => {
      const found = await engine.testService({ name }, TIMEOUT_MS)
      process.stdout.write(json ? `${JSON.stringify({ v: 1, ...found })}\n` : asText(found, words))
      if (found.outcome === 'unreachable') process.exitCode = 1
    }),
})

function asText({ atMs, outcome, looks, problem }: ServiceTest, words: Words): string {
  const { history, path } = words
  const lines = [`${moment(atMs, words)}  ${history.outcomes[outcome]}`]
  for (const { family, rung, outcome: seen, rttMs } of looks)
    lines.push(
      `  ${family === 'ipv4' ? 'IPv4' : 'IPv6'}  ${path.rung[rung]}  ${seen}${rttMs === undefined ? '' : `  ${Math.round(rttMs)} ms`}`,
    )
  if (problem) {
    const { title, remedy } = describeProblem(problem, words)
    lines.push(title, `  ${remedy}`)
  }
  return `${lines.join('\n')}\n`
}
