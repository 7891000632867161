import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, createAuthority, issueCertificate } from './certificates.ts'
import { startDns, type TsigKey } from './dns.ts'
import { FAULTS, type FaultName } from './faults.ts'
import { createHost, type Host } from './host.ts'
import { createLine, type Line } from './line.ts'
import { newLabName } from './names.ts'
import { startNginx, type WebServer } from './nginx.ts'
import { type Pebble, startPebble } from './pebble.ts'
import { type PersonalityName, personality as personalityNamed } from './personalities.ts'
import type { LabProcess } from './process.ts'
import { createRouter, type Router, startResolver } from './router.ts'
import { type Behaviour, ORDINARY } from './router-settings.ts'
import { sweepDeadLabs } from './sweep.ts'
import { folderOf, removeAtExit, removedAlready, tearDown } from './tear-down.ts'
import { ADDRESSES, type Addresses, type HostName, hostsOf, machineOf, type Network, nextBox, raiseNetwork } from './topology.ts'
import { startWebProxy } from './web-proxy.ts'

export type { Certificate } from './certificates.ts'
export type { TsigKey } from './dns.ts'
export type { FaultName } from './faults.ts'
export type { Host } from './host.ts'
export type { Line } from './line.ts'
export type { WebServer } from './nginx.ts'
export type { PersonalityName } from './personalities.ts'
export type { ExecResult, LabProcess } from './process.ts'
export type { Mapping, Router } from './router.ts'
export type { Addresses, HostName } from './topology.ts'

/** A home, its router, and an internet around them: network namespaces on this machine, with real daemons in them.
 *  Nothing of it touches the machine's own network. */
export type Lab = {
  /** All files of the lab; tests may put theirs here too. Gone after `close`. */
  readonly dir: string
  /** Where things are at the start; a fault that moves something does not change this. */
  readonly addresses: Addresses
  readonly network: Network
  readonly router: Router
  /** The second home router, upstream of the first: in `double-nat` and its kin only. */
  readonly outerRouter?: Router
  readonly line: Line
  /** PEM root that signs pebble's own interface and the relay's certificate. */
  readonly caFile: string
  /** The key for dynamic updates of `dyn.test`. */
  readonly tsig: TsigKey
  /** Throws for a machine that this personality does not have. */
  host(name: HostName): Host
  /** Have something happen (`faults.ts`); resolves once it has. */
  inject(fault: FaultName): Promise<void>
  /** The root of what pebble issues, as a PEM file. It is a new one in every lab. */
  issuingRoots(): Promise<string>
  /** A certificate for `relay.test`, `*.relay.test`, and the names of the two in `two-relays`, signed by `caFile`. */
  relayCertificate(): Promise<Certificate>
  /** A real nginx that answers with `text`: on the LAN's second machine, 192.168.1.20:8080, unless told otherwise. */
  startNginx(host?: HostName, options?: { address?: string; port?: number; text?: string }): Promise<WebServer>
  /** Start a real web proxy, on the internet beside the lab's DNS: 198.51.100.153:3128. Resolves to its URL, with a name and a password. */
  startWebProxy(): Promise<string>
  /** Remove everything: processes (killed, without a goodbye), namespaces, files. Safe to call twice. */
  close(): Promise<void>
}

/** Build a lab and wait until its daemons answer. Needs root, or root in a user namespace (`enter-user-namespace.ts`);
 *  ask `checkLab` first. The lab also goes when this process does, and leftovers of killed ones go when the next is built.
 *  @param options.personality what kind of home it is (`personalities.ts`; plain)
 *  @param options.upnp whether the router starts with what it has of UPnP, NAT-PMP and PCP on (as the personality says)
 *  @param options.nonceRejectPercent how many of pebble's answers are a badNonce (5) */
export async function createLab(
  options: { personality?: PersonalityName; upnp?: boolean; nonceRejectPercent?: number } = {},
): Promise<Lab> {
  const { nonceRejectPercent = 5 } = options
  const { network, prepare, ...home } = personalityNamed(options.personality ?? 'plain')
  sweepDeadLabs()
  const name = newLabName()
  const dir = folderOf(name)
  const children = new Set<LabProcess>()
  const close = async () => {
    tearDown(name)
    removedAlready(name)
    await Promise.all([...children].map((child) => child.exited))
  }
  removeAtExit(name)
  try {
    mkdirSync(dir)
    await raiseNetwork(name, network)
    const hosts = new Map(hostsOf(network).map((host) => [host, createHost(name, host, (child) => children.add(child))]))
    const host = (which: HostName) => {
      const found = hosts.get(which)
      if (!found) throw new Error(`this lab has no ${which}`)
      return found
    }
    const [services, routers] = await Promise.all([
      startServices(host('dns'), dir, nonceRejectPercent, network.machines.relay2 !== undefined),
      startRouters(host, network, dir, { ...home, upnp: options.upnp ?? home.upnp }),
    ])
    const lab = assemble({ dir, host, network, addresses: { ...ADDRESSES, ...home.addresses }, close, ...routers, ...services })
    await prepare(lab)
    return lab
  } catch (error) {
    await close()
    throw error
  }
}

type Home = ReturnType<typeof personalityNamed>

/** The home's router with its resolver, and the box between it and the internet where the network has one. */
async function startRouters(
  host: Lab['host'],
  network: Network,
  dir: string,
  { router: differences, outer: { upnp: outerUpnp = true, ...outerDifferences }, upnp }: Pick<Home, 'router' | 'outer' | 'upnp'>,
) {
  const start = (which: HostName, behaviour: Behaviour) => createRouter(host(which), machineOf(network, which), dir, behaviour)
  const startHome = async () => {
    const router = await start('router', { ...ORDINARY, ...differences })
    await Promise.all([startResolver(host('router'), differences.resolver ?? ADDRESSES.dns.ipv4), router.setUpnp(upnp)])
    return router
  }
  const startOuter = async () => {
    const outer = await start('outer', { ...ORDINARY, lan: '192.168.0.0/24', ...outerDifferences })
    await outer.setUpnp(outerUpnp)
    return outer
  }
  const [router, outerRouter] = await Promise.all([
    startHome(),
    network.machines.outer ? startOuter() : undefined,
    // Nobody may map ports on the provider's NAT, and it has no opinion on IPv6.
    network.machines.carrier ? start('carrier', { ...ORDINARY, ipv6Firewall: false }) : undefined,
  ])
  return { router, ...(outerRouter ? { outerRouter } : {}) }
}

type Parts = Omit<Lab, 'line' | 'caFile' | 'inject' | 'issuingRoots' | 'relayCertificate' | 'startNginx' | 'startWebProxy'> & {
  authority: Certificate
  pebble: Pebble
}

async function startServices(dnsHost: Host, dir: string, nonceRejectPercent: number, hasTwoRelays: boolean) {
  const startAuthority = async () => {
    const authority = await createAuthority(dir)
    return { authority, pebble: await startPebble(dnsHost, dir, authority, nonceRejectPercent) }
  }
  const [tsig, issuing] = await Promise.all([startDns(dnsHost, dir, hasTwoRelays), startAuthority()])
  return { tsig, ...issuing }
}

function assemble({ authority, pebble, ...parts }: Parts): Lab {
  let webServers = 0
  let relayCertificate: Promise<Certificate> | undefined
  const { host: nextHost, receivesOn } = nextBox(parts.network)
  const lab: Lab = {
    ...parts,
    line: createLine(parts.host('router'), { host: parts.host(nextHost), receivesOn }),
    inject: (fault) => FAULTS[fault].happen(lab),
    caFile: authority.certFile,
    issuingRoots: pebble.issuingRoots,
    relayCertificate: () => {
      relayCertificate ??= issueCertificate(
        parts.dir,
        'relay.test',
        ['DNS:relay.test', 'DNS:*.relay.test', 'DNS:relay1.test', 'DNS:relay2.test'],
        authority,
      )
      return relayCertificate
    },
    startNginx: (where = 'server', { address = parts.addresses.server.ipv4, port = 8080, text = 'Hello from home' } = {}) => {
      webServers += 1
      return startNginx(parts.host(where), join(parts.dir, `nginx-${webServers}`), { address, port, text })
    },
    startWebProxy: () =>
      startWebProxy(
        parts.host('dns'),
        join(parts.dir, 'web-proxy'),
        parts.addresses.dns.ipv4,
        Number(new URL(parts.addresses.acmeDirectory).port),
      ),
  }
  return lab
}
