/** What this device is called: its owner's wish, carried out at every relay of the domain, and the names under which it can show itself. A
 *  new name needs a certificate first; until it has one the device goes by the name before. Pure. */
import type { FormerLabel } from '../../protocol/model/label.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { NamesView } from '../../protocol/snapshot.ts'
import { calledDomain, deviceDomain, domainOf } from './exposures.ts'
import type { RelayLink, StandbyRelay } from './relay-state.ts'
import type { State } from './state.ts'

export interface NamingState {
  /** The label that the owner chose, by the relays' domain. */
  readonly wishes: Readonly<Record<string, string>>
  /** What a relay would not grant, by its address. */
  readonly refused: Readonly<Record<string, { readonly label: string; readonly problem: Problem; readonly retryAtMs: number }>>
}

export interface RenameEffect {
  readonly kind: 'rename'
  readonly url: string
  readonly label: string
}

export type NamingHappening =
  /** Null: withdrawn. */
  | { readonly type: 'name-wished'; readonly domain: string; readonly label: string | null }
  /** `url`: the relay that calls the device so from now on. */
  | {
      readonly type: 'renamed'
      readonly url: string
      readonly label: string
      readonly former: readonly FormerLabel[]
      readonly voucher: string | null
    }
  | { readonly type: 'rename-refused'; readonly url: string; readonly label: string; readonly problem: Problem }

/** A name that is another's may be given up some day; that of a relay that cannot be asked just now comes sooner. */
const REFUSED_RETRY_MS = 3_600_000

export function onNaming(state: State, event: NamingHappening, atMs: number): State {
  const { wishes, refused } = state.naming
  switch (event.type) {
    case 'name-wished': {
      const { [event.domain]: _, ...others } = wishes
      return { ...state, naming: { wishes: event.label === null ? others : { ...others, [event.domain]: event.label }, refused: {} } }
    }
    case 'renamed': {
      const { url, label, former, voucher } = event
      const { [url]: _, ...others } = refused
      return eachRelay({ ...state, naming: { wishes, refused: others } }, (link) =>
        link.url === url && link.known ? ({ ...link, known: { ...link.known, label, former, voucher } } as typeof link) : link,
      )
    }
    case 'rename-refused': {
      const { url, label, problem } = event
      return { ...state, naming: { wishes, refused: { ...refused, [url]: { label, problem, retryAtMs: atMs + REFUSED_RETRY_MS } } } }
    }
  }
}

/** A former name is over when its time has come: nobody finds the device by it any more. */
export function withoutOver(state: State, atMs: number): State {
  const isOver = ({ untilMs }: FormerLabel): boolean => untilMs <= atMs
  if (![state.relay, ...state.standby].some((link) => link.phase !== 'none' && link.known?.former.some(isOver))) return state
  return eachRelay(state, (link) =>
    link.known ? ({ ...link, known: { ...link.known, former: link.known.former.filter((each) => !isOver(each)) } } as typeof link) : link,
  )
}

export function planNaming(
  { naming: { wishes, refused }, relay, standby }: State,
  add: (key: string, effect: RenameEffect) => void,
  due: (atMs: number) => boolean,
): void {
  for (const link of [relay, ...standby]) {
    if (link.phase !== 'connected') continue
    const { url, known } = link
    const label = wishes[known.domain]
    if (label === undefined || label === known.label) continue
    const before = refused[url]
    if (before?.label !== label || due(before.retryAtMs)) add(`rename ${url} ${label}`, { kind: 'rename', url, label })
  }
}

export function namesView(state: State): NamesView {
  const known = state.relay.phase === 'none' ? null : state.relay.known
  const [called, shown] = [calledDomain(state), deviceDomain(state)]
  return {
    label: known?.label ?? null,
    next: called === shown ? null : called,
    former: known ? known.former.map(({ label, untilMs }) => ({ domain: domainOf(label, known), untilMs })) : [],
  }
}

/** Where one of several relays calls us otherwise: that of the one that serves was told to who wished for the name. */
export const namingProblems = ({ naming: { refused }, standby }: State): Problem[] =>
  standby.flatMap(({ url }) => refused[url]?.problem ?? [])

function eachRelay(state: State, change: (link: StandbyRelay) => StandbyRelay): State {
  const relay: RelayLink = state.relay.phase === 'none' ? state.relay : change(state.relay)
  return { ...state, relay, standby: state.standby.map(change) }
}
