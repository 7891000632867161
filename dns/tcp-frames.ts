/** DNS over a byte stream: `| length u16 | message |…` (RFC 1035 §4.2.2). */

export interface FrameReader {
  push(chunk: Uint8Array): void
  /** The next whole message; undefined when more bytes are needed. Throws RangeError when the next one is empty or over `maxBytes`. */
  next(): Uint8Array | undefined
}

/** Holds what was pushed and not yet taken: its user stops pushing while it does not take. */
export function createFrameReader(maxBytes: number): FrameReader {
  let held = Buffer.alloc(0)
  return {
    push: (chunk) => {
      held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk])
    },
    next: () => {
      if (held.length < 2) return undefined
      const length = held.readUInt16BE(0)
      if (length === 0 || length > maxBytes) throw new RangeError(`a message of ${length} bytes`)
      if (held.length < 2 + length) return undefined
      const message = held.subarray(2, 2 + length)
      held = held.subarray(2 + length)
      return message
    },
  }
}

/** Throws RangeError when the message is too long for its length to be written. */
export function frame(message: Uint8Array): Uint8Array {
  if (message.length > 0xffff) throw new RangeError(`a message of ${message.length} bytes`)
  return Buffer.concat([Uint8Array.of(message.length >> 8, message.length & 255), message])
}
