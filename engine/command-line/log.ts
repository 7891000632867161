/** `porchlight log`: what the engine said of itself, in this terminal's language. `support-bundle`: all that helps somebody else to help. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeEntry, type Words } from '../../languages/index.ts'
import { type LogEntry, LogFilter, LogLevel, MAX_LOG_PAGE } from '../../protocol/model/log.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { writeProblem } from '../../system/atomic-file.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

interface LogOptions {
  readonly filter: LogFilter
  readonly count: number
  readonly follow: boolean
  readonly json: boolean
}

const USUAL_COUNT = 100

export const log = command<LogOptions>({
  usage: 'log [--follow] [--service NAME] [--level info|warning|error] [--count N] [--json]',
  read(args) {
    const flags = { follow: SWITCH, service: TEXT, level: TEXT, count: TEXT, json: SWITCH }
    const { follow, service, level = 'info', count, json, data } = readFlags(args, flags).values
    const known = LogLevel.safeParse(level)
    if (!known.success) throw new UsageError('--level needs info, warning or error')
    const wanted = Number(count ?? USUAL_COUNT)
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_LOG_PAGE)
      throw new UsageError(`--count needs a number up to ${MAX_LOG_PAGE}`)
    const filter = LogFilter.parse({ level: known.data, ...(service !== undefined && { service }) })
    return { filter, count: wanted, follow: follow === true, json: json === true, data }
  },
  run: (folder, { filter, count, follow, json }, words) =>
    withEngine(folder, async (engine) => {
      const print = (entries: readonly LogEntry[]): void =>
        void process.stdout.write(entries.map((entry) => `${json ? JSON.stringify({ v: 1, ...entry }) : lineOf(entry, words)}\n`).join(''))
      const { entries } = await engine.log({ filter, limit: count })
      print(entries.toReversed())
      if (!follow) return
      process.stdout.on('error', () => process.exit(0))
      await new Promise<void>((_resolve, reject) => engine.followLog(filter, (news) => print(news.entries), reject)).catch(() => {
        throw new ProblemError(problem('engine-absent', { data: folder }))
      })
    }),
})

const lineOf = (entry: LogEntry, words: Words): string =>
  `${new Date(entry.atMs).toISOString()}  ${words.log.levels[entry.level]}  ${describeEntry(entry, words)}`

export const bundle = command<{ file: string | undefined }>({
  usage: 'support-bundle [FILE]         all that helps others to help, without secrets; printed, or written',
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    if (positionals.length > 1) throw new UsageError('support-bundle takes one file, or none')
    return { file: positionals[0], data: values.data }
  },
  run: (folder, { file }) =>
    withEngine(folder, async (engine) => {
      const { text } = await engine.supportBundle({})
      if (file === undefined) return void process.stdout.write(text)
      try {
        writeFileSync(resolve(file), text, { mode: 0o600, flag: 'wx' })
      } catch (error) {
        throw writeProblem(resolve(file), error)
      }
    }),
})
