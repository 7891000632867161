/** Where a name of the owner's own should lead, by what is known of the ways into this home. Pure. */
import { type Family, familyOf, parseAddress } from '../../protocol/model/address.ts'
import type { OwnName } from '../../protocol/model/own-name.ts'
import { isWeb } from '../../protocol/model/service.ts'
import { FRONT_DOOR, pathsOf } from './exposures.ts'
import type { Path } from './path-state.ts'
import type { State } from './state.ts'

/** An address; null: no record; undefined: not known (yet), or not ours to say. Then what stands stays. */
export type Wanted = Readonly<Record<Family, string | null | undefined>>

/** Addresses of a relay that leads visitors of this name to the home. */
export type RelayAddresses = Readonly<Partial<Record<Family, string>>>

/** Where the home itself is. */
export function homeAddresses(state: State, name: OwnName): Wanted {
  if (name.ipv6Suffix !== undefined) return { ipv4: undefined, ipv6: neighbour(state, name.ipv6Suffix) }
  if (state.services.some((service) => service.name === name.service && service.relayOnly)) return { ipv4: null, ipv6: null }
  const paths = pathsFor(state, name)
  return { ipv4: homeAddress(state, paths, 'ipv4'), ipv6: homeAddress(state, paths, 'ipv6') }
}

/** `isNew`: nobody has been told anything of it yet, so that a relay's address stands until a better one is proven. */
export function wantedAddresses(home: Wanted, accepted: RelayAddresses | null, isNew: boolean): Wanted {
  if (!accepted) return home
  const through = (family: Family): string | null | undefined => {
    // Every visitor who has IPv6 prefers it, and would stay on the relay (protocol/model/records.ts).
    const isWithheld = family === 'ipv6' && typeof home.ipv4 === 'string'
    if (home[family] === undefined) return isNew && !isWithheld ? accepted[family] : undefined
    return home[family] ?? (isWithheld ? null : (accepted[family] ?? null))
  }
  return { ipv4: through('ipv4'), ipv6: through('ipv6') }
}

/** A website's are those on which browsers come; a name of no service takes any. */
function pathsFor(state: State, { service: name }: OwnName): Path[] {
  const known = state.services.find((service) => service.name === name)
  const all = name === undefined ? Object.values(state.paths) : known ? pathsOf(state, exposureFor(known)) : []
  return all.filter((path) => path.rung !== 'tunnel' && (path.exposure !== FRONT_DOOR || !('way' in path) || path.way.outside.port === 443))
}

const exposureFor = ({ name, target }: State['services'][number]): string => (isWeb(target.kind) ? FRONT_DOOR : name)

function homeAddress(state: State, paths: readonly Path[], family: Family): string | null | undefined {
  const own = paths.filter((path) => path.family === family)
  const proven = own.find((path) => isProven(state, path))
  if (proven && 'way' in proven) return proven.way.outside.address
  // While nobody outside can look, nothing is known to be lost.
  const isTold = state.network !== undefined && (state.relay.phase === 'connected' || state.relay.phase === 'none')
  return isTold && own.every(isLost) ? null : undefined
}

/** Somebody outside came through. Without any relay nobody can, and the router's word is all there is. */
const isProven = ({ relay }: State, path: Path): boolean =>
  path.phase === 'confirmed' || (path.phase === 'provisioned' && (path.standing || relay.phase === 'none'))

function isLost(path: Path): boolean {
  // The rule that led here let nobody through: another one is being made.
  if (path.phase === 'seeking') return path.attempt > 0
  if (path.phase === 'blocked') return path.closed === null || path.closed.looks > 0
  return path.phase === 'provisioned' && path.lastVerdict !== null && path.lastVerdict.outcome !== 'unknown'
}

/** Another machine of the home: our own prefix of 64 bits, and its end. */
function neighbour({ network }: State, suffix: string): string | null | undefined {
  if (network === undefined) return undefined
  const [own, end] = [parseAddress(network?.ipv6?.localAddress ?? ''), suffixBytes(suffix)]
  return own && end ? formatIPv6([...own.slice(0, 8), ...end]) : null
}

/** The last 64 bits; undefined when it is no IPv6 address, or says anything of the first. */
export function suffixBytes(suffix: string): Uint8Array | undefined {
  const bytes = familyOf(suffix) === 'ipv6' ? parseAddress(suffix) : undefined
  return bytes?.slice(0, 8).every((byte) => byte === 0) && bytes.some((byte) => byte !== 0) ? bytes.slice(8) : undefined
}

/** As RFC 5952 has it: as name servers tell it too. */
export function formatIPv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, at) => (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16))
  const runs = [...groups.join(':').matchAll(/(?<![0-9a-f])0(:0(?![0-9a-f]))+/g)].sort((a, b) => b[0].length - a[0].length)
  const text = groups.join(':')
  const [longest] = runs
  if (!longest) return text
  return `${text.slice(0, longest.index).replace(/:$/, '')}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`
}
