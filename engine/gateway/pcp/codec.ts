/**
 * PCP, version 2 (RFC 6887 §7, §11, §13, §14). All numbers big-endian; addresses have 16 bytes, IPv4 as ::ffff:a.b.c.d (§5).
 *
 *     request                                        response
 *      0        8        16               31          0        8        16       24      31
 *     ┌────────┬─┬──────┬──────────────────┐         ┌────────┬─┬──────┬────────┬────────┐
 *     │ ver=2  │0│opcode│ reserved         │         │ ver=2  │1│opcode│reserved│ result │
 *     ├────────┴─┴──────┴──────────────────┤         ├────────┴─┴──────┴────────┴────────┤
 *     │ wanted lifetime (s)                │         │ lifetime (s), also of an error    │
 *     ├────────────────────────────────────┤         ├───────────────────────────────────┤
 *     │ client's address (16 bytes)        │         │ epoch time (s)                    │
 *     │                                    │         │ reserved (12 bytes)               │
 *     └────────────────────────────────────┘ 24      └───────────────────────────────────┘ 24
 *
 *     ANNOUNCE (0) ends here. MAP (1) goes on, alike in both directions:     and options may follow:
 *     ┌───────────────────────────────────┐ 24                               ┌────────┬────────┬────────────────┐
 *     │ mapping nonce (12 bytes)          │                                  │ code   │reserved│ length (bytes) │
 *     ├────────┬──────────────────────────┤ 36                               ├────────┴────────┴────────────────┤
 *     │protocol│ reserved (3 bytes)       │                                  │ data, padded to 4 bytes          │
 *     ├────────┴────────┬─────────────────┤ 40                               └──────────────────────────────────┘
 *     │ internal port   │ external port   │
 *     ├─────────────────┴─────────────────┤ 44
 *     │ external address (16 bytes)       │
 *     └───────────────────────────────────┘ 60
 */

import { parseAddress } from '../../../protocol/model/address.ts'

export const PCP_PORT = 5351
export const PCP_VERSION = 2
export const NONCE_BYTES = 12
export const OPCODE = { announce: 0, map: 1 } as const
const HEADER_BYTES = 24
const MAP_BYTES = 60
/** RFC 6887 §7: so that a message and its headers fit a packet of 1280 bytes. */
const MAX_BYTES = 1100
/** RFC 6887 §13.2. No THIRD_PARTY: a mapping is only ever asked for our own address. */
const PREFER_FAILURE = Buffer.of(2, 0, 0, 0)
/** IANA protocol numbers. */
const PROTOCOLS = { tcp: 6, udp: 17 } as const

export interface PcpMap {
  /** {@link NONCE_BYTES} bytes. */
  readonly nonce: Uint8Array
  readonly protocol: 'tcp' | 'udp'
  readonly internalPort: number
  /** 0 in a request: no wish. */
  readonly externalPort: number
  /** Null: no wish, or not told. */
  readonly externalAddress: string | null
}

export interface PcpMapRequest extends PcpMap {
  /** Our own address, which the server compares with the packet's source. */
  readonly clientAddress: string
  /** 0 deletes. */
  readonly lifetimeS: number
  readonly preferFailure: boolean
}

export type PcpReply =
  | {
      readonly kind: 'response'
      readonly opcode: number
      /** 0: success. Else a code of RFC 6887 §7.4. */
      readonly result: number
      /** Of the mapping; of an error, for how long the server expects it to last. */
      readonly lifetimeS: number
      readonly epochS: number
      /** Null unless the opcode is MAP. */
      readonly map: PcpMap | null
    }
  /** What servers of another version answer (§9); version 0 is NAT-PMP. */
  | { readonly kind: 'other-version'; readonly version: number; readonly result: number }
  /** It ends before it is whole. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid'; readonly why: string }

export function buildAnnounce(clientAddress: string): Buffer {
  return buildHeader(OPCODE.announce, 0, clientAddress)
}

/** Throws RangeError for a nonce, an address or a number that does not fit its field. */
export function buildMap(request: PcpMapRequest): Buffer {
  const { nonce, protocol, internalPort, externalPort, externalAddress, clientAddress, lifetimeS, preferFailure } = request
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`a mapping nonce has ${NONCE_BYTES} bytes`)
  const body = Buffer.alloc(MAP_BYTES - HEADER_BYTES)
  body.set(nonce, 0)
  body[12] = PROTOCOLS[protocol]
  body.writeUInt16BE(internalPort, 16)
  body.writeUInt16BE(externalPort, 18)
  // "No wish" is the zero address of the wanted family (§11.1).
  const noWish = clientAddress.includes(':') ? '::' : '0.0.0.0'
  body.set(toSixteen(externalAddress ?? noWish), 20)
  return Buffer.concat([buildHeader(OPCODE.map, lifetimeS, clientAddress), body, ...(preferFailure ? [PREFER_FAILURE] : [])])
}

function buildHeader(opcode: number, lifetimeS: number, clientAddress: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header[0] = PCP_VERSION
  header[1] = opcode
  header.writeUInt32BE(lifetimeS, 4)
  header.set(toSixteen(clientAddress), 8)
  return header
}

/** Never throws. Reserved fields are ignored, as the RFC wants it; everything else is taken at its word or not at all. */
export function parsePcp(bytes: Buffer): PcpReply {
  if (bytes.length > MAX_BYTES) return { kind: 'invalid', why: `longer than ${MAX_BYTES} bytes` }
  if (bytes.length < 4) return { kind: 'incomplete' }
  const [version = 0, opcodeByte = 0] = bytes
  const isResponse = (opcodeByte & 0x80) !== 0
  // NAT-PMP's refusal of a version comes with opcode 0, without the response bit (RFC 6886 §3.5).
  if (version === 0) return { kind: 'other-version', version, result: bytes.readUInt16BE(2) }
  if (!isResponse) return { kind: 'invalid', why: 'a request, not a response' }
  if (version !== PCP_VERSION) return { kind: 'other-version', version, result: bytes.readUInt8(3) }
  if (bytes.length < HEADER_BYTES) return { kind: 'incomplete' }
  if (bytes.length % 4 !== 0) return { kind: 'invalid', why: 'not a multiple of 4 bytes' }
  const opcode = opcodeByte & 0x7f
  const head = { opcode, result: bytes.readUInt8(3), lifetimeS: bytes.readUInt32BE(4), epochS: bytes.readUInt32BE(8) }
  if (opcode !== OPCODE.map) return { kind: 'response', ...head, map: null }
  if (bytes.length < MAP_BYTES) return { kind: 'incomplete' }
  const map = parseMap(bytes)
  if (!map) return { kind: 'invalid', why: 'neither TCP nor UDP' }
  return optionsAreWhole(bytes) ? { kind: 'response', ...head, map } : { kind: 'invalid', why: 'an option runs over the end' }
}

function parseMap(bytes: Buffer): PcpMap | undefined {
  const number = bytes.readUInt8(36)
  const protocol = number === PROTOCOLS.tcp ? 'tcp' : number === PROTOCOLS.udp ? 'udp' : undefined
  return (
    protocol && {
      nonce: Uint8Array.from(bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES)),
      protocol,
      internalPort: bytes.readUInt16BE(40),
      externalPort: bytes.readUInt16BE(42),
      externalAddress: fromSixteen(bytes.subarray(44, MAP_BYTES)),
    }
  )
}

/** None of their contents concerns us, but what runs over the end was not written by a PCP server. */
function optionsAreWhole(bytes: Buffer): boolean {
  let at = MAP_BYTES
  while (at < bytes.length) at += 4 + Math.ceil(bytes.readUInt16BE(at + 2) / 4) * 4
  return at === bytes.length
}

function toSixteen(address: string): Uint8Array {
  const bytes = parseAddress(address)
  if (!bytes) throw new RangeError(`not an address: ${address}`)
  return bytes.length === 16 ? bytes : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...bytes)
}

/** Null for the zero address of either family. */
function fromSixteen(bytes: Buffer): string | null {
  const isZero = (part: Buffer) => part.every((byte) => byte === 0)
  if (isZero(bytes)) return null
  if (isZero(bytes.subarray(0, 10)) && bytes.readUInt16BE(10) === 0xffff)
    return isZero(bytes.subarray(12)) ? null : bytes.subarray(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  // A URL's host comes out in the usual short form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
