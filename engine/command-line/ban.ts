/** `porchlight ban`: which visitors' addresses are shut out. */
import { describeBan } from '../../languages/format.ts'
import type { Words } from '../../languages/index.ts'
import { type BansView, MAX_BAN_S, parsePlace } from '../../protocol/model/ban.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

type Order =
  | { readonly act: 'ls'; readonly json: boolean }
  | { readonly act: 'add'; readonly address: string; readonly forS: number | null }
  | { readonly act: 'rm'; readonly address: string }

export const ban = command<Order>({
  usage: `ban ls [--json]               addresses that are shut out, and why
ban add ADDRESS [--for 10m|12h|7d] · ban rm ADDRESS`,
  read(args) {
    const { values, positionals } = readFlags(args, { for: TEXT, json: SWITCH }, true)
    const order = readOrder(positionals, values)
    if (values.for !== undefined && order.act !== 'add') throw new UsageError(`ban ${order.act} does not take --for`)
    if (values.json !== undefined && order.act !== 'ls') throw new UsageError(`ban ${order.act} does not take --json`)
    return { ...order, data: values.data }
  },
  run: (folder, order, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      if (order.act === 'add') await engine.ban({ address: order.address, forS: order.forS })
      else if (order.act === 'rm') await engine.unban({ address: order.address })
      else process.stdout.write(order.json ? listJson((await snapshot()).bans) : listText((await snapshot()).bans, words))
    }),
})

function readOrder(
  [act = 'ls', address, ...more]: readonly string[],
  values: { for?: string | undefined; json?: boolean | undefined },
): Order {
  if (act === 'ls' && address === undefined) return { act, json: values.json === true }
  if ((act !== 'add' && act !== 'rm') || address === undefined || more.length > 0)
    throw new UsageError('ban takes ls, or add or rm and one address')
  if (parsePlace(address) === undefined) throw new UsageError('ban needs an address such as 203.0.113.7 or 2001:db8:1:2::7')
  return act === 'rm' ? { act, address } : { act, address, forS: values.for === undefined ? null : readSpanS(values.for) }
}

const UNIT_S: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 }

function readSpanS(text: string): number {
  const [, count = '0', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  const spanS = Number(count) * (UNIT_S[unit] ?? 0)
  if (spanS < 1 || spanS > MAX_BAN_S) throw new UsageError('--for needs a time such as 10m, 12h or 7d')
  return spanS
}

const listJson = ({ total, newest }: BansView): string => `${JSON.stringify({ v: 1, total, bans: newest })}\n`

function listText({ total, newest }: BansView, words: Words): string {
  const { bans } = words
  const lines = newest.map((each) => `${each.place}  ${describeBan(each, words)}`)
  if (total > newest.length) lines.push(bans.more(total - newest.length))
  return `${(lines.length === 0 ? [bans.none] : lines).join('\n')}\n`
}
