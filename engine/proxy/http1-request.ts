/** A request that came by HTTP/1. */
import { type BodyReader, bodyReader } from '../http/body.ts'
import type { BodySink as Body } from '../http/chunked.ts'
import type { RequestHead } from '../http/request-head.ts'
import { fieldOf } from './headers.ts'
import { mayUpgrade } from './upgrade.ts'
import type { BodySink, VisitorRequest } from './visitor-request.ts'

const DROP: BodySink = { data: () => true, end: () => undefined }

export class Http1Request implements VisitorRequest, Body {
  readonly method: string
  readonly url: string
  readonly version: '1.0' | '1.1'
  readonly rawHeaders: readonly string[]
  readonly hasBody: boolean
  readonly awaitsContinue: boolean
  readonly upgrade: string | undefined
  readonly #onResume: () => void
  readonly #reader: BodyReader | undefined
  #sink: BodySink | undefined
  /** The sink takes no more for now. */
  #isHeld = false

  constructor(head: RequestHead, onResume: () => void) {
    this.method = head.method
    this.url = head.url
    this.version = head.version
    this.rawHeaders = head.fields
    this.#reader = bodyReader(head.framing)
    this.hasBody = this.#reader !== undefined
    this.awaitsContinue = head.awaitsContinue
    this.upgrade = head.upgrade !== undefined && mayUpgrade(head.upgrade) ? head.upgrade : undefined
    this.#onResume = onResume
  }

  /** All of it has come. */
  get isWhole(): boolean {
    return this.#reader === undefined || this.#reader.isDone
  }

  header(name: string): string | undefined {
    return fieldOf(this.rawHeaders, name)
  }

  read(sink: BodySink): void {
    this.#sink = sink
    this.#onResume()
  }

  resume(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#onResume()
  }

  /** Nobody wants the rest. */
  drop(): void {
    this.#sink = DROP
    this.#isHeld = false
  }

  /** Somebody reads the body, and takes more now. */
  get isReading(): boolean {
    return this.#sink !== undefined && !this.#isHeld && !this.isWhole
  }

  /** Takes what is there of the body; the index behind it. Throws `Malformed`. */
  feed(bytes: Buffer): number {
    return this.#reader?.read(bytes, 0, this) ?? 0
  }

  data(chunk: Buffer): void {
    // What is at hand goes on to the sink, also when it is held; nothing more is read then.
    if (this.#sink?.data(chunk) === false) this.#isHeld = true
  }

  end(trailers: readonly string[]): void {
    this.#sink?.end(trailers)
  }
}
