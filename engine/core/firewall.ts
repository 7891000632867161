/** Whether the firewall of this very computer keeps visitors out: asked where a way in stands and nobody came through it. Pure. */
import type { Family } from '../../protocol/model/address.ts'
import { type Problem, type ProblemCode, problem } from '../../protocol/problem.ts'
import { exposuresOf, pathsOf } from './exposures.ts'
import { type Path, portKey } from './path-state.ts'
import type { Add, Due } from './plan.ts'
import { isRehearsal, type State } from './state.ts'

/** What was found in front of one of our own ports, by its {@link portKey}. */
export interface FirewallLook {
  readonly finding: FoundFirewall | null
  readonly nextAtMs: number
}

export interface FoundFirewall {
  readonly name: string
  /** `unknown`: it is on, and nobody may read its rules. */
  readonly passage: 'drops' | 'unknown'
  readonly command: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

export type FirewallEffect = {
  readonly kind: 'look-at-firewall'
  readonly key: string
  readonly protocol: 'tcp' | 'udp'
  readonly family: Family
  readonly port: number
}

export type FirewallHappening = { readonly type: 'firewall-seen'; readonly key: string; readonly finding: FoundFirewall | null }

/** Its owner may have just let us in. */
const LOOK_AGAIN_MS = 10_000

export const onFirewallSeen = (state: State, { key, finding }: FirewallHappening, atMs: number): State => ({
  ...state,
  firewall: { ...state.firewall, [key]: { finding, nextAtMs: atMs + LOOK_AGAIN_MS } },
})

export function planFirewall(state: State, add: Add, due: Due): void {
  if (isRehearsal(state)) return
  for (const { id, protocol } of exposuresOf(state))
    for (const path of pathsOf(state, id)) {
      const key = portKey(id, path.family)
      const port = state.ports[key]
      if (!isClosed(path) || port === undefined) continue
      if (due(state.firewall[key]?.nextAtMs ?? Number.NEGATIVE_INFINITY))
        add(`look-at-firewall ${key} ${port}`, { kind: 'look-at-firewall', key, protocol, family: path.family, port })
    }
}

/** It stands, as far as anybody at home can say, or may; and somebody outside has tried, and did not get through. */
const isClosed = (path: Path): boolean =>
  path.phase === 'blocked' && path.closed !== null && (path.closed.looks > 0 || TRIED.has(path.problem.code))

const TRIED: ReadonlySet<string> = new Set<ProblemCode>(['mapping-unreachable', 'ipv6-closed'])

/** Its owner wants it looked at now. */
export const soonLookedAt = (firewall: State['firewall'], atMs: number): State['firewall'] =>
  Object.fromEntries(Object.entries(firewall).map(([key, look]) => [key, { ...look, nextAtMs: atMs }]))

/** What to say of it beside or, where it is certain, instead of the path's own problem. */
export function firewallProblem(state: State, path: Path): Problem | null {
  const finding = isClosed(path) ? state.firewall[portKey(path.exposure, path.family)]?.finding : undefined
  if (!finding) return null
  const params = { name: finding.name, protocol: finding.protocol.toUpperCase(), port: String(finding.port), command: finding.command }
  if (finding.passage === 'drops') return problem('firewall-here', params)
  // Where nothing says that it is ours, a suspicion is told only of a rule that the router has made.
  return path.phase === 'blocked' && path.problem.code === 'mapping-unreachable' ? problem('firewall-perhaps', params) : null
}
