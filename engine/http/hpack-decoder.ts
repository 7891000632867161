/** Lists of fields as HPACK compresses them (RFC 7541). One for each connection: what was said before is referred to. */
import { decodeHuffman, mostDecoded } from './hpack-huffman.ts'
import { STATIC_TABLE } from './hpack-table.ts'
import { ERROR, Http2Error } from './http2-frames.ts'

/** The size that both sides begin with (RFC 9113 §6.5.2), and that we never change. */
const TABLE_BYTES = 4096
/** What a field counts for beside its text (§4.1). */
const FIELD_BYTES = 32
/** Of a number: 2^28 and more nobody can mean. */
const MAX_SHIFT = 21

/** Of a connection: one list at a time. */
let scratch = Buffer.alloc(0)

export class HpackDecoder {
  /** The latest first. */
  readonly #table: (readonly [name: string, value: string])[] = []
  #tableBytes = 0
  #maxTableBytes = TABLE_BYTES
  #block: Buffer = scratch
  #at = 0
  #end = 0

  /** The fields as a flat list: name, value, name, value; a character a byte. Undefined: they are more than `maxFields`, or longer than `maxBytes`
   *  as {@link FIELD_BYTES} counts them. Throws {@link Http2Error}, after which nothing can be read any more. */
  decode(block: Buffer, maxBytes: number, maxFields: number): string[] | undefined {
    this.#block = block
    this.#at = 0
    this.#end = block.length
    const fields: string[] = []
    let bytes = 0
    let isBegun = false
    while (this.#at < this.#end) {
      const first = block[this.#at] as number
      if ((first & 0xe0) === 0x20) {
        if (isBegun) throw bad('a new size behind fields')
        this.#resize(this.#number(5))
        continue
      }
      isBegun = true
      const field = first >= 0x80 ? this.#entry(this.#number(7)) : this.#literal(first)
      bytes += field[0].length + field[1].length + FIELD_BYTES
      // The rest is read all the same: later lists refer to it.
      if (bytes <= maxBytes && fields.length < 2 * maxFields) fields.push(field[0], field[1])
      else bytes = Number.POSITIVE_INFINITY
    }
    this.#block = scratch
    return bytes <= maxBytes ? fields : undefined
  }

  #literal(first: number): readonly [string, string] {
    const isKept = first >= 0x40
    const index = this.#number(isKept ? 6 : 4)
    const name = index > 0 ? this.#entry(index)[0] : this.#text()
    const field = [name, this.#text()] as const
    if (isKept) this.#keep(field)
    return field
  }

  #entry(index: number): readonly [string, string] {
    const entry = index < STATIC_TABLE.length ? STATIC_TABLE[index] : this.#table[index - STATIC_TABLE.length]
    if (entry === undefined || index === 0) throw bad('a field that was never said')
    return entry
  }

  #keep(field: readonly [string, string]): void {
    this.#tableBytes += field[0].length + field[1].length + FIELD_BYTES
    this.#table.unshift(field)
    this.#evict()
  }

  #resize(bytes: number): void {
    if (bytes > TABLE_BYTES) throw bad('a larger table than is there')
    this.#maxTableBytes = bytes
    this.#evict()
  }

  #evict(): void {
    while (this.#tableBytes > this.#maxTableBytes) {
      const [name, value] = this.#table.pop() as [string, string]
      this.#tableBytes -= name.length + value.length + FIELD_BYTES
    }
  }

  /** §5.1. */
  #number(prefixBits: number): number {
    const most = (1 << prefixBits) - 1
    let value = this.#byte() & most
    if (value < most) return value
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      const byte = this.#byte()
      value += (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw bad('a number beyond all bounds')
  }

  #text(): string {
    const isCoded = (this.#block[this.#at] ?? 0) >= 0x80
    const length = this.#number(7)
    const from = this.#at
    this.#at += length
    if (this.#at > this.#end) throw bad('a text that is cut off')
    if (!isCoded) return this.#block.toString('latin1', from, this.#at)
    const room = mostDecoded(length)
    if (room > scratch.length) scratch = Buffer.allocUnsafeSlow(room)
    return scratch.toString('latin1', 0, decodeHuffman(this.#block, from, this.#at, scratch))
  }

  #byte(): number {
    if (this.#at >= this.#end) throw bad('a list that is cut off')
    return this.#block[this.#at++] as number
  }
}

const bad = (what: string): Http2Error => new Http2Error(ERROR.compression, what)
