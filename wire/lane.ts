/** A lane: one TLS connection that carries control messages, many streams, each a Duplex with its own credit, and flows of datagrams.
 *  Both ends use it.
 *
 *  Bounded by construction: a stream holds at most WINDOW_BYTES that its reader has not taken; what leaves, and in which order, is
 *  decided in outbox.ts. */
import type { Duplex } from 'node:stream'
import { Chatter } from './chatter.ts'
import { Churn } from './churn.ts'
import { FrameError, FrameReader, FrameType, frame, MAX_DATAGRAM_BYTES } from './frames.ts'
import { LaneFlow } from './lane-flow.ts'
import { LaneStream } from './lane-stream.ts'
import { DEAD_AFTER_MS, LIGHT_STREAMS, LOST_AFTER_MS, MAX_FLOWS, MAX_STREAMS, PING_AFTER_MS } from './limits.ts'
import { Outbox } from './outbox.ts'
import { NO_PACE, type Pace } from './pace.ts'
import { readInto } from './read-into.ts'
import { Unread } from './unread.ts'

export interface LaneOptions {
  /** A control message's JSON value, not yet validated. */
  onControl(message: unknown): void
  /** The other side opened a stream; `meta` is its JSON, not yet validated. Undefined where streams are only opened by us. */
  onStream?(stream: LaneStream, meta: unknown): void
  /** The other side opened a flow; `meta` is its JSON, not yet validated. Undefined where flows are only opened by us. */
  onFlow?(flow: LaneFlow, meta: unknown): void
  /** The other side offers a bypass for a stream (bypass.ts), by these bytes. Undefined where they are only offered by us. */
  onBypass?(stream: LaneStream, token: Buffer): void
  /** It became loaded (limits.ts), or more so. */
  onLoad?(): void
  /** Once: the lane is over. Every stream has been destroyed, every flow closed. `isFault`: the other side broke the protocol. */
  onClose(reason: string, isFault: boolean): void
  maxStreams?: number
  maxFlows?: number
}

const WATCH_EVERY_MS = 500
const DOUBTFUL_AFTER_MS = 1000
/** How often the round trip is measured. */
const MEASURE_EVERY_MS = 10_000
/** How often streams grow older. */
const AGE_EVERY_MS = 10_000

export class Lane {
  readonly #socket: Duplex
  readonly #options: LaneOptions
  readonly #streams = new Map<number, LaneStream>()
  readonly #bulk = new Set<LaneStream>()
  /** Opened since the watchdog looked, and since it looked before that. */
  #new = new Set<LaneStream>()
  #lessNew = new Set<LaneStream>()
  readonly #flows = new Map<number, LaneFlow>()
  readonly #watchdog: NodeJS.Timeout
  /** Used by streams and flows. */
  readonly outbox: Outbox
  /** Used by streams. Whoever joins lanes to a session gives them the same, before any stream is opened. */
  unread = new Unread()
  /** Likewise. */
  pace: Pace = NO_PACE
  /** Counted in turns of the watchdog, not by a clock: after a stall of this process what has arrived is still unread, and a clock would
   *  call a healthy lane dead. */
  #silentMs = 0
  /** Likewise: since it was asked, or has last answered. */
  #unansweredMs = 0
  readonly #churn = new Churn()
  #unmeasuredMs = 0
  #unagedMs = 0
  #lastId = 0
  readonly #chatter = new Chatter()
  #closed = false

  constructor(socket: Duplex, options: LaneOptions) {
    this.#socket = socket
    this.#options = options
    this.outbox = new Outbox(socket, () => this.close('the other side does not read'))
    const reader = new FrameReader((type, stream, payload) => this.#onFrame(type, stream, payload))
    socket.on('error', (error) => this.close(error.message))
    socket.on('end', () => this.close('the other side ended the connection'))
    socket.on('close', () => this.close('the connection is gone'))
    this.#watchdog = setInterval(() => this.#watch(), WATCH_EVERY_MS)
    this.#watchdog.unref()
    readInto(socket, (bytes) => {
      this.#silentMs = 0
      try {
        reader.push(bytes)
      } catch (error) {
        this.close(error instanceof FrameError ? error.message : `unexpected: ${String(error)}`, error instanceof FrameError)
      }
      return !this.#closed
    })
    this.#ping()
  }

  /** How many streams this lane carries. */
  get streamCount(): number {
    return this.#streams.size
  }

  /** How many of them have carried more than BULK_BYTES. */
  get bulkCount(): number {
    return this.#bulk.size
  }

  bulkStreams(): Iterable<LaneStream> {
    return this.#bulk
  }

  /** How many were opened in the last half to one second, and may still become bulk. */
  get newCount(): number {
    return this.#new.size + this.#lessNew.size
  }

  get flowCount(): number {
    return this.#flows.size
  }

  /** It carries what new visitors are better kept apart from (limits.ts). */
  get isLoaded(): boolean {
    return this.#flows.size > 0 || this.#streams.size > LIGHT_STREAMS || [...this.#streams.values()].some(({ isHeavy }) => isHeavy)
  }

  /** Round trip to the other side, smoothed (as in RFC 6298 §2, but sooner downwards), with whatever waits on the line meanwhile. Undefined until it was measured. */
  get rttMs(): number | undefined {
    return this.outbox.rttMs
  }

  /** It was asked for a sign of life and has given none for a second: it may be dead, and not be known to be. */
  get isDoubtful(): boolean {
    return this.#silentMs > PING_AFTER_MS + DOUBTFUL_AFTER_MS || this.#isUnanswered(DOUBTFUL_AFTER_MS)
  }

  /** For so long, beyond what the line may take. Who has never answered may have reasons. */
  #isUnanswered(ms: number): boolean {
    return this.#unansweredMs > ms + (this.outbox.slackMs ?? Number.POSITIVE_INFINITY)
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Throws RangeError when the message's JSON is longer than MAX_CONTROL_BYTES. */
  sendControl(message: unknown): void {
    this.outbox.push(frame(FrameType.control, 0, Buffer.from(JSON.stringify(message))))
  }

  /** Open a stream to the other side. Undefined when the lane is closed or full. Throws RangeError when the JSON of `meta` is longer
   *  than 1024 bytes. */
  open(meta: unknown): LaneStream | undefined {
    if (this.#closed || this.#churn.isTooMuch(performance.now())) return undefined
    if (this.#streams.size >= (this.#options.maxStreams ?? MAX_STREAMS)) return undefined
    const opening = frame(FrameType.open, this.#lastId + 1, Buffer.from(JSON.stringify(meta)))
    this.#lastId += 1
    const stream = this.#add(this.#lastId)
    this.outbox.push(opening)
    return stream
  }

  /** Open a flow of datagrams. Undefined and RangeError as in {@link open}. */
  openFlow(meta: unknown): LaneFlow | undefined {
    if (this.#closed || this.#churn.isTooMuch(performance.now())) return undefined
    if (this.#flows.size >= (this.#options.maxFlows ?? MAX_FLOWS)) return undefined
    const opening = frame(FrameType.flow, this.#lastId + 1, Buffer.from(JSON.stringify(meta)))
    this.#lastId += 1
    const flow = this.#addFlow(this.#lastId)
    this.outbox.push(opening)
    return flow
  }

  /** Used by flows. False: dropped. */
  sendDatagram(id: number, datagram: Buffer): boolean {
    return datagram.length <= MAX_DATAGRAM_BYTES && this.pace.passNow(datagram.length) && this.outbox.pushDatagram(id, datagram)
  }

  /** Used by flows. */
  resetFlow({ id }: LaneFlow): void {
    if (this.#flows.delete(id)) this.pushReset(id)
  }

  close(reason: string, isFault = false): void {
    if (this.#closed) return
    this.#closed = true
    this.outbox.stop()
    clearInterval(this.#watchdog)
    this.#socket.destroy()
    for (const stream of [...this.#streams.values()]) stream.cut()
    this.#streams.clear()
    this.#bulk.clear()
    this.#ageNew()
    this.#ageNew()
    const flows = [...this.#flows.values()]
    this.#flows.clear()
    for (const flow of flows) flow.end()
    this.#options.onClose(reason, isFault)
  }

  /** Used by streams and flows. */
  pushReset(id: number): void {
    if (!this.#isGiven) this.#churn.reset(performance.now())
    this.outbox.push(frame(FrameType.reset, id))
  }

  /** Streams are opened by the other side. */
  get #isGiven(): boolean {
    return this.#options.onStream !== undefined || this.#options.onFlow !== undefined
  }

  /** Whoever opens streams may not do so only to reset them. The side that is given them may refuse as many as it likes. */
  #onReset(): void {
    if (!this.#isGiven) return
    this.#churn.reset(performance.now())
    if (this.#churn.isHostile(performance.now())) throw new FrameError('streams are opened and reset without end')
  }

  /** Used by streams: this one has carried much. */
  noteBulk(stream: LaneStream): void {
    this.#bulk.add(stream)
    this.#forgetNew(stream)
  }

  #forgetNew(stream: LaneStream): void {
    this.#new.delete(stream)
    this.#lessNew.delete(stream)
  }

  #ageNew(): void {
    this.#lessNew = this.#new
    this.#new = new Set()
  }

  /** Used by streams: this one has carried more than a little. */
  noteLoad(): void {
    this.#options.onLoad?.()
  }

  forget(stream: LaneStream): void {
    this.#streams.delete(stream.id)
    this.#bulk.delete(stream)
    this.#forgetNew(stream)
    this.outbox.forget(stream.sending)
  }

  #add(id: number): LaneStream {
    const stream = new LaneStream(this, id)
    this.#streams.set(id, stream)
    this.#new.add(stream)
    if (this.#streams.size > LIGHT_STREAMS) this.noteLoad()
    return stream
  }

  #addFlow(id: number): LaneFlow {
    const flow = new LaneFlow(this, id)
    this.#flows.set(id, flow)
    this.noteLoad()
    return flow
  }

  #watch(): void {
    this.#silentMs += WATCH_EVERY_MS
    this.#unmeasuredMs += WATCH_EVERY_MS
    this.#unagedMs += WATCH_EVERY_MS
    if (this.newCount > 0) this.#ageNew()
    if (this.#unagedMs >= AGE_EVERY_MS) this.#age()
    this.#unansweredMs = this.outbox.isAsking ? this.#unansweredMs + WATCH_EVERY_MS : 0
    if (this.#isUnanswered(LOST_AFTER_MS)) this.close(`what was sent has not arrived for ${this.#unansweredMs / 1000} s`)
    else if (this.#silentMs > DEAD_AFTER_MS) this.close(`silent for ${this.#silentMs / 1000} s`)
    else if (this.#silentMs > PING_AFTER_MS || this.#unmeasuredMs >= MEASURE_EVERY_MS) this.#ping()
    else this.outbox.askForTraffic()
  }

  #age(): void {
    for (const stream of [...this.#streams.values()]) stream.age(this.#unagedMs)
    this.#unagedMs = 0
  }

  #ping(): void {
    this.#unmeasuredMs = 0
    this.outbox.ping()
  }

  #onFrame(type: FrameType, id: number, payload: Buffer): void {
    if (this.#closed) return
    this.#chatter.note(type, payload.length)
    switch (type) {
      case FrameType.control:
        this.#options.onControl(parseJson(payload))
        return
      case FrameType.ping:
        this.outbox.answerPing(payload)
        return
      case FrameType.pong:
        if (this.outbox.onPong(payload)) this.#unansweredMs = 0
        return
      case FrameType.open:
        this.#accept(id, payload)
        return
      case FrameType.flow:
        this.#acceptFlow(id, payload)
        return
      default:
        this.#toStream(type, id, payload)
    }
  }

  #accept(id: number, payload: Buffer): void {
    const { onStream, maxStreams = MAX_STREAMS } = this.#options
    if (!onStream || id <= this.#lastId) throw new FrameError(`stream ${id} may not be opened here`)
    this.#lastId = id
    if (this.#streams.size >= maxStreams) {
      this.outbox.push(frame(FrameType.reset, id))
      return
    }
    onStream(this.#add(id), parseJson(payload))
  }

  #acceptFlow(id: number, payload: Buffer): void {
    const { onFlow, maxFlows = MAX_FLOWS } = this.#options
    if (!onFlow || id <= this.#lastId) throw new FrameError(`flow ${id} may not be opened here`)
    this.#lastId = id
    if (this.#flows.size >= maxFlows) {
      this.outbox.push(frame(FrameType.reset, id))
      return
    }
    onFlow(this.#addFlow(id), parseJson(payload))
  }

  #toFlow(type: FrameType, flow: LaneFlow, payload: Buffer): void {
    if (type === FrameType.datagram) {
      if (this.pace.passNow(payload.length)) flow.receive(Buffer.from(payload))
    } else if (type === FrameType.reset) {
      this.#flows.delete(flow.id)
      flow.end()
      this.#onReset()
    } else throw new FrameError(`flow ${flow.id} is no stream`)
  }

  #onBypass(stream: LaneStream, token: Buffer): void {
    const { onBypass } = this.#options
    if (!onBypass) throw new FrameError('no bypass may be offered here')
    stream.receiveOffer()
    onBypass(stream, Buffer.from(token))
  }

  /** Frames for a stream or flow that is over may still be under way: they are dropped. */
  #toStream(type: FrameType, id: number, payload: Buffer): void {
    const stream = this.#streams.get(id)
    if (!stream) {
      const flow = this.#flows.get(id)
      if (flow) this.#toFlow(type, flow, payload)
      else if (id === 0 || id > this.#lastId) throw new FrameError(`no stream ${id}`)
      return
    }
    if (type === FrameType.datagram) throw new FrameError(`stream ${id} is no flow`)
    if (type === FrameType.data) stream.receiving.receive(payload)
    else if (type === FrameType.credit) stream.sending.addCredit(payload.readUInt32BE(0))
    else if (type === FrameType.end) stream.receiveEnd()
    else if (type === FrameType.switch) stream.receiveSwitch()
    else if (type === FrameType.bypass) this.#onBypass(stream, payload)
    else {
      stream.receiveReset()
      this.#onReset()
    }
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    throw new FrameError('a control message that is not JSON')
  }
}
