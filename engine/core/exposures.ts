/** From services to what must be opened: web services share one front door, every raw service has a port of its own. */
import type { Endpoint } from '../../protocol/model/address.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { Publication } from '../../wire/messages.ts'
import type { Exposure, Path, Service, State } from './state.ts'

/** No service can have this name. */
export const FRONT_DOOR = ':web'

export function exposuresOf(services: readonly Service[]): Exposure[] {
  const active = services.filter(({ paused }) => !paused)
  const web = active.filter(({ target }) => isWeb(target.kind)).map(({ name }) => name)
  const frontDoor: Exposure[] =
    web.length === 0 ? [] : [{ id: FRONT_DOOR, protocol: 'tcp', port: 443, exactPort: true, transport: 'tls', services: web }]
  const raw = active
    .filter(({ target }) => !isWeb(target.kind))
    .map(({ name, target }): Exposure => {
      const protocol = target.kind === 'udp' ? 'udp' : 'tcp'
      return { id: name, protocol, port: target.port, exactPort: false, transport: protocol, services: [name] }
    })
  return [...frontDoor, ...raw]
}

export const exposureOf = ({ services }: State, name: string): Exposure | undefined =>
  exposuresOf(services).find((exposure) => exposure.services.includes(name))

export const pathsOf = ({ paths }: State, exposure: string): Path[] => Object.values(paths).filter((path) => path.exposure === exposure)

/** The host name of a service under the device's domain. */
export const hostOf = (name: string, domain: string): string => `${name}.${domain}`

/** `amber-otter-42.relay.example`: the device's own domain, once a relay has given it a label. */
export function deviceDomain({ relay }: State): string | null {
  return relay.phase !== 'none' && relay.known ? `${relay.known.label}.${relay.known.domain}` : null
}

/** What should stand in the relay's names now. A path that nobody can look at just now keeps its place; one that failed loses it. */
export function publicationOf(state: State): Publication {
  const stands = (path: Path): boolean =>
    path.rung !== 'tunnel' && (path.phase === 'confirmed' || (path.phase === 'provisioned' && path.standing))
  const standing = (exposure: string): Path[] => pathsOf(state, exposure).filter(stands)
  return {
    services: state.services
      .filter(({ paused }) => !paused)
      .map(({ name, target, linkId }) => ({
        name,
        kind: target.kind,
        links: [linkId],
        direct: isWeb(target.kind) ? [] : endpointsOf(standing(name)),
      })),
    direct: [...new Set(standing(FRONT_DOOR).map(({ family }) => family))],
  }
}

/** A raw service has one name and is given away with one port: where the router granted another one in IPv4, an IPv6 path on the wanted port
 *  cannot stand under the same name. */
export function rawPort(paths: readonly Path[]): number | undefined {
  const open = paths.filter((path) => 'way' in path)
  return (open.find(({ rung }) => rung === 'mapped') ?? open[0])?.way.outside.port
}

function endpointsOf(paths: readonly Path[]): Endpoint[] {
  const port = rawPort(paths)
  return paths.flatMap((path) => ('way' in path && path.way.outside.port === port ? [path.way.outside] : []))
}
