/** A stream of HTTP/2 as a visitor's request and his answer. */
import { randomBytes } from 'node:crypto'
import http2, { type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import { fieldOf, pairs } from './headers.ts'
import type { Http2Head } from './http2-head.ts'
import { HTTP2_LIMITS } from './http2-limits.ts'
import type { BodySink, VisitorAnswer, VisitorRequest } from './visitor-request.ts'

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = http2.constants

const NO_BODY = new Set([204, 205, 304])
/** Of a backend's agreement to an Upgrade: said by the status here (RFC 8441 §5). */
const OF_UPGRADES = new Set(['connection', 'upgrade', 'sec-websocket-accept'])

/** @param onBody told how much of the body was taken */
export function answerOn(
  stream: ServerHttp2Stream,
  head: Http2Head,
  onBody: (bytes: number) => void,
): { request: VisitorRequest; answer: VisitorAnswer } {
  return { request: new StreamRequest(stream, head, onBody), answer: new StreamAnswer(stream, head) }
}

class StreamRequest implements VisitorRequest {
  readonly #stream: ServerHttp2Stream
  readonly #onBody: (bytes: number) => void
  #trailers: readonly string[] = []
  readonly method: string
  readonly url: string
  readonly version = '2'
  readonly rawHeaders: readonly string[]
  readonly hasBody: boolean
  readonly awaitsContinue: boolean
  readonly upgrade: string | undefined

  constructor(stream: ServerHttp2Stream, head: Http2Head, onBody: (bytes: number) => void) {
    this.#stream = stream
    this.#onBody = onBody
    this.method = head.method
    this.url = head.url
    // The key belongs to HTTP/1.1 and to the service, which answers by it; the visitor knows none (RFC 8441 §5).
    this.rawHeaders = head.isWebSocket ? [...head.rawHeaders, 'Sec-WebSocket-Key', randomBytes(16).toString('base64')] : head.rawHeaders
    this.upgrade = head.isWebSocket ? 'websocket' : undefined
    this.hasBody = !stream.endAfterHeaders && !head.isWebSocket
    this.awaitsContinue = this.hasBody && this.header('expect')?.toLowerCase() === '100-continue'
    // They may be there before anybody reads.
    if (this.hasBody)
      stream.once('trailers', (_headers: unknown, _flags: unknown, raw: readonly string[]) => {
        this.#trailers = raw
      })
  }

  header(name: string): string | undefined {
    return fieldOf(this.rawHeaders, name)
  }

  read(sink: BodySink): void {
    const stream = this.#stream
    stream.on('data', (chunk: Buffer) => {
      this.#onBody(chunk.length)
      if (!sink.data(chunk)) stream.pause()
    })
    stream.on('end', () => {
      // node ends a stream that was reset, too: half a body must not look whole.
      if (!stream.closed && !stream.aborted) sink.end(this.#trailers)
    })
  }

  resume(): void {
    this.#stream.resume()
  }
}

class StreamAnswer implements VisitorAnswer {
  readonly #stream: ServerHttp2Stream
  readonly #isHead: boolean
  readonly #isWebSocket: boolean
  /** Nothing may be written any more: all has been, or there is nothing to write. */
  #isEnded = false
  #hasTrailers = false
  #trailers: readonly string[] = []
  #isWatched = false
  readonly #drainListeners: (() => void)[] = []
  readonly #closeListeners: ((isWhole: boolean) => void)[] = []
  status = 0

  constructor(stream: ServerHttp2Stream, { method, isWebSocket }: Http2Head) {
    this.#stream = stream
    this.#isHead = method === 'HEAD'
    this.#isWebSocket = isWebSocket
    // One for all: a listener of its own for each costs more than the rest of a small request.
    stream.on('close', () => this.#closed())
  }

  #closed(): void {
    const isWhole = this.#isEnded && this.#stream.writableFinished && this.#stream.rstCode === NGHTTP2_NO_ERROR
    for (const listener of this.#closeListeners) listener(isWhole)
  }

  get isClosed(): boolean {
    return this.#stream.closed || this.#stream.destroyed
  }

  send(status: number, headers: Readonly<Record<string, string>>, body = ''): void {
    const length = body === '' && NO_BODY.has(status) ? [] : ['content-length', String(Buffer.byteLength(body))]
    this.begin(status, '', [...Object.entries(headers).flat(), ...length])
    if (body !== '') this.write(Buffer.from(body))
    this.end()
  }

  inform(status: number, rawHeaders: readonly string[] = []): void {
    if (this.isClosed || this.#stream.headersSent) return
    this.#stream.additionalHeaders({ ...recordOf(rawHeaders), ':status': status })
  }

  begin(status: number, _reason: string, rawHeaders: readonly string[]): void {
    if (this.isClosed) return
    // A success would open the WebSocket, which the backend has not agreed to (RFC 8441 §5).
    const said = this.#isWebSocket && status < 300 ? 502 : status
    const hasBody = !this.#isHead && !NO_BODY.has(said)
    this.#hasTrailers = hasBody && fieldOf(rawHeaders, 'content-length') === undefined
    this.#stream.respond([':status', String(said), ...rawHeaders], { endStream: !hasBody, waitForTrailers: this.#hasTrailers })
    this.status = said
    this.#isEnded = !hasBody
    if (this.#hasTrailers) this.#stream.once('wantTrailers', () => this.#sendTrailers())
  }

  #sendTrailers(): void {
    if (this.isClosed) return
    try {
      this.#stream.sendTrailers(recordOf(this.#trailers))
    } catch {
      // Fields that HTTP/2 has no words for: the body is whole without them.
      this.#stream.sendTrailers({})
    }
  }

  write(chunk: Buffer): boolean {
    if (this.#isEnded || this.isClosed) return true
    const isTaken = this.#stream.write(Buffer.from(chunk))
    if (!isTaken && !this.#isWatched) this.#watch()
    return isTaken
  }

  /** An event stream may be silent for ever; what waits to be taken may not. */
  #watch(): void {
    this.#isWatched = true
    this.#stream.on('drain', () => {
      for (const listener of this.#drainListeners) listener()
    })
    this.#stream.setTimeout(HTTP2_LIMITS.STALLED_MS, () => {
      if (this.#stream.writableLength > 0) this.#stream.close(NGHTTP2_CANCEL)
    })
  }

  end(trailers: readonly string[] = []): void {
    if (this.isClosed) return
    this.#trailers = trailers
    if (!this.#isEnded) this.#stream.end()
    this.#isEnded = true
    this.#dropRest()
  }

  /** What of a request nobody has read by now nobody will: the visitor may stop sending it (RFC 9113 §8.1). */
  #dropRest(): void {
    const stream = this.#stream
    if (stream.endAfterHeaders || stream.readableEnded) return
    const stop = () => {
      if (!stream.readableEnded) stream.close(NGHTTP2_NO_ERROR)
    }
    if (stream.writableFinished) stop()
    else stream.once('finish', stop)
  }

  abort(): void {
    this.#stream.close(NGHTTP2_INTERNAL_ERROR)
  }

  /** Streams know nothing of each other. */
  isLast(): void {}

  switchProtocols(_reason: string, rawHeaders: readonly string[]): Duplex {
    const fields = [...pairs(rawHeaders)].filter(([name]) => !OF_UPGRADES.has(name.toLowerCase())).flat()
    this.#stream.respond([':status', '200', ...fields])
    this.status = 101
    this.#isEnded = true
    return this.#stream
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener)
  }

  onClose(listener: (isWhole: boolean) => void): void {
    this.#closeListeners.push(listener)
  }
}

/** As node wants them: a field that is there more than once has a list of values. */
function recordOf(raw: readonly string[]): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of pairs(raw)) {
    const before = record[name.toLowerCase()]
    record[name.toLowerCase()] = before === undefined ? value : [before, value].flat()
  }
  return record
}
