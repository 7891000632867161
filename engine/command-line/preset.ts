/** `porchlight preset`: the programs that we know something of. They are part of this program: no engine is asked. */
import type { Words } from '../../languages/index.ts'
import type { PresetFacts } from '../../protocol/model/preset.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { PRESETS } from '../services/presets/index.ts'
import { command, readFlags, SWITCH, UsageError } from './command.ts'

type Order = { readonly act: 'ls'; readonly json: boolean } | { readonly act: 'show'; readonly id: string; readonly json: boolean }

export const preset = command<Order>({
  usage: 'preset ls [--json] · preset show ID [--json]   the programs that are known',
  read(args) {
    const { values, positionals } = readFlags(args, { json: SWITCH }, true)
    const [act, id] = positionals
    const common = { json: values.json === true, data: values.data }
    if (act === 'ls' && positionals.length === 1) return { act, ...common }
    if (act === 'show' && id !== undefined && positionals.length === 2) return { act, id, ...common }
    throw new UsageError('preset needs ls, or show and the id of one preset')
  },
  async run(_folder, order, words) {
    if (order.act === 'ls') return print(order.json ? json({ presets: [...PRESETS.values()] }) : list(words))
    const found = PRESETS.get(order.id)
    if (!found) throw new ProblemError(problem('preset-unknown', { name: order.id, detail: [...PRESETS.keys()].join(', ') }))
    print(order.json ? json({ preset: found }) : describe(found, words))
  },
})

const print = (text: string): void => void process.stdout.write(text)
const json = (value: object): string => `${JSON.stringify({ v: 1, ...value })}\n`
const usualTarget = ({ kind, port }: Pick<PresetFacts, 'kind' | 'port'>): string => `${kind}://…:${port}`

function list({ presets: { names } }: Words): string {
  const longest = Math.max(...[...PRESETS.keys()].map((id) => id.length))
  return [...PRESETS.values()]
    .map((each) => `${each.id.padEnd(longest)}  ${usualTarget(each).padEnd(15)}  ${names[each.id] ?? each.name}\n`)
    .join('')
}

function describe(facts: PresetFacts, { locale, presets: words }: Words): string {
  const { id, name, advice, login, settings = [], defaultLogins = [], otherPorts, basePath, uploads, sources, readOn } = facts
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(readOn))
  const lines = [
    words.usual(usualTarget(facts)),
    words.advice[advice],
    ...defaultLogins.map(({ user, password }) => words.defaultLogin(user, password)),
    ...settings.map(({ need, where }) => words.need[need](where)),
    otherPorts && words.otherPorts(otherPorts.map(({ kind, port }) => `${port} (${kind.toUpperCase()})`).join(', ')),
    basePath && words.basePath[basePath](facts.basePathAt ?? ''),
    uploads && words.uploads(new Intl.NumberFormat(locale).format(Math.round(uploads.maxBytes / 1024 ** 3))),
    words.sources(day),
    ...sources.map((source) => `  ${source}`),
  ]
  return `${words.names[id] ?? name} (${words.login[login]})\n${lines
    .filter((line) => line !== undefined)
    .map((line) => `  ${line}\n`)
    .join('')}`
}
