/**
 * NAT-PMP, version 0 (RFC 6886 §3). All numbers big-endian.
 *
 *      0        8        16               31          0        8        16               31
 *     ┌────────┬────────┐                            ┌────────┬────────┬──────────────────┐
 *     │ ver=0  │ op=0   │  external address?         │ ver=0  │ op=128 │ result           │
 *     └────────┴────────┘                            ├────────┴────────┴──────────────────┤
 *                                                    │ seconds since start of epoch       │
 *                                                    ├────────────────────────────────────┤
 *                                                    │ external IPv4 address              │
 *                                                    └────────────────────────────────────┘ 12
 *     ┌────────┬────────┬──────────────────┐         ┌────────┬────────┬──────────────────┐
 *     │ ver=0  │ op=1,2 │ reserved         │         │ ver=0  │ op+128 │ result           │
 *     ├────────┴────────┼──────────────────┤         ├────────┴────────┴──────────────────┤
 *     │ internal port   │ wanted external  │         │ seconds since start of epoch       │
 *     ├─────────────────┴──────────────────┤         ├─────────────────┬──────────────────┤
 *     │ wanted lifetime (s)                │         │ internal port   │ external port    │
 *     └────────────────────────────────────┘ 12      ├─────────────────┴──────────────────┤
 *                                                    │ lifetime (s)                       │
 *     op 1 maps UDP, op 2 maps TCP                   └────────────────────────────────────┘ 16
 */

const OPCODES = { address: 0, udp: 1, tcp: 2 } as const
const HEADER_BYTES = 8
const ADDRESS_BYTES = 12
const MAP_BYTES = 16

export interface NatpmpMapRequest {
  readonly protocol: 'tcp' | 'udp'
  readonly internalPort: number
  /** 0: no wish. */
  readonly externalPort: number
  /** 0 deletes; then the external port has to be 0 too (§3.4). */
  readonly lifetimeS: number
}

export type NatpmpReply =
  /** Null when the result says that there is none. */
  | { readonly kind: 'address'; readonly result: number; readonly epochS: number; readonly address: string | null }
  | ({ readonly kind: 'map'; readonly result: number; readonly epochS: number } & NatpmpMapRequest)
  /** A refusal that names no request: of the version, or of an operation that the router does not know (§3.5). */
  | { readonly kind: 'error'; readonly result: number; readonly epochS: number }
  /** What servers without version 0 answer; 2 is PCP. */
  | { readonly kind: 'other-version'; readonly version: number }
  /** It ends before it is whole. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid'; readonly why: string }

export function buildAddressRequest(): Buffer {
  return Buffer.of(0, OPCODES.address)
}

/** Throws RangeError for a number that does not fit its field. */
export function buildMapRequest({ protocol, internalPort, externalPort, lifetimeS }: NatpmpMapRequest): Buffer {
  const bytes = Buffer.alloc(12)
  bytes[1] = OPCODES[protocol]
  bytes.writeUInt16BE(internalPort, 4)
  bytes.writeUInt16BE(externalPort, 6)
  bytes.writeUInt32BE(lifetimeS, 8)
  return bytes
}

/** Never throws. */
export function parseNatpmp(bytes: Buffer): NatpmpReply {
  if (bytes.length < 4) return { kind: 'incomplete' }
  const [version = 0, opcode = 0] = bytes
  if (version !== 0) return { kind: 'other-version', version }
  // Nothing in the protocol is longer, and what is cannot have been meant.
  if (bytes.length > MAP_BYTES) return { kind: 'invalid', why: `longer than ${MAP_BYTES} bytes` }
  if (bytes.length < HEADER_BYTES) return { kind: 'incomplete' }
  const head = { result: bytes.readUInt16BE(2), epochS: bytes.readUInt32BE(4) }
  const failed = head.result !== 0
  const asked = opcode & 0x7f
  // The refusal of a version bears no response bit (§3.5). Some routers refuse the rest in as few bytes.
  if (failed && (opcode === 0 || bytes.length === HEADER_BYTES)) return { kind: 'error', ...head }
  if ((opcode & 0x80) === 0) return { kind: 'invalid', why: 'a request, not a response' }
  if (asked > OPCODES.tcp) return failed ? { kind: 'error', ...head } : { kind: 'invalid', why: 'an operation that does not exist' }
  if (bytes.length < (asked === OPCODES.address ? ADDRESS_BYTES : MAP_BYTES)) return { kind: 'incomplete' }
  if (asked === OPCODES.address) return { kind: 'address', ...head, address: failed ? null : addressOf(bytes.subarray(8, 12)) }
  return {
    kind: 'map',
    ...head,
    protocol: asked === OPCODES.udp ? 'udp' : 'tcp',
    internalPort: bytes.readUInt16BE(8),
    externalPort: bytes.readUInt16BE(10),
    lifetimeS: bytes.readUInt32BE(12),
  }
}

/** Null for 0.0.0.0, with which routers say that they have none (§3.5). */
function addressOf(bytes: Buffer): string | null {
  return bytes.every((byte) => byte === 0) ? null : bytes.join('.')
}
