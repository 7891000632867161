/** A TCP connection with TLS over it that is left again: what was agreed inside of TLS goes on without. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { readInto } from './read-into.ts'

/** What TLS is given instead of the connection. Until it is left, it ends with the connection, and the connection with it; neither by halves. */
export class Leavable extends Duplex {
  readonly #tcp: Socket
  #reads = true
  #isLeft = false

  /** `tcp` has a listener for errors. */
  constructor(tcp: Socket) {
    super()
    this.#tcp = tcp
    this.on('error', () => {})
    tcp.on('end', this.#onClose).on('close', this.#onClose)
    readInto(tcp, (bytes) => {
      const takesMore = this.#reads && this.push(Buffer.from(bytes))
      // The last of it may have been read in the meantime.
      return this.#reads && takesMore
    })
  }

  /** The other side has said all that it says inside of TLS: what comes next is for who is given the connection, paused. */
  stopReading(): Socket {
    this.#reads = false
    this.#tcp.off('end', this.#onClose).pause()
    return this.#tcp
  }

  /** Nothing of TLS is sent any more. Gives the connection. */
  leave(): Socket {
    if (this.#reads) this.stopReading()
    this.#isLeft = true
    this.#tcp.off('close', this.#onClose)
    this.destroy()
    return this.#tcp
  }

  override _read(): void {
    if (this.#reads) this.#tcp.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#isLeft) done()
    else this.#tcp.write(chunk, done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#isLeft) this.#tcp.destroy()
    done(error)
  }

  readonly #onClose = (): void => void this.destroy()
}
