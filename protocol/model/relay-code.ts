/** A relay code: where a relay is, how to know it again, and the key that lets one device in, once. One word.
 *
 *  ```
 *  "plr1" + base32 of
 *   0         2       3        3+n              19+n             35+n        39+n
 *   | port    | n     | host   | fingerprint    | key            | CRC-32    |
 *   | u16     | u8    | n×ASCII| 16 bytes       | 16 bytes       | u32       |
 *  ```
 *  The fingerprint is the first half of SHA-256 over the relay's raw Ed25519 public key: 128 bits against a second preimage. */

export interface RelayCode {
  readonly host: string
  readonly port: number
  /** 16 bytes. */
  readonly fingerprint: Uint8Array
  /** 16 bytes; single use. */
  readonly key: Uint8Array
}

const PREFIX = 'plr1'
/** RFC 4648 base32, lower case, no padding: survives dictation, double-click selection and a phone's keyboard. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
/** A join link with the longest host name there is. */
const MAX_LENGTH = 800

export function formatRelayCode({ host, port, fingerprint, key }: RelayCode): string {
  if (fingerprint.length !== 16 || key.length !== 16) throw new RangeError('fingerprint and key have 16 bytes each')
  if (!isHost(host)) throw new RangeError(`not a host name: ${host}`)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new RangeError(`not a port: ${port}`)
  const body = Uint8Array.of(port >> 8, port & 255, host.length, ...new TextEncoder().encode(host), ...fingerprint, ...key)
  const sum = crc32(body)
  return PREFIX + base32(Uint8Array.of(...body, sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255))
}

/** Reads the word itself, `https://RELAY/join/WORD` and `porchlight://join/WORD`. Undefined when it is none, or was mistyped. */
export function parseRelayCode(text: string): RelayCode | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const word = text
    .trim()
    .replace(/^(https:\/\/[^/\s]+\/join\/|porchlight:\/\/join\/)/i, '')
    .toLowerCase()
  if (!word.startsWith(PREFIX)) return undefined
  const bytes = unbase32(word.slice(PREFIX.length))
  if (!bytes || bytes.length < 40) return undefined
  const hostLength = bytes[2] ?? 0
  if (bytes.length !== 39 + hostLength) return undefined
  const body = bytes.slice(0, -4)
  if (new DataView(bytes.buffer, bytes.length - 4).getUint32(0) !== crc32(body)) return undefined
  const host = new TextDecoder().decode(bytes.slice(3, 3 + hostLength))
  const port = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  if (port === 0 || !isHost(host)) return undefined
  return { host, port, fingerprint: bytes.slice(3 + hostLength, 19 + hostLength), key: bytes.slice(19 + hostLength, 35 + hostLength) }
}

/** Did the owner mean a relay code, right or wrong? Then a mistake in it is worth its own words. */
export const looksLikeRelayCode = (text: string): boolean => /(^|\/join\/)plr\d/i.test(text.trim())

function isHost(host: string): boolean {
  return host.length > 0 && host.length <= 253 && /^[a-z0-9.-]+$/.test(host)
}

function base32(bytes: Uint8Array): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += ALPHABET[(value >> bits) & 31]
    }
    value &= 31
  }
  return bits > 0 ? out + ALPHABET[(value << (5 - bits)) & 31] : out
}

function unbase32(text: string): Uint8Array | undefined {
  const out: number[] = []
  let bits = 0
  let value = 0
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter)
    if (digit < 0) return undefined
    value = (value << 5) | digit
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out.push((value >> bits) & 255)
      value &= (1 << bits) - 1
    }
  }
  // One spelling for one code: no digit too many, and nothing in the bits that are left over.
  return bits < 5 && value === 0 ? Uint8Array.from(out) : undefined
}

/** CRC-32 (ISO 3309): catches a mistyped letter before anybody is asked. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}
