/** Where a name of the owner's own should stand, and whether it does. Pure. */
import { type Family, familyOf } from '../../protocol/model/address.ts'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import { type OwnName, WATCHED } from '../../protocol/model/own-name.ts'
import { carriedAt } from './claims.ts'
import { homeAddresses, type Wanted, wantedAddresses } from './name-addresses.ts'
import { type Addresses, type Answer, type NameState, NEW_NAME } from './publisher-state.ts'
import type { State } from './state.ts'

/** How long name servers may take to have what their provider has taken; most need a second, some a minute. */
const SETTLE_MS = 60_000

export const nameState = ({ publisher }: State, host: string): NameState => publisher.names[host] ?? NEW_NAME

/** Those that somebody is told of, or looks at. */
export const keptNames = ({ ownNames }: State): (OwnName & { readonly provider: string })[] =>
  ownNames.flatMap((name) => (name.provider === undefined ? [] : [{ ...name, provider: name.provider }]))

export const providerOf = ({ publisher }: State, { provider }: OwnName): NameProvider | undefined =>
  provider === undefined || provider === WATCHED ? undefined : publisher.providers[provider]

export function wantedOf(state: State, name: OwnName): Wanted {
  const { sent, lost } = nameState(state, name.host)
  const home = homeAddresses(state, name)
  // One look that fails is no loss: it would cost an update, and another one when the next look finds the way again.
  const known = (family: Family) => (home[family] === null && !lost[family]?.isSure ? undefined : home[family])
  const carried = name.ipv6Suffix === undefined ? carriedAt(state, name.host) : null
  const wanted = wantedAddresses({ ipv4: known('ipv4'), ipv6: known('ipv6') }, carried, sent === null)
  const families = providerOf(state, name)?.families
  const only = (family: Family) => (!families || families.includes(family) ? wanted[family] : undefined)
  return { ipv4: only('ipv4'), ipv6: only('ipv6') }
}

/** What the provider can be made to show: a record that it cannot take away stays. */
export function reachableOf(state: State, name: OwnName): Wanted {
  const wanted = wantedOf(state, name)
  if (providerOf(state, name)?.canWithdraw !== false) return wanted
  return { ipv4: wanted.ipv4 ?? undefined, ipv6: wanted.ipv6 ?? undefined }
}

const matches = (answer: Answer, { ipv4, ipv6 }: Wanted): boolean => isAlone(answer.ipv4, ipv4) && isAlone(answer.ipv6, ipv6)

const isAlone = (addresses: readonly string[], wanted: string | null | undefined): boolean =>
  wanted === undefined || (wanted === null ? addresses.length === 0 : addresses.length === 1 && addresses[0] === wanted)

/** `all` of its servers have it, `some`, or `none`. `unasked`: none of them could be asked. */
export function standsAs({ standing, sent }: NameState, wanted: Wanted): 'all' | 'some' | 'none' | 'unasked' {
  if (sent?.proxied) return wasSent(sent, wanted) ? 'all' : 'none'
  if (!standing || standing.answers.length === 0) return 'unasked'
  const right = standing.answers.filter((answer) => matches(answer, wanted)).length
  return right === standing.answers.length ? 'all' : right > 0 ? 'some' : 'none'
}

export const listed = ({ ipv4, ipv6 }: Addresses): Answer => ({ ipv4: ipv4 === null ? [] : [ipv4], ipv6: ipv6 === null ? [] : [ipv6] })

const wasSent = ({ addresses }: NonNullable<NameState['sent']>, wanted: Wanted): boolean => matches(listed(addresses), wanted)

/** The provider has taken exactly this. */
export const isSent = ({ sent }: NameState, wanted: Wanted): boolean => sent !== null && !sent.doubted && wasSent(sent, wanted)

/** No update before. What was taken and is not shown is told again ever more rarely; another address waits for the provider's period alone. */
export function notBeforeMs(state: State, name: OwnName): number {
  const { sent, trouble, notBeforeMs: restsUntilMs } = nameState(state, name.host)
  if (trouble?.kind !== 'unchanged' || sent === null || wasSent(sent, reachableOf(state, name))) return restsUntilMs
  return Math.min(restsUntilMs, sent.atMs + (providerOf(state, name)?.minPeriodS ?? 0) * 1000)
}

/** Until then a name server may simply not have it yet. */
export const settledAtMs = ({ sent }: NameState): number => (sent?.atMs ?? Number.NEGATIVE_INFINITY) + SETTLE_MS

/** Every visitor of a watched name comes to us, in the families in which it leads anywhere. */
export const leadsHere = ({ ipv4, ipv6 }: Wanted, answers: readonly Answer[]): boolean =>
  answers.length > 0 &&
  answers.every((answer) => {
    const all = [...answer.ipv4, ...answer.ipv6]
    return all.length > 0 && all.every((address) => address === (familyOf(address) === 'ipv6' ? ipv6 : ipv4))
  })
