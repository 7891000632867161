/** An answer that goes out by HTTP/1. */
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Collector } from '../../wire/collector.ts'
import { answerText, chunkStart, lastChunk } from '../http/write.ts'
import { fieldOf } from './headers.ts'
import { httpDate } from './http-date.ts'
import type { Http1Request } from './http1-request.ts'
import type { VisitorAnswer } from './visitor-request.ts'

/** Bytes that may wait for a slow visitor. */
export const MAX_HELD_BYTES = 262_144

/** What an answer needs of the connection that it goes out by. */
export interface AnswerLine {
  readonly out: Collector
  /** The door closes: no other request on this connection. */
  readonly isClosing: boolean
  /** The answer is out as a whole. */
  finished(): void
  /** He shall see a connection that breaks. */
  destroy(): void
  /** The connection itself, with what came behind the request. */
  release(): Duplex
}

export class Http1Answer implements VisitorAnswer {
  readonly #line: AnswerLine
  readonly #request: Http1Request
  #closeListener: ((isWhole: boolean) => void) | undefined
  #drainListener: (() => void) | undefined
  #framing: 'none' | 'plain' | 'chunked' = 'none'
  #isStalled = false
  #awaitsContinue: boolean
  #isLast: boolean
  status = 0
  isClosed = false

  constructor(line: AnswerLine, request: Http1Request, staysOpen: boolean) {
    this.#line = line
    this.#request = request
    this.#awaitsContinue = request.awaitsContinue
    // What a visitor sends behind an upgrade is the new protocol, or was meant to be: nobody may read it as a request.
    this.#isLast = !staysOpen || request.upgrade !== undefined
  }

  /** No other request follows on the connection. */
  get endsConnection(): boolean {
    return this.#isLast
  }

  isLast(): void {
    this.#isLast = true
  }

  send(status: number, headers: Readonly<Record<string, string>>, body = ''): void {
    const bytes = Buffer.from(body)
    const fields = Object.entries(headers).flat()
    if (status !== 304 && status !== 204) fields.push('Content-Length', String(bytes.length))
    this.begin(status, STATUS_CODES[status] ?? '', fields)
    if (bytes.length > 0) this.write(bytes)
    this.end()
  }

  inform(status: number, rawHeaders: readonly string[] = []): void {
    if (this.isClosed || this.#request.version === '1.0') return
    if (status === 100) this.#awaitsContinue = false
    this.#line.out.addText(answerText(status, STATUS_CODES[status] ?? '', rawHeaders))
    this.#line.out.write()
  }

  begin(status: number, reason: string, rawHeaders: readonly string[]): void {
    if (this.isClosed) return
    this.status = status
    let ours = ''
    const isEmpty = status === 204 || status === 304
    this.#framing = isEmpty || this.#request.method === 'HEAD' ? 'none' : 'plain'
    if (fieldOf(rawHeaders, 'date') === undefined) ours += `Date: ${httpDate()}\r\n`
    if (fieldOf(rawHeaders, 'content-length') === undefined && !isEmpty) {
      if (this.#request.version === '1.0') this.#isLast = true
      else if (this.#framing !== 'none') {
        this.#framing = 'chunked'
        ours += 'Transfer-Encoding: chunked\r\n'
      }
    }
    // RFC 9110 §10.1.1: a final answer without the go-ahead leaves open whether a body follows, so that connection ends.
    this.#isLast ||= this.#awaitsContinue || this.#line.isClosing
    if (this.#isLast) ours += 'Connection: close\r\n'
    else if (this.#request.version === '1.0') ours += 'Connection: keep-alive\r\n'
    this.#line.out.addText(answerText(status, reason, rawHeaders, ours))
  }

  write(chunk: Buffer): boolean {
    const { out } = this.#line
    if (this.isClosed || this.#framing === 'none' || chunk.length === 0) return true
    if (this.#framing === 'chunked') out.addText(chunkStart(chunk.length))
    out.add(chunk)
    if (this.#framing === 'chunked') out.addText('\r\n')
    this.#isStalled = out.heldBytes >= MAX_HELD_BYTES
    return !this.#isStalled
  }

  end(trailers: readonly string[] = []): void {
    if (this.isClosed) return
    if (this.#framing === 'chunked') this.#line.out.addText(lastChunk(trailers))
    this.close(true)
    this.#line.finished()
  }

  abort(): void {
    if (!this.isClosed) this.#line.destroy()
  }

  switchProtocols(reason: string, rawHeaders: readonly string[]): Duplex {
    this.status = 101
    this.#line.out.addText(answerText(101, reason, rawHeaders))
    this.#line.out.write()
    const socket = this.#line.release()
    socket.once('close', () => this.close(true))
    return socket
  }

  onDrain(listener: () => void): void {
    this.#drainListener = listener
  }

  onClose(listener: (isWhole: boolean) => void): void {
    const first = this.#closeListener
    this.#closeListener = first
      ? (isWhole) => {
          first(isWhole)
          listener(isWhole)
        }
      : listener
  }

  /** He takes more. */
  drained(): void {
    if (!this.#isStalled || this.#line.out.heldBytes >= MAX_HELD_BYTES) return
    this.#isStalled = false
    this.#drainListener?.()
  }

  close(isWhole: boolean): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#closeListener?.(isWhole)
  }
}
