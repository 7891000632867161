/** Which machine has which address on the home network: the system's neighbour table, read without native code. IPv4 only: an IPv6 network has
 *  too many addresses to look for a machine in, and a machine that makes its own address keeps it. */

import dgram from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { familyOf, inRange, parseAddress } from '../../protocol/model/address.ts'
import { type Interfaces, isVirtual } from './interfaces.ts'
import { runTool } from './run-tool.ts'

export interface Neighbour {
  readonly address: string
  /** Six pairs of hex digits, in lower case, with colons. */
  readonly mac: string
}

const TOOL_TIMEOUT_MS = 3_000
/** Where to look for a machine that moved: a house has 254 addresses, rarely 1022. */
const MAX_SUBNET_BITS = 10
/** RFC 863: whatever arrives there is thrown away. An empty datagram says nothing to anybody; the question for the machine address
 *  that goes before it (ARP) is what is wanted. */
const DISCARD_PORT = 9
/** At this pace 1022 addresses take two thirds of a second, and no radio network is flooded. */
const AT_ONCE = 32
const PAUSE_MS = 20
/** A machine answers ARP in milliseconds, one that saves power in some tenths of a second. */
const ANSWERS_MS = 350

/** The table as it stands now. Rejects when the system does not tell it. */
export async function readNeighbours(signal: AbortSignal, platform: NodeJS.Platform = process.platform): Promise<Neighbour[]> {
  if (platform === 'linux') return parseProcArp(await readFile('/proc/net/arp', { encoding: 'latin1', signal }))
  if (platform === 'darwin') return parseDarwinArp(await runTool('/usr/sbin/arp', ['-an'], TOOL_TIMEOUT_MS, signal))
  const arp = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'arp.exe')
  return parseWin32Arp(await runTool(arp, ['-a'], TOOL_TIMEOUT_MS, signal))
}

const TABLE_TIMEOUT_MS = 1000

/** Of the network card at this address; null: the system does not tell. Within a second. */
export async function macAt(address: string, signal: AbortSignal): Promise<string | null> {
  const known = await readNeighbours(AbortSignal.any([signal, AbortSignal.timeout(TABLE_TIMEOUT_MS)])).catch(() => [])
  return known.find((neighbour) => neighbour.address === address)?.mac ?? null
}

/** include/uapi/linux/if_arp.h: the entry has an answer. */
const ATF_COM = 0x02

/** `/proc/net/arp`: `address type flags mac mask device`, under one line of headings. */
export function parseProcArp(text: string): Neighbour[] {
  return rows(text).flatMap(([address, , flags, mac]) => (Number(flags) & ATF_COM ? neighbour(address, mac) : []))
}

/** `? (192.168.1.20) at 0:16:3e:a:b:c on en0 ifscope [ethernet]`, without leading zeros; `(incomplete)` where nobody answered. */
export function parseDarwinArp(text: string): Neighbour[] {
  return rows(text).flatMap(([, address, , mac]) => neighbour(address?.replace(/^\(|\)$/g, ''), mac))
}

/** `192.168.1.20  00-16-3e-0a-0b-0c  dynamic` under headings in the installation's language, which alone would also change `dynamic`. */
export function parseWin32Arp(text: string): Neighbour[] {
  return rows(text).flatMap(([address, mac]) => neighbour(address, mac?.replaceAll('-', ':')))
}

const rows = (text: string): string[][] => text.split('\n').map((line) => line.trim().split(/\s+/))

/** One row, or none when it is no single machine's. */
function neighbour(address: string | undefined, mac: string | undefined): Neighbour[] {
  if (address === undefined || familyOf(address) !== 'ipv4' || !/^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(mac ?? '')) return []
  const bytes = (mac ?? '').split(':').map((byte) => byte.toLowerCase().padStart(2, '0'))
  const isGroup = (Number.parseInt(bytes[0] ?? '', 16) & 1) === 1
  return isGroup || bytes.every((byte) => byte === '00') ? [] : [{ address, mac: bytes.join(':') }]
}

/** Every address of the subnet that `address` lies in, but for our own, `address` itself and the two ends. Null when it is in none of our
 *  real subnets, or in one too large to be looked through. */
export function addressesBeside(interfaces: Interfaces, address: string): string[] | null {
  const wanted = parseAddress(address)
  if (wanted?.length !== 4) return null
  const real = Object.entries(interfaces).flatMap(([name, infos]) => (isVirtual(name) ? [] : (infos ?? [])))
  for (const { address: own, cidr, internal } of real) {
    const bits = Number(cidr?.split('/')[1])
    const base = parseAddress(own)
    if (internal || base?.length !== 4 || !Number.isInteger(bits) || !inRange(wanted, { base, bits })) continue
    const hostBits = 32 - bits
    if (hostBits > MAX_SUBNET_BITS || hostBits < 2) return null
    const first = (Buffer.from(base).readUInt32BE() & (0xffffffff << hostBits)) >>> 0
    const all = Array.from({ length: 2 ** hostBits - 2 }, (_, index) => dotted(first + 1 + index))
    const ours = new Set(real.map((each) => each.address))
    return all.filter((each) => each !== address && !ours.has(each))
  }
  return null
}

function dotted(value: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes.join('.')
}

/** Makes the system ask the network who has each of these addresses: one empty datagram each. Resolves when the answers are in, within
 *  about a second. */
export async function provokeAnswers(addresses: readonly string[], signal: AbortSignal): Promise<void> {
  const socket = dgram.createSocket('udp4')
  socket.on('error', () => undefined)
  try {
    for (let sent = 0; sent < addresses.length; sent += AT_ONCE) {
      // Whatever goes wrong with one of them: nobody is there.
      for (const address of addresses.slice(sent, sent + AT_ONCE)) socket.send('', DISCARD_PORT, address, () => undefined)
      await sleep(PAUSE_MS, undefined, { signal })
    }
    await sleep(ANSWERS_MS, undefined, { signal })
  } finally {
    socket.close()
  }
}
