/** Watching over our own names: what is shown under them from outside, and what the public logs know of their certificates. Whoever owns
 *  the names' DNS could obtain a certificate and read along; this is how it would be noticed. Pure. */
import type { Problem } from '../../protocol/problem.ts'
import type { GuardState, Watched } from '../../protocol/snapshot.ts'
import { deviceDomain, exposuresOf, FRONT_DOOR, hostOf, isTold } from './exposures.ts'
import { type Guard, NO_GUARD, type Watch, type Watching } from './guard-state.ts'
import { certificateOf, isRehearsal, type State } from './state.ts'

export interface Guarded {
  readonly type: 'guarded'
  readonly watch: Watch
  readonly domain: string
  readonly state: GuardState
  readonly problem: Problem | null
  readonly againInMs: number
}

export type GuardEffect =
  | {
      readonly kind: 'visit-own-names'
      readonly domain: string
      readonly host: string
      /** The relay's public side, where visitors come in. */
      readonly relay: readonly { readonly address: string; readonly port: number }[]
    }
  | { readonly kind: 'read-certificate-log'; readonly domain: string }

const ALARM_MS = 24 * 3_600_000
/** However often its owner asks, a public service is not asked more often. */
const LOG_PAUSE_MS = 10_000

export function onGuarded(guard: Guard, { watch, domain, state, problem, againInMs }: Guarded, atMs: number): Guard {
  const known = guard.domain === domain ? guard : { ...NO_GUARD, domain }
  const before = known[watch].alarm
  const alarm = problem ? { problem, atMs } : before && atMs - before.atMs < ALARM_MS ? before : null
  return { ...known, [watch]: { state, atMs, nextAtMs: atMs + againInMs, alarm } }
}

/** Its owner wants to know now. */
export function soonGuarded(guard: Guard, atMs: number): Guard {
  const { ownNames, certificateLog } = guard
  const soonMs = Math.max(atMs, (certificateLog.atMs ?? Number.NEGATIVE_INFINITY) + LOG_PAUSE_MS)
  const nextAtMs = certificateLog.state === 'off' ? certificateLog.nextAtMs : Math.min(certificateLog.nextAtMs, soonMs)
  return { ...guard, ownNames: { ...ownNames, nextAtMs: atMs }, certificateLog: { ...certificateLog, nextAtMs } }
}

/** Only what is served under the names of a real relay, with a certificate of ours, can be watched over. */
export function planGuard(state: State, add: (key: string, effect: GuardEffect) => void, due: (atMs: number) => boolean): void {
  const { relay, guard } = state
  const domain = deviceDomain(state)
  const name = exposuresOf(state).find(({ id }) => id === FRONT_DOOR)?.services[0]
  if (relay.phase !== 'connected' || domain === null || name === undefined || !isTold(state, name) || isRehearsal(state)) return
  if (certificateOf(state, domain).phase !== 'valid') return
  const isDue = (watch: Watch): boolean => guard.domain !== domain || due(guard[watch].nextAtMs)
  const { addresses, httpsPort: port } = relay.known
  const endpoints = [addresses.ipv4, addresses.ipv6].flatMap((address) => (address === undefined ? [] : [{ address, port }]))
  if (isDue('ownNames')) add(`visit-own-names ${domain}`, { kind: 'visit-own-names', domain, host: hostOf(name, domain), relay: endpoints })
  if (isDue('certificateLog')) add(`read-certificate-log ${domain}`, { kind: 'read-certificate-log', domain })
}

export function guardView(state: State): { ownNames: Watched; certificateLog: Watched } {
  const guard = state.guard.domain === deviceDomain(state) ? state.guard : NO_GUARD
  const shown = ({ state, atMs }: Watching): Watched => ({ state, atMs })
  return { ownNames: shown(guard.ownNames), certificateLog: shown(guard.certificateLog) }
}

export function alarms(state: State): Problem[] {
  const { domain, ownNames, certificateLog } = state.guard
  return domain === deviceDomain(state) ? [ownNames, certificateLog].flatMap(({ alarm }) => alarm?.problem ?? []) : []
}
