/** What an operator is shown of devices, by his commands and on his page. */
import type { Device, Registry } from './registry.ts'
import type { Takedown } from './takedowns.ts'
import { type Month, type MonthlyBytes, monthOf } from './traffic.ts'

export interface DeviceFacts extends Device {
  readonly services: readonly { readonly name: string; readonly kind: string; readonly port: number | null }[]
  /** Names of its owner's own that are carried to it. */
  readonly ownHosts: readonly string[]
  readonly linksCount: number
  readonly takenDown: readonly Takedown[]
  /** The current one, UTC. */
  readonly month: Month
  readonly inBytes: number
  readonly outBytes: number
  readonly monthlyBytes: MonthlyBytes
}

/** The registry's fact about what one device may be carried in a month unless it has a quota of its own: bytes, or nothing. */
export const MONTHLY_BYTES = 'monthly-bytes'

export function monthlyBytesForAll(registry: Pick<Registry, 'meta'>): MonthlyBytes {
  return Number(registry.meta(MONTHLY_BYTES) ?? 0) || null
}

export function deviceFacts(registry: Registry, devices: readonly Device[], nowMs: number): DeviceFacts[] {
  const month = monthOf(nowMs)
  const [traffic, quotas, takedowns, forAll] = [
    registry.traffic(month),
    registry.quotas(),
    registry.takedowns(),
    monthlyBytesForAll(registry),
  ]
  return devices.map((device) => {
    const services = registry.published(device.key)?.services ?? []
    const ports = registry.publicPorts(device.key)
    const own = quotas.get(device.key)
    return {
      ...device,
      services: services.map(({ name, kind }) => ({ name, kind, port: ports.find(({ service }) => service === name)?.port ?? null })),
      ownHosts: registry.carriedHosts(device.key).map(({ host }) => host),
      linksCount: services.reduce((count, { links }) => count + links.length, 0),
      takenDown: takedowns.filter(({ deviceKey }) => deviceKey === device.key),
      month,
      ...(traffic.get(device.key) ?? { inBytes: 0, outBytes: 0 }),
      monthlyBytes: own === undefined ? forAll : own,
    }
  })
}
