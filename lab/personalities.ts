import { must } from './host.ts'
import type { Lab } from './lab.ts'
import { setTable } from './line.ts'
import { startNat64 } from './nat64.ts'
import { CARRIER_NAT, DOUBLE_NAT, DS_LITE, IPV6_ONLY, NAT64, PLAIN, TWO_RELAYS, WITH_PHONE, WITHOUT_IPV6 } from './networks.ts'
import type { Behaviour } from './router-settings.ts'
import { ADDRESSES, type Addresses, type Network, nextBox } from './topology.ts'

export type Personality = {
  /** One line for people. */
  says: string
  /** Who is there and how they are joined: without, the network drawn in `topology.ts`. */
  network?: Network
  addresses?: Partial<Addresses>
  /** Where the home's router differs from an ordinary one. */
  router?: Partial<Behaviour>
  /** The same of the second home router, where the network has one. */
  outer?: Partial<Behaviour> & { upnp?: boolean }
  /** Whether it starts with what it has of UPnP, NAT-PMP and PCP: yes, unless told otherwise. */
  upnp?: boolean
  /** What else has to happen once everybody is there. */
  prepare?(lab: Lab): Promise<void>
}

const behindCarrier = {
  network: CARRIER_NAT,
  addresses: { wan: { ipv4: '100.64.0.10', ipv6: '2001:db8:101::10' }, seenAs: '203.0.113.5' },
}
const behindOther = {
  network: DOUBLE_NAT,
  addresses: { wan: { ipv4: '192.168.0.2', ipv6: '2001:db8:101::10' } },
  router: { takenForPublic: ['documentation', 'private'] },
} satisfies Omit<Personality, 'says'>
/** Free's customers share one IPv4 address by four, a quarter of the ports each: this is the first of those without 443. */
const SHARED_PORTS = { first: 16_384, last: 32_767 }
/** A fifth of all questions stay without an answer. docs/decisions.md says what more does. */
const LOSS_PERCENT = 10
const UPLINK_MBIT_PER_S = 5

/** The homes one can have, each with the one thing that makes it special. */
export const PERSONALITIES = {
  plain: { says: 'an ordinary home router, with UPnP, NAT-PMP and PCP on' },
  iptables: { says: 'as plain, but the router is of the older kind, with iptables instead of nftables', router: { build: 'iptables' } },
  'upnp-off': { says: 'a home router that lets nobody map ports', upnp: false },
  'upnp-only': { says: 'UPnP without NAT-PMP and PCP', router: { pcp: false } },
  'upnp-v1': { says: 'a router that describes itself as IGD version 1, without IPv6 pinholes', router: { igdVersion: 1 } },
  'pcp-only': { says: 'NAT-PMP and PCP without UPnP', router: { igd: false } },
  'cgnat-refusing': {
    says: "behind the provider's NAT, and the router says so: it maps nothing on 100.64.0.10",
    ...behindCarrier,
    router: { takenForPublic: [] },
  },
  'cgnat-lying': {
    says: "behind the provider's NAT, and the router claims 203.0.113.5 for itself and every mapping a success",
    ...behindCarrier,
    router: { claims: '203.0.113.5' },
  },
  'cgnat-reporting': {
    says: "behind the provider's NAT: the router maps on 100.64.0.10, where nobody gets to",
    ...behindCarrier,
    router: { takenForPublic: ['documentation', 'carrier'] },
  },
  'double-nat': { says: 'a second home router, 192.168.0.1, between this one and the internet; both take mappings', ...behindOther },
  'double-nat-outer-natpmp': {
    says: 'two home routers in a row, and the outer one speaks NAT-PMP and PCP without UPnP',
    ...behindOther,
    outer: { igd: false },
  },
  'double-nat-outer-silent': {
    says: 'two home routers in a row, and the outer one lets nobody map ports',
    ...behindOther,
    outer: { upnp: false },
  },
  'double-nat-outer-refusing': {
    says: 'two home routers in a row, and the outer one speaks UPnP, and takes mappings from others only',
    ...behindOther,
    // Without NAT-PMP: a request that no rule of its configuration allows, whatever the port, hangs miniupnpd 2.3.1 (measured).
    outer: { lan: '192.168.0.128/25', pcp: false },
  },
  'double-nat-carrier': {
    says: "two home routers in a row, and the outer one says that it is behind the provider's NAT, at 100.64.0.10",
    ...behindOther,
    outer: { claims: '100.64.0.10', takenForPublic: ['documentation', 'carrier'] },
  },
  'ds-lite': {
    says: "IPv6, and IPv4 only through a tunnel to the provider's NAT: the router has no IPv4 address outside",
    network: DS_LITE,
    addresses: { wan: { ipv4: '', ipv6: '2001:db8:101::10' }, seenAs: '203.0.113.5' },
    router: { softwire: true },
  },
  'shared-ports': {
    says: `of the ports of 203.0.113.10, only ${SHARED_PORTS.first} to ${SHARED_PORTS.last} are this home's; the router maps others in vain`,
    router: { sharedPorts: SHARED_PORTS },
    prepare: (lab) => keepOtherPortsAway(lab),
  },
  'port-443-taken': {
    says: 'another machine at home, 192.168.1.20, has port 443 mapped to itself',
    prepare: (lab) => mapPort443ToServer(lab),
  },
  'ipv6-pinhole': { says: 'IPv6 kept out by the router unless somebody asks it for a pinhole, as in plain' },
  'ipv6-open': { says: 'IPv6 let in to everybody at home', router: { ipv6Firewall: false } },
  'no-ipv6': {
    says: 'a home without IPv6',
    network: WITHOUT_IPV6,
    addresses: {
      home: { ...ADDRESSES.home, ipv6: '' },
      server: { ...ADDRESSES.server, ipv6: '' },
      router: { ...ADDRESSES.router, ipv6: '' },
      wan: { ...ADDRESSES.wan, ipv6: '' },
    },
  },
  'ipv6-only': {
    says: "IPv6 alone, and the provider's NAT64 and DNS64 to reach IPv4 servers",
    network: IPV6_ONLY,
    addresses: { wan: { ipv4: '', ipv6: ADDRESSES.wan.ipv6 }, seenAs: '198.18.1.64' },
    router: { resolver: NAT64.ipv6 },
    prepare: ({ host, dir }) => startNat64(host('nat64'), dir),
  },
  'outbound-443-only': {
    says: 'a router that lets out the web and names, and nothing else: TCP 80, 443 and 53, UDP 53',
    // 14000 is where the lab's certificate authority listens; real ones do on 443.
    router: { outbound: { tcp: [53, 80, 443, 14_000], udp: [53] } },
  },
  lossy: { says: `a line that loses ${LOSS_PERCENT} % of the packets each way`, prepare: ({ line }) => line.lose(LOSS_PERCENT) },
  'slow-uplink': {
    says: `a line that takes ${UPLINK_MBIT_PER_S} Mbit/s from the home, and queues for 50 ms`,
    prepare: ({ line }) => line.limitUplink(UPLINK_MBIT_PER_S),
  },
  'two-relays': { says: 'an ordinary home, and a second relay on the internet that answers for the same names', network: TWO_RELAYS },
  'nat64-visitor': {
    says: 'an ordinary home, and a telephone outside that has no IPv4, only NAT64 and DNS64',
    network: WITH_PHONE,
    prepare: ({ host, dir }) => startNat64(host('nat64'), dir),
  },
} satisfies Record<string, Personality>

export type PersonalityName = keyof typeof PERSONALITIES

export function isPersonality(name: string | undefined): name is PersonalityName {
  return name !== undefined && Object.hasOwn(PERSONALITIES, name)
}

export function personality(name: PersonalityName): Required<Omit<Personality, 'upnp'>> & { upnp: boolean } {
  const {
    says,
    network = PLAIN,
    addresses = {},
    router = {},
    outer = {},
    upnp = true,
    prepare = async () => {},
  }: Personality = PERSONALITIES[name]
  return { says, network, addresses, router, outer, upnp, prepare }
}

/** The provider hands the ports of other customers to them. */
function keepOtherPortsAway({ host, network }: Lab): Promise<void> {
  return setTable(
    host('internet'),
    'shared_address',
    `chain by_port {
      type filter hook forward priority filter; policy accept;
      oifname "${nextBox(network).name}" meta nfproto ipv4 meta l4proto { tcp, udp } th dport != ${SHARED_PORTS.first}-${SHARED_PORTS.last} drop
    }`,
  )
}

async function mapPort443ToServer({ host, addresses }: Lab): Promise<void> {
  const mapping = ['-e', 'web', '-a', addresses.server.ipv4, '443', '443', 'TCP', '604800']
  await must(host('server'), 'upnpc', ['-u', addresses.upnpDescription, ...mapping])
}
