/** What a visitor says on a connection of HTTP/2, read strictly: frames that are as long as they may be, where they may stand, and heads that are
 *  complete before anything else comes (RFC 9113 §4 and §6). Pure; what it means for streams is the {@link FrameSink}'s. */
import { HpackDecoder } from './hpack-decoder.ts'
import { ERROR, FLAG, FRAME, FRAME_HEAD_BYTES, Http2Error, MAX_FRAME_BYTES, PREFACE, SETTING, uint24, uint31 } from './http2-frames.ts'

/** Compressed; nghttp2's bound of CONTINUATION frames, against heads that never end (CVE-2024-27316). */
const MAX_BLOCK_BYTES = 65_536
const MAX_CONTINUATIONS = 8

const NOTHING = Buffer.alloc(0)

/** May throw {@link Http2Error}. Streams are never 0, where not said otherwise. */
export interface FrameSink {
  /** A body goes on: `length` bytes by the frame, `body` of them without what only fills it. */
  dataBegins(stream: number, length: number, body: number, endsStream: boolean): void
  /** Of the frame that has begun; overwritten afterwards. */
  data(bytes: Buffer): void
  dataEnds(): void
  /** Undefined: the fields are too many, or too long. */
  head(stream: number, fields: string[] | undefined, endsStream: boolean): void
  reset(stream: number): void
  setting(name: number, value: number): void
  settingsEnd(isAck: boolean): void
  /** Eight characters. */
  ping(payload: string): void
  /** `stream` 0: the connection. `more` may be 0. */
  credit(stream: number, more: number): void
  /** So many bytes that ask for nothing. */
  useless(bytes: number): void
}

interface OpenHead {
  readonly stream: number
  readonly endsStream: boolean
  readonly parts: Buffer[]
}

export class Http2Reader {
  readonly #sink: FrameSink
  readonly #maxHeadBytes: number
  readonly #maxFields: number
  readonly #fields = new HpackDecoder()
  /** Come and not yet read: less than a frame. */
  #rest: Buffer = NOTHING
  #isGreeted = false
  #isKnown = false
  #isInData = false
  #dataBytes = 0
  #paddingBytes = 0
  #head: OpenHead | undefined

  constructor(sink: FrameSink, maxHeadBytes: number, maxFields: number) {
    this.#sink = sink
    this.#maxHeadBytes = maxHeadBytes
    this.#maxFields = maxFields
  }

  /** All that can be read of it; the rest is kept. Throws {@link Http2Error}, after which nothing more may be read. */
  read(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    for (let used = this.#step(all, at); used > 0; used = this.#step(all, at)) at += used
    this.#rest = at === all.length ? NOTHING : Buffer.from(all.subarray(at))
  }

  /** How many bytes were read; 0: there must be more. */
  #step(bytes: Buffer, at: number): number {
    const left = bytes.length - at
    if (this.#isInData) return this.#readData(bytes, at)
    if (!this.#isGreeted) return this.#greet(bytes)
    if (left < FRAME_HEAD_BYTES) return 0
    const length = uint24(bytes, at)
    const type = bytes[at + 3] as number
    const flags = bytes[at + 4] as number
    const stream = uint31(bytes, at + 5)
    if (length > MAX_FRAME_BYTES) throw new Http2Error(ERROR.frameSize, 'a frame that is too long')
    if (!this.#isKnown && (type !== FRAME.settings || (flags & FLAG.ack) !== 0)) throw protocolError('no settings')
    if (this.#head ? type !== FRAME.continuation || stream !== this.#head.stream : type === FRAME.continuation)
      throw protocolError('a head that is not complete, or was')
    if (type === FRAME.data) return this.#beginData(bytes, at, length, flags, stream)
    // Of a body what is there goes on at once; everything else is read as a whole.
    if (left < FRAME_HEAD_BYTES + length) return 0
    this.#readFrame(type, flags, stream, bytes, at + FRAME_HEAD_BYTES, length)
    return FRAME_HEAD_BYTES + length
  }

  #greet(bytes: Buffer): number {
    const length = Math.min(bytes.length, PREFACE.length)
    if (PREFACE.compare(bytes, 0, length, 0, length) !== 0) throw protocolError('no HTTP/2')
    if (length < PREFACE.length) return 0
    this.#isGreeted = true
    return length
  }

  #beginData(bytes: Buffer, at: number, length: number, flags: number, stream: number): number {
    const isPadded = (flags & FLAG.padded) !== 0
    const before = isPadded ? 1 : 0
    if (stream === 0 || before > length) throw protocolError('data without a stream')
    if (bytes.length < at + FRAME_HEAD_BYTES + before) return 0
    const padding = isPadded ? (bytes[at + FRAME_HEAD_BYTES] as number) : 0
    const body = length - before - padding
    if (body < 0) throw protocolError('more padding than frame')
    const endsStream = (flags & FLAG.endStream) !== 0
    this.#sink.useless(before + padding + (body === 0 && !endsStream ? FRAME_HEAD_BYTES : 0))
    this.#sink.dataBegins(stream, length, body, endsStream)
    this.#dataBytes = body
    this.#paddingBytes = padding
    this.#isInData = true
    this.#endData()
    return FRAME_HEAD_BYTES + before
  }

  #readData(bytes: Buffer, at: number): number {
    const body = Math.min(this.#dataBytes, bytes.length - at)
    if (body > 0) {
      this.#dataBytes -= body
      this.#sink.data(bytes.subarray(at, at + body))
    }
    const padding = this.#dataBytes > 0 ? 0 : Math.min(this.#paddingBytes, bytes.length - at - body)
    this.#paddingBytes -= padding
    this.#endData()
    return body + padding
  }

  #endData(): void {
    if (this.#dataBytes > 0 || this.#paddingBytes > 0) return
    this.#isInData = false
    this.#sink.dataEnds()
  }

  #readFrame(type: number, flags: number, stream: number, bytes: Buffer, from: number, length: number): void {
    const sink = this.#sink
    switch (type) {
      case FRAME.headers:
        return void this.#beginHead(flags, stream, bytes, from, length)
      case FRAME.continuation:
        return void this.#readHead(flags, bytes, from, from + length)
      case FRAME.windowUpdate:
        expect(length === 4, ERROR.frameSize, 'credit of another length')
        return void sink.credit(stream, uint31(bytes, from))
      case FRAME.reset:
        expect(length === 4, ERROR.frameSize, 'a reset of another length')
        expect(stream !== 0, ERROR.protocol, 'a reset of no stream')
        return void sink.reset(stream)
      case FRAME.settings:
        return void this.#readSettings(flags, stream, bytes, from, length)
      case FRAME.ping:
        expect(length === 8, ERROR.frameSize, 'a ping of another length')
        expect(stream === 0, ERROR.protocol, 'a ping on a stream')
        if ((flags & FLAG.ack) === 0) sink.ping(bytes.toString('latin1', from, from + length))
        break
      case FRAME.priority:
        expect(length === 5, ERROR.frameSize, 'a priority of another length')
        expect(stream !== 0, ERROR.protocol, 'a priority of no stream')
        break
      case FRAME.goaway:
        expect(length >= 8, ERROR.frameSize, 'a GOAWAY that is too short')
        expect(stream === 0, ERROR.protocol, 'a GOAWAY on a stream')
        break
      case FRAME.pushPromise:
        throw protocolError('a promise from a client')
    }
    // Priorities are as nothing here, as what nobody knows is.
    sink.useless(FRAME_HEAD_BYTES + length)
  }

  #readSettings(flags: number, stream: number, bytes: Buffer, from: number, length: number): void {
    this.#isKnown = true
    const isAck = (flags & FLAG.ack) !== 0
    expect(stream === 0, ERROR.protocol, 'settings on a stream')
    expect(isAck ? length === 0 : length % 6 === 0, ERROR.frameSize, 'settings of another length')
    this.#sink.useless(FRAME_HEAD_BYTES + length)
    for (let at = from; at < from + length; at += 6) {
      const name = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
      const value = bytes.readUInt32BE(at + 2)
      if (name === SETTING.enablePush) expect(value <= 1, ERROR.protocol, 'a push that is neither on nor off')
      if (name === SETTING.maxFrameSize) expect(value >= MAX_FRAME_BYTES && value < 2 ** 24, ERROR.protocol, 'frames of no such size')
      this.#sink.setting(name, value)
    }
    this.#sink.settingsEnd(isAck)
  }

  #beginHead(flags: number, stream: number, bytes: Buffer, from: number, length: number): void {
    expect(stream !== 0, ERROR.protocol, 'a head of no stream')
    const isPadded = (flags & FLAG.padded) !== 0
    const padding = isPadded ? (bytes[from] ?? 0) : 0
    const start = from + (isPadded ? 1 : 0) + ((flags & FLAG.priority) !== 0 ? 5 : 0)
    const end = from + length - padding
    expect(start <= end, ERROR.protocol, 'more padding than frame')
    this.#head = { stream, endsStream: (flags & FLAG.endStream) !== 0, parts: [] }
    this.#sink.useless(padding)
    this.#readHead(flags, bytes, start, end)
  }

  #readHead(flags: number, bytes: Buffer, from: number, to: number): void {
    const { stream, endsStream, parts } = this.#head as OpenHead
    const block = bytes.subarray(from, to)
    if ((flags & FLAG.endHeaders) !== 0) {
      this.#head = undefined
      const whole = parts.length === 0 ? block : Buffer.concat([...parts, block])
      this.#sink.head(stream, this.#fields.decode(whole, this.#maxHeadBytes, this.#maxFields), endsStream)
      return
    }
    parts.push(Buffer.from(block))
    const held = parts.reduce((sum, part) => sum + part.length, 0)
    if (parts.length > MAX_CONTINUATIONS || held > MAX_BLOCK_BYTES) throw new Http2Error(ERROR.enhanceYourCalm, 'a head without an end')
  }
}

const protocolError = (what: string): Http2Error => new Http2Error(ERROR.protocol, what)

function expect(isSo: boolean, code: number, what: string): void {
  if (!isSo) throw new Http2Error(code, what)
}
