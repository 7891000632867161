/** Without a relay nobody outside can look at a way in. Its owner's phone can, over mobile data: what came from elsewhere and reached us has
 *  proven the way, for TCP. Such a proof says when it was made, and ends. Pure. */
import { type Family, formatEndpoint, isCarrierShared, parseAddress } from '../../protocol/model/address.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import type { Path, State } from './state.ts'

/** A provider gives a home another address mostly once a day, and routers forget rules: older than that it proves nothing. */
export const PROOF_FOR_MS = 86_400_000

export interface PhoneProof {
  readonly exposure: string
  readonly family: Family
  /** Where it came to, and from. */
  readonly outside: { readonly address: string; readonly port: number }
  readonly from: string
  readonly atMs: number
}

/** `isPublic`: the internet could route a packet to `from`. */
export type ProofHappening =
  | { readonly type: 'phone-came'; readonly exposure: string; readonly family: Family; readonly from: string; readonly isPublic: boolean }
  | { readonly type: 'proofs-over' }

export interface ProofEffect {
  readonly kind: 'end-proofs'
}

/** A phone in the home's own Wi-Fi proves nothing: some routers lead it back in themselves, under its own address, theirs or the home's outside
 *  one. In IPv6 a home may have as much as 48 bits for itself (RFC 6177 §2). */
export function isFromElsewhere({ gateway, network }: State, from: string, isPublic: boolean): boolean {
  if (!isPublic || isCarrierShared(from)) return false
  const outside = gateway.phase === 'found' ? gateway.externalIPv4 : null
  const own = network?.ipv6?.localAddress
  return from !== outside && !(own !== undefined && inSameHome(from, own))
}

function inSameHome(a: string, b: string): boolean {
  const [first, second] = [parseAddress(a), parseAddress(b)]
  return first?.length === 16 && second?.length === 16 && first.slice(0, 6).every((byte, index) => byte === second[index])
}

export function onProof(state: State, event: ProofHappening, atMs: number): State {
  const { proofs } = state
  if (event.type === 'proofs-over') return { ...state, proofs: proofs.filter((proof) => proof.atMs + PROOF_FOR_MS > atMs) }
  const { exposure, family, from, isPublic } = event
  const path = Object.values(state.paths).find((each) => each.exposure === exposure && each.family === family && isUnseen(each))
  if (!path || !('way' in path) || !isFromElsewhere(state, from, isPublic)) return state
  const others = proofs.filter((proof) => proof.exposure !== exposure || proof.family !== family)
  return { ...state, proofs: [...others, { exposure, family, outside: path.way.outside, from, atMs }] }
}

const isUnseen = ({ phase, rung }: Path): boolean => rung !== 'tunnel' && phase === 'provisioned'

/** What the owner's phone has proven of this path: as long as no relay can look, and it still leads where the phone came in. */
export function proofOf({ proofs, relay }: State, path: Path): Verdict | undefined {
  if (relay.phase !== 'none' || !isUnseen(path) || !('way' in path)) return undefined
  const { exposure, family, way } = path
  const proof = proofs.find(
    (each) => each.exposure === exposure && each.family === family && formatEndpoint(each.outside) === formatEndpoint(way.outside),
  )
  return proof && { outcome: 'reachable', atMs: proof.atMs, untilMs: proof.atMs + PROOF_FOR_MS }
}

export function planProofs({ proofs }: State, add: (key: string, effect: ProofEffect) => void, due: (atMs: number) => boolean): void {
  if (proofs.filter(({ atMs }) => due(atMs + PROOF_FOR_MS)).length > 0) add('end-proofs', { kind: 'end-proofs' })
}
