/** A stream of a lane: one visitor's bytes, both ways, with credit for each direction (wire/frames.ts). */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Bypass } from './bypass.ts'
import { creditFrame, FrameError, FrameType, FULL_DATA_BYTES, frame, HEADER_BYTES, MAX_DATA_BYTES, writeFrameHeader } from './frames.ts'
import type { Lane } from './lane.ts'
import { BULK_BYTES, HALF_IDLE_MS, IDLE_MS, LIGHT_BYTES, MAX_WINDOW_BYTES, WINDOW_BYTES } from './limits.ts'
import type { Sender } from './outbox.ts'
import type { Pace } from './pace.ts'
import type { Holder, Unread } from './unread.ts'
import { Window } from './window.ts'

type Done = (error?: Error | null) => void

/** To the end of the TLS record, so that the next frame is within one again; unless that is too little to be worth a frame. */
function roomOfFrame(at: number): number {
  const room = FULL_DATA_BYTES - (at % MAX_DATA_BYTES)
  return room >= FULL_DATA_BYTES / 4 ? room : FULL_DATA_BYTES
}

const wholeFrames = (bytes: number): number => bytes - (bytes % FULL_DATA_BYTES)

const resetError = (): Error => Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' })

/** Of a stream that is over, this much may still be on its way to a slow reader. */
const HELD_AT_END_BYTES = WINDOW_BYTES / 4

/** Ends half by half like TCP; destroyed before its end it resets the other side. */
export class LaneStream extends Duplex implements Sender, Holder {
  readonly id: number
  /** Of its session: who passes its bytes on keeps it. */
  readonly pace: Pace
  readonly #lane: Lane
  #credit = WINDOW_BYTES
  /** Both ways together. */
  #carried = 0
  readonly #window = new Window()
  #received = 0
  #acknowledged = 0
  /** What is being written: `chunks` from `at` on. */
  #pending: { readonly chunks: Buffer[]; at: number; readonly done: Done } | undefined
  #sink: ((bytes: Buffer) => void) | undefined
  /** By the sink. */
  #held = 0
  readonly #unread: Unread
  /** As was last told to it. */
  #unreadBytes = 0
  #sent = 0
  #quietMs = 0
  /** The end has come, and so much is still held that it waits: what is over would not be counted any more. */
  #endWaits = false
  /** A bypass is offered once. */
  #isOffered = false
  #bypass: Bypass | undefined
  /** The other side has ended and hears no more, and what it had said is still on the bypass. */
  #isLeft = false
  #resetWaits = false
  #sentEnd = false
  #receivedEnd = false
  #cut = false
  /** What it carries is its visitor's own TLS: nobody on the way reads it without the lane's either. Said by who opens it, or is given it. */
  isSealed = false

  constructor(lane: Lane, id: number) {
    super({ allowHalfOpen: true, readableHighWaterMark: WINDOW_BYTES, writableHighWaterMark: WINDOW_BYTES })
    this.#lane = lane
    this.id = id
    this.pace = lane.pace
    this.#unread = lane.unread
    this.#unread.enter(this)
    // A reset reaches whoever reads or writes; nobody needs to listen for it too.
    this.on('error', () => {})
  }

  /** It has carried more than LIGHT_BYTES. */
  get isHeavy(): boolean {
    return this.#carried > LIGHT_BYTES
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.#send([chunk], done)
  }

  override _writev(writes: { readonly chunk: Buffer }[], done: Done): void {
    this.#send(
      writes.map(({ chunk }) => chunk),
      done,
    )
  }

  #send(chunks: Buffer[], done: Done): void {
    if (this.#cut) {
      done()
      return
    }
    if (this.#bypass?.sends) {
      this.#noteSent(chunks.reduce((sum, { length }) => sum + length, 0))
      this.#bypass.write(chunks, done)
      return
    }
    this.#pending = { chunks, at: 0, done }
    if (this.#credit > 0) this.#lane.outbox.wait(this)
  }

  /** Both ways together. */
  get carriedBytes(): number {
    return this.#carried
  }

  /** Bytes of the other side, whether they have been read or not. */
  get receivedBytes(): number {
    return this.#received
  }

  get sentBytes(): number {
    return this.#sent
  }

  takeTurn(batch: Buffer, at: number): number {
    const pending = this.#pending
    if (!pending || this.#credit === 0) return 0
    const from = at + HEADER_BYTES
    const until = from + Math.min(this.#credit, roomOfFrame(at))
    let end = from
    for (let chunk = pending.chunks[pending.at]; chunk && end < until; chunk = pending.chunks[pending.at]) {
      const copied = chunk.copy(batch, end, 0, until - end)
      end += copied
      if (copied === chunk.length) pending.at += 1
      else pending.chunks[pending.at] = chunk.subarray(copied)
    }
    writeFrameHeader(batch, at, FrameType.data, this.id, end - from)
    this.#credit -= end - from
    this.#noteSent(end - from)
    if (pending.at === pending.chunks.length) {
      this.#pending = undefined
      pending.done()
    }
    return end - at
  }

  #noteSent(bytes: number): void {
    this.#sent += bytes
    this.#quietMs = 0
    this.#count(bytes)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#sentEnd = true
    if (this.#bypass?.sends) this.#bypass.end()
    else this.#lane.outbox.push(frame(FrameType.end, this.id))
    done()
    this.#finishIfDone()
  }

  override _read(): void {}

  /** Everything that a reader takes out of the buffer goes through here. */
  override read(bytes?: number): unknown {
    const chunk = super.read(bytes)
    if (chunk !== null) this.#taken()
    return chunk
  }

  /** Instead of reading: `sink` is given the bytes at once, must copy what it keeps, and says by `acknowledge` when it needs no memory
   *  for them any more. The end comes as always. */
  drainTo(sink: (bytes: Buffer) => void): void {
    this.#sink = sink
    for (let early = super.read() as Buffer | null; early !== null; early = super.read() as Buffer | null) this.#drain(early, sink)
    this.resume()
  }

  #drain(bytes: Buffer, sink: (bytes: Buffer) => void): void {
    this.#held += bytes.length
    sink(bytes)
  }

  acknowledge(bytes: number): void {
    this.#held -= bytes
    this.#taken()
    if (!this.#endWaits || this.#held > HELD_AT_END_BYTES) return
    this.#endWaits = false
    this.push(null)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#cut && !(this.#sentEnd && this.#receivedEnd)) this.#pushReset()
    this.#lane.forget(this)
    if (this.#sentEnd) this.#bypass?.leave()
    else this.#bypass?.cut()
    this.#window.release()
    this.#unread.leave(this, this.#unreadBytes)
    this.#unreadBytes = 0
    const pending = this.#pending
    this.#pending = undefined
    pending?.done(error ?? new Error('the stream was reset'))
    done(error)
  }

  receive(payload: Buffer): void {
    this.#noteReceived(payload.length)
    if (this.#received - this.#acknowledged > this.#window.bytes) throw new FrameError(`stream ${this.id} sent more than its credit`)
    if (this.#receivedEnd || this.#bypass?.receives) throw new FrameError(`stream ${this.id} sent more after its end`)
    this.#handOn(payload)
    this.#giveCredit()
  }

  #noteReceived(bytes: number): void {
    this.#received += bytes
    this.#quietMs = 0
    this.#count(bytes)
  }

  #handOn(bytes: Buffer): void {
    if (this.#sink) this.#drain(bytes, this.#sink)
    else this.push(Buffer.from(bytes))
    this.#noteUnread()
  }

  /** What was received and not yet taken. */
  get unreadBytes(): number {
    return this.#unreadBytes
  }

  #taken(): void {
    this.#quietMs = 0
    this.#noteUnread()
    this.#giveCredit()
  }

  #noteUnread(): void {
    if (this.destroyed) return
    const more = this.readableLength + this.#held - this.#unreadBytes
    if (more === 0) return
    this.#unreadBytes += more
    this.#unread.change(more)
  }

  /** Used by the lane, now and then: so much time has passed. */
  age(ms: number): void {
    this.#quietMs += ms
    const isHalf = this.#sentEnd || this.#receivedEnd || this.#sent === 0 || this.#received === 0
    if (this.#quietMs >= (isHalf ? HALF_IDLE_MS : IDLE_MS)) this.destroy()
  }

  /** Its bytes may go on by a connection of their own, were one offered. */
  get mayBypass(): boolean {
    return this.isSealed && !this.#bypass && !this.#cut && !this.destroyed && !this.#sentEnd && !this.#receivedEnd
  }

  get isBypassed(): boolean {
    return this.#bypass?.receives ?? false
  }

  get isOffered(): boolean {
    return this.#isOffered
  }

  /** Used by the side that opened the stream, once. */
  offerBypass(token: Buffer): void {
    this.#isOffered = true
    this.#lane.outbox.push(frame(FrameType.bypass, this.id, token))
  }

  receiveOffer(): void {
    if (this.#isOffered) throw new FrameError(`stream ${this.id} was offered two bypasses`)
    this.#isOffered = true
  }

  /** The connection stands, paused, with a listener for errors. The engine begins, since it alone knows that TLS has been left on both sides. */
  bypass(connection: Socket, begins: boolean): void {
    this.#bypass = new Bypass(connection, {
      onBytes: (bytes) => {
        if (this.destroyed) return true
        this.#noteReceived(bytes.length)
        this.#handOn(bytes)
        return this.#unreadBytes < WINDOW_BYTES
      },
      onEnd: () => this.#bypassEnded(),
      onClose: () => this.#bypassClosed(),
    })
    if (begins) this.#switch(this.#bypass)
  }

  #switch(bypass: Bypass): void {
    bypass.sends = true
    this.#lane.outbox.push(frame(FrameType.switch, this.id))
    const pending = this.#pending
    this.#pending = undefined
    if (pending) this.#send(pending.chunks.slice(pending.at), pending.done)
  }

  receiveSwitch(): void {
    const bypass = this.#bypass
    if (this.#receivedEnd || bypass?.receives) throw new FrameError(`stream ${this.id} switched after its end`)
    // It was given up a moment ago, or never was.
    if (!bypass) {
      this.destroy()
      return
    }
    bypass.receive()
    if (!bypass.sends && !this.#sentEnd) this.#switch(bypass)
  }

  #bypassEnded(): void {
    if (this.destroyed) return
    this.#end()
    if (this.#resetWaits) this.receiveReset()
  }

  #bypassClosed(): void {
    const bypass = this.#bypass
    if (!bypass?.sends && !bypass?.receives) this.#bypass = undefined
    else if (!(this.#sentEnd && this.#receivedEnd)) this.destroy(resetError())
  }

  /** What was said before an end by the bypass may arrive after a reset by the lane: the other side is told that it is whole. */
  #pushReset(): void {
    if (this.#bypass?.sends && this.#sentEnd) this.#lane.outbox.push(frame(FrameType.end, this.id))
    this.#lane.pushReset(this.id)
  }

  receiveEnd(): void {
    if ((this.#receivedEnd && !this.#bypass?.receives) || this.#isLeft) throw new FrameError(`stream ${this.id} ended twice`)
    if (this.#bypass?.receives) this.#isLeft = true
    else {
      this.#bypass?.receiveNothing()
      this.#end()
    }
  }

  #end(): void {
    this.#receivedEnd = true
    this.#endWaits = this.#held > HELD_AT_END_BYTES
    if (!this.#endWaits) this.push(null)
    this.#finishIfDone()
  }

  addCredit(bytes: number): void {
    this.#credit += bytes
    if (bytes === 0 || this.#credit > MAX_WINDOW_BYTES) throw new FrameError(`stream ${this.id} was given too much credit`)
    if (this.#pending) this.#lane.outbox.wait(this)
  }

  /** The other side reset the stream. When it had said everything it only wants to hear no more, as a TLS server that answers and hangs
   *  up does: what it said is still read, at the reader's pace. */
  receiveReset(): void {
    if (this.#isLeft && !this.#receivedEnd) {
      this.#resetWaits = true
      this.#sendNothing()
      return
    }
    const isStillRead = this.#receivedEnd && !this.readableEnded && (this.readableLength > 0 || this.readableFlowing === true)
    if (isStillRead && !this.destroyed) this.#linger()
    else this.#break()
  }

  #sendNothing(): void {
    this.#cut = true
    const pending = this.#pending
    this.#pending = undefined
    pending?.done()
  }

  #linger(): void {
    this.#sendNothing()
    this.#lane.forget(this)
    this.once('end', () => this.destroy())
  }

  /** Nothing is sent any more: the lane is gone, or the stream was reset. */
  cut(): void {
    if (this.#endWaits && !this.destroyed) this.#linger()
    else this.#break()
  }

  #break(): void {
    this.#cut = true
    this.destroy(resetError())
  }

  /** Gives credit for what the reader has taken, a quarter of the window at a time, and never for what still lies in the buffer: in whole
   *  frames, since what is left of them would be sent as a frame of its own. */
  #giveCredit(): void {
    if (this.#bypass?.receives) {
      if (this.#unreadBytes < WINDOW_BYTES) this.#bypass.resume()
      return
    }
    const taken = this.#received - this.readableLength - this.#held - this.#acknowledged
    if (taken < wholeFrames(this.#window.bytes / 4) || this.#receivedEnd || this.destroyed) return
    const acknowledged = wholeFrames(taken)
    this.#acknowledged += acknowledged
    const { outbox } = this.#lane
    outbox.push(creditFrame(this.id, acknowledged + this.#window.grow(outbox.rttMs, performance.now())))
    outbox.measure()
  }

  #count(bytes: number): void {
    const before = this.#carried
    this.#carried += bytes
    if (before <= LIGHT_BYTES && this.isHeavy) this.#lane.noteLoad()
    if (before <= BULK_BYTES && this.#carried > BULK_BYTES) this.#lane.noteBulk(this)
  }

  #finishIfDone(): void {
    if (this.#sentEnd && this.#receivedEnd) this.#lane.forget(this)
  }
}
