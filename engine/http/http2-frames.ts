/** Frames of HTTP/2 (RFC 9113 §4.1), in both directions:
 *
 *  | length (24) | type (8) | flags (8) | 0 | stream (31) | payload … |            */

export const FRAME_HEAD_BYTES = 9
/** The most that either side may send unless told otherwise (§4.2), and nobody tells anybody here. */
export const MAX_FRAME_BYTES = 16_384
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** What a window may hold at most, and what it holds before anybody says anything (§6.9). */
export const MAX_WINDOW_BYTES = 2 ** 31 - 1
export const FIRST_WINDOW_BYTES = 65_535

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export const FLAG = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 32 } as const

export const SETTING = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
  /** RFC 8441 §3. */
  enableConnectProtocol: 8,
} as const

/** §7. */
export const ERROR = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const

/** Ends the whole connection (§5.4.1). */
export class Http2Error extends Error {
  readonly code: number

  constructor(code: number, what: string) {
    super(what)
    this.name = 'Http2Error'
    this.code = code
  }
}

export const uint24 = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)

/** Without the bit that is reserved. */
export const uint31 = (bytes: Buffer, at: number): number => (((bytes[at] as number) & 0x7f) << 24) | uint24(bytes, at + 1)

/** What is said is made as text, a character a byte, as heads of HTTP/1 are. */
export function frameHead(length: number, type: number, flags: number, stream: number): string {
  return String.fromCharCode(
    length >>> 16,
    (length >>> 8) & 255,
    length & 255,
    type,
    flags,
    stream >>> 24,
    (stream >>> 16) & 255,
    (stream >>> 8) & 255,
    stream & 255,
  )
}

export const fourBytes = (value: number): string =>
  String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)

/** `block`: a compressed list of fields. In as many frames as it takes. */
export function headFrames(block: string, stream: number, endsStream: boolean): string {
  const end = endsStream ? FLAG.endStream : 0
  if (block.length <= MAX_FRAME_BYTES) return frameHead(block.length, FRAME.headers, end | FLAG.endHeaders, stream) + block
  let frames = frameHead(MAX_FRAME_BYTES, FRAME.headers, end, stream) + block.slice(0, MAX_FRAME_BYTES)
  for (let at = MAX_FRAME_BYTES; at < block.length; at += MAX_FRAME_BYTES) {
    const part = block.slice(at, at + MAX_FRAME_BYTES)
    const isLast = at + MAX_FRAME_BYTES >= block.length
    frames += frameHead(part.length, FRAME.continuation, isLast ? FLAG.endHeaders : 0, stream) + part
  }
  return frames
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): string {
  const payload = settings.map(([id, value]) => String.fromCharCode(id >>> 8, id & 255) + fourBytes(value)).join('')
  return frameHead(payload.length, FRAME.settings, 0, 0) + payload
}

export const windowUpdate = (stream: number, bytes: number): string => frameHead(4, FRAME.windowUpdate, 0, stream) + fourBytes(bytes)

export const resetFrame = (stream: number, code: number): string => frameHead(4, FRAME.reset, 0, stream) + fourBytes(code)

export const goawayFrame = (lastStream: number, code: number): string =>
  frameHead(8, FRAME.goaway, 0, 0) + fourBytes(lastStream) + fourBytes(code)
