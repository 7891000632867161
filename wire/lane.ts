/** A lane: one TLS connection that carries control messages and many streams, each a Duplex with its own credit. Both ends use it.
 *
 *  Fair by construction: a stream writes one frame, then goes behind the others when the connection is full. Bounded by construction:
 *  a stream holds at most WINDOW_BYTES that its reader has not taken; the connection's own buffer is the socket's. */
import type { Duplex } from 'node:stream'
import { FrameError, FrameReader, FrameType, frame } from './frames.ts'
import { LaneStream } from './lane-stream.ts'

export interface LaneOptions {
  /** A control message's JSON value, not yet validated. */
  onControl(message: unknown): void
  /** The other side opened a stream; `meta` is its JSON, not yet validated. Undefined where streams are only opened by us. */
  onStream?(stream: LaneStream, meta: unknown): void
  /** Once: the lane is over. Every stream has been destroyed. */
  onClose(reason: string): void
  maxStreams?: number
}

/** A ping goes out after this long without a byte from the other side … */
const PING_AFTER_MS = 2500
/** … and after this long the lane counts as dead (a lost tunnel is noticed within 7 s without traffic). */
const DEAD_AFTER_MS = 6500
const WATCH_EVERY_MS = 500
const DEFAULT_MAX_STREAMS = 1024
/** Answers to a peer that never reads them (pongs, resets, credit: CVE-2019-9512 and its kin) end the lane at this size. Streams stop
 *  long before, at the socket's own mark. */
const MAX_QUEUED_BYTES = 1_048_576

export class Lane {
  readonly #socket: Duplex
  readonly #options: LaneOptions
  readonly #streams = new Map<number, LaneStream>()
  readonly #waiting = new Set<LaneStream>()
  readonly #watchdog: NodeJS.Timeout
  /** Counted in turns of the watchdog, not by a clock: after a stall of this process what has arrived is still unread, and a clock would
   *  call a healthy lane dead. */
  #silentMs = 0
  #lastStream = 0
  #lastSender = 0
  #corked = false
  #full = false
  #closed = false

  constructor(socket: Duplex, options: LaneOptions) {
    this.#socket = socket
    this.#options = options
    const reader = new FrameReader((type, stream, payload) => this.#onFrame(type, stream, payload))
    socket.on('data', (chunk: Buffer) => {
      this.#silentMs = 0
      try {
        reader.push(chunk)
      } catch (error) {
        this.close(error instanceof FrameError ? error.message : `unexpected: ${String(error)}`)
      }
    })
    socket.on('drain', () => this.#onDrain())
    socket.on('error', (error) => this.close(error.message))
    socket.on('end', () => this.close('the other side ended the connection'))
    socket.on('close', () => this.close('the connection is gone'))
    this.#watchdog = setInterval(() => this.#watch(), WATCH_EVERY_MS)
    this.#watchdog.unref()
  }

  /** How many streams this lane carries: new ones go to the lane with the fewest. */
  get streamCount(): number {
    return this.#streams.size
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Throws RangeError when the message's JSON is longer than MAX_CONTROL_BYTES. */
  sendControl(message: unknown): void {
    this.write(frame(FrameType.control, 0, Buffer.from(JSON.stringify(message))))
  }

  /** Open a stream to the other side. Undefined when the lane is closed or full. Throws RangeError when the JSON of `meta` is longer
   *  than 1024 bytes. */
  open(meta: unknown): LaneStream | undefined {
    if (this.#closed || this.#streams.size >= (this.#options.maxStreams ?? DEFAULT_MAX_STREAMS)) return undefined
    const opening = frame(FrameType.open, this.#lastStream + 1, Buffer.from(JSON.stringify(meta)))
    this.#lastStream += 1
    const stream = this.#add(this.#lastStream)
    this.write(opening)
    return stream
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#watchdog)
    this.#socket.destroy()
    for (const stream of [...this.#streams.values()]) stream.cut()
    this.#streams.clear()
    this.#waiting.clear()
    this.#options.onClose(reason)
  }

  /** Used by streams. Batches all writes of one turn into one TLS record run: corking until setImmediate, not nextTick, raised one
   *  prototype from 760 to 1213 MB/s (measured, docs/decisions.md). */
  write(bytes: Buffer): void {
    if (this.#closed) return
    if (!this.#corked) {
      this.#corked = true
      this.#socket.cork()
      setImmediate(() => {
        this.#corked = false
        this.#socket.uncork()
      })
    }
    if (!this.#socket.write(bytes)) this.#full = true
    if (this.#socket.writableLength > MAX_QUEUED_BYTES) this.close('the other side does not read')
  }

  /** May a stream send one frame now? When not, it goes behind those that wait already, and is called back in its turn. Whoever sent
   *  last goes behind the others, also when its next bytes are another write. */
  mayWrite(stream: LaneStream): boolean {
    if (!this.#full && !(this.#lastSender === stream.id && this.#waiting.size > 0)) {
      this.#lastSender = stream.id
      return true
    }
    this.#waiting.add(stream)
    return false
  }

  forget(stream: LaneStream): void {
    this.#streams.delete(stream.id)
    this.#waiting.delete(stream)
  }

  #add(id: number): LaneStream {
    const stream = new LaneStream(this, id)
    this.#streams.set(id, stream)
    return stream
  }

  #onDrain(): void {
    this.#full = false
    for (const stream of this.#waiting) {
      if (this.#full) return
      this.#waiting.delete(stream)
      stream.continueWriting()
    }
  }

  #watch(): void {
    this.#silentMs += WATCH_EVERY_MS
    if (this.#silentMs > DEAD_AFTER_MS) this.close(`silent for ${this.#silentMs / 1000} s`)
    else if (this.#silentMs > PING_AFTER_MS) this.write(frame(FrameType.ping, 0, Buffer.alloc(8)))
  }

  #onFrame(type: FrameType, id: number, payload: Buffer): void {
    if (this.#closed) return
    switch (type) {
      case FrameType.control:
        this.#options.onControl(parseJson(payload))
        return
      case FrameType.ping:
        // When the connection is full the other side hears us anyway, as soon as it reads.
        if (!this.#full) this.write(frame(FrameType.pong, 0, payload))
        return
      case FrameType.pong:
        return
      case FrameType.open:
        this.#accept(id, payload)
        return
      default:
        this.#toStream(type, id, payload)
    }
  }

  #accept(id: number, payload: Buffer): void {
    const { onStream, maxStreams = DEFAULT_MAX_STREAMS } = this.#options
    if (!onStream || id <= this.#lastStream) throw new FrameError(`stream ${id} may not be opened here`)
    this.#lastStream = id
    if (this.#streams.size >= maxStreams) {
      this.write(frame(FrameType.reset, id))
      return
    }
    onStream(this.#add(id), parseJson(payload))
  }

  /** Frames for a stream that is over may still be under way: they are dropped. */
  #toStream(type: FrameType, id: number, payload: Buffer): void {
    const stream = this.#streams.get(id)
    if (!stream) {
      if (id === 0 || id > this.#lastStream) throw new FrameError(`no stream ${id}`)
      return
    }
    if (type === FrameType.data) stream.receive(payload)
    else if (type === FrameType.credit) stream.addCredit(payload.readUInt32BE(0))
    else if (type === FrameType.end) stream.receiveEnd()
    else stream.cut()
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    throw new FrameError('a control message that is not JSON')
  }
}
