/** `porchlight access`: who may come in to a service. */

import { moment } from '../../languages/format.ts'
import type { Words } from '../../languages/index.ts'
import { Access, isOpenToNobody } from '../../protocol/model/access.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { serviceOf, withEngine } from './ask.ts'
import { askLine } from './ask-line.ts'
import { command, readFlags, SWITCH, UsageError } from './command.ts'

type Order =
  | { readonly act: 'print'; readonly name: string; readonly json: boolean }
  | { readonly act: 'set'; readonly name: string; readonly access: Access; readonly allowed?: readonly string[] }
  | { readonly act: 'expel'; readonly name: string; readonly place: string }

const NEEDS = 'access needs the name of one service, then public, link, password, addresses with a list, lan, or expel with an address'

export const access = command<Order>({
  usage: `access NAME [--json]          who may come in
access NAME public|link|lan   everybody; who has a link; your own network at home
access NAME password          who knows it; it is asked for, or read from standard input
access NAME addresses [ADDRESS|RANGE|HOST…]
access NAME expel ADDRESS     who opened the link of a TCP or UDP service`,
  read(args) {
    const { values, positionals } = readFlags(args, { json: SWITCH }, true)
    const order = readOrder(positionals, values.json === true)
    if (values.json && order.act !== 'print') throw new UsageError('access does not take --json with a change')
    return { ...order, data: values.data }
  },
  run: (folder, order, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      const { name } = order
      if (order.act === 'expel') return void (await engine.expel({ service: name, place: order.place }))
      if (order.act === 'set') {
        const { access: to, allowed } = order
        const password = to === 'password' ? await readPassword(name, words) : undefined
        await engine.setAccess({ name, access: to, ...(password !== undefined && { password }), ...(allowed && { allowed: [...allowed] }) })
        process.stdout.write(adviceOn(serviceOf(await snapshot(), name), words))
        return
      }
      const found = serviceOf(await snapshot(), name)
      process.stdout.write(order.json ? asJson(found) : asText(found, words) + adviceOn(found, words))
    }),
})

function readOrder([name, act, ...rest]: readonly string[], json: boolean): Order {
  if (name === undefined) throw new UsageError(NEEDS)
  if (act === undefined) return { act: 'print', name, json }
  const [place] = rest
  if (act === 'expel' && place !== undefined && rest.length === 1) return { act, name, place }
  const to = Access.safeParse(act)
  if (!to.success || (rest.length > 0 && to.data !== 'addresses')) throw new UsageError(NEEDS)
  return { act: 'set', name, access: to.data, ...(rest.length > 0 && { allowed: rest }) }
}

const asJson = ({ access: mode, hasPassword, allowed, admitted }: ServiceView): string =>
  `${JSON.stringify({ v: 1, access: mode, hasPassword, allowed, admitted })}\n`

function asText({ access: mode, allowed, admitted, links }: ServiceView, words: Words): string {
  const said = words.access
  const listed = mode === 'addresses' ? allowed : []
  const lines = [
    `${mode}  ${said.is[mode]}`,
    ...listed.map(({ entry, addresses }) => {
      if (addresses === null) return entry
      return addresses.length === 0 ? said.leadsNowhere(entry) : said.leadsTo(entry, addresses.join(' '))
    }),
    ...admitted.map(({ place, link, untilMs }) => {
      const label = links.find(({ id }) => id === link)?.label || link
      return said.admittedUntil(place, label, moment(untilMs, words))
    }),
  ]
  return `${lines.join('\n    ')}\n`
}

/** A line where who may come in and which way he has to come leave nobody over. */
export const adviceOn = (service: ServiceView, words: Words): string => (isOpenToNobody(service) ? `${words.access.nobody}\n` : '')

/** Twice from a terminal, where nobody sees it. */
async function readPassword(service: string, { access: said }: Words): Promise<string> {
  const first = await askLine(`${said.ask} `, { isSecret: true })
  if (process.stdin.isTTY && first !== (await askLine(`${said.askAgain} `, { isSecret: true })))
    throw new ProblemError(problem('passwords-differ', { service }))
  return first
}
