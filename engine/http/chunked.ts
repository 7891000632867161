/** A chunked body, piece by piece (RFC 9112 §7.1). What is taken is narrower than the grammar where others read more than one thing into it.
 *
 *  5 CR LF hello CR LF
 *  0 CR LF
 *  X-Sum: 1 CR LF                                                 trailers, if any
 *  CR LF                                                                          */
import { controlOf, readFields } from './fields.ts'
import { CR, HEX, is, LF, Malformed, TOKEN } from './octets.ts'

export interface BodySink {
  /** It is the sink's only until it returns. */
  data(chunk: Buffer): void
  end(trailers: readonly string[]): void
}

/** Up to 2⁴⁸ bytes: what a number holds exactly, and more than anybody sends. */
const MAX_SIZE_DIGITS = 12
/** Of the extensions of a whole body. Nobody is known to send any, so that they could only be there to keep a reader busy. */
const MAX_EXTENSION_BYTES = 4096
export const MAX_TRAILER_BYTES = 8192

type Place = 'size' | 'extension' | 'size-end' | 'data' | 'data-end' | 'trailers' | 'done'

const SEMICOLON = 0x3b
const EQUALS = 0x3d

export class ChunkedReader {
  #place: Place = 'size'
  /** Digits of the size so far, or what of its two bytes an end of data has had. */
  #digits = 0
  #leftBytes = 0
  #extensionBytes = 0
  #lastByte = 0
  #hasValue = false
  #trailers = ''

  get isDone(): boolean {
    return this.#place === 'done'
  }

  /** Reads from `at`; the index behind what belongs to this body. Throws {@link Malformed}, and is not to be fed again then. */
  read(bytes: Buffer, at: number, sink: BodySink): number {
    let index = at
    while (index < bytes.length && this.#place !== 'done') {
      if (this.#place === 'data') index = this.#readData(bytes, index, sink)
      else if (this.#place === 'trailers') index = this.#readTrailers(bytes, index, sink)
      else {
        this.#readByte(bytes[index] as number)
        index += 1
      }
    }
    return index
  }

  #readData(bytes: Buffer, at: number, sink: BodySink): number {
    const end = Math.min(bytes.length, at + this.#leftBytes)
    this.#leftBytes -= end - at
    if (this.#leftBytes === 0) this.#place = 'data-end'
    sink.data(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
    return end
  }

  #readByte(byte: number): void {
    if (this.#place === 'size') this.#readSize(byte)
    else if (this.#place === 'extension') this.#readExtension(byte)
    else if (this.#place === 'size-end') {
      if (byte !== LF) throw new Malformed(400, 'a line of a chunk without its end')
      this.#place = this.#leftBytes === 0 ? 'trailers' : 'data'
    } else if (byte !== (this.#digits === 0 ? CR : LF)) throw new Malformed(400, 'a chunk longer than its size')
    else {
      this.#digits += 1
      if (this.#digits < 2) return
      this.#digits = 0
      this.#place = 'size'
    }
  }

  #readSize(byte: number): void {
    if (is(byte, HEX)) {
      this.#digits += 1
      if (this.#digits > MAX_SIZE_DIGITS) throw new Malformed(400, 'a chunk beyond numbers')
      this.#leftBytes = this.#leftBytes * 16 + Number.parseInt(String.fromCharCode(byte), 16)
    } else if (this.#digits > 0 && (byte === CR || byte === SEMICOLON)) {
      this.#digits = 0
      this.#lastByte = byte
      this.#hasValue = false
      this.#place = byte === CR ? 'size-end' : 'extension'
    } else throw new Malformed(400, 'a size that is none')
  }

  /** `;name` or `;name=value`, of tokens only: no quotes, in which a bare line feed could hide, and no blanks. */
  #readExtension(byte: number): void {
    this.#extensionBytes += 1
    if (this.#extensionBytes > MAX_EXTENSION_BYTES) throw new Malformed(400, 'extensions without end')
    const isAfterToken = is(this.#lastByte, TOKEN)
    if (byte === CR && isAfterToken) this.#place = 'size-end'
    else if (byte === SEMICOLON && isAfterToken) this.#hasValue = false
    else if (byte === EQUALS && isAfterToken && !this.#hasValue) this.#hasValue = true
    else if (!is(byte, TOKEN)) throw new Malformed(400, 'an odd extension')
    this.#lastByte = byte
  }

  #readTrailers(bytes: Buffer, at: number, sink: BodySink): number {
    const before = this.#trailers.length
    this.#trailers += bytes.toString('latin1', at, Math.min(bytes.length, at + MAX_TRAILER_BYTES - before))
    const text = this.#trailers
    const found = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n', Math.max(0, before - 3))
    if (found < 0) {
      if (text.length >= MAX_TRAILER_BYTES) throw new Malformed(431, 'trailers without end')
      // What cannot become a trailer need not be waited for.
      if (!is(text.charCodeAt(0), TOKEN) && !'\r\n'.startsWith(text)) throw new Malformed(400, 'a trailer without a name')
      return bytes.length
    }
    const length = found === 0 && text.startsWith('\r\n') ? 2 : found + 4
    const trailers = readFields(text.slice(0, length), 0)
    const { contentLength, transferEncoding, hosts } = controlOf(trailers)
    // RFC 9110 §6.5.1; some readers would take them for the head's own.
    if (contentLength !== undefined || transferEncoding !== undefined || hosts > 0) throw new Malformed(400, 'framing behind the body')
    this.#place = 'done'
    sink.end(trailers)
    return at + length - before
  }
}
