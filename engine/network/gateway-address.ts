/** Where is the way out of this house? The default gateway and our own address towards it, as the operating system knows them. */

import { networkInterfaces } from 'node:os'
import { readDarwinRoutes } from './darwin.ts'
import { bestRoute, type Interfaces, localIPv4, localIPv6, type RouteTable } from './interfaces.ts'
import { readLinuxRoutes } from './linux.ts'
import { readWin32Routes } from './win32.ts'

export interface NetworkFacts {
  readonly ipv4?: { readonly gateway: string; readonly localAddress: string; readonly interfaceName: string }
  /** Present only with a default route and a global address. The gateway is mostly link-local (`fe80::…`, to be reached through
   *  `interfaceName`), and null when the route leads straight onto the link. */
  readonly ipv6?: { readonly gateway: string | null; readonly localAddress: string; readonly interfaceName: string }
}

/** What the operating system is asked. A test brings its own. */
export interface NetworkSource {
  readonly routes: (signal: AbortSignal) => Promise<RouteTable>
  readonly interfaces: () => Interfaces
}

/**
 * The network facts of this moment, or null when no real interface leads out. No name is looked up and nothing is sent: on Linux this
 * takes a millisecond, on macOS some tens, on Windows (PowerShell) up to seconds. Tunnels, containers and virtual machines do not
 * count, and an address is never guessed. Rejects when the signal fires or the operating system does not tell.
 */
export async function findNetwork(signal: AbortSignal, source: NetworkSource = systemSource()): Promise<NetworkFacts | null> {
  signal.throwIfAborted()
  return chooseFacts(await source.routes(signal), source.interfaces())
}

/** Pure. */
export function chooseFacts(table: RouteTable, interfaces: Interfaces): NetworkFacts | null {
  const ipv4 = ipv4Facts(table, interfaces)
  const ipv6 = ipv6Facts(table, interfaces)
  return ipv4 || ipv6 ? { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) } : null
}

function ipv4Facts({ routes }: RouteTable, interfaces: Interfaces): NetworkFacts['ipv4'] {
  // Without a next hop there is no router to ask.
  const route = bestRoute(
    routes.filter(({ gateway }) => gateway !== null),
    'ipv4',
  )
  if (!route?.gateway) return undefined
  const localAddress = localIPv4(interfaces, route.interfaceName, route.gateway)
  return localAddress ? { gateway: route.gateway, localAddress, interfaceName: route.interfaceName } : undefined
}

function ipv6Facts({ routes, passing }: RouteTable, interfaces: Interfaces): NetworkFacts['ipv6'] {
  const route = bestRoute(routes, 'ipv6')
  if (!route) return undefined
  const localAddress = localIPv6(interfaces, route.interfaceName, passing)
  return localAddress ? { gateway: route.gateway, localAddress, interfaceName: route.interfaceName } : undefined
}

function systemSource(): NetworkSource {
  const readers: Partial<Record<NodeJS.Platform, NetworkSource['routes']>> = { darwin: readDarwinRoutes, win32: readWin32Routes }
  return { routes: readers[process.platform] ?? readLinuxRoutes, interfaces: networkInterfaces }
}
