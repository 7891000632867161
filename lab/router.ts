import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { forwardedConnections, raiseFirewall } from './firewall.ts'
import { type Host, listening, must } from './host.ts'
import { programOf } from './miniupnpd-builds.ts'
import type { LabProcess } from './process.ts'
import { copyMiniupnpd } from './public-miniupnpd.ts'
import { type Behaviour, dnsmasqArguments, IGD_PORT, LIAR, miniupnpdSettings, PCP_PORT } from './router-settings.ts'
import { batch, type Machine, routesOf } from './topology.ts'

/** A mapping as the router lists it. */
export type Mapping = {
  protocol: 'tcp' | 'udp'
  externalPort: number
  internalAddress: string
  internalPort: number
  expiresAtS: number
  description: string
}

export type Router = {
  /** Switch on what this router has of UPnP IGD, NAT-PMP and PCP; on already, it does nothing. */
  startUpnp(): Promise<void>
  /** Switch them off, as on the router's own page: it says goodbye (ssdp:byebye), and its mappings are gone. */
  stopUpnp(): Promise<void>
  setUpnp(enabled: boolean): Promise<void>
  /** Take every mapping away at once, without a goodbye; the service then comes back empty, with a new epoch. */
  removeMappings(): Promise<void>
  /** Restart the router: links go down, mappings and leases are lost, everything comes back as it was configured. */
  reboot(): Promise<void>
  /** Have mappings accepted and listed while nothing new is passed on from the internet. */
  lieAboutMappings(on: boolean): Promise<void>
  mappings(): Mapping[]
  /** How many new connections from the internet a mapping of this outside port has let through since the lab began. */
  forwardedConnections(port: number, protocol?: 'tcp' | 'udp'): Promise<number>
  /** The line to the internet, seen from the router: down, it has no external address. */
  wanDown(): Promise<void>
  wanUp(): Promise<void>
}

/** Load the firewall. UPnP is off until `startUpnp`. */
export async function createRouter(host: Host, machine: Machine, labFolder: string, behaviour: Behaviour): Promise<Router> {
  const folder = join(labFolder, host.name)
  mkdirSync(folder)
  const firewall = await raiseFirewall(host, behaviour)
  const upnp = createUpnp(host, folder, behaviour, firewall)
  const lanPorts = machine.bridge ?? []
  const wanDown = () => batch(['link set wan down'], host.namespace)
  const wanUp = () => batch(['link set wan up', ...routesOf(machine)], host.namespace)
  return {
    startUpnp: upnp.start,
    stopUpnp: upnp.stop,
    setUpnp: (enabled) => (enabled ? upnp.start() : upnp.stop()),
    removeMappings: async () => {
      await upnp.crash()
      await upnp.start()
    },
    reboot: async () => {
      const wasOn = upnp.isOn()
      // Masqueraded connections die with the line (Linux drops their NAT state), as in a real reboot.
      await batch([...lanPorts.map((port) => `link set ${port} down`), 'link set wan down'], host.namespace)
      await upnp.crash()
      await batch(
        lanPorts.map((port) => `link set ${port} up`),
        host.namespace,
      )
      await wanUp()
      if (wasOn) await upnp.start()
    },
    lieAboutMappings: async (on) => {
      await must(host, 'nft', ['-f', '-'], `table inet liar\ndelete table inet liar\n${on ? LIAR : ''}`)
    },
    mappings: upnp.mappings,
    forwardedConnections: (port, protocol = 'tcp') => forwardedConnections(host, port, protocol),
    wanDown,
    wanUp,
  }
}

/** Start the LAN's resolver. */
export async function startResolver(host: Host, resolver: string): Promise<void> {
  const dnsmasq = await host.spawn('dnsmasq', dnsmasqArguments(resolver))
  await listening(host, dnsmasq, 53)
}

function createUpnp(host: Host, folder: string, behaviour: Behaviour, firewall: { chains: string; forget(): Promise<void> }) {
  const program = join(folder, 'miniupnpd')
  const settings = join(folder, 'miniupnpd.conf')
  const leases = join(folder, 'leases')
  const pidFile = join(folder, 'miniupnpd.pid')
  copyMiniupnpd(programOf(behaviour.build), program, behaviour.takenForPublic)
  writeFileSync(settings, miniupnpdSettings(leases, firewall.chains, behaviour))
  let running: LabProcess | undefined

  const forget = async () => {
    // Ended by a signal, miniupnpd leaves its rules behind: a router that restarts does not.
    await firewall.forget()
    for (const file of [leases, pidFile]) rmSync(file, { force: true })
  }
  const end = async (how: (daemon: LabProcess) => Promise<unknown>) => {
    const daemon = running
    running = undefined
    if (daemon) await how(daemon)
    await forget()
  }
  return {
    isOn: () => running !== undefined,
    start: async () => {
      if (running) return
      running = await host.spawn(program, ['-d', '-f', settings, '-P', pidFile])
      await (behaviour.igd ? listening(host, running, IGD_PORT) : listening(host, running, PCP_PORT, 'udp'))
    },
    stop: () => end((daemon) => daemon.stop()),
    crash: () =>
      end((daemon) => {
        daemon.kill('SIGKILL')
        return daemon.exited
      }),
    mappings: () => (existsSync(leases) ? readFileSync(leases, 'utf8').split('\n').filter(Boolean).map(readLease) : []),
  }
}

/** A line of miniupnpd's lease file: `TCP:443:192.168.1.10:8443:1795257248:description`. */
function readLease(line: string): Mapping {
  const [protocol, externalPort, internalAddress = '', internalPort, expiresAtS, ...description] = line.split(':')
  return {
    protocol: protocol === 'UDP' ? 'udp' : 'tcp',
    externalPort: Number(externalPort),
    internalAddress,
    internalPort: Number(internalPort),
    expiresAtS: Number(expiresAtS),
    description: description.join(':'),
  }
}
