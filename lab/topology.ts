import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mustRun } from './process.ts'

/**
 *  home .10 ──┐                                              ┌── relay   198.51.100.20
 *             ├─ br-lan  router  wan ─── internet (backbone) ┼── dns     198.51.100.153 (names and certificates)
 *  server .20 ┘  192.168.1.1     203.0.113.10                └── visitor 198.18.0.10
 *
 *  Every machine is a network namespace, every line a veth pair. The home has the IPv6 prefix 2001:db8:1::/64.
 */
export const HOST_NAMES = ['home', 'server', 'router', 'internet', 'relay', 'dns', 'visitor'] as const
export type HostName = (typeof HOST_NAMES)[number]

export const ADDRESSES = {
  home: { ipv4: '192.168.1.10', ipv6: '2001:db8:1::10' },
  server: { ipv4: '192.168.1.20', ipv6: '2001:db8:1::20' },
  router: { ipv4: '192.168.1.1', ipv6: '2001:db8:1::1' },
  /** The router's side to the internet. */
  wan: { ipv4: '203.0.113.10', ipv6: '2001:db8:100::10' },
  relay: { ipv4: '198.51.100.20', ipv6: '2001:db8:200::20' },
  dns: { ipv4: '198.51.100.153', ipv6: '2001:db8:201::53' },
  visitor: { ipv4: '198.18.0.10', ipv6: '2001:db8:300::10' },
  /** For PORCHLIGHT_PUBLIC_RANGES: what counts as public in here. */
  publicRanges: '203.0.113.0/24,198.51.100.0/24,198.18.0.0/15,2001:db8::/32',
  acmeDirectory: 'https://acme.test:14000/dir',
  upnpDescription: 'http://192.168.1.1:5000/rootDesc.xml',
} as const

// Both ends of every veth get an interface index of their own: equal ones cost a second of dead network after the start.
const CABLES = [
  ['home', 'eth0', 'router', 'lan1'],
  ['server', 'eth0', 'router', 'lan2'],
  ['router', 'wan', 'internet', 'isp'],
  ['relay', 'eth0', 'internet', 'relay'],
  ['dns', 'eth0', 'internet', 'dns'],
  ['visitor', 'eth0', 'internet', 'visitor'],
] as const

type Interface = { name: string; ipv4: string; ipv6: string }
type Machine = { interfaces: readonly Interface[]; gateway?: { ipv4: string; ipv6: string }; forwards?: true; bridge?: readonly string[] }

const LAN_GATEWAY = { ipv4: ADDRESSES.router.ipv4, ipv6: ADDRESSES.router.ipv6 }
/** What the router's default routes lead to; they have to be set again whenever its line has been down. */
export const WAN_GATEWAY = { ipv4: '203.0.113.1', ipv6: '2001:db8:100::1' }

const MACHINES: Record<HostName, Machine> = {
  home: { interfaces: [{ name: 'eth0', ipv4: '192.168.1.10/24', ipv6: '2001:db8:1::10/64' }], gateway: LAN_GATEWAY },
  server: { interfaces: [{ name: 'eth0', ipv4: '192.168.1.20/24', ipv6: '2001:db8:1::20/64' }], gateway: LAN_GATEWAY },
  router: {
    bridge: ['lan1', 'lan2'],
    interfaces: [
      { name: 'br-lan', ipv4: '192.168.1.1/24', ipv6: '2001:db8:1::1/64' },
      { name: 'wan', ipv4: '203.0.113.10/24', ipv6: '2001:db8:100::10/64' },
    ],
    gateway: WAN_GATEWAY,
    forwards: true,
  },
  internet: {
    interfaces: [
      { name: 'isp', ipv4: '203.0.113.1/24', ipv6: '2001:db8:100::1/64' },
      { name: 'relay', ipv4: '198.51.100.1/25', ipv6: '2001:db8:200::1/64' },
      { name: 'dns', ipv4: '198.51.100.129/25', ipv6: '2001:db8:201::1/64' },
      { name: 'visitor', ipv4: '198.18.0.1/24', ipv6: '2001:db8:300::1/64' },
    ],
    forwards: true,
  },
  relay: {
    interfaces: [{ name: 'eth0', ipv4: '198.51.100.20/25', ipv6: '2001:db8:200::20/64' }],
    gateway: { ipv4: '198.51.100.1', ipv6: '2001:db8:200::1' },
  },
  dns: {
    interfaces: [{ name: 'eth0', ipv4: '198.51.100.153/25', ipv6: '2001:db8:201::53/64' }],
    gateway: { ipv4: '198.51.100.129', ipv6: '2001:db8:201::1' },
  },
  visitor: {
    interfaces: [{ name: 'eth0', ipv4: '198.18.0.10/24', ipv6: '2001:db8:300::10/64' }],
    gateway: { ipv4: '198.18.0.1', ipv6: '2001:db8:300::1' },
  },
}

const SYSCTLS = [
  'net.ipv6.conf.default.accept_dad=0', // no second of duplicate detection on every address
  'net.ipv6.conf.all.accept_dad=0',
  'net.ipv6.conf.all.keep_addr_on_down=1',
  'net.ipv4.conf.all.promote_secondaries=1',
]
const FORWARDING = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv6.conf.default.forwarding=1']

/** Make the namespaces `<lab><host>`, lay the cables, set addresses and routes. Usable the moment it returns. */
export async function raiseNetwork(lab: string): Promise<void> {
  await batch(HOST_NAMES.map((host) => `netns add ${lab}${host}`))
  await Promise.all(
    HOST_NAMES.map((host) =>
      mustRun(['ip', 'netns', 'exec', lab + host, 'sysctl', '-qw', ...SYSCTLS, ...(MACHINES[host].forwards ? FORWARDING : [])]),
    ),
  )
  await batch(
    CABLES.map(([a, nameA, b, nameB], i) => {
      const index = 12 + 2 * i
      return `link add name ${nameA} index ${index} netns ${lab}${a} type veth peer name ${nameB} index ${index + 1} netns ${lab}${b}`
    }),
  )
  await Promise.all(HOST_NAMES.map((host) => batch(configuration(host), lab + host)))
  for (const host of HOST_NAMES) writeResolver(lab, host)
}

function configuration(host: HostName): string[] {
  const { interfaces, gateway, bridge } = MACHINES[host]
  return [
    'link set lo up',
    ...(bridge ? ['link add br-lan type bridge forward_delay 0 stp_state 0 mcast_snooping 0'] : []),
    ...(bridge ?? []).map((port) => `link set ${port} master br-lan up`),
    ...interfaces.flatMap(({ name, ipv4, ipv6 }) => [
      `addr add ${ipv4} dev ${name}`,
      `addr add ${ipv6} dev ${name} nodad`,
      `link set ${name} up`,
    ]),
    ...(gateway ? [`route add default via ${gateway.ipv4}`, `route add default via ${gateway.ipv6}`] : []),
    ...(host === 'internet' ? [`route add 2001:db8:1::/64 via ${ADDRESSES.wan.ipv6}`] : []),
  ]
}

/** ip-netns(8) lays these files over those in /etc for every program it starts in the namespace. The second keeps glibc from
 *  asking the machine's own resolver over a socket, as nss-resolve does; ip-netns complains about a file that /etc lacks. */
function writeResolver(lab: string, host: HostName): void {
  const folder = `/etc/netns/${lab}${host}`
  const resolver = host === 'home' || host === 'server' ? ADDRESSES.router.ipv4 : ADDRESSES.dns.ipv4
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/resolv.conf`, `nameserver ${resolver}\n`)
  if (existsSync('/etc/nsswitch.conf')) writeFileSync(`${folder}/nsswitch.conf`, 'passwd: files\ngroup: files\nhosts: files dns\n')
}

/** Many `ip` commands in one process, optionally inside a namespace. */
export async function batch(commands: readonly string[], namespace?: string): Promise<void> {
  const where = namespace ? ['-n', namespace] : []
  await mustRun(['ip', ...where, '-batch', '-'], { input: `${commands.join('\n')}\n` })
}
