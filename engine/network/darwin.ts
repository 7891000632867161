/** Default routes on macOS, from `netstat` and `ifconfig`: `route get default` would name only one, and under a VPN the wrong one. */

import { familyOf } from '../../protocol/model/address.ts'
import type { DefaultRoute, RouteTable } from './interfaces.ts'
import { runTool } from './run-tool.ts'

const TOOL_TIMEOUT_MS = 3_000

export async function readDarwinRoutes(signal: AbortSignal): Promise<RouteTable> {
  const [netstat, ifconfig] = await Promise.all([
    runTool('/usr/sbin/netstat', ['-rn'], TOOL_TIMEOUT_MS, signal),
    runTool('/sbin/ifconfig', ['-a'], TOOL_TIMEOUT_MS, signal),
  ])
  return { routes: parseNetstat(netstat), passing: parseIfconfig(ifconfig) }
}

/**
 * `Destination Gateway Flags Netif Expire` in two sections. The flag `I` marks a route for sockets bound to that interface only: the
 * order of services in the system settings then decides, which the table keeps, so such a route comes after every other.
 */
export function parseNetstat(text: string): DefaultRoute[] {
  let family: DefaultRoute['family'] | undefined
  const routes: DefaultRoute[] = []
  for (const line of text.split('\n')) {
    if (/^Internet6?:/.test(line)) family = line.startsWith('Internet6') ? 'ipv6' : 'ipv4'
    const [destination, gateway = '', flags = '', interfaceName = ''] = line.trim().split(/\s+/)
    if (!family || destination !== 'default' || /[RB]/.test(flags) || interfaceName === '') continue
    const address = gateway.split('%')[0] ?? ''
    const known = familyOf(address) === family && address !== 'fe80::'
    routes.push({ family, gateway: known ? address : null, interfaceName, metric: flags.includes('I') ? 1 : 0 })
  }
  return routes
}

/** Lines such as `inet6 2001:db8::1 prefixlen 64 autoconf temporary`. */
export function parseIfconfig(text: string): Set<string> {
  const passing = new Set<string>()
  for (const line of text.split('\n')) {
    const [keyword, address = '', ...words] = line.trim().split(/\s+/)
    if (keyword === 'inet6' && words.some((word) => /^(temporary|deprecated|detached|tentative|duplicated)$/.test(word)))
      passing.add(address)
  }
  return passing
}
