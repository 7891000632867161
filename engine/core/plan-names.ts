/** When a name's servers are asked, and when its provider is told. Pure. */
import type { Family } from '../../protocol/model/address.ts'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import type { OwnName } from '../../protocol/model/own-name.ts'
import type { Wanted } from './name-addresses.ts'
import { isSent, keptNames, nameState, notBeforeMs, providerOf, reachableOf, settledAtMs, standsAs } from './name-standing.ts'
import type { Addresses, NameState } from './publisher-state.ts'
import { isRehearsal, type State } from './state.ts'

export type NameEffect =
  /** Asks the name's own servers, never a cache. Ends with `name-looked-up`. */
  | { readonly kind: 'look-up-name'; readonly host: string }
  /** Begins with `name-sending`; ends with `name-sent` or `name-failed`. */
  | { readonly kind: 'give-up-way'; readonly host: string; readonly family: Family }
  | { readonly kind: 'set-name'; readonly host: string; readonly addresses: Addresses }

/** Looks from outside are five seconds apart: a second one may find the way that the first has missed. */
const LOST_MS = 10_000
/** Older than this, what stands is asked for again before anything is sent. */
const FRESH_MS = 5000

export function planNames(state: State, add: (key: string, effect: NameEffect) => void, due: (atMs: number) => boolean): void {
  const kept = keptNames(state)
  const accountOf = (host: string): string => state.publisher.accounts[host] ?? host
  // One after another: some providers take two at once for an attack, and zones are read and written as a whole.
  const busy = new Set(kept.filter(({ host }) => nameState(state, host).sending).map(({ host }) => accountOf(host)))
  for (const name of kept) {
    const { host } = name
    const one = nameState(state, host)
    for (const family of ['ipv4', 'ipv6'] as const) {
      const { sinceMs, isSure } = one.lost[family] ?? { sinceMs: Number.POSITIVE_INFINITY, isSure: true }
      if (!isSure && due(sinceMs + LOST_MS)) add(`give-up-way ${host} ${family}`, { kind: 'give-up-way', host, family })
    }
    if (one.sending) {
      addSet(host, one.sending.addresses, add)
      continue
    }
    // Nothing of a rehearsal may be on the internet.
    if (isRehearsal(state) || !state.network) continue
    const next = due(one.lookAtMs) ? 'look' : stepOf(state, name, one, due)
    if (next === 'look') add(`look-up-name ${host}`, { kind: 'look-up-name', host })
    if (next === null || next === 'look' || busy.has(accountOf(host))) continue
    busy.add(accountOf(host))
    addSet(host, next, add)
  }
}

const addSet = (host: string, addresses: Addresses, add: (key: string, effect: NameEffect) => void): void =>
  add(`set-name ${host} ${addresses.ipv4} ${addresses.ipv6}`, { kind: 'set-name', host, addresses })

/** Null: nothing for now. */
function stepOf(state: State, name: OwnName, one: NameState, due: (atMs: number) => boolean): 'look' | Addresses | null {
  const wanted = reachableOf(state, name)
  if (wanted.ipv4 === undefined && wanted.ipv6 === undefined) return null
  const provider = providerOf(state, name)
  if (!provider || one.trouble?.final) return null
  const stands = standsAs(one, wanted)
  if (stands === 'all' || (stands === 'unasked' && one.standing && isSent(one, wanted))) return null
  // It has been taken, and is on its way to the name servers; or is on some of them.
  if (isSent(one, wanted) && (stands === 'some' || !due(settledAtMs(one)))) return null
  if (!due(notBeforeMs(state, name))) return null
  if (one.standing === null || due(one.standing.atMs + FRESH_MS)) return 'look'
  return whole(one, wanted, provider)
}

/** A provider is told everything at once: what is not ours to say, or not known yet, as it stands; or it is left out, where that changes nothing.
 *  Null: it is not known either. */
function whole(one: NameState, wanted: Wanted, { canWithdraw }: NameProvider): Addresses | null {
  const [answer] = one.standing?.answers ?? []
  const of = (family: Family): string | null | undefined => {
    if (wanted[family] !== undefined || !canWithdraw) return wanted[family] ?? null
    return answer ? (answer[family][0] ?? null) : one.sent?.addresses[family]
  }
  const [ipv4, ipv6] = [of('ipv4'), of('ipv6')]
  return ipv4 === undefined || ipv6 === undefined ? null : { ipv4, ipv6 }
}
