/** What leaves on a connection of HTTP/2: frames of all its streams, in fair turns, within the credit that the visitor gives. */
import type { Duplex } from 'node:stream'
import { Collector } from '../../wire/collector.ts'
import { NO_TABLE } from '../http/hpack-encoder.ts'
import { ERROR, FIRST_WINDOW_BYTES, FLAG, FRAME, frameHead, Http2Error, headFrames, MAX_WINDOW_BYTES } from '../http/http2-frames.ts'

/** Bytes that may wait for a slow visitor before no more of a body is added. */
const MAX_HELD_BYTES = 262_144

/** Has something to send. */
export interface Sender {
  /** It has credit of its own for a frame. */
  readonly mayPush: boolean
  /** Sends one, at most. */
  push(): void
}

export class Http2Outlet {
  readonly #out: Collector
  /** With something to send: each in its turn. */
  readonly #senders = new Set<Sender>()
  /** Of all bodies together: so much may be sent. */
  #windowBytes = FIRST_WINDOW_BYTES
  #saysNoTable = true
  /** Bytes of bodies since this was set to 0. */
  givenBytes = 0
  isOver = false

  constructor(to: Duplex) {
    this.#out = new Collector(to, (bytes) => {
      this.#out.heldBytes -= bytes
      this.turn()
    })
  }

  /** Said and not yet taken by the system. */
  get heldBytes(): number {
    return this.#out.heldBytes
  }

  /** Of a body, as much as may leave now. */
  get room(): number {
    return this.#out.heldBytes >= MAX_HELD_BYTES ? 0 : this.credited
  }

  /** As much as the visitor takes, however much waits for the system. */
  get credited(): number {
    return this.isOver ? 0 : this.#windowBytes
  }

  say(frames: string): void {
    if (!this.isOver) this.#out.addText(frames)
  }

  /** Without waiting for the end of this turn. */
  flush(): void {
    this.#out.write()
  }

  /** `block`: fields, compressed. */
  head(stream: number, block: string, endsStream: boolean): void {
    this.say(headFrames(this.#saysNoTable ? NO_TABLE + block : block, stream, endsStream))
    this.#saysNoTable = false
  }

  /** The visitor has said how large a table may be: whoever makes it smaller waits for a word of it (RFC 7541 §4.2). */
  tableChanged(): void {
    this.#saysNoTable = true
  }

  /** `bytes`: no more than {@link credited}. */
  data(stream: number, bytes: Buffer, endsStream: boolean): void {
    this.say(frameHead(bytes.length, FRAME.data, endsStream ? FLAG.endStream : 0, stream))
    if (bytes.length === 0 || this.isOver) return
    this.#windowBytes -= bytes.length
    this.givenBytes += bytes.length
    this.#out.add(bytes)
  }

  /** Throws {@link Http2Error}. */
  credit(bytes: number): void {
    this.#windowBytes += bytes
    if (this.#windowBytes > MAX_WINDOW_BYTES) throw new Http2Error(ERROR.flowControl, 'credit beyond all bounds')
  }

  waits(sender: Sender): void {
    if (sender.mayPush) this.#senders.add(sender)
  }

  left(sender: Sender): void {
    this.#senders.delete(sender)
  }

  /** A frame of each, for as long as there is room. */
  turn(): void {
    while (this.#senders.size > 0 && this.room > 0) {
      const sender = this.#senders.values().next().value as Sender
      this.#senders.delete(sender)
      sender.push()
      this.waits(sender)
    }
  }
}
