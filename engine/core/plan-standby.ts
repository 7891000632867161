/** What relays that stand by are asked: to see for themselves that the home is reached directly. A relay publishes only what it has seen, so one
 *  that takes over would else send every visitor through itself until it has. Pure. */
import { publicationOf } from './exposures.ts'
import { type Path, pathKey } from './path-state.ts'
import type { Add, Due, Question } from './plan.ts'
import { isOfSameName } from './standby.ts'
import type { State } from './state.ts'

/** `question`: how this path is looked at. */
export function planStandby(state: State, question: (path: Path) => Question | undefined, add: Add, due: Due): void {
  const { relay, standby, paths } = state
  if (relay.phase !== 'connected' || standby.length === 0) return
  const wish = JSON.stringify(publicationOf(state))
  for (const link of standby) {
    // It is looked at for what is wished of it.
    if (link.phase !== 'connected' || !isOfSameName(link, relay) || link.published !== wish || !due(link.proveAtMs)) continue
    for (const path of Object.values(paths)) {
      if (path.phase !== 'confirmed' || path.rung === 'tunnel') continue
      const { address } = path.way.outside
      const asked = link.proven.paths[pathKey(path)] === address ? undefined : question(path)
      if (asked)
        add(`prove ${link.url} ${pathKey(path)} ${address}`, { kind: 'prove-standby', url: link.url, address, ...asked, afresh: true })
    }
  }
}
