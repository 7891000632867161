/** STUN, as far as one question goes: "from which address do you see me?" (RFC 8489, Binding). It is asked over UDP, so it tells what a
 *  tunnel over TCP cannot: whether datagrams leave the house by the same door.
 *
 *  ```
 *   0                 2                 4                        8                       20
 *  | type (u16)      | length (u16)    | cookie 0x2112A442      | transaction (96 bits) | attributes …
 *  XOR-MAPPED-ADDRESS (0x0020): | 0 | family (1, 2) | port ^ cookie | address ^ cookie (^ transaction for IPv6) |
 *  ``` */
import { parseAddress } from '../protocol/model/address.ts'

const BINDING_REQUEST = 0x0001
const BINDING_RESPONSE = 0x0101
const XOR_MAPPED_ADDRESS = 0x0020
const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42])
const HEADER_BYTES = 20
export const TRANSACTION_BYTES = 12
/** What is longer is no question of one address; RFC 8489 §6.1 stays below the smallest path's 548 bytes. */
const MAX_BYTES = 548

export interface MappedAddress {
  readonly address: string
  readonly port: number
}

export function formatBindingRequest(transaction: Buffer): Buffer {
  return Buffer.concat([header(BINDING_REQUEST, 0), transaction])
}

/** The transaction of a Binding request, or undefined when the datagram is none. Attributes are nobody's business here. */
export function parseBindingRequest(datagram: Buffer): Buffer | undefined {
  return isMessage(datagram, BINDING_REQUEST) ? Buffer.from(datagram.subarray(8, HEADER_BYTES)) : undefined
}

/** 32 bytes for IPv4, 44 for IPv6: at most 2.2 times the question. Throws RangeError for what is no address. */
export function formatBindingResponse(transaction: Buffer, { address, port }: MappedAddress): Buffer {
  const bytes = parseAddress(address)
  if (!bytes) throw new RangeError(`not an address: ${address}`)
  const value = Buffer.concat([
    Buffer.from([0, bytes.length === 4 ? 1 : 2, (port >> 8) ^ 0x21, (port & 255) ^ 0x12]),
    masked(bytes, transaction),
  ])
  const attribute = Buffer.from([XOR_MAPPED_ADDRESS >> 8, XOR_MAPPED_ADDRESS & 255, 0, value.length])
  return Buffer.concat([header(BINDING_RESPONSE, 4 + value.length), transaction, attribute, value])
}

/** The address in the answer to this very question; undefined for anything else. Never throws. */
export function parseBindingResponse(datagram: Buffer, transaction: Buffer): MappedAddress | undefined {
  if (!isMessage(datagram, BINDING_RESPONSE) || !datagram.subarray(8, HEADER_BYTES).equals(transaction)) return undefined
  for (let at = HEADER_BYTES; at + 4 <= datagram.length; ) {
    const [type, length] = [datagram.readUInt16BE(at), datagram.readUInt16BE(at + 2)]
    const value = datagram.subarray(at + 4, at + 4 + length)
    if (value.length < length) return undefined
    if (type === XOR_MAPPED_ADDRESS) return readMapped(value, transaction)
    // Attributes are padded to four bytes (RFC 8489 §14).
    at += 4 + length + ((4 - (length % 4)) % 4)
  }
  return undefined
}

function readMapped(value: Buffer, transaction: Buffer): MappedAddress | undefined {
  const size = value[1] === 1 ? 4 : value[1] === 2 ? 16 : 0
  if (size === 0 || value.length !== 4 + size) return undefined
  const bytes = masked(value.subarray(4), transaction)
  const address = size === 4 ? bytes.join('.') : groups(bytes)
  return { address, port: value.readUInt16BE(2) ^ 0x2112 }
}

/** RFC 5952's shortest form, as the operating system writes it too. */
function groups(bytes: Buffer): string {
  return new URL(`http://[${(bytes.toString('hex').match(/.{4}/g) ?? []).join(':')}]/`).hostname.slice(1, -1)
}

function masked(bytes: Uint8Array, transaction: Buffer): Buffer {
  const mask = Buffer.concat([COOKIE, transaction])
  return Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)))
}

function header(type: number, length: number): Buffer {
  return Buffer.concat([Buffer.from([type >> 8, type & 255, length >> 8, length & 255]), COOKIE])
}

function isMessage(datagram: Buffer, type: number): boolean {
  return (
    datagram.length >= HEADER_BYTES &&
    datagram.length <= MAX_BYTES &&
    datagram.readUInt16BE(0) === type &&
    datagram.readUInt16BE(2) === datagram.length - HEADER_BYTES &&
    datagram.subarray(4, 8).equals(COOKIE)
  )
}
