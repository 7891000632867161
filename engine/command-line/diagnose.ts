/** `porchlight diagnose`: looks at everything once more, then tells the chain from the service to the visitor, link by link. */
import { ago, describeFact } from '../../languages/format.ts'
import type { Words } from '../../languages/index.ts'
import { composeMessage, RECIPIENTS, type Recipient } from '../../languages/message.ts'
import { describeProblem } from '../../languages/problems.ts'
import { commandFor } from '../../protocol/action.ts'
import type { ChainLink, Diagnosis, DiagnosisRun, LinkVerdict } from '../../protocol/diagnosis.ts'
import type { Problem } from '../../protocol/problem.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

const MARK: Readonly<Record<LinkVerdict, string>> = { ok: '✓', broken: '✗', warning: '!', unknown: '?' }
const COLOUR: Readonly<Record<LinkVerdict, number>> = { ok: 32, broken: 31, warning: 33, unknown: 90 }
/** Above what the engine takes at most. */
const TIMEOUT_MS = 12_000

export const diagnose = command({
  usage: `diagnose [--json]                       look at the whole way to your visitors, and say what to mend first
diagnose --message network|provider     a text for whoever runs your network, or for your provider`,
  read(args) {
    const { json, message, data } = readFlags(args, { json: SWITCH, message: TEXT }).values
    const to = RECIPIENTS.find((recipient) => recipient === message)
    if (message !== undefined && to === undefined) throw new UsageError('--message takes network or provider')
    return { json: json === true, ...(to && { to }), data }
  },
  run: (folder, { json, to }: { json: boolean; to?: Recipient }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      const { diagnosis } = await new Promise<DiagnosisRun>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error('the engine did not answer in time')), TIMEOUT_MS)
        engine.diagnose(
          {},
          (now) => {
            if (!now.done) return
            clearTimeout(limit)
            resolve(now)
          },
          reject,
        )
      })
      if (to) {
        const { subject, body } = composeMessage(to, { ...(await snapshot()), diagnosis }, Date.now(), words)
        return void process.stdout.write(json ? `${JSON.stringify({ v: 1, subject, body })}\n` : `${subject}\n\n${body}\n`)
      }
      process.stdout.write(
        json
          ? `${JSON.stringify(withProse(diagnosis, words))}\n`
          : asText(diagnosis, words, isColoured(process.stdout.isTTY === true, process.env.NO_COLOR)),
      )
      if (diagnosis.chain.some(({ verdict }) => verdict === 'broken')) process.exitCode = BROKEN
    }),
})

/** A script sees it without reading. */
const BROKEN = 3

/** https://no-color.org: any value but none. */
export const isColoured = (isTerminal: boolean, noColour: string | undefined): boolean => isTerminal && !noColour

/** As `--json` prints it. */
export function withProse({ chain, problems, healed }: Diagnosis, words: Words): object {
  const told = (found: Problem): object => ({ ...found, ...describeProblem(found, words) })
  return {
    v: 1,
    chain: chain.map((one) => ({ ...one, problem: one.problem && told(one.problem) })),
    problems: problems.map((one) => ({ ...one, problem: told(one.problem) })),
    healed,
  }
}

export function asText(diagnosis: Diagnosis, words: Words, isColoured: boolean): string {
  const paint = (text: string, code: number): string => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const mark = (verdict: LinkVerdict): string => paint(MARK[verdict], COLOUR[verdict])
  const nowMs = Date.now()
  const link = ({ link, verdict, atMs, evidence }: ChainLink): string[] => [
    `${mark(verdict)} ${words.links[link]}${atMs === null ? '' : paint(`  (${words.diagnosis.seen(ago(atMs, nowMs, words))})`, 90)}`,
    ...evidence.map((one) => paint(`    ${describeFact(one, words)}`, 90)),
  ]
  const shown = [...new Set(diagnosis.chain.map(({ verdict }) => verdict))]
  const legend = shown.map((verdict) => `${mark(verdict)} ${words.marks[verdict]}`).join('   ')
  return `${[...diagnosis.chain.flatMap(link), '', legend, ...tellProblems(diagnosis, words)].join('\n')}\n`
}

/** The root in full, then the others; what merely follows by its title alone. */
function tellProblems({ problems }: Diagnosis, words: Words): string[] {
  const [root, ...others] = problems.filter(({ role }) => role === 'cause')
  const titles = (role: string): string[] =>
    problems.filter((one) => one.role === role).map(({ problem }) => `    ${describeProblem(problem, words).title}`)
  const consequences = titles('consequence')
  const remarks = titles('remark')
  const { diagnosis } = words
  return [
    ...(root ? ['', `${diagnosis.root}:`, ...tellOne(root.problem, words)] : ['', diagnosis.well]),
    ...(consequences.length > 0 ? ['', `${diagnosis.follows(consequences.length)}:`, ...consequences] : []),
    ...others.flatMap(({ problem }) => ['', `${diagnosis.also}:`, ...tellOne(problem, words)]),
    ...(remarks.length > 0 ? ['', `${diagnosis.remarks(remarks.length)}:`, ...remarks] : []),
  ]
}

function tellOne(found: Problem, words: Words): string[] {
  const { title, causes, consequence, steps } = describeProblem(found, words)
  const told = steps.flatMap(({ text, action }) => {
    const command = action === undefined ? null : commandFor(action, found)
    // A fact that is told anyway needs no second line.
    return command === null || text.includes(command) ? [`  → ${text}`] : [`  → ${text}`, `      ${command}`]
  })
  return [title, ...[...causes, consequence].map((part) => `    ${part}`), ...told]
}
