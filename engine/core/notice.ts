/** What a relay's operator has decided about us, as problems. Pure. */
import { type Problem, problem } from '../../protocol/problem.ts'
import type { Path } from './path-state.ts'
import type { ConnectedRelay } from './relay-state.ts'
import type { Service } from './service-state.ts'
import type { State } from './state.ts'

/** Names and links are the relay's: what it has taken down is reached by nobody, whichever way leads there. */
export function takedownOf({ relay }: State, service: string): Problem | undefined {
  if (relay.phase !== 'connected') return undefined
  const found = relay.notice.takenDown.find(({ kind, name }) => kind === 'service' && name === service)
  return found && problem('service-taken-down', { service, relay: relay.known.host, reason: found.reason ?? NO_REASON })
}

/** A reason that languages have words for. */
const NO_REASON = 'none-given'

export function noticeProblems(state: State, relay: ConnectedRelay): Problem[] {
  const { suspendAtMs } = relay.notice
  const suspends = suspendAtMs === null ? [] : [problem('relay-suspends', { relay: relay.known.host, until: String(suspendAtMs) })]
  return [...suspends, ...quotaProblem(relay), ...takedownProblems(state, relay)]
}

/** The serving relay lets nobody in any more. */
export function usedUpProblem({ relay }: State): Problem | undefined {
  const isUsedUp = relay.phase === 'connected' && relay.notice.quota !== null && relay.notice.quota.usedPercent >= 100
  return isUsedUp ? quotaProblem(relay)[0] : undefined
}

/** Whatever was seen there last, nobody is let in this way now. */
export const isShut = (state: State, { rung }: Path): boolean => rung === 'tunnel' && usedUpProblem(state) !== undefined

/** Figures in bytes. */
function quotaProblem({ notice: { quota }, known: { host } }: ConnectedRelay): Problem[] {
  if (quota === null) return []
  const facts = { relay: host, limit: String(quota.monthlyBytes), until: String(quota.renewsAtMs) }
  if (quota.usedPercent >= 100) return [problem('relay-quota-reached', facts)]
  return [problem('relay-quota-near', { ...facts, used: String(Math.round((quota.monthlyBytes * quota.usedPercent) / 100)) })]
}

/** Of services and links that we still have. */
function takedownProblems({ services }: State, { notice, known }: ConnectedRelay): Problem[] {
  return notice.takenDown.flatMap(({ kind, name, reason }) => {
    const hasLink = ({ links }: Service): boolean => links.some(({ id, alias }) => id === name || alias === name)
    const service = services.find((each) => (kind === 'service' ? each.name === name : hasLink(each)))
    if (!service) return []
    const facts = { service: service.name, relay: known.host, reason: reason ?? NO_REASON }
    return [problem(kind === 'service' ? 'service-taken-down' : 'link-taken-down', facts)]
  })
}
