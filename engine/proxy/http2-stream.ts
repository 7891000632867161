/** A stream of HTTP/2: a visitor's request and its answer in one. */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { encodeFields, encodeStatus } from '../http/hpack-encoder.ts'
import { ERROR, MAX_FRAME_BYTES, resetFrame, windowUpdate } from '../http/http2-frames.ts'
import { fieldOf } from './headers.ts'
import { httpDate } from './http-date.ts'
import { Http2Duplex } from './http2-duplex.ts'
import type { Http2Head } from './http2-head.ts'
import type { Http2Outlet, Sender } from './http2-outlet.ts'
import { Http2Upload, type UploadLine } from './http2-upload.ts'
import type { BodySink, VisitorAnswer, VisitorRequest } from './visitor-request.ts'

const NOTHING: readonly string[] = []
const EMPTY = Buffer.alloc(0)
/** Of a backend's agreement to an Upgrade: said by the status here (RFC 8441 §5). */
const OF_UPGRADES = new Set(['connection', 'upgrade', 'sec-websocket-accept'])

/** What a stream needs of the connection that it shares. */
export interface StreamLine {
  readonly outlet: Http2Outlet
  /** So much of an upload has been taken. */
  taken(bytes: number): void
  /** It is over. */
  left(stream: Http2Stream): void
}

export class Http2Stream implements VisitorRequest, VisitorAnswer, Sender, UploadLine {
  readonly id: number
  readonly version = '2'
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly hasBody: boolean
  readonly upgrade: string | undefined
  readonly awaitsContinue: boolean
  status = 0
  isClosed = false
  readonly #line: StreamLine
  readonly #outlet: Http2Outlet
  readonly #upload: Http2Upload | undefined
  readonly #isWebSocket: boolean
  readonly #closeListeners: ((isWhole: boolean) => void)[] = []
  #drainListener: (() => void) | undefined
  /** His side is complete. */
  isWhole: boolean
  #windowBytes: number
  #unsent: Buffer[] | undefined
  /** By the service's own word; -1: it has not said. */
  #leftBytes = -1
  /** What ends the answer is said. */
  #isSaid = false
  /** To be said behind what is unsent. */
  #trailers: readonly string[] | undefined
  /** More would have to be kept here. */
  #isStalled = false
  #stuckSinceMs = 0

  constructor(line: StreamLine, id: number, head: Http2Head, windowBytes: number, isWhole: boolean) {
    this.#line = line
    this.#outlet = line.outlet
    this.id = id
    this.#windowBytes = windowBytes
    this.isWhole = isWhole
    this.#isWebSocket = head.isWebSocket
    this.method = head.method
    this.url = head.url
    // The key belongs to HTTP/1.1 and to the service, which answers by it; the visitor knows none (RFC 8441 §5).
    this.rawHeaders = head.isWebSocket ? [...head.rawHeaders, 'Sec-WebSocket-Key', randomBytes(16).toString('base64')] : head.rawHeaders
    this.upgrade = head.isWebSocket ? 'websocket' : undefined
    this.hasBody = !isWhole && !head.isWebSocket
    this.#upload = isWhole ? undefined : new Http2Upload(this, this.hasBody ? this.header('content-length') : undefined)
    this.awaitsContinue = this.hasBody && this.header('expect')?.toLowerCase() === '100-continue'
  }

  header(name: string): string | undefined {
    return fieldOf(this.rawHeaders, name)
  }

  // What comes of him.

  read(sink: BodySink): void {
    this.#upload?.read(sink)
  }

  resume(): void {
    this.#upload?.resume()
  }

  get unreadBytes(): number {
    return this.#upload?.unreadBytes ?? 0
  }

  /** What he may still send. */
  get lateBytes(): number {
    return this.isWhole ? 0 : (this.#upload?.windowBytes ?? 0)
  }

  onTaken(bytes: number): void {
    this.#line.taken(bytes)
  }

  onCredit(bytes: number): void {
    this.#outlet.say(windowUpdate(this.id, bytes))
  }

  /** A frame of the body begins. Gives what is wrong with it. */
  expects(length: number, body: number, endsStream: boolean): number | undefined {
    return this.isWhole ? ERROR.streamClosed : this.#upload?.expects(length, body, endsStream)
  }

  data(bytes: Buffer): void {
    this.#upload?.data(bytes)
  }

  /** His side is over. Gives what is wrong with that. */
  ended(trailers: readonly string[]): number | undefined {
    if (this.isWhole) return ERROR.streamClosed
    this.isWhole = true
    return this.#upload?.ended(trailers) ? undefined : ERROR.protocol
  }

  // What goes to him.

  send(status: number, headers: Readonly<Record<string, string>>, body = ''): void {
    const bytes = Buffer.from(body)
    const fields = Object.entries(headers).flat()
    if (status !== 204 && status !== 304) fields.push('content-length', String(bytes.length))
    this.begin(status, '', fields)
    if (bytes.length > 0) this.write(bytes)
    this.end()
  }

  inform(status: number, rawHeaders: readonly string[] = NOTHING): void {
    if (!this.isClosed && this.status === 0) this.#outlet.head(this.id, encodeStatus(status) + encodeFields(rawHeaders), false)
  }

  begin(status: number, _reason: string, rawHeaders: readonly string[]): void {
    if (this.isClosed) return
    // A success would open the WebSocket, which the backend has not agreed to (RFC 8441 §5).
    this.status = this.#isWebSocket && status < 300 ? 502 : status
    const length = fieldOf(rawHeaders, 'content-length')
    if (length !== undefined) this.#leftBytes = Number(length)
    this.#isSaid = this.status === 204 || this.status === 304 || this.method === 'HEAD' || this.#leftBytes === 0
    const date = fieldOf(rawHeaders, 'date') === undefined ? encodeFields(['date', httpDate()]) : ''
    this.#outlet.head(this.id, encodeStatus(this.status) + encodeFields(rawHeaders) + date, this.#isSaid)
  }

  write(chunk: Buffer): boolean {
    if (this.#isSaid || this.isClosed) return true
    let at = 0
    // In its turn, behind what waits. What has room to begin goes on as a whole: what is kept has to be copied.
    for (let room = this.#unsent ? 0 : this.#outlet.room; at < chunk.length && room > 0; room = this.#outlet.credited) {
      const bytes = this.#sendOf(chunk, at, room)
      if (bytes === 0) break
      at += bytes
    }
    if (at === chunk.length) {
      this.#isStalled = !this.#isSaid && (this.#windowBytes <= 0 || this.#outlet.room <= 0)
      this.#outlet.waits(this)
      return !this.#isStalled
    }
    this.#unsent ??= []
    this.#unsent.push(Buffer.from(chunk.subarray(at)))
    this.#outlet.waits(this)
    return false
  }

  /** A frame of what begins there, if it may leave; how many bytes. */
  #sendOf(chunk: Buffer, at: number, room: number): number {
    const bytes = Math.min(this.#windowBytes, room, MAX_FRAME_BYTES, chunk.length - at)
    if (bytes <= 0) return 0
    this.#windowBytes -= bytes
    this.#stuckSinceMs = 0
    if (this.#leftBytes > 0) {
      this.#leftBytes -= bytes
      this.#isSaid = this.#leftBytes === 0
    }
    this.#outlet.data(this.id, bytes === chunk.length ? chunk : chunk.subarray(at, at + bytes), this.#isSaid)
    return bytes
  }

  get mayPush(): boolean {
    return (this.#unsent !== undefined || this.#isStalled) && this.#windowBytes > 0
  }

  push(): void {
    if (this.#isStalled) {
      this.#isStalled = false
      if (!this.#unsent) return void this.#drainListener?.()
    }
    const first = this.#unsent?.[0]
    if (!this.#unsent || !first) return
    const bytes = this.#sendOf(first, 0, this.#outlet.room)
    if (bytes < first.length) {
      this.#unsent[0] = first.subarray(bytes)
      return
    }
    this.#unsent.shift()
    if (this.#unsent.length > 0) return
    this.#unsent = undefined
    if (this.#trailers) this.#finish(this.#trailers)
    else this.#drainListener?.()
  }

  /** He takes so much more; how much it is now. */
  grant(more: number): number {
    this.#windowBytes += more
    this.#outlet.waits(this)
    return this.#windowBytes
  }

  end(trailers: readonly string[] = NOTHING): void {
    if (this.isClosed) return
    if (this.#unsent) this.#trailers = trailers
    else this.#finish(trailers)
  }

  #finish(trailers: readonly string[]): void {
    if (!this.#isSaid && trailers.length > 0) this.#outlet.head(this.id, encodeFields(trailers), true)
    else if (!this.#isSaid) this.#outlet.data(this.id, EMPTY, true)
    // What of a request nobody has read by now nobody will: the visitor may stop sending it (RFC 9113 §8.1). Not where it is on its way already:
    // curl 7.88 takes a reset that overtakes its own last frame for a failure, and drops the answer.
    if (!this.isWhole && !this.#upload?.mayFinish) this.#outlet.say(resetFrame(this.id, ERROR.none))
    this.#close(true)
  }

  abort(): void {
    this.fail(ERROR.internal)
  }

  /** Streams know nothing of each other. */
  isLast(): void {}

  switchProtocols(_reason: string, rawHeaders: readonly string[]): Duplex {
    const isKept = (_: string, index: number): boolean => !OF_UPGRADES.has((rawHeaders[index - (index % 2)] as string).toLowerCase())
    if (!this.isClosed) this.#outlet.head(this.id, encodeStatus(200) + encodeFields(rawHeaders.filter(isKept)), false)
    this.status = 101
    return new Http2Duplex(this)
  }

  onDrain(listener: () => void): void {
    this.#drainListener = listener
  }

  onClose(listener: (isWhole: boolean) => void): void {
    this.#closeListeners.push(listener)
  }

  // Its end.

  /** Said to him, too. */
  fail(code: number): void {
    if (this.isClosed) return
    this.#outlet.say(resetFrame(this.id, code))
    this.#close(false)
  }

  /** He has reset it, or is gone. */
  cut(): void {
    if (!this.isClosed) this.#close(false)
  }

  #close(isWhole: boolean): void {
    this.isClosed = true
    this.#upload?.drop()
    this.#unsent = undefined
    this.#line.left(this)
    for (const listener of this.#closeListeners) listener(isWhole)
  }

  /** An event stream may be silent for ever; what waits to be taken may not. */
  look(nowMs: number, stalledMs: number): void {
    if (!this.#unsent && !this.#isStalled) return
    if (this.#stuckSinceMs === 0) this.#stuckSinceMs = nowMs
    else if (nowMs - this.#stuckSinceMs >= stalledMs) this.fail(ERROR.cancel)
  }
}
