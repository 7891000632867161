/** Which router comes after our own on the way out? A packet that may take two hops only is sent back there with a word of the router that
 *  dropped it (ICMP Time Exceeded: RFC 792, RFC 4443 §3.3). Only a raw socket hears that word, so a tool of the operating system is asked. */

import { join } from 'node:path'
import { type Family, familyOf } from '../../protocol/model/address.ts'
import { runTool } from './run-tool.ts'

/** Windows' tool asks each of the two hops three times, half a second each. */
const TOOL_TIMEOUT_MS = 5_000

/** The second router's address on our side of it. Null when it keeps silent, or when there is no tool to ask. Sends one packet (on Windows six)
 *  towards `target`, an address out on the internet that none of them reaches. */
export async function findSecondHop(target: string, signal: AbortSignal): Promise<string | null> {
  const family = familyOf(target)
  if (!family) return null
  const [tool, ...args] = commandOf(family, target)
  // ping ends with 1 when the target has not answered, which it never does.
  const said = await runTool(tool, args, TOOL_TIMEOUT_MS, signal, [0, 1]).catch(() => '')
  const hop = parseSecondHop(said)
  return hop !== target && familyOf(hop ?? '') === family ? hop : null
}

type Command = [tool: string, ...args: string[]]

function commandOf(family: Family, target: string): Command {
  const isIPv6 = family === 'ipv6'
  switch (process.platform) {
    case 'win32':
      return [join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'tracert.exe'), '-d', '-h', '2', '-w', '500', target]
    case 'darwin':
      return [`/usr/sbin/traceroute${isIPv6 ? '6' : ''}`, '-n', '-q', '1', '-w', '1', '-f', '2', '-m', '2', target]
    default:
      return ['ping', ...(isIPv6 ? ['-6'] : []), '-n', '-c', '1', '-W', '1', '-t', '2', target]
  }
}

/** ping (iputils): `From 192.168.0.1 icmp_seq=1 Time to live exceeded`. traceroute and tracert: a line that begins with the hop's number. */
export function parseSecondHop(text: string): string | null {
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/)
    const told = words[0] === 'From' || words[0] === '2' ? words.slice(1) : []
    const address = told.map((word) => word.replace(/:$/, '')).find((word) => familyOf(word) !== undefined)
    if (address !== undefined) return address
  }
  return null
}
