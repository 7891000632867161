/** Reads the one thing of a visitor's TLS that a relay needs: which name it is for. Pure.
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
  | { readonly kind: 'hello'; readonly serverName: string | undefined; readonly alpn: readonly string[] }

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
    return readHello(new Cursor(handshake.subarray(4, 4 + (length ?? 0))))
  } catch (error) {
    if (error instanceof RangeError) return invalid('a ClientHello cut short')
    throw error
  }
}

/** `mayGrow`: no other record stands behind these; handshake messages are never interleaved with other types (RFC 8446 §5.1). */
function joinRecords(bytes: Buffer): { handshake: Buffer; mayGrow: boolean } | HelloResult {
  const fragments: Buffer[] = []
  let joined = 0
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 22) return fragments.length > 0 ? { handshake: Buffer.concat(fragments), mayGrow: false } : invalid('not TLS')
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return invalid('not TLS')
    if (at + 5 > bytes.length) break
    const length = bytes.readUInt16BE(at + 3)
    if (length === 0 || length > 16_384) return invalid('a record of an impossible length')
    const fragment = bytes.subarray(at + 5, at + 5 + length)
    fragments.push(fragment)
    joined += fragment.length
    if (joined > MAX_HELLO_BYTES) return invalid('a ClientHello too large')
    at += 5 + length
  }
  return { handshake: Buffer.concat(fragments), mayGrow: true }
}

class Cursor {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }
  get left(): number {
    return this.#bytes.length - this.#at
  }
  number(size: 1 | 2): number {
    const value = this.#bytes.readUIntBE(this.#at, size)
    this.#at += size
    return value
  }
  take(length: number): Buffer {
    if (length > this.left) throw new RangeError('cut short')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
  vector(size: 1 | 2): Cursor {
    return new Cursor(this.take(this.number(size)))
  }
  rest(): Buffer {
    return this.take(this.left)
  }
}

function readHello(hello: Cursor): HelloResult {
  hello.take(34)
  hello.vector(1)
  hello.vector(2)
  hello.vector(1)
  let serverName: string | undefined
  let alpn: string[] = []
  const extensions = hello.left > 0 ? hello.vector(2) : undefined
  while (extensions && extensions.left > 0) {
    const type = extensions.number(2)
    const body = extensions.vector(2)
    if (type === 0) {
      const name = readServerName(body)
      if (name === null || serverName !== undefined) return invalid('a server name that is none')
      serverName = name
    } else if (type === 16) alpn = readAlpn(body)
  }
  return { kind: 'hello', serverName, alpn }
}

/** RFC 6066 §3: a list with one host_name (type 0). */
function readServerName(body: Cursor): string | null {
  const list = body.vector(2)
  if (list.number(1) !== 0) return null
  const name = list.vector(2).rest().toString('latin1').toLowerCase()
  const host = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/
  return host.test(name) ? name : null
}

/** RFC 7301 §3.1. */
function readAlpn(body: Cursor): string[] {
  const list = body.vector(2)
  const names: string[] = []
  while (list.left > 0 && names.length < 32) names.push(list.vector(1).rest().toString('latin1'))
  return names
}

/** A fatal `unrecognized_name` alert (RFC 6066 §3), as the first record a server says. */
export const UNRECOGNIZED_NAME_ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 112])
