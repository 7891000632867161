/** The home's own addresses of raw services: since when each stands. */
import type { Endpoint } from '../../protocol/model/address.ts'
import type { Publication } from '../../wire/messages.ts'

export type PublishedService = Publication['services'][number]

export interface RawAddresses {
  /** What a device says from now on, and what it said before. */
  note(deviceKey: string, earlier: readonly PublishedService[], services: readonly PublishedService[]): void
  /** Milliseconds since 1970; what stood at the start counts from there. */
  sinceMs(deviceKey: string, service: PublishedService, endpoint: Endpoint): number
}

export function createRawAddresses(now: () => number): RawAddresses {
  const startedAtMs = now()
  const since = new Map<string, ReadonlyMap<string, number>>()
  const sinceMs: RawAddresses['sinceMs'] = (deviceKey, service, endpoint) =>
    since.get(deviceKey)?.get(endpointKey(service, endpoint)) ?? startedAtMs
  return {
    sinceMs,
    note(deviceKey, earlier, services) {
      const entries = services.flatMap((service) =>
        service.direct.map((endpoint): [string, number] => [
          endpointKey(service, endpoint),
          standsAlready(earlier, service, endpoint) ? sinceMs(deviceKey, service, endpoint) : now(),
        ]),
      )
      if (entries.length > 0) since.set(deviceKey, new Map(entries))
      else since.delete(deviceKey)
    },
  }
}

export function standsAlready(
  earlier: readonly PublishedService[],
  { name, kind }: PublishedService,
  { address, port }: Endpoint,
): boolean {
  const direct = earlier.find((service) => service.name === name && service.kind === kind)?.direct ?? []
  return direct.some((endpoint) => endpoint.address === address && endpoint.port === port)
}

const endpointKey = ({ name }: PublishedService, { address, port }: Endpoint): string => `${name} ${address} ${port}`
