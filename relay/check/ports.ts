/** Does something answer at every port that visitors and homes need, and is it this relay? */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import type { ListenAddress } from '../command-line/command.ts'
import { canonical } from './answer.ts'
import { checkOwnServer } from './delegation.ts'
import { type Finding, finding } from './finding.ts'
import { holderOf } from './holder.ts'
import type { Site } from './site.ts'

const WAIT_MS = 4000

/** Of a relay that runs. `folder` undefined: at its public addresses, as a visitor does; otherwise where they lead on this machine. */
export async function checkAnswers(site: Site): Promise<Finding[]> {
  const { https, http: plain, dns, domain } = site.options
  const findings = await Promise.all([
    ...hostsOf(site, https).map((host) => checkTcp(host, https.port)),
    ...hostsOf(site, plain).map((host) => checkRedirect(host, plain.port, domain)),
    ...(dns === 'off' ? [] : [checkOwnServer(site, hostsOf(site, dns), dns.port)]),
  ])
  return findings.flat()
}

export const ownInterfaceAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => canonical(address.split('%')[0] ?? '')))

/** What an address to listen at means for whoever comes: the public addresses, or what leads there from inside where they are somewhere else
 *  (some providers translate). */
export function hostsOf({ folder, own }: Site, { host }: ListenAddress): string[] {
  if (folder === undefined) return [...own]
  if (host !== '::' && host !== '0.0.0.0') return [host]
  const here = new Set(ownInterfaceAddresses())
  const reached = own.filter((address) => here.has(address))
  return reached.length > 0 ? reached : ['127.0.0.1']
}

async function checkTcp(host: string, port: number): Promise<Finding[]> {
  const socket = net.connect({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(WAIT_MS) })
    return []
  } catch (error) {
    return [closed(host, port, error)]
  } finally {
    socket.on('error', () => {})
    socket.destroy()
  }
}

/** Port 80 sends everybody to https; whatever else answers there is another program. */
async function checkRedirect(host: string, port: number, domain: string): Promise<Finding[]> {
  try {
    const headers = { host: domain }
    const request = http.get({ host, port, headers, agent: false, signal: AbortSignal.timeout(WAIT_MS) })
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.destroy()
    const isOurs = response.statusCode === 308 && (response.headers.location ?? '').startsWith(`https://${domain}`)
    return isOurs ? [] : [finding('broken', 'port-not-ours', { address: at(host, port), program: holderOf('tcp', port) ?? '?' })]
  } catch (error) {
    return [closed(host, port, error)]
  }
}

function closed(host: string, port: number, error: unknown): Finding {
  const { code, name, message } = error as NodeJS.ErrnoException
  const reason = name === 'AbortError' || name === 'TimeoutError' ? 'ETIMEDOUT' : (code ?? message)
  return finding('broken', 'port-closed', { address: at(host, port), port: String(port), reason })
}

const at = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)

/** Of a relay that does not run: whether it could listen. */
export async function checkFree({ options: { https, http: plain, dns } }: Site): Promise<Finding[]> {
  const tcp = [https, plain, ...(dns === 'off' ? [] : [dns])]
  const findings = await Promise.all([
    ...tcp.map((address) => tryToListen('tcp', address)),
    ...(dns === 'off' ? [] : [tryToListen('udp', dns)]),
  ])
  const all = findings.filter((each) => each !== undefined)
  // One program holds both transports of port 53.
  return all.filter(({ code }, index) => code !== 'resolved-holds-53' || all.findIndex((other) => other.code === code) === index)
}

async function tryToListen(protocol: 'tcp' | 'udp', { host, port }: ListenAddress): Promise<Finding | undefined> {
  const listener = protocol === 'tcp' ? net.createServer() : createSocket(host.includes(':') ? 'udp6' : 'udp4')
  try {
    if (listener instanceof net.Server) listener.listen({ host, port })
    else listener.bind({ address: host, port })
    await once(listener, 'listening')
    await new Promise<void>((resolve) => listener.close(() => resolve()))
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const where = { address: at(host, port), protocol: protocol.toUpperCase() }
    if (code === 'EACCES') return finding('unknown', 'port-forbidden', where)
    const program = holderOf(protocol, port)
    if (program?.startsWith('systemd-resolve')) return finding('broken', 'resolved-holds-53', { port: String(port) })
    return finding('broken', 'port-taken', { ...where, program: program ?? '?' })
  }
}
