/** A service's links as the faces see them. Pure. */
import { MAX_WRONG_PINS } from '../../protocol/model/access.ts'
import { formatAlias, type ShareLink } from '../../protocol/model/link.ts'
import { relayOnlyName } from '../../protocol/model/relay-only.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { LinkView } from '../../protocol/snapshot.ts'
import { OPEN_PATH } from '../../wire/messages.ts'
import { deviceDomain, hasOpenPage, hostOf } from './exposures.ts'
import type { Service } from './service-state.ts'
import { certificateOf, type State } from './state.ts'

export function viewLinks(state: State, service: Service): LinkView[] {
  return service.links.map((link) => {
    const { id, label, createdAtMs, endsAtMs, maxUses, via } = link
    const { uses, lastUsedAtMs } = state.linkUses[id] ?? { uses: 0, lastUsedAtMs: null }
    return {
      id,
      label,
      url: urlOf(state, service, link),
      alias: link.alias === null || state.relay.phase === 'none' ? null : `${relayPage(state.relay)}/a/${formatAlias(link.alias)}`,
      via,
      createdAtMs,
      endsAtMs,
      maxUses,
      uses,
      lastUsedAtMs,
      // A paused service is told no relay, and says of itself that it is paused.
      registered: service.paused || isRegistered(state, service, link),
      pin: link.pinMac !== null,
      locked: (state.wrongPins[id] ?? 0) >= MAX_WRONG_PINS,
    }
  })
}

/** What is given away where nothing else was asked for: the oldest link without limits, else the oldest. */
export function mainLink({ links }: Service): ShareLink | undefined {
  return links.find(({ endsAtMs, maxUses, via }) => endsAtMs === null && maxUses === null && via === 'relay') ?? links[0]
}

export function urlOf(state: State, service: Service, { id, via }: ShareLink): string | null {
  const { relay, grants } = state
  const grant = service.access === 'link' && grants[id] !== undefined ? `#${grants[id]}` : ''
  if (via === 'relay') return relay.phase === 'none' ? null : `${relayPage(relay)}/s/${id}${grant}`
  const domain = deviceDomain(state)
  return domain === null || relay.phase === 'none'
    ? null
    : `https://${hostOf(isWeb(service.target.kind) ? service.name : relayOnlyName(service.name), domain)}${portSuffix(relay)}${OPEN_PATH}${grant}`
}

type Relay = Exclude<State['relay'], { phase: 'none' }>

/** Before it has answered for the first time its own address stands in for its domain: it answers under both. */
const relayPage = (relay: Relay): string => (relay.known === null ? relay.url : `https://${relay.known.domain}${portSuffix(relay)}`)

const portSuffix = ({ known }: Relay): string => (known === null || known.httpsPort === 443 ? '' : `:${known.httpsPort}`)

/** By the relay that serves, whose address stands in the link. The page of a service without pages needs a certificate as well. */
function isRegistered(state: State, service: Service, { id, alias, via }: ShareLink): boolean {
  const { relay, registered } = state
  if (hasOpenPage(service) && certificateOf(state, deviceDomain(state)).phase !== 'valid') return false
  if (via === 'home') return true
  const told = relay.phase === 'none' ? undefined : registered[relay.url]
  return told?.includes(id) === true && (alias === null || told.includes(alias))
}
