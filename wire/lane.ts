/** A lane: one TLS connection that carries control messages, many streams, each a Duplex with its own credit, and flows of datagrams.
 *  Both ends use it. Here streams and flows are opened and accepted, and each frame that comes is given to whom it is for.
 *
 *  Bounded by construction: a stream holds at most WINDOW_BYTES that its reader has not taken; what leaves, and in which order, is
 *  decided in outbox.ts. */
import type { Duplex } from 'node:stream'
import { Chatter } from './chatter.ts'
import { FrameError, FrameReader, FrameType, frame } from './frames.ts'
import { LaneFlow } from './lane-flow.ts'
import { LaneLiveness } from './lane-liveness.ts'
import { LaneStream } from './lane-stream.ts'
import { MAX_FLOWS, MAX_STREAMS } from './limits.ts'
import { Openings } from './openings.ts'
import { Outbox } from './outbox.ts'
import { NO_PACE, type Pace } from './pace.ts'
import { readInto } from './read-into.ts'
import { StreamTable } from './stream-table.ts'
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

const TURN_MS = 500

export class Lane {
  readonly #socket: Duplex
  readonly #options: LaneOptions
  readonly #streams = new StreamTable()
  readonly #flows = new Map<number, LaneFlow>()
  readonly #openings: Openings
  readonly #chatter = new Chatter()
  readonly #liveness: LaneLiveness
  readonly #turns: NodeJS.Timeout
  /** Used by streams and flows. */
  readonly outbox: Outbox
  /** Used by streams. Whoever joins lanes to a session gives them the same, before any stream is opened. */
  unread = new Unread()
  /** Likewise. */
  pace: Pace = NO_PACE
  #closed = false

  constructor(socket: Duplex, options: LaneOptions) {
    this.#socket = socket
    this.#options = options
    this.outbox = new Outbox(socket, () => this.close('the other side does not read'))
    const reader = new FrameReader((type, stream, payload) => this.#onFrame(type, stream, payload))
    socket.on('error', (error) => this.close(error.message))
    socket.on('end', () => this.close('the other side ended the connection'))
    socket.on('close', () => this.close('the connection is gone'))
    this.#openings = new Openings(options.onStream !== undefined || options.onFlow !== undefined)
    this.#liveness = new LaneLiveness(this.outbox)
    this.#turns = setInterval(() => this.#turn(), TURN_MS).unref()
    readInto(socket, (bytes) => {
      this.#liveness.heard()
      try {
        reader.push(bytes)
      } catch (error) {
        this.close(error instanceof FrameError ? error.message : `unexpected: ${String(error)}`, error instanceof FrameError)
      }
      return !this.#closed
    })
  }

  /** How many streams this lane carries. */
  get streamCount(): number {
    return this.#streams.size
  }

  /** How many of them have carried more than BULK_BYTES. */
  get bulkCount(): number {
    return this.#streams.bulkCount
  }

  bulkStreams(): Iterable<LaneStream> {
    return this.#streams.bulk
  }

  /** How many were opened in the last half to one second, and may still become bulk. */
  get newCount(): number {
    return this.#streams.newCount
  }

  get flowCount(): number {
    return this.#flows.size
  }

  /** It carries what new visitors are better kept apart from (limits.ts). */
  get isLoaded(): boolean {
    return this.#flows.size > 0 || this.#streams.areMany || this.#streams.hasHeavy
  }

  /** Round trip to the other side, smoothed (as in RFC 6298 §2, but sooner downwards), with whatever waits on the line meanwhile. Undefined until it was measured. */
  get rttMs(): number | undefined {
    return this.outbox.rttMs
  }

  /** It was asked for a sign of life and has given none for a second: it may be dead, and not be known to be. */
  get isDoubtful(): boolean {
    return this.#liveness.isDoubtful
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
    if (this.#closed || this.#streams.size >= (this.#options.maxStreams ?? MAX_STREAMS)) return undefined
    const opening = this.#openings.next(FrameType.open, meta)
    if (!opening) return undefined
    const stream = this.#add(this.#openings.lastId)
    this.outbox.push(opening)
    return stream
  }

  /** Open a flow of datagrams. Undefined and RangeError as in {@link open}. */
  openFlow(meta: unknown): LaneFlow | undefined {
    if (this.#closed || this.#flows.size >= (this.#options.maxFlows ?? MAX_FLOWS)) return undefined
    const opening = this.#openings.next(FrameType.flow, meta)
    if (!opening) return undefined
    const flow = this.#addFlow(this.#openings.lastId)
    this.outbox.push(opening)
    return flow
  }

  close(reason: string, isFault = false): void {
    if (this.#closed) return
    this.#closed = true
    this.outbox.stop()
    clearInterval(this.#turns)
    this.#socket.destroy()
    this.#streams.cut()
    const flows = [...this.#flows.values()]
    this.#flows.clear()
    for (const flow of flows) flow.end()
    this.#options.onClose(reason, isFault)
  }

  /** Used by streams. */
  pushReset(id: number): void {
    this.#openings.resetByUs()
    this.outbox.push(frame(FrameType.reset, id))
  }

  /** Used by streams: this one has carried much. */
  noteBulk(stream: LaneStream): void {
    this.#streams.noteBulk(stream)
  }

  /** Used by streams: this one has carried more than a little. */
  noteLoad(): void {
    this.#options.onLoad?.()
  }

  /** Used by streams: this one is over. */
  forget(stream: LaneStream): void {
    this.#streams.forget(stream)
    this.outbox.forget(stream.sending)
  }

  /** Used by flows: this one was closed. */
  resetFlow({ id }: LaneFlow): void {
    if (this.#flows.delete(id)) this.pushReset(id)
  }

  #add(id: number): LaneStream {
    const stream = new LaneStream(this, id)
    this.#streams.add(stream)
    if (this.#streams.areMany) this.noteLoad()
    return stream
  }

  #addFlow(id: number): LaneFlow {
    const flow = new LaneFlow(this, id)
    this.#flows.set(id, flow)
    this.noteLoad()
    return flow
  }

  #turn(): void {
    this.#streams.pass(TURN_MS)
    const whyGone = this.#liveness.pass(TURN_MS)
    if (whyGone !== undefined) this.close(whyGone)
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
        if (this.outbox.onPong(payload)) this.#liveness.answered()
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
    if (!onStream || !this.#openings.accept(id)) throw new FrameError(`stream ${id} may not be opened here`)
    if (this.#streams.size >= maxStreams) this.outbox.push(frame(FrameType.reset, id))
    else onStream(this.#add(id), parseJson(payload))
  }

  #acceptFlow(id: number, payload: Buffer): void {
    const { onFlow, maxFlows = MAX_FLOWS } = this.#options
    if (!onFlow || !this.#openings.accept(id)) throw new FrameError(`flow ${id} may not be opened here`)
    if (this.#flows.size >= maxFlows) this.outbox.push(frame(FrameType.reset, id))
    else onFlow(this.#addFlow(id), parseJson(payload))
  }

  #toFlow(type: FrameType, flow: LaneFlow, payload: Buffer): void {
    if (type === FrameType.datagram) flow.receive(payload)
    else if (type === FrameType.reset) {
      this.#flows.delete(flow.id)
      flow.end()
      this.#openings.resetByOther()
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
      else if (id === 0 || id > this.#openings.lastId) throw new FrameError(`no stream ${id}`)
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
      this.#openings.resetByOther()
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
