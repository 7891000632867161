/** The frames that cross a lane, one TLS connection between engine and relay.
 *
 *  ```
 *   0        1                         4                              8
 *  +--------+-------------------------+------------------------------+----------------------
 *  | type   | length of payload (u24) | stream (u32; 0 = the lane)   | payload …
 *  +--------+-------------------------+------------------------------+----------------------
 *  ```
 *  Big endian. The relay opens streams (a visitor came), so ids are the relay's, rising from 1 and never used twice on a lane.
 *  Every stream has credit per direction: a sender may have as many unacknowledged bytes under way as it was given (as in HTTP/2, RFC 9113
 *  §5.2), WINDOW_BYTES to begin with.
 *  A stream of much that is its visitor's own TLS may go on beside the lane (wire/bypass.ts): the relay offers it by `bypass`, and from a side's
 *  `switch` on its bytes come by a connection of their own, without frames and credit.
 *  Flows share the ids of streams and have no credit: their datagrams are dropped where they cannot go on (as in RFC 9221). */

export const FrameType = {
  /** JSON, one message of wire/messages.ts. Stream 0. */
  control: 0,
  /** JSON, who came and for what. Relay to engine. */
  open: 1,
  data: 2,
  /** u32: that many more bytes may be sent on this stream. */
  credit: 3,
  /** No more bytes from this side. */
  end: 4,
  /** The stream or the flow is over, at once, in both directions. */
  reset: 5,
  /** 8 bytes to be echoed by pong. Stream 0. */
  ping: 6,
  pong: 7,
  /** JSON, as in `open`: what follows under this id are datagrams. Relay to engine. */
  flow: 8,
  /** One whole datagram of a flow. */
  datagram: 9,
  /** What the engine is to say on a connection of its own, for the rest of this stream to go that way. Relay to engine. */
  bypass: 10,
  /** From here on this side's bytes come by the bypass. */
  switch: 11,
} as const
export type FrameType = (typeof FrameType)[keyof typeof FrameType]

export const HEADER_BYTES = 8
export const PING_BYTES = 8
export const BYPASS_TOKEN_BYTES = 32
/** Larger payloads would let one stream hold a lane for too long (a frame is the unit of fairness). */
export const MAX_DATA_BYTES = 16_384
/** What a sender puts into one: with its header it is one TLS record (RFC 8446 §5.1: 2^14 bytes), handed on whole where it arrives. */
export const FULL_DATA_BYTES = MAX_DATA_BYTES - HEADER_BYTES
export const MAX_CONTROL_BYTES = 65_536
/** What UDP over IPv4 can carry at most (RFC 768: 65,535 less both headers). */
export const MAX_DATAGRAM_BYTES = 65_507

/** Longest payload by type: what is longer is a violation, and the lane ends. */
const MAX_PAYLOAD: Readonly<Record<FrameType, number>> = {
  [FrameType.control]: MAX_CONTROL_BYTES,
  [FrameType.open]: 1024,
  [FrameType.data]: MAX_DATA_BYTES,
  [FrameType.credit]: 4,
  [FrameType.end]: 0,
  [FrameType.reset]: 0,
  [FrameType.ping]: PING_BYTES,
  [FrameType.pong]: PING_BYTES,
  [FrameType.flow]: 1024,
  [FrameType.datagram]: MAX_DATAGRAM_BYTES,
  [FrameType.bypass]: BYPASS_TOKEN_BYTES,
  [FrameType.switch]: 0,
}

const EXACT: ReadonlySet<FrameType> = new Set([
  FrameType.credit,
  FrameType.end,
  FrameType.reset,
  FrameType.ping,
  FrameType.pong,
  FrameType.bypass,
  FrameType.switch,
])

/** The peer broke the protocol: the lane cannot go on. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FrameError'
  }
}

/** Throws RangeError when the payload is longer than its type allows: the other side would end the lane. */
export function writeFrameHeader(into: Buffer, at: number, type: FrameType, stream: number, payloadBytes: number): void {
  if (payloadBytes > MAX_PAYLOAD[type]) throw new RangeError(`frame type ${type} cannot carry ${payloadBytes} bytes`)
  into.writeUInt32BE(type * 0x1000000 + payloadBytes, at)
  into.writeUInt32BE(stream, at + 4)
}

/** Throws as {@link writeFrameHeader} does. */
export function frame(type: FrameType, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + payload.length)
  writeFrameHeader(out, 0, type, stream, payload.length)
  payload.copy(out, HEADER_BYTES)
  return out
}

export function creditFrame(stream: number, bytes: number): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + 4)
  writeFrameHeader(out, 0, FrameType.credit, stream, 4)
  out.writeUInt32BE(bytes, HEADER_BYTES)
  return out
}

const NOTHING = Buffer.alloc(0)

/** Called with whole frames, except `data`, which is handed on in the pieces it arrives in (no copy, no waiting for its end). The payload
 *  may lie in a buffer that is used again: copy what is kept. */
export type OnFrame = (type: FrameType, stream: number, payload: Buffer) => void

/** Cuts a byte stream into frames. Holds at most one header and one payload of control or datagram.
 *  `push` throws {@link FrameError} on an unknown type, an oversized payload or a wrong length; it must not be called again after. */
export class FrameReader {
  readonly #onFrame: OnFrame
  #header: Buffer = NOTHING
  #type: FrameType = FrameType.control
  #stream = 0
  #remaining = 0
  /** A payload that arrives in pieces, and how much of it is here. Copied, since a piece may be one byte of a large buffer. */
  #payload: Buffer = Buffer.alloc(0)
  #filled = 0

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame
  }

  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#remaining > 0) {
        const piece = chunk.subarray(at, at + this.#remaining)
        at += piece.length
        this.#take(piece)
        continue
      }
      const wanted = HEADER_BYTES - this.#header.length
      if (at + wanted > chunk.length) {
        this.#header = Buffer.concat([this.#header, chunk.subarray(at)])
        return
      }
      // Nearly always it is here whole, and needs no Buffer of its own.
      if (wanted === HEADER_BYTES) this.#begin(chunk, at)
      else this.#begin(Buffer.concat([this.#header, chunk.subarray(at, at + wanted)]), 0)
      at += wanted
    }
  }

  #begin(header: Buffer, at: number): void {
    const first = header.readUInt32BE(at)
    const type = first >>> 24
    const length = first & 0xffffff
    this.#stream = header.readUInt32BE(at + 4)
    this.#header = NOTHING
    const max = MAX_PAYLOAD[type as FrameType]
    if (max === undefined) throw new FrameError(`unknown frame type ${type}`)
    if (length > max) throw new FrameError(`frame type ${type} with ${length} bytes`)
    if (EXACT.has(type as FrameType) && length !== max) throw new FrameError(`frame type ${type} needs ${max} bytes, not ${length}`)
    this.#type = type as FrameType
    this.#remaining = length
    if (length === 0) this.#onFrame(this.#type, this.#stream, Buffer.alloc(0))
  }

  #take(piece: Buffer): void {
    this.#remaining -= piece.length
    if (this.#type === FrameType.data) {
      this.#onFrame(FrameType.data, this.#stream, piece)
      return
    }
    if (this.#filled === 0 && this.#remaining === 0) {
      this.#onFrame(this.#type, this.#stream, piece)
      return
    }
    if (this.#filled === 0) this.#payload = Buffer.allocUnsafeSlow(piece.length + this.#remaining)
    this.#filled += piece.copy(this.#payload, this.#filled)
    if (this.#remaining > 0) return
    const payload = this.#payload
    this.#payload = Buffer.alloc(0)
    this.#filled = 0
    this.#onFrame(this.#type, this.#stream, payload)
  }
}
