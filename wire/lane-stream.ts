/** A stream of a lane: one visitor's bytes, both ways, with credit for each direction (wire/frames.ts). How its two parts end, together or one
 *  after the other, and when they leave the lane. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Bypass } from './bypass.ts'
import { FrameError, FrameType, frame } from './frames.ts'
import type { Lane } from './lane.ts'
import { BULK_BYTES, HALF_IDLE_MS, IDLE_MS, LIGHT_BYTES, WINDOW_BYTES } from './limits.ts'
import type { Pace } from './pace.ts'
import { ReceivingPart } from './receiving-part.ts'
import { type Done, SendingPart } from './sending-part.ts'
import type { Holder } from './unread.ts'

const resetError = (): Error => Object.assign(new Error('the stream was reset'), { code: 'ECONNRESET' })

/** Ends half by half like TCP; destroyed before its end it resets the other side. */
export class LaneStream extends Duplex implements Holder {
  readonly id: number
  /** Of its session: who passes its bytes on keeps it. */
  readonly pace: Pace
  readonly #lane: Lane
  /** Used by the lane. */
  readonly sending: SendingPart
  readonly receiving: ReceivingPart
  /** Both ways together. */
  #carriedBytes = 0
  #quietMs = 0
  /** A bypass is offered once. */
  #isOffered = false
  #bypass: Bypass | undefined
  /** The other side has ended and hears no more, and what it had said is still on the bypass. */
  #isLeft = false
  #resetWaits = false
  /** Nothing is sent any more. */
  #cut = false
  /** What it carries is its visitor's own TLS: nobody on the way reads it without the lane's either. Said by who opens it, or is given it. */
  isSealed = false

  constructor(lane: Lane, id: number) {
    super({ allowHalfOpen: true, readableHighWaterMark: WINDOW_BYTES, writableHighWaterMark: WINDOW_BYTES })
    this.#lane = lane
    this.id = id
    this.pace = lane.pace
    this.sending = new SendingPart(this, lane)
    this.receiving = new ReceivingPart(this, lane)
    // A reset reaches whoever reads or writes; nobody needs to listen for it too.
    this.on('error', () => {})
  }

  /** It has carried more than LIGHT_BYTES. */
  get isHeavy(): boolean {
    return this.#carriedBytes > LIGHT_BYTES
  }

  /** Both ways together. */
  get carriedBytes(): number {
    return this.#carriedBytes
  }

  get sentBytes(): number {
    return this.sending.sentBytes
  }

  /** Bytes of the other side, whether they have been read or not. */
  get receivedBytes(): number {
    return this.receiving.receivedBytes
  }

  /** What was received and not yet taken. */
  get unreadBytes(): number {
    return this.receiving.unreadBytes
  }

  /** Used by its parts. */
  noteCarried(bytes: number): void {
    this.#quietMs = 0
    const before = this.#carriedBytes
    this.#carriedBytes += bytes
    if (before <= LIGHT_BYTES && this.isHeavy) this.#lane.noteLoad()
    if (before <= BULK_BYTES && this.#carriedBytes > BULK_BYTES) this.#lane.noteBulk(this)
  }

  /** Used by the lane, now and then: so much time has passed. */
  age(ms: number): void {
    this.#quietMs += ms
    const isHalf = this.sending.hasEnded || this.receiving.hasEnded || this.sentBytes === 0 || this.receivedBytes === 0
    if (this.#quietMs >= (isHalf ? HALF_IDLE_MS : IDLE_MS)) this.destroy()
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    if (this.#cut) done()
    else this.sending.send([chunk], done)
  }

  override _writev(writes: { readonly chunk: Buffer }[], done: Done): void {
    if (this.#cut) done()
    else
      this.sending.send(
        writes.map(({ chunk }) => chunk),
        done,
      )
  }

  override _final(done: Done): void {
    this.sending.end()
    done()
    this.#finishIfDone()
  }

  override _read(): void {}

  /** Everything that a reader takes out of the buffer goes through here. */
  override read(bytes?: number): unknown {
    const chunk = super.read(bytes)
    if (chunk !== null) {
      this.#quietMs = 0
      this.receiving.taken()
    }
    return chunk
  }

  /** Instead of reading: `sink` is given the bytes at once, must copy what it keeps, and says by `acknowledge` when it needs no memory
   *  for them any more. The end comes as always. */
  drainTo(sink: (bytes: Buffer) => void): void {
    this.receiving.sink = sink
    for (let early = super.read() as Buffer | null; early !== null; early = super.read() as Buffer | null) this.receiving.handOn(early)
    this.resume()
  }

  acknowledge(bytes: number): void {
    this.#quietMs = 0
    this.receiving.acknowledge(bytes)
  }

  override _destroy(error: Error | null, done: Done): void {
    if (!this.#cut && !this.#isDone) this.sending.reset()
    this.#lane.forget(this)
    if (this.sending.hasEnded) this.#bypass?.leave()
    else this.#bypass?.cut()
    this.receiving.release()
    this.sending.drop(error ?? new Error('the stream was reset'))
    done(error)
  }

  /** Its bytes may go on by a connection of their own, were one offered. */
  get mayBypass(): boolean {
    return this.isSealed && !this.#bypass && !this.#cut && !this.destroyed && !this.sending.hasEnded && !this.receiving.hasEnded
  }

  get isBypassed(): boolean {
    return this.receiving.isBypassed
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
      onBytes: (bytes) => this.receiving.receiveBypassed(bytes),
      onEnd: () => this.#bypassEnded(),
      onClose: () => this.#bypassClosed(),
    })
    if (begins) this.sending.switchTo(this.#bypass)
  }

  receiveSwitch(): void {
    const bypass = this.#bypass
    if (this.receiving.hasEnded || this.isBypassed) throw new FrameError(`stream ${this.id} switched after its end`)
    // It was given up a moment ago, or never was.
    if (!bypass) {
      this.destroy()
      return
    }
    this.receiving.switchTo(bypass)
    if (!this.sending.isBypassed && !this.sending.hasEnded) this.sending.switchTo(bypass)
  }

  #bypassEnded(): void {
    if (this.destroyed) return
    this.#end()
    if (this.#resetWaits) this.receiveReset()
  }

  #bypassClosed(): void {
    if (!this.sending.isBypassed && !this.isBypassed) this.#bypass = undefined
    else if (!this.#isDone) this.destroy(resetError())
  }

  receiveEnd(): void {
    if ((this.receiving.hasEnded && !this.isBypassed) || this.#isLeft) throw new FrameError(`stream ${this.id} ended twice`)
    if (this.isBypassed) this.#isLeft = true
    else {
      this.#bypass?.receiveNothing()
      this.#end()
    }
  }

  #end(): void {
    this.receiving.end()
    this.#finishIfDone()
  }

  /** The other side reset the stream. When it had said everything it only wants to hear no more, as a TLS server that answers and hangs
   *  up does: what it said is still read, at the reader's pace. */
  receiveReset(): void {
    const { hasEnded } = this.receiving
    if (this.#isLeft && !hasEnded) {
      this.#resetWaits = true
      this.#sendNothing()
      return
    }
    const isStillRead = hasEnded && !this.readableEnded && (this.readableLength > 0 || this.readableFlowing === true)
    if (isStillRead && !this.destroyed) this.#linger()
    else this.#break()
  }

  /** Nothing is sent any more: the lane is gone, or the stream was reset. */
  cut(): void {
    if (this.receiving.endWaits && !this.destroyed) this.#linger()
    else this.#break()
  }

  #sendNothing(): void {
    this.#cut = true
    this.sending.drop()
  }

  #linger(): void {
    this.#sendNothing()
    this.#lane.forget(this)
    this.once('end', () => this.destroy())
  }

  #break(): void {
    this.#cut = true
    this.destroy(resetError())
  }

  get #isDone(): boolean {
    return this.sending.hasEnded && this.receiving.hasEnded
  }

  #finishIfDone(): void {
    if (this.#isDone) this.#lane.forget(this)
  }
}
