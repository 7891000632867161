/** Reading a DNS query. Everything in it is foreign: what is not exactly one well-formed question is refused.
 *
 *  ```
 *  0      2       4      6      8      10     12
 *  | id   | flags | QD=1 | AN=0 | NS=0 | AR≤1 | question | OPT?                    RFC 1035 §4.1.1
 *
 *  flags      QR:1 opcode:4 AA:1 TC:1 RD:1 | RA:1 Z:1 AD:1 CD:1 rcode:4
 *  question   (length u8 ≤ 63, bytes)… 0 | type u16 | class u16                    no compression: nothing stands before it
 *  OPT        0 | 41 u16 | UDP size u16 | rcode u8 | version u8 | DO:1 Z:15 | length u16 | (code u16, length u16, data)…
 *  ```                                                                             RFC 6891 §6.1.2 */
import { HEADER_BYTES, MAX_NAME_BYTES, RCODE, type Rcode, TYPE } from '../../dns/codes.ts'
import type { Question } from '../../dns/message.ts'

/** Longer queries have no honest use: 271 bytes of question, the rest is EDNS padding. */
export const MAX_QUERY_BYTES = 4096

export interface Edns {
  /** What the asker can take in one datagram, as it says. */
  readonly udpBytes: number
  readonly dnssecOk: boolean
}

/** What of a query is needed to answer it, even with an error. */
export interface Head {
  readonly id: number
  readonly opcode: number
  readonly recursionDesired: boolean
  readonly checkingDisabled: boolean
  readonly question?: Question
  readonly edns?: Edns
}

export type Query = Head & { readonly question: Question }

/** `silent`: too short to be answered, or itself an answer (answering one could make two servers talk for ever). */
export type Parsed =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'error'; readonly rcode: Rcode; readonly head: Head }
  | { readonly kind: 'silent' }

/** Never throws. */
export function parseQuery(bytes: Uint8Array): Parsed {
  if (bytes.length < HEADER_BYTES || bytes.length > MAX_QUERY_BYTES) return { kind: 'silent' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint16(2)
  if (flags & 0x8000) return { kind: 'silent' }
  const opcode = (flags >> 11) & 15
  const head: Head = {
    id: view.getUint16(0),
    opcode,
    recursionDesired: (flags & 0x0100) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
  }
  const error = (rcode: Rcode, more: Head = head): Parsed => ({ kind: 'error', rcode, head: more })
  if (opcode !== 0) return error(RCODE.NOTIMP)
  if (view.getUint16(4) !== 1 || view.getUint16(6) !== 0 || view.getUint16(8) !== 0 || view.getUint16(10) > 1) return error(RCODE.FORMERR)
  const read = readQuestion(view)
  if (!read) return error(RCODE.FORMERR)
  const asked = { ...head, question: read.question }
  if (view.getUint16(10) === 0) return read.end === bytes.length ? { kind: 'query', query: asked } : error(RCODE.FORMERR)
  const opt = readOpt(view, read.end)
  if (!opt) return error(RCODE.FORMERR)
  const query: Query = { ...asked, edns: opt.edns }
  // RFC 6891 §6.1.3: the version we know is named in the answer.
  return opt.version === 0 ? { kind: 'query', query } : error(RCODE.BADVERS, query)
}

function readQuestion(view: DataView): { question: Question; end: number } | undefined {
  const name: string[] = []
  let at = HEADER_BYTES
  for (;;) {
    if (at >= view.byteLength) return undefined
    const length = view.getUint8(at)
    if (length === 0) break
    // Above 63 come compression pointers and label types that never existed (RFC 6891 §5).
    if (length > 63 || at + 1 + length > view.byteLength) return undefined
    name.push(String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at + 1, length)))
    at += 1 + length
    if (at - HEADER_BYTES + 1 > MAX_NAME_BYTES) return undefined
  }
  const end = at + 5
  if (end > view.byteLength) return undefined
  const type = view.getUint16(at + 1)
  if (type === TYPE.OPT || type === 0) return undefined
  return { question: { name, type, class: view.getUint16(at + 3) }, end }
}

/** The one additional record must be OPT, owned by the root, with whole options, and must end the message. */
function readOpt(view: DataView, at: number): { edns: Edns; version: number } | undefined {
  if (at + 11 > view.byteLength || view.getUint8(at) !== 0 || view.getUint16(at + 1) !== TYPE.OPT) return undefined
  const end = at + 11 + view.getUint16(at + 9)
  if (end !== view.byteLength) return undefined
  for (let option = at + 11; option < end; ) {
    if (option + 4 > end) return undefined
    option += 4 + view.getUint16(option + 2)
    if (option > end) return undefined
  }
  const edns = { udpBytes: view.getUint16(at + 3), dnssecOk: (view.getUint16(at + 7) & 0x8000) !== 0 }
  return { edns, version: view.getUint8(at + 6) }
}
