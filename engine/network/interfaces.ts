/** Which of this machine's addresses faces the home network? Pure: interfaces and routes in, an address out. */

import type { NetworkInterfaceInfo } from 'node:os'
import { type Family, inRange, parseAddress, parseRange } from '../../protocol/model/address.ts'

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** A default route, as the operating system tells it. */
export interface DefaultRoute {
  readonly family: Family
  /** Null when the route leads straight onto the link. Never carries a zone id: `interfaceName` says which link. */
  readonly gateway: string | null
  readonly interfaceName: string
  /** The lower goes first. */
  readonly metric: number
}

export interface RouteTable {
  readonly routes: readonly DefaultRoute[]
  /** IPv6 addresses that will soon be replaced (RFC 8981) or that are not in use yet: never to be published. */
  readonly passing: ReadonlySet<string>
}

/** What tunnels, containers and virtual machines are called on Linux, macOS and Windows. None of them leads to the home's router. */
const VIRTUAL_NAMES = [
  /^lo\d*$/i,
  /^(tun|tap|utun|wg|ipsec|gif|stf|gre|sit|tailscale|nordlynx|proton|zt|feth)[\w-]*$/i,
  /^(docker|br-[0-9a-f]{12}|veth|virbr|vnet|vmnet|vboxnet|lxcbr|lxdbr|incusbr|podman|cni|flannel|cali)[\w.-]*$/i,
  /^(awdl|llw|ap|anpi|bridge1\d\d)\d*$/i,
  /^loopback/i,
  /wireguard|tailscale|zerotier|openvpn|wintun|tap-windows|virtualbox|vmware/i,
  // Hyper-V calls its own switches so. An external switch bears another name in the brackets and carries the machine's real
  // connection, so that one stays.
  /^vEthernet \((Default Switch|nat|DockerNAT|WSL.*)\)$/i,
]

export function isVirtual(interfaceName: string): boolean {
  return VIRTUAL_NAMES.some((pattern) => pattern.test(interfaceName))
}

/** The route out of the house: real interfaces only, the lowest metric first, else the order of the table. */
export function bestRoute(routes: readonly DefaultRoute[], family: Family): DefaultRoute | undefined {
  return routes
    .filter((route) => route.family === family && !isVirtual(route.interfaceName))
    .sort((a, b) => a.metric - b.metric)
    .at(0)
}

/** Our IPv4 address in the gateway's subnet; where the gateway lies outside every subnet (a /32 link), the interface's first address. */
export function localIPv4(interfaces: Interfaces, interfaceName: string, gateway: string): string | undefined {
  const own = (interfaces[interfaceName] ?? []).filter((info) => info.family === 'IPv4')
  const hop = parseAddress(gateway)
  const neighbour = own.find((info) => hop !== undefined && subnetHolds(info, hop))
  return (neighbour ?? own[0])?.address
}

function subnetHolds(info: NetworkInterfaceInfo, address: Uint8Array): boolean {
  const bits = Number(info.cidr?.split('/')[1])
  const base = parseAddress(info.address)
  return base !== undefined && Number.isInteger(bits) && inRange(address, { base, bits })
}

/** RFC 4291 §2.4: what the internet routes. Documentation addresses lie inside it. */
const GLOBAL_UNICAST = parseRange('2000::/3')

/** A global IPv6 address of that interface that will still be ours tomorrow, where there is one. */
export function localIPv6(interfaces: Interfaces, interfaceName: string, passing: ReadonlySet<string>): string | undefined {
  const own = (interfaces[interfaceName] ?? []).map((info) => info.address).filter(isGlobal)
  return own.find((address) => !passing.has(address)) ?? own[0]
}

function isGlobal(address: string): boolean {
  const bytes = parseAddress(address)
  return bytes?.length === 16 && GLOBAL_UNICAST !== undefined && inRange(bytes, GLOBAL_UNICAST)
}
