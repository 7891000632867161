/** `porchlight diagnose`: looks at everything once more, then tells the chain from the service to the visitor, link by link. */
import type { Words } from '../../languages/index.ts'
import { describeProblem } from '../../languages/problems.ts'
import { chainOf, type LinkVerdict } from '../../protocol/chain.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH } from './command.ts'

const MARK: Readonly<Record<LinkVerdict, string>> = { ok: '✓', broken: '✗', warning: '!', unknown: '?' }
const COLOUR: Readonly<Record<LinkVerdict, number>> = { ok: 32, broken: 31, warning: 33, unknown: 90 }
const CHECK_TIMEOUT_MS = 12_000

export const diagnose = command({
  usage: 'diagnose [--json]',
  read(args) {
    const { json, data } = readFlags(args, { json: SWITCH }).values
    return { json: json === true, data }
  },
  run: tellChain,
})

async function tellChain(folder: string, { json }: { json: boolean }, words: Words): Promise<void> {
  await withEngine(folder, async (engine, _closed, snapshot) => {
    await engine.checkNow({}, CHECK_TIMEOUT_MS)
    const chain = chainOf(await snapshot()).map(({ link, verdict, problem }) => ({
      link,
      verdict,
      problem: problem && { ...problem, ...describeProblem(problem, words) },
    }))
    if (json) {
      process.stdout.write(`${JSON.stringify({ v: 1, chain })}\n`)
      return
    }
    const paint = (verdict: LinkVerdict): string =>
      process.stdout.isTTY ? `\u001b[${COLOUR[verdict]}m${MARK[verdict]}\u001b[0m` : MARK[verdict]
    for (const { link, verdict, problem } of chain) {
      process.stdout.write(`${paint(verdict)} ${words.links[link]}\n`)
      if (problem) process.stdout.write(`    ${problem.title}\n    ${problem.cause}\n    ${problem.consequence}\n    ${problem.remedy}\n`)
    }
    const shown = [...new Set(chain.map(({ verdict }) => verdict))]
    process.stdout.write(`\n${shown.map((verdict) => `${paint(verdict)} ${words.marks[verdict]}`).join('   ')}\n`)
  })
}
