/** STUN, as far as two questions go: "from which address do you see me?" (RFC 8489, Binding), and "answer me from another address or port"
 *  (RFC 5780), by which a house learns what the translation before it does. Asked over UDP, so it tells what a tunnel over TCP cannot.
 *
 *  ```
 *   0                 2                 4                        8                       20
 *  | type (u16)      | length (u16)    | cookie 0x2112A442      | transaction (96 bits) | attributes …
 *  attribute           | type (u16) | length (u16) | value | 0 to 3 bytes of padding
 *  XOR-MAPPED-ADDRESS  | 0 | family (1, 2) | port ^ cookie | address ^ cookie (^ transaction for IPv6) |
 *  RESPONSE-ORIGIN, OTHER-ADDRESS       the same, nothing masked
 *  CHANGE-REQUEST      | 0 (29 bits) | other address: 1 | other port: 1 | 0 |
 *  ``` */
import { parseAddress } from '../protocol/model/address.ts'

const BINDING_REQUEST = 0x0001
const BINDING_RESPONSE = 0x0101
const BINDING_REFUSAL = 0x0111
const CHANGE_REQUEST = 0x0003
const ERROR_CODE = 0x0009
const UNKNOWN_ATTRIBUTES = 0x000a
const XOR_MAPPED_ADDRESS = 0x0020
const RESPONSE_ORIGIN = 0x802b
const OTHER_ADDRESS = 0x802c
/** USERNAME, MESSAGE-INTEGRITY, REALM, NONCE, MESSAGE-INTEGRITY-SHA256: who has a secret elsewhere may say so here, and is not asked. */
const UNNEEDED: ReadonlySet<number> = new Set([0x0006, 0x0008, 0x0014, 0x0015, 0x001c])
const CHANGE_ADDRESS = 4
const CHANGE_PORT = 2
const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42])
const HEADER_BYTES = 20
export const TRANSACTION_BYTES = 12
/** What is longer is no question of one address; RFC 8489 §6.1 stays below the smallest path's 548 bytes. */
const MAX_BYTES = 548
const MAX_UNKNOWN = 8

export interface MappedAddress {
  readonly address: string
  readonly port: number
}

/** From where the answer is to come, as seen from where the question went. */
export interface Change {
  readonly address: boolean
  readonly port: boolean
}

export interface BindingRequest {
  readonly transaction: Buffer
  /** Absent: from where it was asked. */
  readonly change?: Change
  /** Attributes that must be understood and are not (RFC 8489 §14). */
  readonly unknown: readonly number[]
}

export interface BindingResponse {
  readonly mapped: MappedAddress
  /** From where it answers, and where else it can be asked: only a server with two addresses says so (RFC 5780 §7). */
  readonly origin?: MappedAddress | undefined
  readonly other?: MappedAddress | undefined
}

export function formatBindingRequest(transaction: Buffer, change?: Change): Buffer {
  const flags = (change?.address ? CHANGE_ADDRESS : 0) | (change?.port ? CHANGE_PORT : 0)
  return message(BINDING_REQUEST, transaction, flags === 0 ? [] : [attribute(CHANGE_REQUEST, Buffer.from([0, 0, 0, flags]))])
}

/** Undefined when the datagram is none. */
export function parseBindingRequest(datagram: Buffer): BindingRequest | undefined {
  const attributes = isMessage(datagram, BINDING_REQUEST) ? readAttributes(datagram) : undefined
  if (!attributes) return undefined
  const transaction = Buffer.from(datagram.subarray(8, HEADER_BYTES))
  const change = attributes.find(({ type }) => type === CHANGE_REQUEST)?.value
  if (change && change.length !== 4) return undefined
  const flags = change?.[3] ?? 0
  const unknown = attributes.map(({ type }) => type).filter((type) => type < 0x8000 && type !== CHANGE_REQUEST && !UNNEEDED.has(type))
  const wish = { address: (flags & CHANGE_ADDRESS) !== 0, port: (flags & CHANGE_PORT) !== 0 }
  return { transaction, unknown, ...(wish.address || wish.port ? { change: wish } : {}) }
}

/** 32 bytes for IPv4, 56 with the two others, 44 for IPv6 without: at most 2.8 times the question. Throws RangeError for what is no address. */
export function formatBindingResponse(transaction: Buffer, { mapped, origin, other }: BindingResponse): Buffer {
  return message(BINDING_RESPONSE, transaction, [
    attribute(XOR_MAPPED_ADDRESS, masked(addressValue(mapped), transaction)),
    ...(origin ? [attribute(RESPONSE_ORIGIN, addressValue(origin))] : []),
    ...(other ? [attribute(OTHER_ADDRESS, addressValue(other))] : []),
  ])
}

/** "420 Unknown Attribute", with which a server says that it cannot do what was asked (RFC 8489 §14.9, RFC 5780 §6.1). */
export function formatRefusal(transaction: Buffer, unknown: readonly number[]): Buffer {
  const types = Buffer.concat(unknown.slice(0, MAX_UNKNOWN).map(u16))
  return message(BINDING_REFUSAL, transaction, [attribute(ERROR_CODE, Buffer.from([0, 0, 4, 20])), attribute(UNKNOWN_ATTRIBUTES, types)])
}

export const REFUSES_CHANGE: readonly number[] = [CHANGE_REQUEST]

/** The answer to this very question; undefined for anything else. Never throws. */
export function parseBindingResponse(datagram: Buffer, transaction: Buffer): BindingResponse | undefined {
  if (!isMessage(datagram, BINDING_RESPONSE) || !datagram.subarray(8, HEADER_BYTES).equals(transaction)) return undefined
  const attributes = readAttributes(datagram)
  const value = (type: number): Buffer | undefined => attributes?.find((one) => one.type === type)?.value
  const xored = value(XOR_MAPPED_ADDRESS)
  const mapped = xored && readAddress(masked(xored, transaction))
  return mapped && { mapped, origin: readAddress(value(RESPONSE_ORIGIN)), other: readAddress(value(OTHER_ADDRESS)) }
}

interface Attribute {
  readonly type: number
  readonly value: Buffer
}

/** Undefined where one is longer than the message. */
function readAttributes(datagram: Buffer): Attribute[] | undefined {
  const attributes: Attribute[] = []
  for (let at = HEADER_BYTES; at < datagram.length; ) {
    if (at + 4 > datagram.length) return undefined
    const [type, length] = [datagram.readUInt16BE(at), datagram.readUInt16BE(at + 2)]
    const value = datagram.subarray(at + 4, at + 4 + length)
    if (value.length < length) return undefined
    attributes.push({ type, value })
    // Attributes are padded to four bytes (RFC 8489 §14).
    at += 4 + length + ((4 - (length % 4)) % 4)
  }
  return attributes
}

function addressValue({ address, port }: MappedAddress): Buffer {
  const bytes = parseAddress(address)
  if (!bytes) throw new RangeError(`not an address: ${address}`)
  return Buffer.concat([Buffer.from([0, bytes.length === 4 ? 1 : 2]), u16(port), bytes])
}

function readAddress(value: Buffer | undefined): MappedAddress | undefined {
  const size = value?.[1] === 1 ? 4 : value?.[1] === 2 ? 16 : 0
  if (!value || size === 0 || value.length !== 4 + size) return undefined
  const bytes = value.subarray(4)
  return { address: size === 4 ? bytes.join('.') : groups(bytes), port: value.readUInt16BE(2) }
}

/** RFC 5952's shortest form, as the operating system writes it too. */
function groups(bytes: Buffer): string {
  return new URL(`http://[${(bytes.toString('hex').match(/.{4}/g) ?? []).join(':')}]/`).hostname.slice(1, -1)
}

/** All of an address's value but its first two bytes: the port by the cookie's first half, the address by the cookie and the transaction. */
function masked(value: Buffer, transaction: Buffer): Buffer {
  const mask = Buffer.concat([Buffer.from([0, 0]), COOKIE.subarray(0, 2), COOKIE, transaction])
  return Buffer.from(value.map((byte, index) => byte ^ (mask[index] ?? 0)))
}

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255])

function attribute(type: number, value: Buffer): Buffer {
  return Buffer.concat([u16(type), u16(value.length), value, Buffer.alloc((4 - (value.length % 4)) % 4)])
}

function message(type: number, transaction: Buffer, attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat(attributes)
  return Buffer.concat([u16(type), u16(body.length), COOKIE, transaction, body])
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
