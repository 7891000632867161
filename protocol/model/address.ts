/** IP addresses as text, and the question that decides everything else: could the internet reach this one? Pure, also in a browser. */

export type Family = 'ipv4' | 'ipv6'

export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** A block of addresses: `bits` leading bits of `base` are fixed. `base` has 4 bytes (IPv4) or 16 (IPv6). */
export interface Range {
  readonly base: Uint8Array
  readonly bits: number
}

/** Four or sixteen bytes of a literal address, or undefined when the text is none. Zone ids and octal or short IPv4 forms are refused. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text)
}

const DOT = 0x2e
const ZERO = 0x30

/** By hand: it is asked of every visitor, for every request, and an expression takes five times as long. */
function parseIPv4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4)
  let [place, digits, byte] = [0, 0, 0]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === DOT && digits > 0 && place < 3) {
      bytes[place] = byte
      place += 1
      digits = 0
      byte = 0
      continue
    }
    const isLeadingZero = digits > 0 && byte === 0
    if (code < ZERO || code > ZERO + 9 || isLeadingZero) return undefined
    byte = 10 * byte + code - ZERO
    digits += 1
    if (byte > 255) return undefined
  }
  bytes[place] = byte
  return place === 3 && digits > 0 ? bytes : undefined
}

function parseIPv6(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]))
}

/** Dotted IPv4 may stand at the very end of an address only (RFC 4291 §2.2). */
function parseGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const dotted = mayEndDotted && index === parts.length - 1 ? parseIPv4(part) : undefined
      if (!dotted) return undefined
      groups.push(((dotted[0] ?? 0) << 8) | (dotted[1] ?? 0), ((dotted[2] ?? 0) << 8) | (dotted[3] ?? 0))
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

export function familyOf(address: string): Family | undefined {
  const bytes = parseAddress(address)
  return bytes && (bytes.length === 4 ? 'ipv4' : 'ipv6')
}

/** `::ffff:192.0.2.1` is how a dual-stack socket names an IPv4 peer; everybody else wants `192.0.2.1`. */
export function unmapped(address: string): string {
  // Asked of each visitor, most of whom have a plain one.
  if (!address.includes(':')) return address
  const bytes = parseAddress(address)
  if (bytes?.length !== 16) return address
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return mapped ? bytes.slice(12).join('.') : address
}

/** `203.0.113.0/24` → Range. Undefined when it is no range, or when bits beyond the prefix are set. */
export function parseRange(text: string): Range | undefined {
  const [address, length, ...rest] = text.split('/')
  const base = parseAddress(address ?? '')
  if (!base || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length ?? '')) return undefined
  const bits = Number(length)
  if (bits > base.length * 8) return undefined
  const range = { base, bits }
  return sameBits(masked(base, bits), base, base.length * 8) ? range : undefined
}

function masked(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff)
}

function sameBits(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  if (a.length !== b.length) return false
  // Asked of every visitor's address for range after range: nothing is allocated.
  let left = Math.min(bits, a.length * 8)
  for (let index = 0; left > 0; index++, left -= 8) {
    const differing = (a[index] as number) ^ (b[index] as number)
    if ((left >= 8 ? differing : differing >> (8 - left)) !== 0) return false
  }
  return true
}

export function inRange(address: Uint8Array, range: Range): boolean {
  return sameBits(address, range.base, range.bits)
}

function ranges(...texts: string[]): Range[] {
  return texts.map((text) => {
    const range = parseRange(text)
    if (!range) throw new Error(`not a range: ${text}`)
    return range
  })
}

/** Ranges a laboratory may declare public: documentation (RFC 5737, RFC 3849), benchmarks (RFC 2544), shared addresses (RFC 6598). */
const LAB_RANGES = ranges('192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '198.18.0.0/15', '2001:db8::/32', '100.64.0.0/10')

/** What never appears as a source on the internet: IANA's special-purpose registries (RFC 6890 and its updates). */
const SPECIAL_RANGES = ranges(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001:2::/48',
  '2001:db8::/32',
  '3fff::/20',
)

/** Of IPv6 only this is handed out (IANA, RFC 4291 §2.4), and IPv4 hosts stand behind the NAT64 prefix (RFC 6052 §2.1). Everything
 *  else is private, local, multicast, an IPv4 address in disguise (`::127.0.0.1`) or nobody's. */
const GLOBAL_IPV6_RANGES = ranges('2000::/3', '64:ff9b::/96')

/** Reads PORCHLIGHT_PUBLIC_RANGES. Throws with a sentence when a range is malformed or outside the laboratory ranges. */
export function parsePublicRanges(text: string | undefined): Range[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const range = parseRange(part)
      if (!range) throw new Error(`PORCHLIGHT_PUBLIC_RANGES: "${part}" is not a range such as 203.0.113.0/24`)
      if (!LAB_RANGES.some((lab) => range.bits >= lab.bits && inRange(range.base, lab)))
        throw new Error(
          `PORCHLIGHT_PUBLIC_RANGES: "${part}" is not inside a documentation, benchmark or shared range (RFC 5737, 2544, 3849, 6598)`,
        )
      return range
    })
}

/** Could the internet route a packet to this address? `declaredPublic` comes from {@link parsePublicRanges}. */
export function isPublic(address: string, declaredPublic: readonly Range[] = []): boolean {
  const bytes = parseAddress(address)
  if (!bytes) return false
  if (declaredPublic.some((range) => inRange(bytes, range))) return true
  if (bytes.length === 16 && !GLOBAL_IPV6_RANGES.some((range) => inRange(bytes, range))) return false
  return !SPECIAL_RANGES.some((range) => inRange(bytes, range))
}

const CARRIER_RANGE = ranges('100.64.0.0/10')[0] as Range
const PRIVATE_RANGES = ranges('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')

/** RFC 6598: the range that providers use between themselves and shared customers. */
export function isCarrierShared(address: string): boolean {
  const bytes = parseAddress(address)
  return bytes !== undefined && inRange(bytes, CARRIER_RANGE)
}

/** RFC 1918. */
export function isPrivateIPv4(address: string): boolean {
  const bytes = parseAddress(address)
  return bytes !== undefined && PRIVATE_RANGES.some((range) => inRange(bytes, range))
}

/** `127.0.0.0/8`, also in its IPv4-mapped form (a socket to `::ffff:127.0.0.1` reaches it), and `::1`. */
export function isLoopback(address: string): boolean {
  const bytes = parseAddress(unmapped(address))
  if (!bytes) return false
  return bytes.length === 4 ? bytes[0] === 127 : bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1
}

/** `[2001:db8::1]:443`, `192.0.2.1:443`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
