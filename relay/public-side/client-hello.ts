/** Reads what a relay needs of a visitor's TLS: which name it is for, and what is to be spoken where that is the relay's own. Pure.
 *
 *  ```
 *  record      | 22 | version (2) | length (2) | fragment …            one hello may span several records (RFC 8446 §5.1)
 *  handshake   | 1  | length (3)  | ClientHello …
 *  ClientHello | version (2) | random (32) | session id <0..32> | cipher suites <2..> | compression <1..> | extensions <0..>
 *  ```
 *  Post-quantum hellos are larger than one packet, so bytes are collected, up to {@link MAX_HELLO_BYTES}. */

export const MAX_HELLO_BYTES = 65_536

export type HelloResult =
  /** Before this many bytes in all have come, another look is in vain: so that whoever sends byte by byte does not buy a look with each. */
  | { readonly kind: 'incomplete'; readonly atLeastBytes: number }
  /** No TLS, or not a ClientHello that we would answer. */
  | { readonly kind: 'invalid'; readonly reason: string }
  | Hello

export interface Hello {
  readonly kind: 'hello'
  readonly serverName: string | undefined
  /** The body of its ALPN extension, a view of the bytes that were read. Nothing of it has been checked: see {@link offersProtocol}. */
  readonly alpn: Buffer | undefined
}

const invalid = (reason: string): HelloResult => ({ kind: 'invalid', reason })

/** `bytes`: everything the visitor sent so far. */
export function readClientHello(bytes: Buffer): HelloResult {
  const joined = joinRecords(bytes)
  if ('kind' in joined) return joined
  const { handshake, mayGrow } = joined
  if (handshake.length > 0 && handshake[0] !== 1) return invalid('not a ClientHello')
  const length = handshake.length < 4 ? undefined : handshake.readUIntBE(1, 3)
  if (length !== undefined && 4 + length > MAX_HELLO_BYTES) return invalid('a ClientHello too large')
  const missing = 4 + (length ?? 0) - handshake.length
  if (missing > 0 && !mayGrow) return invalid('a ClientHello broken off')
  if (missing > 0) return { kind: 'incomplete', atLeastBytes: bytes.length + missing }
  try {
    return readHello(new Cursor(handshake, 4, 4 + (length ?? 0)))
  } catch (error) {
    if (error instanceof RangeError) return invalid('a ClientHello cut short')
    throw error
  }
}

/** `mayGrow`: no other record stands behind these; handshake messages are never interleaved with other types (RFC 8446 §5.1). */
function joinRecords(bytes: Buffer): { handshake: Buffer; mayGrow: boolean } | HelloResult {
  const fragments: Buffer[] = []
  let joinedBytes = 0
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 22) return fragments.length > 0 ? { handshake: join(fragments), mayGrow: false } : invalid('not TLS')
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return invalid('not TLS')
    if (at + 5 > bytes.length) break
    const length = bytes.readUInt16BE(at + 3)
    if (length === 0 || length > 16_384) return invalid('a record of an impossible length')
    const fragment = bytes.subarray(at + 5, at + 5 + length)
    fragments.push(fragment)
    joinedBytes += fragment.length
    if (joinedBytes > MAX_HELLO_BYTES) return invalid('a ClientHello too large')
    at += 5 + length
  }
  return { handshake: join(fragments), mayGrow: true }
}

/** Nearly always there is one. */
function join(fragments: readonly Buffer[]): Buffer {
  const [first] = fragments
  return first && fragments.length === 1 ? first : Buffer.concat(fragments)
}

/** A part of the hello, read from its beginning. Throws RangeError where it is cut short. */
class Cursor {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number
  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes
    this.#at = at
    this.#end = end
  }
  get left(): number {
    return this.#end - this.#at
  }
  skip(length: number): void {
    if (length > this.left) throw new RangeError('cut short')
    this.#at += length
  }
  number(size: 1 | 2): number {
    const at = this.#at
    this.skip(size)
    return size === 1 ? this.#bytes.readUInt8(at) : this.#bytes.readUInt16BE(at)
  }
  vector(size: 1 | 2): Cursor {
    const length = this.number(size)
    const at = this.#at
    this.skip(length)
    return new Cursor(this.#bytes, at, at + length)
  }
  rest(): Buffer {
    return this.#bytes.subarray(this.#at, this.#end)
  }
}

function readHello(hello: Cursor): HelloResult {
  hello.skip(34)
  hello.skip(hello.number(1))
  hello.skip(hello.number(2))
  hello.skip(hello.number(1))
  let serverName: string | undefined
  let alpn: Buffer | undefined
  const extensions = hello.left > 0 ? hello.vector(2) : undefined
  while (extensions && extensions.left > 0) {
    const type = extensions.number(2)
    if (type === SERVER_NAME) {
      const name = readServerName(extensions.vector(2))
      if (name === undefined || serverName !== undefined) return invalid('a server name that is none')
      serverName = name
    } else if (type === ALPN) {
      if (alpn !== undefined) return invalid('two lists of protocols')
      alpn = extensions.vector(2).rest()
    } else extensions.skip(extensions.number(2))
  }
  return { kind: 'hello', serverName, alpn }
}

const SERVER_NAME = 0
const ALPN = 16

const HOST = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** RFC 6066 §3: a list with one host_name (type 0). Undefined: no name. */
function readServerName(body: Cursor): string | undefined {
  const list = body.vector(2)
  if (list.number(1) !== 0) return undefined
  const name = list.vector(2).rest().toString('latin1').toLowerCase()
  return HOST.test(name) ? name : undefined
}

/** RFC 7301 §3.1: a list of names of 1 to 255 bytes, and nothing behind it. What is no such list offers nothing; whoever begins TLS with it
 *  says so. Looked for only in hellos for the relay itself, and without copying: a hello has room for some 30,000 names. */
export function offersProtocol({ alpn }: Hello, protocol: string): boolean {
  if (!alpn) return false
  const wanted = Buffer.from(protocol)
  let isOffered = false
  try {
    const body = new Cursor(alpn, 0, alpn.length)
    const names = body.vector(2)
    while (names.left > 0) {
      const name = names.vector(1)
      if (name.left === 0) return false
      isOffered ||= name.left === wanted.length && name.rest().equals(wanted)
    }
    return isOffered && body.left === 0
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** A fatal `unrecognized_name` alert (RFC 6066 §3), as the first record a server says. */
export const UNRECOGNIZED_NAME_ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 112])
