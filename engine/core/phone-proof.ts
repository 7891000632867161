/** Without a relay nobody outside can look at a way in. Its owner's phone can, over mobile data: what came from elsewhere and reached us has
 *  proven the way, for TCP. Such a proof says when it was made, and ends. Pure. */
import { type Family, formatEndpoint, isCarrierShared, parseAddress } from '../../protocol/model/address.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import { type Path, pathKey } from './path-state.ts'
import { base, freeWay } from './reduce-path.ts'
import type { State } from './state.ts'

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

/** `at`: the home's own address as its owner has given it, where nothing else tells. `isPublic`: the internet could route a packet to `from`. */
export type ProofHappening = (Visit & { readonly type: 'phone-came' }) | { readonly type: 'proofs-over' }

export interface Visit {
  readonly exposure: string
  readonly family: Family
  readonly at: string | null
  readonly from: string
  readonly isPublic: boolean
}

export interface ProofEffect {
  readonly kind: 'end-proofs'
}

/** A phone in the home's own Wi-Fi proves nothing: some routers lead it back in themselves, under its own address, theirs or the home's outside
 *  one. In IPv6 a home may have as much as 48 bits for itself (RFC 6177 §2). */
export function isFromElsewhere({ gateway, network }: State, { from, at, isPublic }: Omit<Visit, 'exposure' | 'family'>): boolean {
  if (!isPublic || isCarrierShared(from)) return false
  const outside = gateway.phase === 'found' ? gateway.externalIPv4 : null
  const own = network?.ipv6?.localAddress
  return from !== outside && from !== at && !(own !== undefined && inSameHome(from, own))
}

function inSameHome(a: string, b: string): boolean {
  const [first, second] = [parseAddress(a), parseAddress(b)]
  return first?.length === 16 && second?.length === 16 && first.slice(0, 6).every((byte, index) => byte === second[index])
}

export function onProof(state: State, event: ProofHappening, atMs: number): State {
  const { proofs } = state
  if (event.type === 'proofs-over') return { ...state, proofs: proofs.filter((proof) => proof.atMs + PROOF_FOR_MS > atMs) }
  const { exposure, family, from } = event
  if (!isFromElsewhere(state, event)) return state
  const unseen = Object.values(state.paths).find((each) => each.exposure === exposure && each.family === family && isUnseen(each))
  const path = unseen ?? madeByHand(state, event, atMs)
  if (!path || !('way' in path)) return state
  const others = proofs.filter((proof) => proof.exposure !== exposure || proof.family !== family)
  return {
    ...state,
    paths: { ...state.paths, [pathKey(path)]: path },
    proofs: [...others, { exposure, family, outside: path.way.outside, from, atMs }],
  }
}

/** The rule that its owner has made on a router that tells us nothing: who came in has come by it, at the address that he was given. */
function madeByHand({ paths }: State, { exposure, family, at }: Visit, atMs: number): Path | undefined {
  const path = paths[pathKey({ exposure, rung: 'manual', family })]
  if (at === null || path?.phase !== 'blocked' || !path.closed) return undefined
  const way = freeWay(at, path.closed.way.outside.port, atMs)
  return { ...base(path), phase: 'provisioned', way, attempt: 0, standing: false, lastVerdict: null }
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
