import { ADDRESSES, type Interface, type Machine, type Network } from './topology.ts'

const LAN_GATEWAY = { ipv4: ADDRESSES.router.ipv4, ipv6: ADDRESSES.router.ipv6 }
const WAN_GATEWAY = { ipv4: '203.0.113.1', ipv6: '2001:db8:100::1' }
/** Where the provider of IPv6 alone has its translator and its DNS. */
export const NAT64 = { ipv6: '2001:db8:301::64' } as const
/** Not the well-known 64:ff9b::/96, under which tayga translates no documentation address (RFC 6052 §3.1, its `is_private_ip4_addr`). */
export const NAT64_PREFIX = '2001:db8:64::'
const HOME_PREFIX = '2001:db8:1::/64'

const ROUTER: Machine = {
  bridge: ['lan1', 'lan2'],
  interfaces: [
    { name: 'br-lan', ipv4: '192.168.1.1/24', ipv6: '2001:db8:1::1/64' },
    { name: 'wan', ipv4: '203.0.113.10/24', ipv6: '2001:db8:100::10/64' },
  ],
  gateway: WAN_GATEWAY,
  forwards: true,
  resolver: ADDRESSES.dns.ipv4,
}
const [LAN_SIDE] = ROUTER.interfaces as [Interface]

const INTERNET: Machine = {
  interfaces: [
    { name: 'isp', ipv4: '203.0.113.1/24', ipv6: '2001:db8:100::1/64' },
    { name: 'relay', ipv4: '198.51.100.1/25', ipv6: '2001:db8:200::1/64' },
    { name: 'dns', ipv4: '198.51.100.129/25', ipv6: '2001:db8:201::1/64' },
    { name: 'visitor', ipv4: '198.18.0.1/24', ipv6: '2001:db8:300::1/64' },
  ],
  routes: [`${HOME_PREFIX} via ${ADDRESSES.wan.ipv6}`],
  forwards: true,
  resolver: ADDRESSES.dns.ipv4,
}

/** A machine at the end of its cable. */
function end(ipv4: string, ipv6: string, gateway: { ipv4: string; ipv6: string }, resolver: string = ADDRESSES.dns.ipv4): Machine {
  return { interfaces: [{ name: 'eth0', ipv4, ipv6 }], gateway, resolver }
}

const HOME = end('192.168.1.10/24', '2001:db8:1::10/64', LAN_GATEWAY, ADDRESSES.router.ipv4)
const SERVER = end('192.168.1.20/24', '2001:db8:1::20/64', LAN_GATEWAY, ADDRESSES.router.ipv4)

/** The one drawn in `topology.ts`. */
export const PLAIN: Network = {
  machines: {
    home: HOME,
    server: SERVER,
    router: ROUTER,
    internet: INTERNET,
    relay: end('198.51.100.20/25', '2001:db8:200::20/64', { ipv4: '198.51.100.1', ipv6: '2001:db8:200::1' }),
    dns: end('198.51.100.153/25', '2001:db8:201::53/64', { ipv4: '198.51.100.129', ipv6: '2001:db8:201::1' }),
    visitor: end('198.18.0.10/24', '2001:db8:300::10/64', { ipv4: '198.18.0.1', ipv6: '2001:db8:300::1' }),
  },
  cables: [
    ['home', 'eth0', 'router', 'lan1'],
    ['server', 'eth0', 'router', 'lan2'],
    ['router', 'wan', 'internet', 'isp'],
    ['relay', 'eth0', 'internet', 'relay'],
    ['dns', 'eth0', 'internet', 'dns'],
    ['visitor', 'eth0', 'internet', 'visitor'],
  ],
}

/** One more box with its own NAT between the router and the internet. IPv6 is routed through it, prefix and all. */
function behind(box: 'carrier' | 'outer', at: { outside: string; inside?: string; router?: string }): Network {
  const [outsideIpv6, insideIpv6, routerIpv6] = ['2001:db8:100::5', '2001:db8:101::1', '2001:db8:101::10']
  const middle: Machine = {
    bridge: ['lan1'],
    interfaces: [
      { name: 'br-lan', ipv6: `${insideIpv6}/64`, ...(at.inside ? { ipv4: `${at.inside}/24` } : {}) },
      { name: 'wan', ipv4: `${at.outside}/24`, ipv6: `${outsideIpv6}/64` },
    ],
    gateway: WAN_GATEWAY,
    routes: [`${HOME_PREFIX} via ${routerIpv6}`],
    forwards: true,
    resolver: ADDRESSES.dns.ipv4,
  }
  const router: Machine = {
    ...ROUTER,
    interfaces: [LAN_SIDE, { name: 'wan', ipv6: `${routerIpv6}/64`, ...(at.router ? { ipv4: `${at.router}/24` } : {}) }],
    gateway: { ipv6: insideIpv6, ...(at.inside ? { ipv4: at.inside } : {}) },
  }
  const internet = { ...INTERNET, routes: [`${HOME_PREFIX} via ${outsideIpv6}`, `2001:db8:101::/64 via ${outsideIpv6}`] }
  return {
    machines: { ...PLAIN.machines, router, [box]: middle, internet },
    cables: [...PLAIN.cables.filter(([, , , name]) => name !== 'isp'), ['router', 'wan', box, 'lan1'], [box, 'wan', 'internet', 'isp']],
  }
}

/** The provider's NAT (RFC 6598): the router's own address, 100.64.0.10, is one that nobody outside can reach. */
export const CARRIER_NAT = behind('carrier', { outside: '203.0.113.5', inside: '100.64.0.1', router: '100.64.0.10' })

/** Two home routers in a row. */
export const DOUBLE_NAT = behind('outer', { outside: '203.0.113.10', inside: '192.168.0.1', router: '192.168.0.2' })

/** IPv4 only through a tunnel in IPv6 to the provider's NAT, with the addresses that RFC 6333 §5.7 and §6.5 give its two ends.
 *  A simplification: the tunnel is VXLAN, because many kernels lack the ip6tnl of the real thing; the frames inside and the
 *  larger MTU of the line (RFC 6333 §5.3) are all that differs from what the router and the home can see. */
export const DS_LITE = (() => {
  const network = behind('carrier', { outside: '203.0.113.5' })
  const { router, carrier } = network.machines as Record<'router' | 'carrier', Machine>
  const softwire = (local: string, remote: string, over: string, address: string) => [
    `link add softwire mtu 1500 type vxlan id 6333 local ${local} remote ${remote} dstport 4789 dev ${over}`,
    `addr add ${address}/29 dev softwire`,
    'link set softwire up',
  ]
  return {
    ...network,
    machines: {
      ...network.machines,
      router: {
        ...router,
        more: ['link set wan mtu 1600', ...softwire('2001:db8:101::10', '2001:db8:101::1', 'wan', '192.0.0.2')],
        routes: ['default via 192.0.0.1'],
      },
      carrier: {
        ...carrier,
        more: ['link set lan1 mtu 1600', ...softwire('2001:db8:101::1', '2001:db8:101::10', 'br-lan', '192.0.0.1')],
        routes: [...(carrier.routes ?? []), '192.168.1.0/24 via 192.0.0.2'],
      },
    },
  } satisfies Network
})()

/** A provider without IPv6: the home has link-local addresses, as every Linux machine, and nothing more. */
export const WITHOUT_IPV6: Network = {
  ...PLAIN,
  machines: {
    ...PLAIN.machines,
    home: withoutIpv6(HOME),
    server: withoutIpv6(SERVER),
    router: withoutIpv6(ROUTER),
    internet: { ...INTERNET, routes: [] },
  },
}

function withoutIpv6({ interfaces, gateway, ...machine }: Machine): Machine {
  return {
    ...machine,
    interfaces: interfaces.map(({ ipv6: _, ...rest }) => rest),
    gateway: gateway?.ipv4 ? { ipv4: gateway.ipv4 } : {},
  }
}

/** A provider with IPv6 only: its NAT64 and DNS64 stand beside the backbone. At home IPv4 leads to the neighbours and no further. */
export const IPV6_ONLY: Network = {
  machines: {
    ...PLAIN.machines,
    home: withoutIpv4Route(HOME),
    server: withoutIpv4Route(SERVER),
    router: { ...ROUTER, interfaces: [LAN_SIDE, { name: 'wan', ipv6: '2001:db8:100::10/64' }], gateway: { ipv6: WAN_GATEWAY.ipv6 } },
    internet: {
      ...INTERNET,
      interfaces: [...INTERNET.interfaces, { name: 'nat64', ipv4: '198.18.1.1/24', ipv6: '2001:db8:301::1/64' }],
      routes: [...(INTERNET.routes ?? []), `${NAT64_PREFIX}/96 via ${NAT64.ipv6}`],
    },
    nat64: {
      interfaces: [{ name: 'wan', ipv4: '198.18.1.64/24', ipv6: `${NAT64.ipv6}/64` }],
      gateway: { ipv4: '198.18.1.1', ipv6: '2001:db8:301::1' },
      forwards: true,
      resolver: ADDRESSES.dns.ipv4,
    },
  },
  cables: [...PLAIN.cables, ['nat64', 'wan', 'internet', 'nat64']],
}

function withoutIpv4Route({ gateway, ...machine }: Machine): Machine {
  return { ...machine, gateway: gateway?.ipv6 ? { ipv6: gateway.ipv6 } : {} }
}

/** Besides the plain lab, a mobile network without IPv4: its telephone reaches IPv4 servers through NAT64 and DNS64. */
export const WITH_PHONE: Network = {
  machines: {
    ...PLAIN.machines,
    internet: {
      ...INTERNET,
      interfaces: [...INTERNET.interfaces, { name: 'mobile', ipv4: '198.18.1.1/24', ipv6: '2001:db8:301::1/64' }],
      routes: [...(INTERNET.routes ?? []), '2001:db8:302::/64 via 2001:db8:301::64'],
    },
    nat64: {
      interfaces: [
        { name: 'wan', ipv4: '198.18.1.64/24', ipv6: '2001:db8:301::64/64' },
        { name: 'phone', ipv6: '2001:db8:302::1/64' },
      ],
      gateway: { ipv4: '198.18.1.1', ipv6: '2001:db8:301::1' },
      forwards: true,
      resolver: ADDRESSES.dns.ipv4,
    },
    phone: {
      interfaces: [{ name: 'eth0', ipv6: '2001:db8:302::10/64' }],
      gateway: { ipv6: '2001:db8:302::1' },
      resolver: '2001:db8:302::1',
    },
  },
  cables: [...PLAIN.cables, ['nat64', 'wan', 'internet', 'mobile'], ['phone', 'eth0', 'nat64', 'phone']],
}

/** Besides the plain lab, a second relay in another network, as another operator's machine would be. */
export const TWO_RELAYS: Network = {
  machines: {
    ...PLAIN.machines,
    internet: {
      ...INTERNET,
      interfaces: [...INTERNET.interfaces, { name: 'relay2', ipv4: '198.18.2.1/24', ipv6: '2001:db8:202::1/64' }],
    },
    relay2: end('198.18.2.20/24', '2001:db8:202::20/64', { ipv4: '198.18.2.1', ipv6: '2001:db8:202::1' }),
  },
  cables: [...PLAIN.cables, ['relay2', 'eth0', 'internet', 'relay2']],
}
