/** For tests: a visitor who writes frames of HTTP/2 by hand, well-formed or not (RFC 9113 §4.1). */
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { enter, HOST } from './test-door.ts'

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const
export const END_STREAM = 1
export const END_HEADERS = 4

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** What a stream may hold at first (RFC 9113 §6.5.2). */
export const windowSetting = (bytes: number): Buffer => Buffer.concat([Buffer.from([0, 4]), uint32(bytes)])

/** A length with a prefix of seven bits, not compressed (RFC 7541 §5.1). */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes])
  const length = [127]
  let rest = bytes.length - 127
  for (; rest >= 128; rest >>>= 7) length.push(128 + (rest % 128))
  return Buffer.concat([Buffer.from([...length, rest]), bytes])
}

/** Fields as literals that nobody remembers (RFC 7541 §6.2.2). */
export const fields = (raw: readonly string[]): Buffer =>
  Buffer.concat(raw.map((part, index) => (index % 2 === 0 ? Buffer.concat([Buffer.from([0]), text(part)]) : text(part))))

export const GET = [':method', 'GET', ':scheme', 'https', ':authority', HOST, ':path', '/']
export const POST = [':method', 'POST', ...GET.slice(2)]

/** The frame of a whole head. */
export const head = (stream: number, raw: readonly string[], flags = END_STREAM): Buffer =>
  frame(TYPE.headers, END_HEADERS | flags, stream, fields(raw))

export interface RawVisitor {
  readonly socket: TLSSocket
  send(...frames: Buffer[]): void
  /** All frames until now: type, stream, and the four bytes at the end of a reset's or a GOAWAY's payload. */
  heard(): readonly HeardFrame[]
}

interface HeardFrame {
  readonly type: number
  readonly stream: number
  readonly flags: number
  readonly payload: Buffer
}

/** In, and past the exchange of settings. */
export async function enterHttp2(port: number, options: ConnectionOptions & { allowHalfOpen?: boolean } = {}): Promise<RawVisitor> {
  const socket = await enter(port, { ALPNProtocols: ['h2'], ...options })
  const frames: HeardFrame[] = []
  // Each byte is read once: a flood is answered with hundreds of thousands of frames.
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    const bytes = Buffer.concat([rest, chunk])
    let at = 0
    for (;;) {
      const end = at + 9 + (at + 9 <= bytes.length ? bytes.readUIntBE(at, 3) : bytes.length)
      if (end > bytes.length) break
      frames.push({
        type: bytes[at + 3] ?? 0,
        flags: bytes[at + 4] ?? 0,
        stream: bytes.readUInt32BE(at + 5),
        payload: bytes.subarray(at + 9, end),
      })
      at = end
    }
    rest = bytes.subarray(at)
  })
  socket.on('error', () => undefined)
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(TYPE.settings, 0, 0), frame(TYPE.settings, 1, 0)]))
  return {
    socket,
    send: (...frames) => void socket.write(Buffer.concat(frames)),
    heard: () => frames,
  }
}
