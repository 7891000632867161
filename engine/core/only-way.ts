/** What is shut, and whether anything else is open: trouble with IPv6 harms nobody while visitors come another way. Pure. */
import { pathsOf } from './exposures.ts'
import { isShut } from './notice.ts'
import { type BlockedPath, lookedAt, type Path } from './path-state.ts'
import type { State } from './state.ts'

/** A lane that is changed, or a relay that has just begun, is no news. */
const BLIND_LOOKS_ALLOWED = 3

/** Whoever was to look at it has not been able to for a while: what was seen before says nothing any more. */
export const isLookedAtInVain = (path: Path): boolean => (lookedAt(path)?.blindLooks ?? 0) >= BLIND_LOOKS_ALLOWED

/** A verdict that says no. */
export const hasFailed = (path: Path): boolean =>
  !isLookedAtInVain(path) &&
  (path.phase === 'blocked' ||
    (path.phase === 'provisioned' && path.lastVerdict !== null && path.lastVerdict.outcome !== 'unknown' && !path.standing))

/** This way is shut, and so is, or so is missing, every other one to the same door. */
export const isOnlyWay = (state: State, path: Path): path is BlockedPath =>
  path.phase === 'blocked' &&
  path.rung === 'direct' &&
  pathsOf(state, path.exposure).every((other) => other === path || hasFailed(other) || isShut(state, other))
