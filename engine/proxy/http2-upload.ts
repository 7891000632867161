/** The body of a request that comes by HTTP/2, between its frames and the service that takes it. What the service has not taken yet is kept, within the
 *  window that he was given. */
import { ERROR } from '../http/http2-frames.ts'
import { HTTP2_LIMITS } from './http2-limits.ts'
import type { BodySink } from './visitor-request.ts'

const WINDOW_BYTES = HTTP2_LIMITS.STREAM_WINDOW_BYTES
const NOTHING: readonly string[] = []
/** What waits is put together up to here: a buffer for each byte that comes in a frame of its own would take a hundred times its room. */
const MERGED_BYTES = 1024

/** What it tells of. */
export interface UploadLine {
  /** So much has been taken. */
  onTaken(bytes: number): void
  /** He may send so much more of this. */
  onCredit(bytes: number): void
}

export class Http2Upload {
  readonly #line: UploadLine
  #sink: BodySink | undefined
  /** The sink takes no more for now. */
  #isHeld = false
  #unread: Buffer[] | undefined
  /** By his own word; -1: he has not said. */
  #leftBytes: number
  #windowBytes: number = WINDOW_BYTES
  #usedBytes = 0
  #trailers = NOTHING
  #isEnded = false
  #isOver = false
  unreadBytes = 0

  constructor(line: UploadLine, contentLength: string | undefined) {
    this.#line = line
    this.#leftBytes = contentLength === undefined ? -1 : Number(contentLength)
  }

  /** What he may still send. */
  get windowBytes(): number {
    return this.#windowBytes
  }

  /** The rest can come without more being granted. */
  get mayFinish(): boolean {
    return this.#leftBytes >= 0 && this.#leftBytes <= this.#windowBytes
  }

  /** A frame begins: `length` bytes, `body` of them without what only fills it. Gives what is wrong with it. */
  expects(length: number, body: number, endsStream: boolean): number | undefined {
    this.#windowBytes -= length
    if (this.#windowBytes < 0) return ERROR.flowControl
    // A length that is not the body's would make two requests of one (RFC 9113 §8.1.1).
    if (this.#leftBytes >= 0) {
      this.#leftBytes -= body
      if (this.#leftBytes < 0 || (endsStream && this.#leftBytes > 0)) return ERROR.protocol
    }
    this.#used(length - body)
    return undefined
  }

  /** Overwritten afterwards. */
  data(bytes: Buffer): void {
    if (this.#sink && !this.#isHeld && !this.#unread) return void this.#take(bytes)
    this.unreadBytes += bytes.length
    this.#unread ??= []
    const last = this.#unread.at(-1)
    if (last && last.length + bytes.length <= MERGED_BYTES) this.#unread[this.#unread.length - 1] = Buffer.concat([last, bytes])
    else this.#unread.push(Buffer.from(bytes))
  }

  /** False: it is shorter than he said. */
  ended(trailers: readonly string[]): boolean {
    if (this.#leftBytes > 0) return false
    this.#isEnded = true
    this.#trailers = trailers
    this.#feed()
    return true
  }

  read(sink: BodySink): void {
    this.#sink = sink
    this.#feed()
  }

  resume(): void {
    this.#isHeld = false
    this.#feed()
  }

  /** Nobody wants the rest. */
  drop(): void {
    this.#isOver = true
    this.#unread = undefined
    this.#line.onTaken(this.unreadBytes)
    this.unreadBytes = 0
  }

  #take(bytes: Buffer): void {
    if (this.#sink?.data(bytes) === false) this.#isHeld = true
    this.#line.onTaken(bytes.length)
    this.#used(bytes.length)
  }

  #used(bytes: number): void {
    this.#usedBytes += bytes
    if (this.#isEnded || this.#isOver || this.#usedBytes < WINDOW_BYTES / 2) return
    this.#windowBytes += this.#usedBytes
    this.#line.onCredit(this.#usedBytes)
    this.#usedBytes = 0
  }

  /** What has come goes on. */
  #feed(): void {
    while (this.#unread && this.#sink && !this.#isHeld && !this.#isOver) {
      const bytes = this.#unread.shift() as Buffer
      if (this.#unread.length === 0) this.#unread = undefined
      this.unreadBytes -= bytes.length
      this.#take(bytes)
    }
    if (!this.#isEnded || this.#unread || !this.#sink || this.#isHeld || this.#isOver) return
    this.#isOver = true
    this.#sink.end(this.#trailers)
  }
}
