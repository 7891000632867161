/** What follows on a stream of HTTP/2 once it has become a WebSocket (RFC 8441): its bytes, both ways. */
import { Duplex } from 'node:stream'
import { ERROR } from '../http/http2-frames.ts'
import type { Http2Stream } from './http2-stream.ts'

export class Http2Duplex extends Duplex {
  readonly #stream: Http2Stream
  #onTaken: (() => void) | undefined
  #onSaid: (() => void) | undefined

  constructor(stream: Http2Stream) {
    super()
    this.#stream = stream
    if (stream.isClosed) {
      this.destroy()
      return
    }
    stream.onDrain(() => {
      const onTaken = this.#onTaken
      this.#onTaken = undefined
      onTaken?.()
    })
    stream.onClose((isWhole) => {
      this.#onSaid?.()
      // Cut off, by him or by what went before on our side: no end may be seen.
      if (!isWhole || !stream.isWhole) this.destroy()
    })
    stream.read({ data: (bytes) => this.push(Buffer.from(bytes)), end: () => void this.push(null) })
  }

  override _read(): void {
    this.#stream.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    if (this.#stream.write(chunk)) callback()
    else this.#onTaken = callback
  }

  override _final(callback: () => void): void {
    this.#onSaid = callback
    this.#stream.end()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#stream.fail(ERROR.cancel)
    callback(error)
  }
}
