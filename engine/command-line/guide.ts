/** `porchlight guide`: how something is done on this very router, with the numbers of this network; the same as on the page. */
import { describeGuide, type GuideNumbers, numbersOf, rowsOf } from '../../languages/guides.ts'
import type { Words } from '../../languages/index.ts'
import { GENERIC, GUIDES, guideOf } from '../../protocol/guides/index.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH, UsageError } from './command.ts'

type Wish =
  | { readonly do: 'list'; readonly json: boolean }
  /** Undefined: the one that the engine has for this router. */
  | { readonly do: 'show'; readonly router: string | undefined; readonly json: boolean }
  /** Null: whatever is recognised. */
  | { readonly do: 'choose'; readonly router: string | null }

export const guide = command<Wish>({
  usage: `guide [ROUTER] [--json]                 how to forward a port on your router, with the numbers of this network
guide --list [--json] · guide choose ROUTER|auto`,
  read(args) {
    const { values, positionals } = readFlags(args, { list: SWITCH, json: SWITCH }, true)
    const { data } = values
    const json = values.json === true
    const [first, second, ...more] = positionals
    if (more.length > 0 || (first !== 'choose' && second !== undefined)) throw new UsageError('guide takes one router')
    if (values.list) return { do: 'list', json, data }
    if (first !== 'choose') return { do: 'show', router: first === undefined ? undefined : known(first), json, data }
    if (second === undefined) throw new UsageError('guide choose needs a router, or auto')
    return { do: 'choose', router: second === 'auto' ? null : known(second), data }
  },
  async run(folder, wish, words) {
    if (wish.do === 'list') return void process.stdout.write(wish.json ? listAsJson() : listAsText())
    await withEngine(folder, async (engine, _closed, snapshot) => {
      if (wish.do === 'choose') return void (await engine.chooseRouter({ router: wish.router }))
      const now = await snapshot()
      const id = wish.router ?? now.gateway.guide.router
      const numbers = numbersOf(now)
      const said = wish.router === undefined ? now.gateway.name : null
      const told = describeGuide(id, said, numbers, words)
      const rules = numbers.rules.map((rule) => rowsOf(id, rule, 'Porchlight', words))
      process.stdout.write(wish.json ? `${JSON.stringify({ v: 1, router: id, ...told, rules })}\n` : asText(id, said, numbers, words))
    })
  },
})

function known(router: string): string {
  if (router !== GENERIC && !guideOf(router)) throw new UsageError(`there is no guide "${router}"; guide --list has them all`)
  return router
}

const listAsText = (): string => [...GUIDES.map(({ id, title }) => `${id.padEnd(14)}${title}\n`), `${GENERIC}\n`].join('')
const listAsJson = (): string => `${JSON.stringify({ v: 1, guides: GUIDES.map(({ id, title, readOn }) => ({ id, title, readOn })) })}\n`

export function asText(id: string, said: string | null, numbers: GuideNumbers, words: Words): string {
  const { title, steps, topics, sources, readOn } = describeGuide(id, said, numbers, words)
  const { guides } = words
  const numbered = steps.map((step, index) => `  ${index + 1}. ${step}`)
  const rules = numbers.rules.flatMap((rule) => [
    '',
    ...rowsOf(id, rule, 'Porchlight', words).map(({ label, value }) => `     ${label}: ${value}`),
  ])
  const others = topics.flatMap((topic) => ['', topic.title, ...topic.steps.map((step) => `  → ${step}`)])
  const read = readOn === null ? [guides.unsourced] : [guides.source(readOn), ...sources.map((source) => `  ${source}`)]
  return `${[title, ...numbered, ...(rules.length > 0 ? rules : ['', guides.noRule]), ...others, '', ...read].join('\n')}\n`
}
