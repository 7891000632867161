/** Names of the owner's own, and the home's bare addresses: which of them lead here, and how that can be proven to a directory. Pure. */
import type { Family } from '../../protocol/model/address.ts'
import { familyOf } from '../../protocol/model/address.ts'
import type { OwnName } from '../../protocol/model/own-name.ts'
import { FRONT_DOOR, pathsOf } from './exposures.ts'
import type { State } from './state.ts'

/** `host`: the name, or the literal address. */
export interface Shown extends Pick<OwnName, 'files'> {
  readonly host: string
  readonly service: string
  readonly family: Family | null
}

/** Those that can be shown now: an address that is not known yet, or of which port 443 leads elsewhere, is none. */
export function shownNames(state: State): Shown[] {
  return state.ownNames.flatMap(({ host, service, files }): Shown[] => {
    if (service === undefined) return []
    const shown = { service, ...(files && { files }) }
    if (host !== 'ipv4' && host !== 'ipv6') return [{ ...shown, host, family: null }]
    const address = httpsAddresses(state).find((each) => familyOf(each) === host)
    return address === undefined ? [] : [{ ...shown, host: address, family: host }]
  })
}

/** Addresses of which port 443 leads to our front door: proven from outside, or promised by the router where nobody can look. */
export function httpsAddresses(state: State): string[] {
  const ways = pathsOf(state, FRONT_DOOR).flatMap((path) => ('way' in path && path.rung !== 'tunnel' ? [path.way.outside] : []))
  return [...new Set(ways.filter(({ port }) => port === 443).map(({ address }) => address))]
}

/** In which families port 80 could be led to us for the time of an order: `open`, where nothing stands in the way; `asked`, where the router
 *  opens ports for us. Behind two routers, or a rule that was made by hand, it is not tried. */
export function httpFamilies(state: State): { readonly open: Family[]; readonly asked: Family[] } {
  const own = pathsOf(state, FRONT_DOOR).flatMap((path) =>
    'way' in path && (path.rung === 'mapped' || path.rung === 'direct') ? [path] : [],
  )
  const by = (rules: number): Family[] => own.filter(({ way }) => way.rules.length === rules).map(({ family }) => family)
  return { open: by(0), asked: by(1) }
}

/** The addresses of those families. */
export function httpAddresses(state: State): string[] {
  const { open, asked } = httpFamilies(state)
  const families = [...open, ...asked]
  return httpsAddresses(state).filter((address) => families.includes(familyOf(address) ?? 'ipv4'))
}

/** Where visitors and directories end up: `https` and `http` are the addresses of which port 443, port 80 lead to us. */
export interface Ends {
  readonly https: readonly string[]
  readonly http: readonly string[]
}

/** A directory asks at any of the published addresses, from several places at once, and does not try the next one when the first fails: so
 *  every one of them has to lead to us. The order is that of trust: a proof within TLS on our own port needs nothing else. */
export function provableBy(published: readonly string[], { https, http }: Ends): ('tls-alpn-01' | 'http-01')[] {
  if (published.length === 0) return []
  const leads = (ends: readonly string[]): boolean => published.every((address) => ends.includes(address))
  return [...(leads(https) ? (['tls-alpn-01'] as const) : []), ...(leads(http) ? (['http-01'] as const) : [])]
}
