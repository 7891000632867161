import { must } from './host.ts'
import type { Lab } from './lab.ts'
import { setTable } from './line.ts'
import { batch, type HostName, machineOf, nextBox, peerOf, routesOf } from './topology.ts'
import { WEB_PROXY } from './web-proxy.ts'

/** Something that befalls a lab. Those with `undoneBy` last until that one; the others are over when `happen` resolves. */
export type Fault = { says: string; undoneBy?: string; happen(lab: Lab): Promise<void> }

/** What can happen to a home, by name: `lab.inject('router-reboot')`. */
export const FAULTS = {
  'router-reboot': {
    says: 'the router restarts: links drop, mappings and connections are lost, its epoch begins anew',
    happen: ({ router }) => router.reboot(),
  },
  'wan-change': {
    says: 'the provider gives the router the next IPv4 address, and the router tells its LAN',
    undoneBy: 'wan-change-back',
    happen: (lab) => moveWan(lab, 1),
  },
  'wan-change-silent': {
    says: 'the same, but the router announces nothing: one has to ask',
    undoneBy: 'wan-change-back',
    happen: async (lab) => {
      await lab.line.silence(true)
      await moveWan(lab, 1)
    },
  },
  'wan-change-back': {
    says: 'the router gets the IPv4 address it began with, and announces again',
    happen: async (lab) => {
      await lab.line.silence(false)
      await moveWan(lab, 0)
    },
  },
  'lan-change': {
    says: "the home's LAN address, 192.168.1.10, becomes 192.168.1.110",
    undoneBy: 'lan-change-back',
    happen: (lab) => moveOnLan(lab, 'home', 100),
  },
  'lan-change-back': { says: 'and becomes 192.168.1.10 again', happen: (lab) => moveOnLan(lab, 'home', 0) },
  'server-lan-change': {
    says: "the second machine's LAN address, 192.168.1.20, becomes 192.168.1.120",
    undoneBy: 'server-lan-change-back',
    happen: (lab) => moveOnLan(lab, 'server', 100),
  },
  'server-lan-change-back': { says: 'and becomes 192.168.1.20 again', happen: (lab) => moveOnLan(lab, 'server', 0) },
  'isp-down': {
    says: 'the provider is gone: the router notices nothing, and still claims to be connected',
    undoneBy: 'isp-up',
    happen: (lab) => setProvider(lab, 'down'),
  },
  'isp-up': { says: 'the provider is back', happen: (lab) => setProvider(lab, 'up') },
  'line-down': {
    says: 'the router has no line: it says so, and has no external address',
    undoneBy: 'line-up',
    happen: ({ router }) => router.wanDown(),
  },
  'line-up': { says: 'the line is back', happen: ({ router }) => router.wanUp() },
  'lying-mapping': {
    says: 'the router goes on accepting and listing mappings, and passes nothing new on',
    undoneBy: 'honest-mapping',
    happen: ({ router }) => router.lieAboutMappings(true),
  },
  'honest-mapping': { says: 'mappings do what they say again', happen: ({ router }) => router.lieAboutMappings(false) },
  'port-stolen': {
    says: "another machine deletes the home's mappings and takes the same outside ports for itself",
    undoneBy: 'port-returned',
    happen: (lab) => stealPorts(lab),
  },
  'port-returned': { says: 'it gives up the ports it has', happen: (lab) => giveUpPorts(lab) },
  'dns-down': {
    says: 'no name resolves: questions are swallowed, at home and outside',
    undoneBy: 'dns-up',
    happen: ({ host }) =>
      setTable(host('dns'), 'outage', 'chain arriving {\ntype filter hook input priority filter; policy accept;\nth dport 53 drop\n}'),
  },
  'dns-up': { says: 'names resolve again', happen: ({ host }) => setTable(host('dns'), 'outage', false) },
  'port-443-shut': {
    says: 'nothing goes out to TCP port 443 any more, not even what was let out before',
    undoneBy: 'all-may-go-out',
    happen: (lab) => holdBack(lab, 'meta l4proto tcp ct original proto-dst 443'),
  },
  'proxy-alone': {
    says: `nothing goes out any more but to the web proxy's port, TCP ${WEB_PROXY.port}`,
    undoneBy: 'all-may-go-out',
    happen: (lab) => holdBack(lab, `meta l4proto { tcp, udp } ct original proto-dst != ${WEB_PROXY.port}`),
  },
  'all-may-go-out': { says: 'everything may go out again', happen: ({ host }) => setTable(host('router'), 'held_back', false) },
  'cable-out': {
    says: "the home's cable is pulled: its interface has no carrier, its addresses stay",
    undoneBy: 'cable-in',
    happen: (lab) => setHomeCable(lab, 'down'),
  },
  'cable-in': { says: 'the cable is back', happen: (lab) => setHomeCable(lab, 'up') },
  'upnp-off': {
    says: 'mapping is switched off on the router: it says goodbye, and the mappings are gone',
    undoneBy: 'upnp-on',
    happen: ({ router }) => router.stopUpnp(),
  },
  'upnp-on': { says: 'mapping is switched on again', happen: ({ router }) => router.startUpnp() },
} satisfies Record<string, Fault>

export type FaultName = keyof typeof FAULTS

export function isFault(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name)
}

/** Connections that the home began, in both directions; those who came from outside go on. */
async function holdBack({ host }: Lab, what: string): Promise<void> {
  const rules = `chain leaving {
    type filter hook forward priority filter - 5; policy accept;
    iifname "br-lan" oifname "wan" ct direction original ${what} drop
    iifname "wan" oifname "br-lan" ct direction reply ${what} drop
  }`
  await setTable(host('router'), 'held_back', rules)
}

async function moveWan(lab: Lab, by: number): Promise<void> {
  if (lab.addresses.wan.ipv4 === '') throw new Error('this router has no IPv4 address to change')
  await readdress(lab, 'router', 'wan', by)
  // The next box on the way would send to the old machine address for some seconds more.
  const next = nextBox(lab.network)
  await batch([`neigh flush dev ${next.receivesOn}`], lab.host(next.host).namespace)
}

/** The others on the LAN forget what they know of it, as they do when a machine announces its new address (RFC 5227 §2.3). */
async function moveOnLan(lab: Lab, who: 'home' | 'server', by: number): Promise<void> {
  await readdress(lab, who, 'eth0', by)
  const others = [who === 'home' ? 'server' : 'home', 'router'] as const
  await Promise.all(others.map((other) => batch([`neigh flush dev ${other === 'router' ? 'br-lan' : 'eth0'}`], lab.host(other).namespace)))
}

/** Give an interface the IPv4 address it began with, its last number `by` higher, in place of the one it has.
 *  Routes go with an address, and are set again. */
async function readdress({ network, host }: Lab, which: HostName, name: string, by: number): Promise<void> {
  const machine = machineOf(network, which)
  const first = machine.interfaces.find((each) => each.name === name)?.ipv4 ?? ''
  const address = first.replace(/\d+(?=\/)/, (last) => String(Number(last) + by))
  await batch([`addr flush dev ${name} to 0.0.0.0/0`, `addr add ${address} dev ${name}`, ...routesOf(machine)], host(which).namespace)
}

async function setProvider(lab: Lab, state: 'up' | 'down'): Promise<void> {
  const { host, name } = nextBox(lab.network)
  const routes = state === 'up' ? routesOf(machineOf(lab.network, host)) : []
  await batch([`link set ${name} ${state}`, ...routes], lab.host(host).namespace)
}

async function setHomeCable({ network, host }: Lab, state: 'up' | 'down'): Promise<void> {
  const { host: router, name } = peerOf(network, 'home', 'eth0')
  await batch([`link set ${name} ${state}`], host(router).namespace)
}

const THIEF = 'thief'

/** The deletion comes from the home's own address, as from a careless program there: miniupnpd lets nobody else delete (606). */
async function stealPorts(lab: Lab): Promise<void> {
  const { home, server } = lab.addresses
  for (const { protocol, externalPort, internalAddress } of lab.router.mappings()) {
    if (internalAddress !== home.ipv4) continue
    await upnpc(lab, 'home', '-d', String(externalPort), protocol)
    await upnpc(lab, 'server', '-e', THIEF, '-a', server.ipv4, String(externalPort), String(externalPort), protocol, '3600')
  }
}

async function giveUpPorts(lab: Lab): Promise<void> {
  for (const { protocol, externalPort, description } of lab.router.mappings()) {
    if (description === THIEF) await upnpc(lab, 'server', '-d', String(externalPort), protocol)
  }
}

function upnpc({ host, addresses }: Lab, who: 'home' | 'server', ...args: string[]): Promise<string> {
  return must(host(who), 'upnpc', ['-u', addresses.upnpDescription, ...args])
}
