/** The head of a backend's answer, as strict as a request's where it decides what is head, what is body and where the next answer begins.
 *
 *  HTTP/1.1 200 OK CR LF
 *  Content-Length: 5 CR LF
 *  CR LF                                                                          */
import { controlOf, endOfLine, hasMember, readFields } from './fields.ts'
import { answerFraming, type Framing, type Version } from './framing.ts'
import { CR, digitsAt, Malformed, SPACE } from './octets.ts'

export interface AnswerHead {
  /** 100 to 599. */
  readonly status: number
  readonly reason: string
  readonly fields: readonly string[]
  readonly framing: Framing
  /** May another request follow on this connection? */
  readonly staysOpen: boolean
  /** The protocol that a 101 goes over to. */
  readonly upgrade: string | undefined
}

/** `text`: the head from its first byte to its empty line. `isHead`: it answers a HEAD. Throws {@link Malformed}. */
export function readAnswerHead(text: string, isHead: boolean): AnswerHead {
  const version = versionOf(text)
  const status = statusAt(text, 9)
  // The reason, and the space before it, are left out by some (RFC 9112 §4 wants the space).
  const end = endOfLine(text, 12)
  if (text.charCodeAt(12) !== SPACE && text.charCodeAt(12) !== CR) throw new Malformed(400, 'a status that is none')
  const fields = readFields(text, end + 2)
  const control = controlOf(fields)
  const framing = answerFraming(control, version, status, isHead)
  return {
    status,
    reason: text.slice(13, end),
    fields,
    framing,
    staysOpen:
      framing.kind !== 'close' &&
      (version === '1.1' ? !hasMember(control.connection, 'close') : hasMember(control.connection, 'keep-alive')),
    upgrade: control.upgrade,
  }
}

/** Of exactly three digits. */
function statusAt(text: string, at: number): number {
  const status = digitsAt(text, at, at + 3)
  if (status < 100 || status > 599) throw new Malformed(400, 'a status that is none')
  return status
}

/** Says at the first bytes that it is no HTTP: other servers speak first, and then wait. Throws {@link Malformed}. */
export function refuseOtherProtocol(bytes: Buffer): void {
  const start = bytes.toString('latin1', 0, PROTOCOL.length)
  if (!PROTOCOL.startsWith(start)) throw new Malformed(400, 'no answer in HTTP/1')
}

const PROTOCOL = 'HTTP/1.'

function versionOf(text: string): Version {
  if (text.startsWith('HTTP/1.1 ')) return '1.1'
  if (text.startsWith('HTTP/1.0 ')) return '1.0'
  throw new Malformed(400, 'no answer in HTTP/1')
}
