/** The way of a bulk stream beside its lane: a TCP connection of its own between engine and relay, for bytes that are the visitor's own TLS, end
 *  to end. To encrypt them once more and to cut them into frames is most of what a relay does (docs/decisions.md).
 *
 *  ```
 *  relay                                                         engine
 *    │ lane:  bypass TOKEN ───────────────────────────────────────▶│
 *    │◀─────────────── a connection to port 443, TLS, inside: TOKEN │
 *    │ inside: go ────────────────────────────────────────────────▶│  TLS is left (leavable.ts), by both
 *    │◀──────────────────────────────────── lane: … data, switch   │  from here on its bytes come by the connection, as they are
 *    │ lane:  … data, switch ─────────────────────────────────────▶│  and so do the relay's
 *  ```
 *  Until its `switch` a side's bytes cross in frames, so whatever fails before leaves a stream as it was. Afterwards FIN is its end and a lost
 *  connection a reset. The lane goes on saying that a stream was reset, and ends it with itself. */
import type { Socket } from 'node:net'
import { cut } from './cut.ts'
import { HALF_IDLE_MS } from './limits.ts'
import { readInto } from './read-into.ts'

/** The stream whose bytes it carries. */
export interface Bypassed {
  /** Must copy what it keeps. False: it can take no more until `resume`. */
  onBytes(bytes: Buffer): boolean
  onEnd(): void
  /** The connection is gone. */
  onClose(): void
}

/** From the connection's coming to the other side's `switch`. */
const SWITCH_MS = 10_000
/** Nothing came for so long: the system asks the other one once a second, and gives the connection up after ten seconds without an answer
 *  (libuv's defaults). A reader that takes nothing answers. */
const KEEP_ALIVE_MS = 10_000

export class Bypass {
  readonly #socket: Socket
  readonly #stream: Bypassed
  readonly #deadline: NodeJS.Timeout
  #isPaused = false

  /** `socket` is paused, allows half-open ends, and has a listener for errors. Our last word inside of its TLS may be on its way. */
  constructor(socket: Socket, stream: Bypassed) {
    this.#socket = socket
    this.#stream = stream
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.once('close', () => {
      clearTimeout(this.#deadline)
      stream.onClose()
    })
    this.#deadline = setTimeout(() => socket.destroy(), SWITCH_MS)
  }

  /** The other side has switched. */
  receive(): void {
    clearTimeout(this.#deadline)
    this.#socket.once('end', () => this.#stream.onEnd())
    readInto(this.#socket, (bytes) => {
      this.#isPaused = !this.#stream.onBytes(bytes)
      return !this.#isPaused
    })
  }

  /** The other side had ended before it could switch. */
  receiveNothing(): void {
    clearTimeout(this.#deadline)
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#socket.resume()
  }

  write(chunks: readonly Buffer[], done: (error?: Error | null) => void): void {
    this.#socket.cork()
    for (const [index, chunk] of chunks.entries()) this.#socket.write(chunk, index === chunks.length - 1 ? done : undefined)
    this.#socket.uncork()
  }

  end(): void {
    this.#socket.end()
  }

  /** Ends it at once; a half that was cut off must not look like a whole. */
  cut(): void {
    cut(this.#socket)
  }

  /** All that we had to say is said, and whatever comes is of no use to anybody. To close it now would make the system send a reset, which
   *  may overtake what the other side has not read. */
  leave(): void {
    const socket = this.#socket
    const deadline = setTimeout(() => cut(socket), HALF_IDLE_MS).unref()
    socket.once('close', () => clearTimeout(deadline)).unref()
    socket.end()
    readInto(socket, () => true)
  }
}
