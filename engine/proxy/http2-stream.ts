/** A stream of HTTP/2: a visitor's request and its answer in one. */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { encodeFields, encodeStatus } from '../http/hpack-encoder.ts'
import { ERROR, resetFrame, windowUpdate } from '../http/http2-frames.ts'
import { fieldOf } from './headers.ts'
import { httpDate } from './http-date.ts'
import { type DownloadLine, Http2Download } from './http2-download.ts'
import { Http2Duplex } from './http2-duplex.ts'
import type { Http2Head } from './http2-head.ts'
import type { Http2Outlet } from './http2-outlet.ts'
import { Http2Upload, type UploadLine } from './http2-upload.ts'
import type { BodySink, VisitorAnswer, VisitorRequest } from './visitor-request.ts'

const NOTHING: readonly string[] = []
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

export class Http2Stream implements VisitorRequest, VisitorAnswer, UploadLine, DownloadLine {
  readonly id: number
  readonly outlet: Http2Outlet
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
  readonly #upload: Http2Upload | undefined
  readonly #download: Http2Download
  readonly #isWebSocket: boolean
  readonly #closeListeners: ((isWhole: boolean) => void)[] = []
  /** His side is complete. */
  isWhole: boolean

  constructor(line: StreamLine, id: number, head: Http2Head, windowBytes: number, isWhole: boolean) {
    this.#line = line
    this.outlet = line.outlet
    this.id = id
    this.isWhole = isWhole
    this.#isWebSocket = head.isWebSocket
    this.method = head.method
    this.url = head.url
    // The key belongs to HTTP/1.1 and to the service, which answers by it; the visitor knows none (RFC 8441 §5).
    this.rawHeaders = head.isWebSocket ? [...head.rawHeaders, 'Sec-WebSocket-Key', randomBytes(16).toString('base64')] : head.rawHeaders
    this.upgrade = head.isWebSocket ? 'websocket' : undefined
    this.hasBody = !isWhole && !head.isWebSocket
    this.#upload = isWhole ? undefined : new Http2Upload(this, this.hasBody ? this.header('content-length') : undefined)
    this.#download = new Http2Download(this, windowBytes)
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
    this.outlet.say(windowUpdate(this.id, bytes))
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
    if (!this.isClosed && this.status === 0) this.outlet.head(this.id, encodeStatus(status) + encodeFields(rawHeaders), false)
  }

  begin(status: number, _reason: string, rawHeaders: readonly string[]): void {
    if (this.isClosed) return
    // A success would open the WebSocket, which the backend has not agreed to (RFC 8441 §5).
    this.status = this.#isWebSocket && status < 300 ? 502 : status
    const hasNoBody = this.status === 204 || this.status === 304 || this.method === 'HEAD'
    const isWhole = this.#download.begin(fieldOf(rawHeaders, 'content-length'), hasNoBody)
    const date = fieldOf(rawHeaders, 'date') === undefined ? encodeFields(['date', httpDate()]) : ''
    this.outlet.head(this.id, encodeStatus(this.status) + encodeFields(rawHeaders) + date, isWhole)
  }

  write(chunk: Buffer): boolean {
    return this.#download.write(chunk)
  }

  /** He takes so much more; how much it is now. */
  grant(more: number): number {
    return this.#download.grant(more)
  }

  end(trailers: readonly string[] = NOTHING): void {
    if (!this.isClosed) this.#download.end(trailers)
  }

  /** The whole answer. */
  onSent(): void {
    // What of a request nobody has read by now nobody will: the visitor may stop sending it (RFC 9113 §8.1). Not where it is on its way already:
    // curl 7.88 takes a reset that overtakes its own last frame for a failure, and drops the answer.
    if (!this.isWhole && !this.#upload?.mayFinish) this.outlet.say(resetFrame(this.id, ERROR.none))
    this.#close(true)
  }

  abort(): void {
    this.fail(ERROR.internal)
  }

  /** Streams know nothing of each other. */
  isLast(): void {}

  switchProtocols(_reason: string, rawHeaders: readonly string[]): Duplex {
    const isKept = (_: string, index: number): boolean => !OF_UPGRADES.has((rawHeaders[index - (index % 2)] as string).toLowerCase())
    if (!this.isClosed) this.outlet.head(this.id, encodeStatus(200) + encodeFields(rawHeaders.filter(isKept)), false)
    this.status = 101
    return new Http2Duplex(this)
  }

  onDrain(listener: () => void): void {
    this.#download.onDrain(listener)
  }

  onClose(listener: (isWhole: boolean) => void): void {
    this.#closeListeners.push(listener)
  }

  // Its end.

  /** Said to him, too. */
  fail(code: number): void {
    if (this.isClosed) return
    this.outlet.say(resetFrame(this.id, code))
    this.#close(false)
  }

  /** He has reset it, or is gone. */
  cut(): void {
    if (!this.isClosed) this.#close(false)
  }

  #close(isWhole: boolean): void {
    this.isClosed = true
    this.#upload?.drop()
    this.#download.drop()
    this.#line.left(this)
    for (const listener of this.#closeListeners) listener(isWhole)
  }

  look(nowMs: number, stalledMs: number): void {
    if (this.#download.isStuck(nowMs, stalledMs)) this.fail(ERROR.cancel)
  }
}
