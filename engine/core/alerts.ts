/** Whom the relay is to tell when this house is dark: nobody else can notice. The relay that serves tells; the others are told to keep
 *  silent, or an owner would hear of everything twice. Pure. */
import type { AlertState, Alerts } from '../../protocol/model/alerts.ts'
import { shownChannel } from '../../protocol/model/alerts.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import type { AlertView } from '../../protocol/snapshot.ts'
import type { RelayLink } from './relay-state.ts'
import type { State } from './state.ts'

export interface ChannelReport {
  readonly id: string
  readonly state: AlertState
  readonly reason?: string | undefined
}

export interface AlertsTold {
  /** Null: it is not known what it has taken. */
  readonly key: string | null
  readonly reports: readonly ChannelReport[]
  readonly againAtMs: number
}

export interface AlertsState {
  /** Null: its owner has never wanted anybody told. */
  readonly wanted: Alerts | null
  /** What each relay was told, by its address. */
  readonly told: Readonly<Record<string, AlertsTold>>
}

export const NO_ALERTS: AlertsState = { wanted: null, told: {} }

export interface AlertsEffect {
  readonly kind: 'tell-alerts'
  readonly relay: string
  readonly alerts: Alerts
  readonly key: string
}

export type AlertsHappening =
  | { readonly type: 'alerts-chosen'; readonly alerts: Alerts }
  /** Null: the relay would not take them. */
  | { readonly type: 'alerts-told'; readonly relay: string; readonly key: string; readonly reports: readonly ChannelReport[] | null }

/** Somebody may just be reading the mail that asks for his consent. */
const WHILE_UNCONFIRMED_MS = 5000
const NOW_AND_THEN_MS = 10 * 60_000

export function onAlerts(state: State, event: AlertsHappening, atMs: number): State {
  const { alerts } = state
  if (event.type === 'alerts-chosen') {
    // One may be just taking what was wanted until now.
    const told = Object.entries(alerts.told).map(([relay, before]): [string, AlertsTold] => [
      relay,
      { ...before, key: null, againAtMs: atMs },
    ])
    return { ...state, alerts: { wanted: event.alerts, told: Object.fromEntries(told) } }
  }
  const reports = event.reports ?? []
  const againInMs = reports.some((report) => report.state === 'unconfirmed') ? WHILE_UNCONFIRMED_MS : NOW_AND_THEN_MS
  const told = { key: event.reports === null ? null : event.key, reports, againAtMs: atMs + againInMs }
  return { ...state, alerts: { ...alerts, told: { ...alerts.told, [event.relay]: told } } }
}

export function planAlerts(
  { alerts: { wanted, told }, relay, standby }: State,
  add: (key: string, effect: AlertsEffect) => void,
  due: (atMs: number) => boolean,
): void {
  if (!wanted) return
  const tell = (link: RelayLink, alerts: Alerts): void => {
    if (link.phase !== 'connected') return
    const key = JSON.stringify(alerts)
    const before = told[link.url]
    const isNews = before === undefined || (before.key !== null && before.key !== key)
    if (isNews || ((before.key === null || alerts.channels.length > 0) && due(before.againAtMs)))
      add(`tell-alerts ${link.url} ${key}`, { kind: 'tell-alerts', relay: link.url, alerts, key })
  }
  tell(relay, wanted)
  for (const link of standby) tell(link, { ...wanted, channels: [] })
}

export function alertsView(state: State): AlertView[] {
  const reports = reportsOf(state)
  return (state.alerts.wanted?.channels ?? []).map(({ id, channel }) => {
    const { state: is = 'untold', reason = null } = reports.find((report) => report.id === id) ?? {}
    return { id, kind: channel.kind, to: shownChannel(channel), state: is, reason }
  })
}

export function alertProblems(state: State): Problem[] {
  return alertsView(state).flatMap(({ to, state: is, reason }) => {
    if (is === 'failing') return [problem('alert-undelivered', { address: to, reason: reason ?? '' })]
    if (is === 'refused') return [problem('alert-refused', { address: to })]
    if (is === 'unsupported') return [problem('alert-no-mail', { address: to })]
    return []
  })
}

function reportsOf({ alerts, relay }: State): readonly ChannelReport[] {
  return relay.phase === 'none' ? [] : (alerts.told[relay.url]?.reports ?? [])
}
