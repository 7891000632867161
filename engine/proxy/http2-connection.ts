/** One connection of one visitor who speaks HTTP/2 (RFC 9113): its streams, and what they share. Its bytes are read in `engine/http/`. */
import type { TLSSocket } from 'node:tls'
import { innermost, readInto } from '../../wire/read-into.ts'
import { MAX_FIELDS } from '../http/fields.ts'
import {
  ERROR,
  FIRST_WINDOW_BYTES,
  FLAG,
  FRAME,
  FRAME_HEAD_BYTES,
  frameHead,
  goawayFrame,
  Http2Error,
  MAX_WINDOW_BYTES,
  resetFrame,
  SETTING,
  settingsFrame,
  windowUpdate,
} from '../http/http2-frames.ts'
import { type FrameSink, Http2Reader } from '../http/http2-reader.ts'
import { readHttp2Head, readHttp2Trailers } from './http2-head.ts'
import { HTTP2_LIMITS, type Http2TimesMs } from './http2-limits.ts'
import { Http2Outlet } from './http2-outlet.ts'
import { Http2Stream, type StreamLine } from './http2-stream.ts'
import { Http2Toll } from './http2-toll.ts'
import type { Reception } from './reception.ts'
import type { SecuredVisitor } from './visitor-tls.ts'

/** Whatever is held beyond it answers what only keeps us busy. */
const MAX_HELD_BYTES = 1_048_576
/** Of a head that is none, for who counts them. */
const TOLD_LETTERS = 128
/** To read why, before he is cut off. */
const FAILED_MS = 1000

const GREETING =
  settingsFrame([
    [SETTING.maxConcurrentStreams, HTTP2_LIMITS.MAX_STREAMS],
    [SETTING.initialWindowSize, HTTP2_LIMITS.STREAM_WINDOW_BYTES],
    [SETTING.maxHeaderListSize, HTTP2_LIMITS.MAX_HEAD_BYTES],
    [SETTING.enableConnectProtocol, 1],
  ]) + windowUpdate(0, HTTP2_LIMITS.SESSION_WINDOW_BYTES - FIRST_WINDOW_BYTES)
const SETTINGS_ACK = frameHead(0, FRAME.settings, FLAG.ack, 0)
const RESET_BYTES = FRAME_HEAD_BYTES + 4

/** What all connections of a door share. */
export interface Http2Door {
  readonly reception: Reception
  readonly times: Http2TimesMs
  gone(connection: Http2Connection): void
}

export class Http2Connection implements FrameSink, StreamLine {
  readonly outlet: Http2Outlet
  readonly streams = new Map<number, Http2Stream>()
  readonly #door: Http2Door
  readonly #socket: TLSSocket
  readonly #visitor: SecuredVisitor
  readonly #reader: Http2Reader
  readonly #toll = new Http2Toll()
  /** Of an answer that begins now. */
  #windowBytes = FIRST_WINDOW_BYTES
  /** As he has it from the settings that are being read on. */
  #nextWindowBytes = FIRST_WINDOW_BYTES
  /** Of all uploads: so much may come, and so much has been taken since he was told. */
  #inWindowBytes: number = HTTP2_LIMITS.SESSION_WINDOW_BYTES
  #takenBytes = 0
  /** What he may still send on streams that ended without him. */
  #lateBytes = 0
  #lastStream = 0
  /** He knows what the greeting says. */
  #isAgreed = false
  /** Whose body is being read. */
  #reading: Http2Stream | undefined
  #readingEnds = false
  /** Asked for in what is being read, and not yet begun. */
  #begun: Http2Stream[] = []
  /** He is told to leave, and may finish. */
  #isLeaving = false
  #wasBusy = true
  #quietSinceMs = 0
  #endsAtMs = Number.POSITIVE_INFINITY

  constructor(door: Http2Door, socket: TLSSocket, visitor: SecuredVisitor) {
    this.#door = door
    this.#socket = socket
    this.#visitor = visitor
    this.#reader = new Http2Reader(this, HTTP2_LIMITS.MAX_HEAD_BYTES, MAX_FIELDS + 8)
    this.outlet = new Http2Outlet(socket)
    this.outlet.say(GREETING)
    // He has left. A stream of the tunnel stays open in the other direction until we end it.
    socket.on('end', () => socket.destroySoon()).on('close', () => this.#gone())
    readInto(socket, (bytes) => this.#read(bytes), innermost)
  }

  /** Tells whether more may come. */
  #read(bytes: Buffer): boolean {
    if (this.outlet.isOver) return false
    try {
      this.#reader.read(bytes)
      if (this.outlet.heldBytes > MAX_HELD_BYTES) throw new Http2Error(ERROR.enhanceYourCalm, 'answers that nobody reads')
    } catch (error) {
      if (!(error instanceof Http2Error)) throw error
      this.#fail(error.code)
    }
    // Opened and reset in the same breath (CVE-2023-44487): no service is troubled with it.
    const begun = this.#begun
    if (begun.length > 0) this.#begun = []
    for (const stream of begun) if (!stream.isClosed) this.#door.reception.receive(this.#visitor, stream, stream)
    return !this.outlet.isOver
  }

  // What he says.

  head(id: number, fields: string[] | undefined, endsStream: boolean): void {
    const stream = this.streams.get(id)
    if (stream) {
      const trailers = fields && endsStream ? readHttp2Trailers(fields) : undefined
      this.#judge(stream, trailers ? stream.ended(trailers) : ERROR.protocol)
    } else if (id % 2 === 0) throw new Http2Error(ERROR.protocol, 'a stream that is not his to open')
    // Behind what has ended without him, or never began.
    else if (id <= this.#lastStream) this.#toll.refused()
    else this.#open(id, fields, endsStream)
  }

  #open(id: number, fields: string[] | undefined, endsStream: boolean): void {
    this.#lastStream = id
    this.#wasBusy = true
    const isFull = this.streams.size >= HTTP2_LIMITS.MAX_STREAMS
    if (isFull && this.#isAgreed) throw new Http2Error(ERROR.protocol, 'more streams than he may have')
    if (isFull || this.#isLeaving) return void this.#refuse(id, ERROR.refusedStream, endsStream)
    if (!fields) return void this.#refuse(id, ERROR.enhanceYourCalm, endsStream)
    const head = readHttp2Head(fields, endsStream)
    if (head === 'malformed') {
      this.#door.reception.malformed(this.#visitor, fields.join(' ').slice(0, TOLD_LETTERS))
      return void this.#refuse(id, ERROR.protocol, endsStream)
    }
    const isRefused = typeof head === 'number'
    const stream = new Http2Stream(this, id, isRefused ? REFUSED_HEAD : head, this.#windowBytes, endsStream)
    this.streams.set(id, stream)
    if (!isRefused) return void this.#begun.push(stream)
    this.#toll.refused()
    stream.send(head, {})
  }

  #refuse(id: number, code: number, endsStream: boolean): void {
    this.#toll.refused()
    if (!endsStream) this.#lateBytes += HTTP2_LIMITS.STREAM_WINDOW_BYTES
    this.outlet.say(resetFrame(id, code))
  }

  /** `fault`: of what he has said on it. A stream that he makes fail is as one that he resets (CVE-2025-8671). */
  #judge(stream: Http2Stream, fault: number | undefined): boolean {
    if (fault === undefined) return true
    stream.fail(fault)
    this.#toll.reset()
    return false
  }

  dataBegins(id: number, length: number, body: number, endsStream: boolean): void {
    this.#expectOpened(id)
    this.#inWindowBytes -= length
    if (this.#inWindowBytes < 0) throw new Http2Error(ERROR.flowControl, 'more than was granted')
    this.taken(length - body)
    const stream = this.streams.get(id)
    this.#readingEnds = endsStream
    this.#reading = stream && this.#judge(stream, stream.expects(length, body, endsStream)) ? stream : undefined
    if (this.#reading) return
    this.#lateBytes -= body
    if (this.#lateBytes < 0) this.useless(body)
  }

  data(bytes: Buffer): void {
    if (this.#reading?.isClosed === false) this.#reading.data(bytes)
    else this.taken(bytes.length)
  }

  dataEnds(): void {
    const stream = this.#reading
    this.#reading = undefined
    if (this.#readingEnds && stream?.isClosed === false) this.#judge(stream, stream.ended([]))
  }

  reset(id: number): void {
    this.#expectOpened(id)
    const stream = this.streams.get(id)
    if (!stream) return void this.useless(RESET_BYTES)
    stream.cut()
    this.#toll.reset()
  }

  setting(name: number, value: number): void {
    if (name === SETTING.headerTableSize) this.outlet.tableChanged()
    if (name !== SETTING.initialWindowSize) return
    if (value > MAX_WINDOW_BYTES) throw new Http2Error(ERROR.flowControl, 'a window beyond all bounds')
    // Of many in one frame the last counts: for each one every stream would have to be looked at.
    this.#nextWindowBytes = value
  }

  settingsEnd(isAck: boolean): void {
    const more = this.#nextWindowBytes - this.#windowBytes
    this.#windowBytes = this.#nextWindowBytes
    if (more !== 0) for (const stream of this.streams.values()) this.#grant(stream, more)
    if (isAck) this.#isAgreed = true
    else this.outlet.say(SETTINGS_ACK)
    this.outlet.turn()
  }

  ping(payload: string): void {
    this.outlet.say(frameHead(8, FRAME.ping, FLAG.ack, 0) + payload)
  }

  credit(id: number, more: number): void {
    this.#toll.credit(this.outlet.givenBytes)
    this.outlet.givenBytes = 0
    if (id > 0) {
      this.#expectOpened(id)
      const stream = this.streams.get(id)
      if (stream && more === 0) this.#judge(stream, ERROR.protocol)
      else if (stream) this.#grant(stream, more)
    } else if (more === 0) throw new Http2Error(ERROR.protocol, 'credit of nothing')
    else this.outlet.credit(more)
    this.outlet.turn()
  }

  useless(bytes: number): void {
    this.#toll.useless(bytes)
  }

  /** The stream alone could be reset for too much of it; but who counts so counts wrong elsewhere too. */
  #grant(stream: Http2Stream, more: number): void {
    if (stream.grant(more) > MAX_WINDOW_BYTES) throw new Http2Error(ERROR.flowControl, 'credit beyond all bounds')
  }

  #expectOpened(id: number): void {
    if (id % 2 === 0 || id > this.#lastStream) throw new Http2Error(ERROR.protocol, 'a stream that was never opened')
  }

  // What its streams tell.

  taken(bytes: number): void {
    this.#takenBytes += bytes
    // Half of what may be on its way; what uploads hold that nobody takes is no part of it, or the others would wait for those.
    if (this.#takenBytes < this.#inWindowBytes) return
    this.#inWindowBytes += this.#takenBytes
    this.outlet.say(windowUpdate(0, this.#takenBytes))
    this.#takenBytes = 0
  }

  left(stream: Http2Stream): void {
    this.#lateBytes += stream.lateBytes
    this.streams.delete(stream.id)
    if (this.#isLeaving && this.streams.size === 0) this.#end(this.#door.times.LEAVE_MS)
  }

  // Its end.

  /** An error that ends it at once (RFC 9113 §5.4.1). */
  #fail(code: number): void {
    this.outlet.say(goawayFrame(this.#lastStream, code))
    this.#end(FAILED_MS)
    this.#cut()
  }

  #cut(): void {
    this.outlet.isOver = true
    for (const stream of [...this.streams.values()]) stream.cut()
  }

  #gone(): void {
    this.#door.gone(this)
    this.#cut()
  }

  /** GOAWAY: what runs may finish. */
  dismiss(): void {
    if (this.#isLeaving || this.outlet.isOver) return
    this.#isLeaving = true
    this.outlet.say(goawayFrame(this.#lastStream, ERROR.none))
    if (this.streams.size === 0) this.#end(this.#door.times.LEAVE_MS)
    else this.outlet.flush()
  }

  /** Nothing more is said. */
  #end(leaveMs: number): void {
    this.outlet.flush()
    this.#socket.end()
    this.#endsAtMs = performance.now() + leaveMs
  }

  /** Now and then. */
  look(nowMs: number): void {
    this.#toll.look()
    if (nowMs >= this.#endsAtMs) return void this.#socket.destroy()
    for (const stream of this.streams.values()) stream.look(nowMs, this.#door.times.STALLED_MS)
    if (this.#wasBusy || this.streams.size > 0 || this.outlet.heldBytes > 0) this.#quietSinceMs = nowMs
    this.#wasBusy = false
    if (nowMs - this.#quietSinceMs >= this.#door.times.IDLE_MS) this.dismiss()
  }
}

/** Of a stream that gets a status, and is no request of anything. */
const REFUSED_HEAD = { method: '', url: '', rawHeaders: [], isWebSocket: false }
