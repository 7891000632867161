/** One connection to a service at home: requests out, answers in, one after the other. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Collector } from '../../wire/collector.ts'
import { readInto, readPieces } from '../../wire/read-into.ts'
import { type AnswerHead, readAnswerHead, refuseOtherProtocol } from '../http/answer-head.ts'
import { type BodyReader, bodyReader } from '../http/body.ts'
import type { BodySink } from '../http/chunked.ts'
import { headEnd } from '../http/head-end.ts'
import { Malformed } from '../http/octets.ts'
import { chunkStart, lastChunk } from '../http/write.ts'
import { TargetError } from './target.ts'

const MAX_HEAD_BYTES = 64 * 1024
/** Of 1xx before the answer itself. */
const MAX_INFORMED = 16
/** Bytes that may wait for a slow backend. */
const MAX_HELD_BYTES = 262_144

const NOTHING = Buffer.alloc(0)

/** One request. After `ended`, `failed` or `switched` nothing more is called. */
export interface BackendCall {
  readonly method: string
  /** The head of the request, as latin1 text. */
  readonly head: string
  readonly body: 'none' | 'length' | 'chunked'
  /** Asks to go over to another protocol. */
  readonly isUpgrade: boolean
  /** Nobody waits for it any more. */
  readonly isOver: boolean
  /** The head is on its way; now the body, unless there is none. */
  connected(connection: BackendConnection): void
  /** A 1xx but 101. */
  informed(head: AnswerHead): void
  answered(head: AnswerHead): void
  /** A piece of the answer's body, overwritten afterwards. False: no more until {@link BackendConnection.resume}. */
  received(chunk: Buffer): boolean
  ended(trailers: readonly string[]): void
  /** The backend takes more. */
  drained(): void
  /** Before the answer's head or in the middle of its body. */
  failed(error: unknown): void
  switched(head: AnswerHead, socket: Socket): void
}

export interface ConnectionOwner {
  /** It may be asked again. */
  free(connection: BackendConnection): void
  /** It is no more. */
  gone(connection: BackendConnection): void
}

export class BackendConnection {
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  readonly #out: Collector
  #call: BackendCall | undefined
  /** What has come of a head. */
  #rest: Buffer = NOTHING
  #reader: BodyReader | undefined
  /** The body ends with the connection. */
  #isUntilClose = false
  readonly #body: BodySink = {
    data: (chunk) => {
      if (this.#call?.received(chunk) === false) this.#isHeld = true
    },
    end: (trailers) => this.#finishAnswer(trailers),
  }
  readonly #onEnd = (): void => {
    if (this.#isUntilClose && this.#reader) this.#finishAnswer([])
    this.fail(new TargetError(this.isHeard ? 'odd' : 'refused', 'closed without an answer'))
  }
  #informed = 0
  #staysOpen = true
  #isSent = false
  #isStalled = false
  #isHeld = false
  #isGone = false
  /** It has answered before: the backend may have closed it in the moment it was chosen. */
  isReused = false
  /** Anything of the answer has come. */
  isHeard = false
  freeSinceMs = 0

  constructor(socket: Socket, owner: ConnectionOwner) {
    this.#socket = socket
    this.#owner = owner
    this.#out = new Collector(socket, (bytes) => this.#written(bytes))
    const read = socket instanceof TLSSocket ? readPieces : readInto
    read(socket, (bytes) => this.#read(bytes))
    socket
      .on('end', this.#onEnd)
      .on('error', (error) => this.fail(error))
      .on('close', () => this.fail(new TargetError('refused', 'closed without an answer')))
  }

  start(call: BackendCall): void {
    this.#call = call
    this.#isSent = call.body === 'none'
    this.isHeard = false
    this.#informed = 0
    // A body that comes in the same breath leaves with it; one that is long in coming does not keep the backend from judging the head.
    this.#out.addText(call.head)
    call.connected(this)
  }

  /** A piece of the body. False: wait for {@link BackendCall.drained}. */
  write(chunk: Buffer): boolean {
    if (this.#isGone) return true
    const isChunked = this.#call?.body === 'chunked'
    if (isChunked) this.#out.addText(chunkStart(chunk.length))
    this.#out.add(chunk)
    if (isChunked) this.#out.addText('\r\n')
    this.#isStalled = this.#out.heldBytes >= MAX_HELD_BYTES
    return !this.#isStalled
  }

  /** All of the body has been written. */
  end(trailers: readonly string[]): void {
    if (this.#isGone) return
    if (this.#call?.body === 'chunked') this.#out.addText(lastChunk(trailers))
    this.#isSent = true
  }

  get isStalled(): boolean {
    return this.#isStalled
  }

  resume(): void {
    if (!this.#isHeld || this.#isGone) return
    this.#isHeld = false
    this.#socket.resume()
  }

  /** Nobody waits for anything any more. */
  destroy(): void {
    this.#call = undefined
    this.#release()
    this.#socket.destroy()
  }

  #release(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#owner.gone(this)
  }

  #written(bytes: number): void {
    this.#out.heldBytes -= bytes
    if (!this.#isStalled || this.#out.heldBytes >= MAX_HELD_BYTES) return
    this.#isStalled = false
    this.#call?.drained()
  }

  /** Whoever waits is told. */
  fail(error: unknown): void {
    const call = this.#call
    this.destroy()
    call?.failed(error)
  }

  /** Tells whether more may come. */
  #read(bytes: Buffer): boolean {
    try {
      this.#use(bytes)
    } catch (error) {
      this.fail(error instanceof Malformed ? new TargetError('odd', error.message, { cause: error }) : error)
    }
    return !this.#isHeld
  }

  #use(bytes: Buffer): void {
    const rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const seenBytes = this.#rest.length
    this.#rest = NOTHING
    for (let at = 0; at < rest.length && !this.#isGone; ) {
      // Nobody asked for it: whatever it is, the next answer could not be told from it.
      if (!this.#call) throw new Malformed(400, 'an answer without a question')
      this.isHeard = true
      if (this.#reader) {
        at = this.#reader.read(rest, at, this.#body)
        continue
      }
      const end = headEnd(rest, at, Math.max(at, seenBytes), MAX_HEAD_BYTES)
      if (end < 0) {
        this.#rest = Buffer.from(rest.subarray(at))
        refuseOtherProtocol(this.#rest)
        return
      }
      const head = readAnswerHead(rest.toString('latin1', at, end), this.#call.method === 'HEAD')
      at = end
      if (head.status === 101) return void this.#switch(head, rest.subarray(at))
      if (head.status < 200) this.#inform(head)
      else this.#answer(head)
    }
  }

  #inform(head: AnswerHead): void {
    this.#informed += 1
    if (this.#informed > MAX_INFORMED) throw new Malformed(400, 'a word before the answer, and no answer')
    this.#call?.informed(head)
  }

  #answer(head: AnswerHead): void {
    this.#staysOpen = head.staysOpen
    this.#reader = bodyReader(head.framing)
    this.#isUntilClose = head.framing.kind === 'close'
    this.#call?.answered(head)
    if (!this.#reader) this.#finishAnswer([])
  }

  #finishAnswer(trailers: readonly string[]): void {
    const call = this.#call
    this.#call = undefined
    this.#reader = undefined
    // An answer that came before the whole question leaves open what the backend makes of the rest.
    if (this.#staysOpen && this.#isSent && !this.#isGone) {
      this.isReused = true
      this.resume()
      this.#owner.free(this)
    } else this.destroy()
    call?.ended(trailers)
  }

  #switch(head: AnswerHead, rest: Buffer): void {
    const call = this.#call
    if (!call?.isUpgrade) throw new Malformed(400, 'another protocol that nobody asked for')
    this.#call = undefined
    this.#release()
    // 'data' is the reading over TLS.
    this.#socket.off('end', this.#onEnd).removeAllListeners('data')
    this.#socket.pause()
    if (rest.length > 0) this.#socket.unshift(Buffer.from(rest))
    call.switched(head, this.#socket)
  }
}
