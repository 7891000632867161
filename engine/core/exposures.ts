/** From services to what must be opened: web services share one front door, every raw service has a port of its own. */
import type { Endpoint } from '../../protocol/model/address.ts'
import { relayOnlyName, serviceOfRelayOnlyName } from '../../protocol/model/relay-only.ts'
import { isRaw, isWeb, servedAs } from '../../protocol/model/service.ts'
import type { Publication } from '../../wire/messages.ts'
import { isPingName } from '../../wire/pings.ts'
import { onceFor } from './once.ts'
import type { Path } from './path-state.ts'
import type { Welcomed } from './relay-state.ts'
import type { Exposure, Service } from './service-state.ts'
import { certificateOf, type State } from './state.ts'

/** No service can have this name. */
export const FRONT_DOOR = ':web'

export const exposuresOf = ({ services, publicPorts }: Pick<State, 'services' | 'publicPorts'>): readonly Exposure[] =>
  exposuresWith(services)(publicPorts)

const exposuresWith = onceFor((services: State['services']) =>
  onceFor((publicPorts: State['publicPorts']): readonly Exposure[] => workedOut(services, publicPorts)),
)

function workedOut(services: State['services'], publicPorts: State['publicPorts']): Exposure[] {
  const active = services.filter(isExposed)
  const sites = active.filter(({ target }) => isWeb(target.kind))
  // A service that is no website and opens by link has a page of ours, on which the link is shown.
  const pages = active.filter(hasOpenPage)
  // Outsiders ask for the first name, on every way: one that is answered on each.
  const shown = [...sites, ...pages].sort((a, b) => Number(a.relayOnly ?? false) - Number(b.relayOnly ?? false))
  const web = shown.map(({ name, target }) => (isWeb(target.kind) ? name : relayOnlyName(name)))
  const frontDoor: Exposure[] =
    web.length === 0
      ? []
      : [
          {
            id: FRONT_DOOR,
            protocol: 'tcp',
            port: 443,
            exactPort: true,
            transport: 'tls',
            services: web,
            ...onlyRelay(shown),
          },
        ]
  const raw = active.flatMap((service): Exposure[] => {
    const { name, target, preset, access } = service
    if (!isRaw(target)) return []
    const protocol = target.kind === 'udp' ? 'udp' : 'tcp'
    // The relay's port is wanted everywhere, so that `name:port` stays the same whichever way visitors come.
    return [
      {
        id: name,
        protocol,
        port: publicPorts[name] ?? target.port,
        exactPort: false,
        transport: protocol,
        services: [name],
        ...onlyRelay([service]),
        // Who is asked by a ping is the service itself, past the door that keeps others out.
        ...(protocol === 'udp' && isPingName(preset) && access === 'public' && { ping: preset }),
      },
    ]
  })
  return [...frontDoor, ...raw]
}

const onlyRelay = (services: readonly Service[]): Pick<Exposure, 'relayOnly'> =>
  services.every(({ relayOnly }) => relayOnly) ? { relayOnly: true } : {}

/** A service that is no website needs nothing of ours within the home's own network. */
const isExposed = ({ paused, target, access }: Service): boolean => !paused && (isWeb(target.kind) || access !== 'lan')

export const hasOpenPage = ({ target, access }: Pick<Service, 'target' | 'access'>): boolean => !isWeb(target.kind) && access === 'link'

export const exposureOf = (state: State, name: string): Exposure | undefined => byService(exposuresOf(state)).get(name)

const byService = onceFor(
  (exposures: readonly Exposure[]) => new Map(exposures.flatMap((exposure) => exposure.services.map((name) => [name, exposure] as const))),
)

/** The relay is about to say which port of its own this service gets: until then nothing is opened on another. */
export const isPortAwaited = ({ relay, publicPorts }: State, { id }: Exposure): boolean =>
  id !== FRONT_DOOR && publicPorts[id] === undefined && (relay.phase === 'connecting' || relay.phase === 'connected')

export const pathsOf = ({ paths }: State, exposure: string): readonly Path[] => byExposure(paths).get(exposure) ?? []

/** On which visitors of this service may come. */
export function waysTo(state: State, { name, relayOnly }: Service): readonly Path[] {
  const exposure = exposureOf(state, name)
  const paths = exposure ? pathsOf(state, exposure.id) : []
  return relayOnly ? paths.filter(({ rung }) => rung === 'tunnel') : paths
}

/** Does the relay lead visitors here by this name? Who asks for it earlier hears that there is none, and his resolver keeps that for half a
 *  minute (relay/dns). */
export const isTold = ({ relay }: State, name: string): boolean =>
  relay.phase === 'connected' && relay.told.includes(serviceOfRelayOnlyName(name) ?? name)

const byExposure = onceFor((paths: State['paths']) => Map.groupBy(Object.values(paths), ({ exposure }) => exposure))

/** The host name of a service under the device's domain. */
export const hostOf = (name: string, domain: string): string => `${name}.${domain}`

/** `amber-otter-42.relay.example`: the domain of a device that is called so. */
export const domainOf = (label: string, { domain }: Pick<Welcomed, 'domain'>): string => `${label}.${domain}`

/** What the device is called, once a relay has given it a label. */
export const calledDomain = (state: State): string | null => answeringDomains(state)[0] ?? null

/** What it is called, and what it was called and still answers to, the latest first. */
export function answeringDomains({ relay }: State): string[] {
  if (relay.phase === 'none' || !relay.known) return []
  const { known } = relay
  return [known.label, ...known.former.map(({ label }) => label).reverse()].map((label) => domainOf(label, known))
}

/** The domain under which its services are shown: the latest for which it has a certificate, so that nobody is sent to a name that warns. */
export function deviceDomain(state: State): string | null {
  const domains = answeringDomains(state)
  return domains.find((domain) => certificateOf(state, domain).phase === 'valid') ?? domains[0] ?? null
}

/** What should stand in the relay's names now. A path that nobody can look at just now keeps its place; one that failed loses it. */
export function publicationOf(state: State): Publication {
  const label = deviceDomain(state)?.split('.')[0]
  const stands = (path: Path): boolean =>
    path.rung !== 'tunnel' && (path.phase === 'confirmed' || (path.phase === 'provisioned' && path.standing))
  const standing = (exposure: string): Path[] => pathsOf(state, exposure).filter(stands)
  return {
    services: state.services.filter(isExposed).map((service) => ({
      ...linksIn(service),
      ...(isRaw(service.target)
        ? { direct: endpointsOf(state, service.name, standing(service.name)), port: service.target.port }
        : { direct: [] }),
    })),
    direct: [...new Set(standing(FRONT_DOOR).map(({ family }) => family))],
    ...(label !== undefined && { label }),
  }
}

/** What a relay has to know of them. A link that names the home itself is none of its business. */
function linksIn({ name, target, access, links, preset, relayOnly }: Service) {
  const told = links.filter(({ via }) => via === 'relay')
  const aliases = told.flatMap(({ id, alias }) => (alias === null ? [] : [{ alias, link: id }]))
  const ends = told.flatMap(({ id, endsAtMs }) => (endsAtMs === null ? [] : [{ link: id, atMs: endsAtMs }]))
  return {
    name,
    kind: servedAs(target),
    links: told.map(({ id }) => id),
    ...(aliases.length > 0 && { aliases }),
    ...(ends.length > 0 && { ends }),
    ...(access === 'link' && { gated: true }),
    ...(relayOnly && { relayOnly }),
    ...(!isWeb(target.kind) && preset !== undefined && { preset }),
  }
}

/** A raw service has one name and is given away with one port: the relay's, or without one that which the router granted in IPv4. A path on
 *  another port cannot stand under the same name. */
export function rawPort({ publicPorts }: State, name: string, paths: readonly Path[]): number | undefined {
  const open = paths.filter((path) => 'way' in path)
  return publicPorts[name] ?? (open.find(({ rung }) => rung === 'mapped') ?? open[0])?.way.outside.port
}

/** Does a visitor who has the service's name and port come this way? */
export const isNamed = (state: State, name: string, paths: readonly Path[], path: Path): boolean =>
  path.exposure === FRONT_DOOR || !('way' in path) || path.way.outside.port === rawPort(state, name, paths)

function endpointsOf(state: State, name: string, paths: readonly Path[]): Endpoint[] {
  return paths.flatMap((path) => ('way' in path && isNamed(state, name, paths, path) ? [path.way.outside] : []))
}
