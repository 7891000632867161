/** Default routes on Linux, from three files of /proc: no process is started, and nothing waits. */

import { readFile } from 'node:fs/promises'
import { SocketAddress } from 'node:net'
import { endianness } from 'node:os'
import type { DefaultRoute, RouteTable } from './interfaces.ts'

/** include/uapi/linux/route.h */
const RTF_UP = 0x1
const RTF_GATEWAY = 0x2
const RTF_REJECT = 0x200
/** include/uapi/linux/if_addr.h: temporary, duplicate, deprecated, tentative. */
const PASSING_FLAGS = 0x01 | 0x08 | 0x20 | 0x40

/** Reads the tables of the network namespace that this process is in. */
export async function readLinuxRoutes(signal: AbortSignal): Promise<RouteTable> {
  const read = async (path: string) => {
    try {
      return await readFile(path, { encoding: 'latin1', signal })
    } catch (error) {
      signal.throwIfAborted()
      // A kernel without IPv6 has no such file.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw error
    }
  }
  const [ipv4, ipv6, addresses] = await Promise.all([read('/proc/net/route'), read('/proc/net/ipv6_route'), read('/proc/net/if_inet6')])
  return { routes: [...parseProcRoute(ipv4), ...parseProcIPv6Route(ipv6)], passing: parseProcAddresses(addresses) }
}

/**
 * `/proc/net/route`: `Iface Destination Gateway Flags RefCnt Use Metric Mask …`, tab-separated. The kernel prints an address as one
 * number of its own byte order (net/ipv4/fib_trie.c), so the bytes come backwards on all but a few machines.
 */
export function parseProcRoute(text: string, order: 'LE' | 'BE' = endianness()): DefaultRoute[] {
  return rows(text).flatMap((fields): DefaultRoute[] => {
    const [interfaceName = '', destination, gateway = '', flagsHex = '', , , metric = '', mask] = fields
    const flags = Number.parseInt(flagsHex, 16)
    if (destination !== '00000000' || mask !== '00000000' || !isUsable(flags) || !/^[0-9A-F]{8}$/.test(gateway)) return []
    const bytes = [...Buffer.from(gateway, 'hex')]
    const address = (order === 'LE' ? bytes.reverse() : bytes).join('.')
    return [{ family: 'ipv4', gateway: flags & RTF_GATEWAY ? address : null, interfaceName, metric: Number(metric) || 0 }]
  })
}

/** `/proc/net/ipv6_route`: `destination bits source bits nexthop metric refcnt use flags iface`, all numbers in hex. */
export function parseProcIPv6Route(text: string): DefaultRoute[] {
  return rows(text).flatMap((fields): DefaultRoute[] => {
    const [destination, bits, , , gateway = '', metric = '', , , flagsHex = '', interfaceName = ''] = fields
    const flags = Number.parseInt(flagsHex, 16)
    if (destination !== '0'.repeat(32) || bits !== '00' || !isUsable(flags) || interfaceName === 'lo') return []
    const hop = flags & RTF_GATEWAY ? hexToIPv6(gateway) : undefined
    return [{ family: 'ipv6', gateway: hop ?? null, interfaceName, metric: Number.parseInt(metric, 16) || 0 }]
  })
}

/** `/proc/net/if_inet6`: `address ifindex bits scope flags name`, in hex. */
export function parseProcAddresses(text: string): Set<string> {
  const passing = rows(text).filter(([, , , , flags = '0']) => Number.parseInt(flags, 16) & PASSING_FLAGS)
  return new Set(passing.flatMap(([address = '']) => hexToIPv6(address) ?? []))
}

function rows(text: string): string[][] {
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}

function isUsable(flags: number): boolean {
  return (flags & RTF_UP) !== 0 && (flags & RTF_REJECT) === 0
}

/** 32 hex digits → the short form of RFC 5952, as os.networkInterfaces() writes it too. */
function hexToIPv6(hex: string): string | undefined {
  if (!/^[0-9a-f]{32}$/i.test(hex)) return undefined
  return new SocketAddress({ address: (hex.match(/.{4}/g) ?? []).join(':'), family: 'ipv6' }).address
}
