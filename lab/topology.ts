import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mustRun } from './process.ts'

/**
 *  home .10 ──┐                                              ┌── relay   198.51.100.20
 *             ├─ br-lan  router  wan ─── internet (backbone) ┼── dns     198.51.100.153 (names and certificates)
 *  server .20 ┘  192.168.1.1     203.0.113.10                └── visitor 198.18.0.10
 *
 *  Every machine is a network namespace, every line a veth pair. The home has the IPv6 prefix 2001:db8:1::/64.
 *  This much is in every lab; `networks.ts` has the others: the provider's box with its NAT (`carrier`), a second home router
 *  upstream of the first (`outer`), and a telephone without IPv4 with the NAT64 it needs (`phone`, `nat64`), a second relay elsewhere (`relay2`).
 */
export type HostName =
  | 'home'
  | 'server'
  | 'router'
  | 'internet'
  | 'relay'
  | 'dns'
  | 'visitor'
  | 'carrier'
  | 'outer'
  | 'nat64'
  | 'phone'
  | 'relay2'

/** Where things are in an ordinary lab. A family that a personality does not have is an empty string there. */
export const ADDRESSES = {
  home: { ipv4: '192.168.1.10', ipv6: '2001:db8:1::10' },
  server: { ipv4: '192.168.1.20', ipv6: '2001:db8:1::20' },
  router: { ipv4: '192.168.1.1', ipv6: '2001:db8:1::1' },
  /** The router's side to the internet. */
  wan: { ipv4: '203.0.113.10', ipv6: '2001:db8:100::10' },
  /** The IPv4 address under which the internet sees the home. */
  seenAs: '203.0.113.10',
  relay: { ipv4: '198.51.100.20', ipv6: '2001:db8:200::20' },
  /** In `two-relays` only. */
  relay2: { ipv4: '198.18.2.20', ipv6: '2001:db8:202::20' },
  dns: { ipv4: '198.51.100.153', ipv6: '2001:db8:201::53' },
  visitor: { ipv4: '198.18.0.10', ipv6: '2001:db8:300::10' },
  /** For PORCHLIGHT_PUBLIC_RANGES: what counts as public in here. */
  publicRanges: '203.0.113.0/24,198.51.100.0/24,198.18.0.0/15,2001:db8::/32',
  acmeDirectory: 'https://acme.test:14000/dir',
  upnpDescription: 'http://192.168.1.1:5000/rootDesc.xml',
} as const

type Widened<T> = { readonly [K in keyof T]: T[K] extends string ? string : Widened<T[K]> }
export type Addresses = Widened<typeof ADDRESSES>

/** `ipv4` and `ipv6` with their prefix lengths, `192.168.1.10/24`. */
export type Interface = { name: string; ipv4?: string; ipv6?: string }
export type Machine = {
  interfaces: readonly Interface[]
  gateway?: { ipv4?: string; ipv6?: string }
  forwards?: true
  /** The ports of `br-lan`. */
  bridge?: readonly string[]
  /** The address it asks for names. */
  resolver: string
  /** `ip` commands for what the fields above cannot say, run before the routes are set. */
  more?: readonly string[]
  /** Besides the default ones: `2001:db8:1::/64 via 2001:db8:100::10`. */
  routes?: readonly string[]
}
/** A machine and its interface, twice. */
export type Cable = readonly [a: HostName, nameA: string, b: HostName, nameB: string]
export type Network = { readonly machines: Readonly<Partial<Record<HostName, Machine>>>; readonly cables: readonly Cable[] }

export function hostsOf(network: Network): HostName[] {
  return Object.keys(network.machines) as HostName[]
}

export function machineOf(network: Network, host: HostName): Machine {
  const machine = network.machines[host]
  if (!machine) throw new Error(`this lab has no ${host}`)
  return machine
}

/** The far end of the cable in this interface. */
export function peerOf({ cables }: Network, host: HostName, name: string): { host: HostName; name: string } {
  for (const [a, nameA, b, nameB] of cables) {
    if (a === host && nameA === name) return { host: b, name: nameB }
    if (b === host && nameB === name) return { host: a, name: nameA }
  }
  throw new Error(`no cable in ${name} of ${host}`)
}

/** Who is at the other end of the router's line, at which port, and at which interface it gets the packets. */
export function nextBox(network: Network): { host: HostName; name: string; receivesOn: string } {
  const { host, name } = peerOf(network, 'router', 'wan')
  return { host, name, receivesOn: machineOf(network, host).bridge?.includes(name) ? 'br-lan' : name }
}

/** The machine's routes, as `ip` commands. Linux forgets routes over a link that goes down, and does not bring them back. */
export function routesOf({ gateway, bridge, routes = [] }: Machine): string[] {
  const defaults = [gateway?.ipv4, gateway?.ipv6].filter((via) => via !== undefined).map((via) => `default via ${via}`)
  return [...defaults, ...(bridge ? [ANNOUNCING] : []), ...routes].map((route) => `route replace ${route}`)
}

/** miniupnpd leaves it to the kernel over which link its IPv6 announcements go, and the kernel takes whichever came up first. */
const ANNOUNCING = 'multicast ff02::/16 dev br-lan table local metric 1'

const SYSCTLS = [
  'net.ipv6.conf.default.accept_dad=0', // no second of duplicate detection on every address
  'net.ipv6.conf.all.accept_dad=0',
  'net.ipv6.conf.all.keep_addr_on_down=1',
  'net.ipv4.conf.all.promote_secondaries=1',
]
const FORWARDING = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv6.conf.default.forwarding=1']

/** Make the namespaces `<lab><host>`, lay the cables, set addresses and routes. Usable the moment it returns. */
export async function raiseNetwork(lab: string, network: Network): Promise<void> {
  const hosts = hostsOf(network)
  await batch(hosts.map((host) => `netns add ${lab}${host}`))
  await Promise.all(
    hosts.map((host) =>
      mustRun([
        ...['ip', 'netns', 'exec', lab + host, 'sysctl', '-qw'],
        ...[...SYSCTLS, ...(machineOf(network, host).forwards ? FORWARDING : [])],
      ]),
    ),
  )
  await batch(
    // Both ends of every veth get an interface index of their own: equal ones cost a second of dead network after the start.
    network.cables.map(([a, nameA, b, nameB], i) => {
      const index = 12 + 2 * i
      return `link add name ${nameA} index ${index} netns ${lab}${a} type veth peer name ${nameB} index ${index + 1} netns ${lab}${b}`
    }),
  )
  await Promise.all(hosts.map((host) => batch(configuration(machineOf(network, host)), lab + host)))
  for (const host of hosts) writeResolver(lab + host, machineOf(network, host).resolver)
}

function configuration(machine: Machine): string[] {
  const { interfaces, bridge = [], more = [] } = machine
  return [
    'link set lo up',
    ...(bridge.length > 0 ? ['link add br-lan type bridge forward_delay 0 stp_state 0 mcast_snooping 0'] : []),
    ...bridge.map((port) => `link set ${port} master br-lan up`),
    ...interfaces.flatMap(({ name, ipv4, ipv6 }) => [
      ...(ipv4 ? [`addr add ${ipv4} dev ${name}`] : []),
      ...(ipv6 ? [`addr add ${ipv6} dev ${name} nodad`] : []),
      `link set ${name} up`,
    ]),
    ...more,
    ...routesOf(machine),
  ]
}

/** ip-netns(8) lays these files over those in /etc for every program it starts in the namespace. The second keeps glibc from
 *  asking the machine's own resolver over a socket, as nss-resolve does; ip-netns complains about a file that /etc lacks. */
function writeResolver(namespace: string, resolver: string): void {
  const folder = `/etc/netns/${namespace}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/resolv.conf`, `nameserver ${resolver}\n`)
  if (existsSync('/etc/nsswitch.conf')) writeFileSync(`${folder}/nsswitch.conf`, 'passwd: files\ngroup: files\nhosts: files dns\n')
}

/** Many `ip` commands in one process, optionally inside a namespace. */
export async function batch(commands: readonly string[], namespace?: string): Promise<void> {
  const where = namespace ? ['-n', namespace] : []
  await mustRun(['ip', ...where, '-batch', '-'], { input: `${commands.join('\n')}\n` })
}
