/** What is planned with the routers about rules: to open a way, to look after it, to take back what nobody needs. Pure. */
import { isPortAwaited } from './exposures.ts'
import { lookedAt, type Path, pathKey, portKey } from './path-state.ts'
import type { Add, Due } from './plan.ts'
import { type RouterRole, type Rule, ruleKey } from './router-state.ts'
import type { Exposure } from './service-state.ts'
import { canAskFirewall, type State } from './state.ts'

/** One router on the way in, and what is wanted of it. */
export interface Hop {
  readonly router: RouterRole
  /** Where its rule is to lead. */
  readonly internalAddress: string
  readonly externalPort: number
  /** The rule whose lease is to be prolonged. */
  readonly renews: Rule | null
}

/** What the router must be asked for this path, if anything. */
export function planOpening(state: State, exposure: Exposure, path: Path, add: Add, due: Due): void {
  const key = pathKey(path)
  const port = state.ports[portKey(exposure.id, path.family)]
  const localAddress = state.network?.[path.family]?.localAddress
  if (
    path.rung === 'tunnel' ||
    path.rung === 'manual' ||
    port === undefined ||
    localAddress === undefined ||
    state.gateway.phase !== 'found'
  )
    return
  if (isPortAwaited(state, exposure)) return
  // A closed firewall that nobody can ask is only looked at.
  const isHelpless = path.phase === 'blocked' && path.rung === 'direct' && !canAskFirewall(state)
  const wanted = path.phase === 'seeking' || (path.phase === 'blocked' ? !isHelpless && due(path.retryAtMs) : due(path.way.renewAtMs))
  const hops = hopsOf(state, exposure, path, localAddress)
  if (wanted)
    // Another port is another question.
    add(['open', key, exposure.port, ...hops.slice(1).map(({ internalAddress }) => internalAddress)].join(' '), {
      kind: 'open',
      path: key,
      exposure: { ...exposure, services: [] },
      internalPort: port,
      hops,
      replace: path.phase === 'seeking' ? path.replace : path.phase === 'blocked' ? (path.closed?.way.rules ?? []) : [],
      wasTaken: path.phase === 'blocked' && path.problem.code === 'gateway-conflict',
    })
  else if ('way' in path && path.way.rules.length > 0 && due(path.way.inspectAtMs))
    add(`inspect ${key}`, { kind: 'inspect', path: key, rules: path.way.rules.filter(isWithinReach(state)) })
}

/** Its router can be asked about it. */
const isWithinReach =
  ({ upstream }: State) =>
  ({ router }: Rule): boolean =>
    router === 'gateway' || upstream.phase === 'found'

/** In IPv4 each router translates, so that the second one's rule leads to the first; in IPv6 each lets visitors through to ourselves. */
function hopsOf({ upstream }: State, exposure: Exposure, path: Path, localAddress: string): Hop[] {
  const first = hop(path, exposure, 'gateway', localAddress)
  if (upstream.phase !== 'found') return [first]
  if (path.family === 'ipv4') return [first, hop(path, exposure, 'upstream', upstream.routerAddress)]
  return upstream.pinholes > 0 ? [first, hop(path, exposure, 'upstream', localAddress)] : [first]
}

/** The port that was granted is asked for again. */
function hop(path: Path, exposure: Exposure, router: RouterRole, internalAddress: string): Hop {
  const renews = ('way' in path && path.way.rules.find((rule) => rule.router === router)) || null
  return { router, internalAddress, externalPort: renews?.externalPort ?? exposure.port, renews }
}

/** What stands on the router for nobody any more: a removed service's rule, one that a crash left, one on an old port. */
export function planLeftovers(state: State, opening: boolean, add: Add, due: Due): void {
  if (state.gateway.phase !== 'found') return
  const claimed = new Set(
    Object.values(state.paths).flatMap((path) => {
      const rules = path.phase === 'seeking' ? path.replace : (lookedAt(path)?.rules ?? [])
      return rules.map(ruleKey)
    }),
  )
  const seeking = Object.values(state.paths).some((path) => path.rung !== 'tunnel' && path.phase === 'seeking')
  for (const rule of state.journal) {
    const key = ruleKey(rule)
    // While a path is being opened its rule is journalled but not yet claimed.
    if (claimed.has(key) || seeking || opening || !isWithinReach(state)(rule)) continue
    if (due(Math.min(state.leftovers[key] ?? Number.NEGATIVE_INFINITY, rule.untilMs ?? Number.POSITIVE_INFINITY)))
      add(`remove-rule ${key}`, { kind: 'remove-rule', rule })
  }
}
