/** Who may come in, as the owner wants it: written down before a call is answered. And what there is to know of a visitor's address. */
import { type Access as AccessMode, Password, readAllowed } from '../../protocol/model/access.ts'
import { inRange, parseAddress, type Range } from '../../protocol/model/address.ts'
import { placeOf } from '../../protocol/model/ban.ts'
import { isWeb } from '../../protocol/model/service.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { type Access, createAccess, type Refused } from '../access/access.ts'
import { isAllowed } from '../access/allowed.ts'
import { isAtHome } from '../access/at-home.ts'
import type { Grants } from '../access/grants.ts'
import type { Passwords } from '../access/passwords.ts'
import type { AccessWish } from '../control/controlled.ts'
import { natFinding } from '../core/nat.ts'
import type { Service } from '../core/service-state.ts'
import { type State, seenIPv4 } from '../core/state.ts'
import { lanPrefixes } from './house.ts'
import type { Links } from './links.ts'
import type { Emit } from './loop.ts'
import type { SettingsFile } from './settings.ts'

export interface OwnAccessOptions {
  readonly settings: SettingsFile
  readonly passwords: Passwords
  readonly dispatch: Emit
}

/** Throws ProblemError; then nothing has changed. */
export function keepAccess({ settings, passwords, dispatch }: OwnAccessOptions): (wish: AccessWish) => Promise<void> {
  return async ({ name, access, password, allowed: wanted }) => {
    const find = () => {
      const service = settings.current.services.find((each) => each.name === name)
      if (!service) throw new ProblemError(problem('service-unknown', { name }))
      return service
    }
    const { target, allowed: before = [] } = find()
    if (access === 'password' && !isWeb(target.kind)) throw new ProblemError(problem('gate-web-only', { service: name }))
    const allowed = wanted?.map((text) => readEntry(text, name)) ?? before
    if (access === 'addresses' && allowed.length === 0) throw new ProblemError(problem('allowed-missing', { service: name }))
    if (password !== undefined && !Password.safeParse(password).success)
      throw new ProblemError(problem('password-unfit', { service: name }))
    if (password !== undefined) await passwords.set(name, password)
    const hasPassword = passwords.versionOf(name) !== undefined
    if (access === 'password' && !hasPassword) throw new ProblemError(problem('password-missing', { service: name }))
    // It may be gone since the password was looked at.
    find()
    settings.change({ services: settings.current.services.map((each) => (each.name === name ? { ...each, access, allowed } : each)) })
    dispatch({ type: 'access-changed', name, access, allowed, hasPassword })
  }
}

function readEntry(text: string, service: string): string {
  const entry = readAllowed(text)
  if (entry === undefined) throw new ProblemError(problem('allowed-invalid', { service, name: text.slice(0, 100) }))
  return entry
}

export interface DoorkeeperOptions {
  readonly grants: Grants
  readonly passwords: Passwords
  readonly links: Links
  readonly declaredPublic: readonly Range[]
  state(): State
  onRefused(refused: Refused): void
}

/** Who knows what the rules of access ask. */
export function createDoorkeeper({ grants, passwords, links, declaredPublic, state, onRefused }: DoorkeeperOptions): Access {
  const find = (name: string) => state().services.find((service) => service.name === name)
  return createAccess({
    grants,
    passwords,
    serviceOf(name) {
      const service = find(name)
      return service && !service.paused
        ? {
            access: service.access satisfies AccessMode,
            links: service.links,
            isWeb: isWeb(service.target.kind),
            relayOnly: service.relayOnly,
          }
        : undefined
    },
    usedOf: (id) => state().linkUses[id],
    wrongPinsOf: (id) => state().wrongPins[id] ?? 0,
    admitted: () => state().admitted,
    isListed(name, address) {
      const service = find(name)
      return service !== undefined && isListed(address, service, state(), declaredPublic)
    },
    isAtHome: (address, isDirect) => isAtHome(address, isDirect, homeOf(state())),
    isNear: (address, isDirect) => isNear(address, isDirect, state()),
    count: (id, atMs) => links.count(id, atMs),
    missPin: (id) => links.missPin(id),
    admit: (admission) => links.admit(admission),
    onRefused,
  })
}

const isListed = (address: string, { allowed = [] }: Service, { friends }: State, declaredPublic: readonly Range[]): boolean =>
  isAllowed(address, { allowed, addressesOf: (friend) => friends[friend]?.addresses ?? [], declaredPublic })

/** Has the owner named it as welcome, at whichever service? */
export const isWelcome = (address: string, state: State, declaredPublic: readonly Range[]): boolean =>
  state.services.some((service) => service.access === 'addresses' && isListed(address, service, state, declaredPublic))

function homeOf(state: State) {
  const { network, gateway, upstream } = state
  const gateways = [network?.ipv4?.gateway, network?.ipv6?.gateway]
  if (gateway.phase === 'found') gateways.push(gateway.address)
  if (upstream.phase === 'found') gateways.push(upstream.address)
  return {
    prefixes: lanPrefixes(),
    gateways: gateways.filter((address) => address != null),
    outside: ownOutside(state),
  }
}

/** Behind a provider's NAT strangers have the same address; and whose a second router is, nobody knows. Our router has to say it too: what is seen
 *  from outside is the relay's word, and a relay that names a stranger's address would open this network to him. */
function ownOutside(state: State): string | null {
  const { gateway } = state
  const claimed = gateway.phase === 'found' ? gateway.externalIPv4 : null
  return claimed === seenIPv4(state) && natFinding(state).verdict === 'single' ? claimed : null
}

/** In a network of this computer, or with the home's own outside address, which strangers may share: good enough for not being made to wait.
 *  Out of the tunnel nobody comes from a network of ours, and a relay could name its every address. */
function isNear(address: string, isDirect: boolean, state: State): boolean {
  const bytes = parseAddress(address)
  const observed = state.relay.phase === 'none' ? [] : Object.values(state.relay.known?.observed ?? {})
  const isOutside = [...observed, seenIPv4(state)].some((seen) => seen != null && placeOf(seen) === placeOf(address))
  return isOutside || (isDirect && bytes !== undefined && lanPrefixes().some((range) => inRange(bytes, range)))
}
