/** One connection of one visitor who speaks HTTP/1: requests in, in turn, and answers out. One request at a time; what came behind it waits. */
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { Collector } from '../../wire/collector.ts'
import { innermost, readInto } from '../../wire/read-into.ts'
import { headEnd } from '../http/head-end.ts'
import { Malformed } from '../http/octets.ts'
import { readRequestHead } from '../http/request-head.ts'
import { answerText } from '../http/write.ts'
import type { Deadlines, TimeoutsMs, Waiting } from './deadlines.ts'
import { type AnswerLine, Http1Answer, MAX_HELD_BYTES } from './http1-answer.ts'
import { Http1Request } from './http1-request.ts'
import type { Reception } from './reception.ts'
import type { SecuredVisitor } from './visitor-tls.ts'

export const MAX_HEAD_BYTES = 32 * 1024
/** What a visitor may send ahead, while nobody reads it. */
const MAX_AHEAD_BYTES = 64 * 1024

/** Of a head that is none, for who counts them. */
const TOLD_BYTES = 128

const NOTHING = Buffer.alloc(0)

/** What all connections of a door share. */
export interface Http1Door {
  readonly reception: Reception
  readonly deadlines: Deadlines
  readonly timeouts: TimeoutsMs
  readonly isClosing: boolean
  gone(connection: Http1Connection): void
}

export class Http1Connection implements AnswerLine, Waiting {
  readonly out: Collector
  deadlineAtMs: number
  bagIndex = -1
  readonly #door: Http1Door
  readonly #socket: TLSSocket
  readonly #visitor: SecuredVisitor
  /** Come and not yet used. */
  #rest: Buffer = NOTHING
  /** Of it, looked at for the end of a head. */
  #seenBytes = 0
  #request: Http1Request | undefined
  #answer: Http1Answer | undefined
  /** The answer to the last request is out: what comes is dropped until he hangs up. */
  #isEnding = false
  #isStepping = false
  #isPaused = false
  readonly #onEnd = (): void => {
    // He has left. An answer that is out as a whole may still be on its way.
    if (this.#request) this.destroy()
    else this.#end()
  }
  readonly #onClose = (): void => this.#gone()
  readonly #onResume = (): void => this.#resume()

  constructor(door: Http1Door, socket: TLSSocket, visitor: SecuredVisitor) {
    this.#door = door
    this.#socket = socket
    this.#visitor = visitor
    this.out = new Collector(socket, (bytes) => this.#written(bytes))
    this.deadlineAtMs = door.deadlines.after(door.timeouts.idle)
    socket.on('end', this.#onEnd).on('close', this.#onClose)
    readInto(socket, (bytes) => this.#read(bytes), innermost)
  }

  /** Tells whether more may come. */
  #read(bytes: Buffer): boolean {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    this.#step()
    // What is left stays, and the bytes are overwritten.
    if (this.#rest.length > 0 && this.#rest.buffer === bytes.buffer) this.#rest = Buffer.from(this.#rest)
    return !this.#isPaused
  }

  get isClosing(): boolean {
    return this.#door.isClosing
  }

  /** Hangs up, unless a request is under way. */
  closeIdle(): void {
    if (!this.#request) this.#hangUp()
  }

  onDeadline(): void {
    // What he is slow to take of an answer may take as long as he needs.
    if (this.out.heldBytes === 0) this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #gone(): void {
    this.#rest = NOTHING
    this.#isEnding = true
    this.#door.gone(this)
    this.#answer?.close(false)
  }

  #written(bytes: number): void {
    this.out.heldBytes -= bytes
    this.#answer?.drained()
    if (!this.#request && this.#rest.length > 0) this.#step()
  }

  /** As far as it goes. An answer of our own ends within, and the loop goes on with the next request. */
  #step(): void {
    if (this.#isStepping) return
    this.#isStepping = true
    try {
      while (this.#stepOnce());
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.#refuse(error)
    } finally {
      this.#isStepping = false
    }
  }

  #stepOnce(): boolean {
    if (this.#isEnding) this.#rest = NOTHING
    if (this.#rest.length === 0) return false
    if (!this.#request) return this.out.heldBytes < MAX_HELD_BYTES && this.#readHead()
    if (this.#request.isReading) {
      this.#use(this.#request.feed(this.#rest))
      this.#settle()
      return true
    }
    if (this.#rest.length >= MAX_AHEAD_BYTES) this.#isPaused = true
    return false
  }

  #use(bytes: number): void {
    this.#rest = bytes === this.#rest.length ? NOTHING : this.#rest.subarray(bytes)
    this.#seenBytes = 0
  }

  #readHead(): boolean {
    const { deadlines, timeouts, reception } = this.#door
    const end = headEnd(this.#rest, 0, this.#seenBytes, MAX_HEAD_BYTES)
    if (end < 0) {
      if (this.#seenBytes === 0) this.deadlineAtMs = deadlines.after(timeouts.head)
      this.#seenBytes = this.#rest.length
      return false
    }
    const head = readRequestHead(this.#rest.toString('latin1', 0, end))
    this.#use(end)
    this.deadlineAtMs = 0
    const request = new Http1Request(head, this.#onResume)
    this.#request = request
    this.#answer = new Http1Answer(this, request, head.staysOpen)
    reception.receive(this.#visitor, request, this.#answer)
    return true
  }

  #resume(): void {
    this.#step()
    if (!this.#isPaused || this.#rest.length >= MAX_AHEAD_BYTES) return
    this.#isPaused = false
    this.#socket.resume()
  }

  /** The answer is out. */
  finished(): void {
    const { deadlines, timeouts } = this.#door
    const { endsConnection } = this.#answer as Http1Answer
    if (this.#request?.isWhole === false) {
      this.deadlineAtMs = deadlines.after(timeouts.linger)
      this.#request.drop()
      if (endsConnection) this.#end()
    } else if (endsConnection) {
      if (this.#rest.length === 0) this.#hangUp()
      else this.#end()
    }
    this.#settle()
    this.#resume()
  }

  /** With what was said before. */
  #end(): void {
    this.#isEnding = true
    this.deadlineAtMs = this.#door.deadlines.after(this.#door.timeouts.linger)
    this.out.write()
    this.#socket.end()
  }

  /** Without waiting for his end. */
  #hangUp(): void {
    this.#end()
    this.#socket.destroySoon()
  }

  /** Request and answer are both over: the next may come. */
  #settle(): void {
    if (!this.#request?.isWhole || !this.#answer?.isClosed) return
    this.#request = undefined
    this.#answer = undefined
    if (!this.#isEnding) this.deadlineAtMs = this.#door.deadlines.after(this.#door.timeouts.idle)
  }

  /** What followed could be anything. */
  #refuse({ status }: Malformed): void {
    const answer = this.#answer
    // What is too long or too new may be a good program's. What is told of it is where it differs: the same again is no new try.
    if (!this.#request && status === 400) this.#door.reception.malformed(this.#visitor, this.#rest.toString('latin1', 0, TOLD_BYTES))
    this.#rest = NOTHING
    if (answer && answer.status > 0) return void this.destroy()
    this.out.addText(answerText(status, STATUS_CODES[status] ?? '', ['Connection', 'close', 'Content-Length', '0']))
    this.#end()
    answer?.close(false)
  }

  release(): Duplex {
    const socket = this.#socket
    socket.removeAllListeners('data').off('end', this.#onEnd).off('close', this.#onClose)
    socket.pause()
    if (this.#rest.length > 0) socket.unshift(this.#rest)
    this.#rest = NOTHING
    this.#door.gone(this)
    return socket
  }
}
