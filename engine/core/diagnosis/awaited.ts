/** What may yet turn out to follow from something else, while somebody is finding that out: it is told when that is known, and after a while in
 *  any case. Pure. */
import type { Problem } from '../../../protocol/problem.ts'
import { isNatPending } from '../nat.ts'
import { SEEK_AGAIN_MS } from '../plan.ts'
import type { State } from '../state.ts'
import { isLineAwaited } from './looks.ts'

/** Longer than any of the looks below takes. */
export const AWAITED_MS = 20_000
/** An order that failed for the first time, and is made again as soon as that, is no news yet. */
const SOON_MS = 15_000
const DIALS_ALLOWED = 2

/** `dialledInVain`: how often the relay was, since it was lost. */
export function isAwaited({ code, params }: Problem, state: State, dialledInVain: number, atMs: number): boolean {
  switch (code) {
    // A lane that was lost says nothing of why: the next dials do, which also tell a relay that is away from a port that is shut. One may
    // fail on a line that loses packets.
    case 'relay-unreachable':
      return isLineAwaited(state) || dialledInVain < DIALS_ALLOWED
    // The router may have given its machine another address.
    case 'service-silent':
      return isSought(state, params.service ?? '', atMs)
    // It may be the provider's doing (nat.ts).
    case 'mapping-unreachable':
    case 'gateway-refused':
    case 'gateway-no-address':
      return isNatPending(state)
    case 'certificate-failed':
      return Object.values(state.certificates).some(
        (one) => one.phase === 'failed' && one.attempt < 2 && one.retryAtMs - one.failure.atMs <= SOON_MS,
      )
    default:
      return false
  }
}

function isSought({ services, sought, network }: State, name: string, atMs: number): boolean {
  const service = services.find((one) => one.name === name)
  return service?.mac !== undefined && !!network?.ipv4 && (sought[name] ?? Number.NEGATIVE_INFINITY) + SEEK_AGAIN_MS <= atMs
}
