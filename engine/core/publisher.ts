/** One publisher for every name of the owner's own: what stands, what was last sent, what became of it. Pure.
 *
 *  Nothing is sent that stands already: before each update the name's own servers are asked, and afterwards until they have it. What a provider
 *  refuses for good rests until its owner acts; the rest is tried again, never before the provider's own period is over. */
import type { Family } from '../../protocol/model/address.ts'
import type { AddressChange } from '../../protocol/model/kept-name.ts'
import type { NameTrouble } from '../../protocol/model/name-provider.ts'
import { type OwnName, WATCHED } from '../../protocol/model/own-name.ts'
import { homeAddresses } from './name-addresses.ts'
import { isSent, keptNames, listed, nameState, providerOf, reachableOf, settledAtMs, standsAs } from './name-standing.ts'
import {
  type Addresses,
  type Answer,
  type NameRecord,
  type NameState,
  NEW_NAME,
  type PublisherState,
  type TroubleSeen,
} from './publisher-state.ts'
import type { State } from './state.ts'

export type NameHappening =
  | { readonly type: 'own-names-chosen'; readonly ownNames: readonly OwnName[]; readonly accounts?: Readonly<Record<string, string>> }
  /** `answers`: what each server that could be asked says. */
  | { readonly type: 'name-looked-up'; readonly host: string; readonly answers: readonly Answer[] }
  /** Before anything leaves. */
  | { readonly type: 'name-sending'; readonly host: string; readonly addresses: Addresses }
  | { readonly type: 'name-sent'; readonly host: string; readonly proxied: boolean }
  | {
      readonly type: 'name-failed'
      readonly host: string
      readonly trouble: NameTrouble
      readonly wire: string
      readonly final: boolean
      readonly retryAfterS?: number | undefined
      /** 0 … 1, so that homes that failed together do not come again together. */
      readonly chance: number
    }
  /** No way in was found again in time. */
  | { readonly type: 'name-way-lost'; readonly host: string; readonly family: Family }
  /** Its owner has acted: other credentials, a test that went well, or his wish. */
  | { readonly type: 'name-retried'; readonly hosts: readonly string[]; readonly accounts?: Readonly<Record<string, string>> }

const FIRST_LOOK_MS = 500
const LOOK_MS = { settling: 10_000, right: 10 * 60_000, wrong: 60_000, watched: 60_000 } as const
/** A first failure may be a broken line; an hour is what the most patient of their pages ask for. */
const BACKOFF_MS = { least: 5_000, most: 3_600_000 } as const
const SPREAD = 0.25
/** After a first repetition: who says "taken" again and again counts it as well (dyndns2 calls it abuse). */
const UNSHOWN_MS = { least: 10 * 60_000, most: 86_400_000 } as const
const MAX_HISTORY = 50
/** These are said of the customer, not of the name. */
const OF_ACCOUNT: ReadonlySet<NameTrouble> = new Set(['limited', 'abuse', 'account', 'agent'])

export function onNames(state: State, event: NameHappening, atMs: number): State {
  const { publisher } = state
  switch (event.type) {
    case 'own-names-chosen': {
      // What one provider took says nothing of another.
      const isAtSame = (host: string): boolean => {
        const [before, after] = [state.ownNames, event.ownNames].map((all) => all.find((name) => name.host === host))
        return after !== undefined && before?.provider === after.provider
      }
      const names = Object.fromEntries(Object.entries(publisher.names).filter(([host]) => isAtSame(host)))
      return { ...state, ownNames: event.ownNames, publisher: { ...publisher, names, accounts: event.accounts ?? publisher.accounts } }
    }
    case 'name-retried': {
      const retried = withNames(state, event.hosts, (one, host) => retriedAt(one, periodMs(state, host), atMs))
      return { ...retried, publisher: { ...retried.publisher, accounts: event.accounts ?? publisher.accounts } }
    }
    case 'name-way-lost':
      return withNames(state, [event.host], (one) => {
        const { sinceMs = atMs } = one.lost[event.family] ?? {}
        return { ...one, lost: { ...one.lost, [event.family]: { sinceMs, isSure: true } } }
      })
    case 'name-failed':
      return withNames(state, alsoStruck(state, event), (one, host) => failed(state, host, one, event, atMs))
    case 'name-looked-up':
      return withNames(state, [event.host], (one, host) => lookedUp(state, host, one, event.answers, atMs))
    case 'name-sending':
      // Its period begins now: who is killed before the answer has used it up as well.
      return withNames(state, [event.host], (one, host) => {
        const waitMs = periodMs(state, host)
        return { ...one, sending: { addresses: event.addresses, atMs }, waitMs, notBeforeMs: atMs + waitMs }
      })
    case 'name-sent':
      return withNames(state, [event.host], (one, host) => {
        if (!one.sending) return one
        const sent = { addresses: one.sending.addresses, atMs, ...(event.proxied && { proxied: true }) }
        const isRepeated = one.sent !== null && isSame(one.sent.addresses, sent.addresses)
        const waitMs = periodMs(state, host)
        const taken = {
          ...{ ...one, sending: null, sent, trouble: null, failures: 0, unshown: isRepeated ? one.unshown : 0 },
          ...{ waitMs, notBeforeMs: atMs + waitMs },
        }
        return { ...(event.proxied ? withHistory(taken, listed(sent.addresses), atMs) : taken), lookAtMs: atMs + FIRST_LOOK_MS }
      })
  }
}

/** Notes which names have lost a way, or have it again. */
export function withLosses(state: State, atMs: number): State {
  const changed = keptNames(state).flatMap((name): [string, NameState][] => {
    const home = homeAddresses(state, name)
    const one = nameState(state, name.host)
    const lost = Object.fromEntries(
      (['ipv4', 'ipv6'] as const).flatMap((family) =>
        home[family] === null ? [[family, one.lost[family] ?? { sinceMs: atMs, isSure: false }]] : [],
      ),
    ) as NameState['lost']
    const isSame = lost.ipv4 === one.lost.ipv4 && lost.ipv6 === one.lost.ipv6
    return isSame ? [] : [[name.host, { ...one, lost }]]
  })
  if (changed.length === 0) return state
  return { ...state, publisher: { ...state.publisher, names: { ...state.publisher.names, ...Object.fromEntries(changed) } } }
}

function withNames(state: State, hosts: readonly string[], change: (one: NameState, host: string) => NameState): State {
  const wanted = hosts.filter((host) => state.ownNames.some((name) => name.host === host))
  const changed = Object.fromEntries(wanted.map((host) => [host, change(nameState(state, host), host)]))
  return { ...state, publisher: { ...state.publisher, names: { ...state.publisher.names, ...changed } } }
}

const isSame = (a: Addresses, b: Addresses): boolean => a.ipv4 === b.ipv4 && a.ipv6 === b.ipv6

const nameOf = ({ ownNames }: State, host: string): OwnName => ownNames.find((name) => name.host === host) as OwnName

const periodMs = (state: State, host: string): number => (providerOf(state, nameOf(state, host))?.minPeriodS ?? 0) * 1000

/** A limit that the provider has set holds whatever its customer wishes. */
const retriedAt = (one: NameState, leastMs: number, atMs: number): NameState => {
  const { kind } = one.trouble ?? {}
  const isHeld = kind === 'limited' || kind === undefined
  return {
    ...one,
    trouble: isHeld ? one.trouble : null,
    failures: 0,
    unshown: 0,
    // The period after the last update goes on.
    notBeforeMs: isHeld ? one.notBeforeMs : Math.max(atMs, Math.min(one.notBeforeMs, (one.sent?.atMs ?? 0) + leastMs)),
    lookAtMs: atMs,
  }
}

/** Which names rest with it. */
function alsoStruck({ publisher, ownNames }: State, { host, trouble }: { readonly host: string; readonly trouble: NameTrouble }): string[] {
  const account = publisher.accounts[host]
  if (account === undefined || !OF_ACCOUNT.has(trouble)) return [host]
  return ownNames.map((name) => name.host).filter((each) => publisher.accounts[each] === account)
}

function failed(
  state: State,
  host: string,
  one: NameState,
  event: Extract<NameHappening, { type: 'name-failed' }>,
  atMs: number,
): NameState {
  const { trouble: kind, wire, final, retryAfterS = 0, chance } = event
  const waitMs = waitAfter(one.failures + 1, Math.max(kind === 'unreachable' ? 0 : periodMs(state, host), retryAfterS * 1000), chance)
  const trouble = { kind, wire, atMs, final }
  return {
    ...one,
    ...(host === event.host && { sending: null, failures: one.failures + 1 }),
    ...{ trouble, waitMs, notBeforeMs: host === event.host ? atMs + waitMs : Math.max(one.notBeforeMs, atMs + waitMs) },
  }
}

/** Twice as long after each failure, never shorter than the provider wants it, and each home a little later than the others. */
export function waitAfter(failures: number, leastMs: number, chance: number): number {
  const backoffMs = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** Math.min(20, failures - 1))
  return Math.ceil(Math.max(leastMs, backoffMs) * (1 + SPREAD * chance))
}

function lookedUp(state: State, host: string, before: NameState, answers: readonly Answer[], atMs: number): NameState {
  const name = nameOf(state, host)
  const wanted = reachableOf(state, name)
  // Servers that do not agree yet say nothing of what was before.
  const one = { ...withHistory(before, answers.length === 1 ? answers[0] : undefined, atMs), standing: { answers, atMs } }
  if (name.provider === WATCHED) return { ...one, lookAtMs: atMs + LOOK_MS.watched }
  const stands = standsAs(one, wanted)
  if (stands === 'all') {
    const trouble = one.trouble?.kind === 'unchanged' ? null : one.trouble
    return { ...one, trouble, unshown: 0, lookAtMs: atMs + LOOK_MS.right }
  }
  if (one.sent && isSent(one, wanted) && stands !== 'unasked') {
    if (atMs < settledAtMs(one))
      return { ...one, lookAtMs: atMs + Math.min(LOOK_MS.settling, Math.max(FIRST_LOOK_MS, atMs - one.sent.atMs)) }
    return unchanged(state, host, one, stands, atMs)
  }
  return { ...one, lookAtMs: atMs + LOOK_MS.wrong }
}

/** It was told that all went well. Where some of its servers have it, the others are only late; where none has, it is told again: once soon, for
 *  an update that got lost, then ever more rarely. */
function unchanged(state: State, host: string, one: NameState, stands: 'some' | 'none', atMs: number): NameState {
  const trouble: TroubleSeen = { kind: 'unchanged', wire: '', atMs, final: false }
  if (stands === 'some') return { ...one, trouble, lookAtMs: atMs + LOOK_MS.wrong }
  const unshown = one.unshown + 1
  const leastMs = unshown === 1 ? BACKOFF_MS.least : Math.min(UNSHOWN_MS.most, UNSHOWN_MS.least * 2 ** Math.min(20, unshown - 2))
  const waitMs = Math.max(periodMs(state, host), leastMs)
  const sent = one.sent && { ...one.sent, doubted: true }
  return { ...one, trouble, sent, unshown, waitMs, notBeforeMs: atMs + waitMs, lookAtMs: atMs + LOOK_MS.wrong }
}

function withHistory<T extends NameRecord>(one: T, answer: Answer | undefined, atMs: number): T {
  if (!answer) return one
  const changes = (['ipv4', 'ipv6'] as const).flatMap((family): AddressChange[] => {
    const address = answer[family].length === 0 ? null : answer[family].join(' ')
    const last = one.history.find((change) => change.family === family)
    return (last?.address ?? null) === address ? [] : [{ family, address, atMs }]
  })
  return changes.length === 0 ? one : { ...one, history: [...changes, ...one.history].slice(0, MAX_HISTORY) }
}

/** What was written down, at the next start. Who was killed while he sent something may have sent it. */
export function resumed(record: NameRecord, atMs: number): NameState {
  const { sending, sent, notBeforeMs, waitMs } = record
  return { ...NEW_NAME, ...record, sending: null, sent: sending ?? sent, notBeforeMs: Math.min(notBeforeMs, atMs + waitMs) }
}

export const recordOf = ({ sending, sent, trouble, failures, unshown, notBeforeMs, waitMs, history }: NameState): NameRecord => ({
  ...{ sending, sent, trouble, failures, unshown, notBeforeMs, waitMs, history },
})

/** The clock was set, or this computer slept: what was to be waited for is never longer than it was when it was decided. */
export function soonLookedUp(publisher: PublisherState, atMs: number): PublisherState {
  const names = Object.entries(publisher.names).map(([host, one]): [string, NameState] => [
    host,
    {
      ...one,
      lookAtMs: atMs,
      standing: one.standing && { ...one.standing, atMs: Math.min(one.standing.atMs, atMs) },
      sent: one.sent && { ...one.sent, atMs: Math.min(one.sent.atMs, atMs) },
      notBeforeMs: Math.min(one.notBeforeMs, atMs + one.waitMs),
    },
  ])
  return { ...publisher, names: Object.fromEntries(names) }
}
