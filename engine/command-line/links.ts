/** `porchlight link`: a service's share links. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Words } from '../../languages/index.ts'
import { Pin } from '../../protocol/model/access.ts'
import { LinkLabel, MAX_USES } from '../../protocol/model/link.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { curlOf, type LinkView, type ServiceView, type Snapshot, whyOver } from '../../protocol/snapshot.ts'
import { isAboutRelay } from './about-relay.ts'
import { withEngine } from './ask.ts'
import { warnOf } from './check.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

const LOOKS = 15
const LOOK_EVERY_MS = 200

type Order =
  | { readonly act: 'print'; readonly service: string }
  | {
      readonly act: 'add'
      readonly service: string
      readonly label: string
      readonly endsAtMs: number | null
      readonly maxUses: number | null
      readonly alias: boolean
      readonly via: LinkView['via']
      readonly pin: string | null
    }
  | { readonly act: 'ls'; readonly service: string; readonly json: boolean }
  | { readonly act: 'revoke'; readonly service: string; readonly id: string }

export const link = command<Order>({
  usage: `link NAME                     print the share link
link add NAME [--label TEXT] [--expires 12h|7d|TIME] [--uses N] [--pin DIGITS] [--alias] [--home]
link ls NAME [--json] · link revoke NAME ID`,
  read(args) {
    const { values, positionals } = readFlags(
      args,
      { label: TEXT, expires: TEXT, uses: TEXT, pin: TEXT, alias: SWITCH, home: SWITCH, json: SWITCH },
      true,
    )
    const order = readOrder(positionals, values)
    const fitting: readonly string[] = { print: [], add: ['label', 'expires', 'uses', 'pin', 'alias', 'home'], ls: ['json'], revoke: [] }[
      order.act
    ]
    const stray = Object.keys(values).find((flag) => flag !== 'data' && !fitting.includes(flag))
    if (stray !== undefined) throw new UsageError(`link ${order.act === 'print' ? '' : `${order.act} `}does not take --${stray}`)
    return { ...order, data: values.data }
  },
  run: (folder, order, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      const { service: name } = order
      if (order.act === 'revoke') return void (await engine.revokeLink({ service: name, id: order.id }))
      if (order.act === 'ls') return print(order.json ? listJson(await service(name)) : listText(await service(name), words))
      warnOf((await service(name)).safety?.findings, words)
      if (order.act === 'print') return print(`${given((await service(name)).shareLink, await snapshot())}\n`)
      const { label, endsAtMs, maxUses, alias, via, pin } = order
      const { id } = await engine.addLink({ service: name, label, endsAtMs, maxUses, alias, via, pin })
      let made = await linkOf(id)
      // A relay that can be reached knows it within a moment; then nothing needs to be said.
      for (let look = 0; look < LOOKS && made?.registered === false && (await snapshot()).relay.state === 'connected'; look++) {
        await sleep(LOOK_EVERY_MS)
        made = await linkOf(id)
      }
      print(`${given(made?.url ?? null, await snapshot())}\n${made?.alias ? `${made.alias}\n` : ''}`)
      // Beside what scripts read.
      if (made && !made.registered) process.stderr.write(`${words.page.share.notRegistered}\n`)

      async function linkOf(id: string): Promise<LinkView | undefined> {
        return (await service(name)).links.find((each) => each.id === id)
      }

      async function service(wanted: string): Promise<ServiceView> {
        const found = (await snapshot()).services.find((each) => each.name === wanted)
        if (!found) throw new ProblemError(problem('service-unknown', { name: wanted }))
        return found
      }
    }),
})

function readOrder(positionals: readonly string[], values: Record<string, string | boolean | undefined>): Order {
  const [act, service, id, ...more] = positionals
  if (act !== undefined && positionals.length === 1) return { act: 'print', service: act }
  if (service !== undefined && positionals.length === 2 && act === 'ls') return { act, service, json: values.json === true }
  if (service !== undefined && id !== undefined && more.length === 0 && act === 'revoke') return { act, service, id }
  if (service === undefined || positionals.length !== 2 || act !== 'add')
    throw new UsageError('link needs the name of one service, after add, ls, revoke or nothing')
  const label = String(values.label ?? '')
  if (!LinkLabel.safeParse(label).success) throw new UsageError('--label has 60 letters at most')
  const endsAtMs = values.expires === undefined ? null : readEnd(String(values.expires))
  const pin = values.pin === undefined ? null : String(values.pin)
  if (pin !== null && !Pin.safeParse(pin).success) throw new UsageError('--pin needs 4 to 8 digits')
  const maxUses = values.uses === undefined ? null : readUses(String(values.uses))
  return { act, service, label, endsAtMs, maxUses, alias: values.alias === true, via: values.home === true ? 'home' : 'relay', pin }
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const MAX_AHEAD_MS = 3650 * 86_400_000

/** `90m`, `12h`, `7d`, or a date with or without a time, as this computer's clock shows it. */
function readEnd(text: string): number {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)
  // A date alone would mean UTC (ECMA-262 §21.4.1.32).
  const time = isTime ? Date.parse(text.includes('T') ? text : `${text}T00:00`) : Number.NaN
  const endsAtMs = count === undefined ? time : Date.now() + Number(count) * (UNIT_MS[unit] ?? 0)
  if (!Number.isFinite(endsAtMs) || endsAtMs > Date.now() + MAX_AHEAD_MS)
    throw new UsageError('--expires needs a time such as 90m, 12h, 7d or 2030-12-31T18:00')
  return endsAtMs
}

function readUses(text: string): number {
  const uses = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (uses < 1 || uses > MAX_USES) throw new UsageError(`--uses needs a number from 1 to ${MAX_USES}`)
  return uses
}

const print = (text: string): void => void process.stdout.write(text)

function given(url: string | null, { problems }: Snapshot): string {
  if (url === null) throw new ProblemError(problems.find(({ code }) => isAboutRelay(code)) ?? problem('no-relay', {}))
  return url
}

const listJson = ({ links }: ServiceView): string => `${JSON.stringify({ v: 1, links })}\n`

function listText({ links, publicUrl }: ServiceView, { locale, access, page: { share } }: Words): string {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return links
    .map((each) => {
      const { id, label, url, alias, endsAtMs, maxUses, uses, lastUsedAtMs } = each
      const over = whyOver(each, Date.now())
      const facts = [
        over === null ? '' : share.over[over],
        each.pin ? access.hasPin : '',
        endsAtMs === null || over === 'ended' ? '' : share.until(time.format(endsAtMs)),
        maxUses === null && uses === 0 ? '' : share.uses(uses, maxUses),
        lastUsedAtMs === null ? '' : share.lastUsed(time.format(lastUsedAtMs)),
        each.registered ? '' : share.notRegistered,
      ]
      const lines = [[id, label].filter(Boolean).join('  '), url, alias, facts.filter(Boolean).join('; '), curlOf(each, publicUrl)]
      return `${lines.filter(Boolean).join('\n    ')}\n`
    })
    .join('')
}
