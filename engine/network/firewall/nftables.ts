/** Reads `nft -j list ruleset` (libnftables-json(5)): what it makes of a visitor, and where a rule for him belongs. Pure. iptables of today keeps
 *  its rules there too. */
import { z } from 'zod'
import { parseJson } from '../../../protocol/json.ts'
import { isPublic } from '../../../protocol/model/address.ts'
import type { Opening } from './finding.ts'
import { type Chain, type Match, type Passage, passage, type Rule } from './verdict.ts'

const Name = z.string().max(200)
const Of = { family: Name, table: Name }
const Entry = z.union([
  z.object({ chain: z.object({ ...Of, name: Name, type: Name.optional(), hook: Name.optional(), policy: Name.optional() }) }),
  z.object({ rule: z.object({ ...Of, chain: Name, expr: z.array(z.record(z.string(), z.unknown())).max(500) }) }),
])
const Ruleset = z.object({ nftables: z.array(z.unknown()).max(50_000) })

export interface NftFinding {
  readonly passage: Passage
  /** The chain that keeps him out, or might. */
  readonly at: { readonly family: string; readonly table: string; readonly chain: string } | null
}

/** Undefined: that is no ruleset. */
export function readNft(text: string, opening: Opening): NftFinding | undefined {
  const parsed = Ruleset.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const chains = new Map<string, Chain & { rules: Rule[]; at: NonNullable<NftFinding['at']>; sees: boolean }>()
  const keyOf = (family: string, table: string, chain: string): string => `${family} ${table} ${chain}`
  for (const one of parsed.data.nftables) {
    const entry = Entry.safeParse(one)
    if (!entry.success) continue
    if ('chain' in entry.data) {
      const { family, table, name, type, hook, policy } = entry.data.chain
      const at = { family, table, chain: name }
      const sees = type === 'filter' && hook === 'input' && (family === 'inet' || family === (opening.family === 'ipv4' ? 'ip' : 'ip6'))
      chains.set(keyOf(family, table, name), { rules: [], at, sees, policy: policy === 'drop' ? 'drop' : 'accept' })
    } else {
      const { family, table, chain, expr } = entry.data.rule
      chains.get(keyOf(family, table, chain))?.rules.push(ruleOf(expr, opening, (name) => keyOf(family, table, name)))
    }
  }
  // Every chain must let him pass; one that keeps him out is enough.
  const seen = [...chains.values()].filter(({ sees }) => sees).map((chain) => ({ passage: passage(chain, chains), at: chain.at }))
  const worst = seen.find((one) => one.passage === 'drops') ?? seen.find((one) => one.passage === 'unknown')
  return worst ?? { passage: 'passes', at: null }
}

function ruleOf(expressions: readonly Record<string, unknown>[], opening: Opening, keyOf: (chain: string) => string): Rule {
  let match: Match = 'yes'
  let then: Rule['then'] = 'nothing'
  for (const expression of expressions) {
    const [kind, value] = Object.entries(expression)[0] ?? []
    switch (kind) {
      case 'match':
        match = both(match, matches(value, opening))
        break
      case 'accept':
      case 'drop':
      case 'return':
        then = kind
        break
      case 'reject':
        then = 'drop'
        break
      case 'jump':
        then = { jump: keyOf(targetOf(value)) }
        break
      case 'goto':
        then = { goTo: keyOf(targetOf(value)) }
        break
      case 'counter':
      case 'log':
      case 'comment':
        break
      default:
        // Limits, sets of addresses, verdict maps, iptables' own conditions …
        match = both(match, 'perhaps')
        if (kind === 'vmap' || kind === 'queue') then = 'drop'
    }
  }
  return { match, then }
}

const both = (a: Match, b: Match): Match => (a === 'no' || b === 'no' ? 'no' : a === 'perhaps' || b === 'perhaps' ? 'perhaps' : 'yes')
const targetOf = (value: unknown): string => String((value as { target?: unknown } | null)?.target ?? '')

const Condition = z.object({
  op: z.string(),
  left: z.object({
    meta: z.object({ key: z.string() }).optional(),
    ct: z.object({ key: z.string() }).optional(),
    payload: z.object({ protocol: z.string(), field: z.string() }).optional(),
  }),
  right: z.unknown(),
})

function matches(value: unknown, opening: Opening): Match {
  const parsed = Condition.safeParse(value)
  if (!parsed.success) return 'perhaps'
  const { op, left, right } = parsed.data
  const found = fits(left, right, opening)
  if (op === '==' || op === 'in') return found
  return op === '!=' && found !== 'perhaps' ? (found === 'yes' ? 'no' : 'yes') : 'perhaps'
}

function fits({ meta, ct, payload }: z.infer<typeof Condition>['left'], right: unknown, { protocol, family, port }: Opening): Match {
  if (ct?.key === 'state') return holds(right, (state) => state === 'new')
  if (meta?.key === 'l4proto') return holds(right, (name) => name === protocol || name === (protocol === 'tcp' ? 6 : 17))
  if (meta?.key === 'nfproto') return holds(right, (name) => name === family)
  // Visitors come neither by loopback nor, as far as anybody can tell from here, by any interface for certain.
  if (meta?.key === 'iifname' || meta?.key === 'iif') return holds(right, (name) => name === 'lo') === 'yes' ? 'no' : 'perhaps'
  if (payload?.field === 'dport')
    return payload.protocol === protocol || payload.protocol === 'th' ? holds(right, (one) => one === port, port) : 'no'
  if (payload?.field === 'sport' && payload.protocol !== protocol) return 'no'
  if (payload?.field === 'saddr') return isHomeRange(right) ? 'no' : 'perhaps'
  if (payload && /^(icmp|icmpv6|udp|tcp)$/.test(payload.protocol) && payload.protocol !== protocol) return 'no'
  return 'perhaps'
}

/** One value, a list, a set, a range. */
function holds(right: unknown, isIt: (value: unknown) => boolean, port?: number): Match {
  if (Array.isArray(right)) {
    const all = right.map((each) => holds(each, isIt, port))
    return all.includes('yes') ? 'yes' : all.includes('perhaps') ? 'perhaps' : 'no'
  }
  if (typeof right === 'string' && right.startsWith('@')) return 'perhaps'
  if (typeof right !== 'object' || right === null) return isIt(right) ? 'yes' : 'no'
  if ('set' in right) return holds(right.set, isIt, port)
  const range = 'range' in right && Array.isArray(right.range) ? right.range.map(Number) : undefined
  if (!range || port === undefined) return 'perhaps'
  const [first = Number.NaN, last = Number.NaN] = range
  return first <= port && port <= last ? 'yes' : 'no'
}

/** From within the house, where no visitor of ours comes from. */
function isHomeRange(right: unknown): boolean {
  const prefix = (right as { prefix?: { addr?: unknown } } | null)?.prefix
  const address = typeof right === 'string' ? right : prefix?.addr
  return typeof address === 'string' && !address.startsWith('@') && !isPublic(address)
}
