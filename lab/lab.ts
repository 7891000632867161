import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, createAuthority, issueCertificate } from './certificates.ts'
import { startDns, type TsigKey } from './dns.ts'
import { createHost, type Host } from './host.ts'
import { newLabName } from './names.ts'
import { startNginx, type WebServer } from './nginx.ts'
import { type Pebble, startPebble } from './pebble.ts'
import type { LabProcess } from './process.ts'
import { createRouter, type Router } from './router.ts'
import { sweepDeadLabs } from './sweep.ts'
import { folderOf, removeAtExit, removedAlready, tearDown } from './tear-down.ts'
import { ADDRESSES, HOST_NAMES, type HostName, raiseNetwork } from './topology.ts'

export type { Certificate } from './certificates.ts'
export type { TsigKey } from './dns.ts'
export type { Host } from './host.ts'
export type { WebServer } from './nginx.ts'
export type { ExecResult, LabProcess } from './process.ts'
export type { Mapping, Router } from './router.ts'
export type { HostName } from './topology.ts'

/** A home, its router, and an internet around them: network namespaces on this machine, with real daemons in them.
 *  Nothing of it touches the machine's own network. */
export type Lab = {
  /** All files of the lab; tests may put theirs here too. Gone after `close`. */
  readonly dir: string
  readonly addresses: typeof ADDRESSES
  readonly router: Router
  /** PEM root that signs pebble's own interface and the relay's certificate. */
  readonly caFile: string
  /** The key for dynamic updates of `dyn.test`. */
  readonly tsig: TsigKey
  host(name: HostName): Host
  /** The root of what pebble issues, as a PEM file. It is a new one in every lab. */
  issuingRoots(): Promise<string>
  /** A certificate for `relay.test` and `*.relay.test`, signed by `caFile`. */
  relayCertificate(): Promise<Certificate>
  /** A real nginx that answers with `text`: on the LAN's second machine, 192.168.1.20:8080, unless told otherwise. */
  startNginx(host?: HostName, options?: { address?: string; port?: number; text?: string }): Promise<WebServer>
  /** Remove everything: processes (killed, without a goodbye), namespaces, files. Safe to call twice. */
  close(): Promise<void>
}

/** Build a lab and wait until its daemons answer. Needs root, or root in a user namespace (`enter-user-namespace.ts`);
 *  ask `checkLab` first. The lab also goes when this process does, and leftovers of killed ones go when the next is built.
 *  @param options.upnp whether the router starts with UPnP, NAT-PMP and PCP on (true)
 *  @param options.nonceRejectPercent how many of pebble's answers are a badNonce (5) */
export async function createLab(options: { upnp?: boolean; nonceRejectPercent?: number } = {}): Promise<Lab> {
  const { upnp = true, nonceRejectPercent = 5 } = options
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
    await raiseNetwork(name)
    const hosts = new Map(HOST_NAMES.map((host) => [host, createHost(name, host, (child) => children.add(child))]))
    const host = (which: HostName) => hosts.get(which) as Host
    const [services, router] = await Promise.all([
      startServices(host('dns'), dir, nonceRejectPercent),
      createRouter(host('router'), dir).then(async (made) => {
        await made.setUpnp(upnp)
        return made
      }),
    ])
    return assemble({ dir, host, router, close, ...services })
  } catch (error) {
    await close()
    throw error
  }
}

type Parts = Pick<Lab, 'dir' | 'host' | 'router' | 'close' | 'tsig'> & { authority: Certificate; pebble: Pebble }

async function startServices(dnsHost: Host, dir: string, nonceRejectPercent: number) {
  const startAuthority = async () => {
    const authority = await createAuthority(dir)
    return { authority, pebble: await startPebble(dnsHost, dir, authority, nonceRejectPercent) }
  }
  const [tsig, issuing] = await Promise.all([startDns(dnsHost, dir), startAuthority()])
  return { tsig, ...issuing }
}

function assemble({ authority, pebble, ...parts }: Parts): Lab {
  let webServers = 0
  let relayCertificate: Promise<Certificate> | undefined
  return {
    ...parts,
    addresses: ADDRESSES,
    caFile: authority.certFile,
    issuingRoots: pebble.issuingRoots,
    relayCertificate: () => {
      relayCertificate ??= issueCertificate(parts.dir, 'relay.test', ['DNS:relay.test', 'DNS:*.relay.test'], authority)
      return relayCertificate
    },
    startNginx: (where = 'server', { address = ADDRESSES.server.ipv4, port = 8080, text = 'Hello from home' } = {}) => {
      webServers += 1
      return startNginx(parts.host(where), join(parts.dir, `nginx-${webServers}`), { address, port, text })
    },
  }
}
