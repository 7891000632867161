/** The head of a visitor's request, read strictly: whatever two parsers could read in two ways is refused, and nothing is put right (RFC 9112 §11.2).
 *
 *  GET /path?query HTTP/1.1 CR LF
 *  Host: web.device.example CR LF
 *  CR LF                                                                          */
import { controlOf, hasMember, readFields } from './fields.ts'
import { type Framing, requestFraming, type Version } from './framing.ts'
import { CR, is, LF, Malformed, PATH, QUERY, SPACE, TOKEN } from './octets.ts'

export interface RequestHead {
  readonly method: string
  /** Origin form, or `*` with OPTIONS. */
  readonly url: string
  readonly version: Version
  readonly fields: readonly string[]
  readonly framing: Framing
  readonly awaitsContinue: boolean
  /** May another request follow? */
  readonly staysOpen: boolean
  /** What he wants to go over to (RFC 9110 §7.8), if it is one protocol. */
  readonly upgrade: string | undefined
}

/** Those of the registry (iana.org/assignments/http-methods) and of UPnP that home software speaks. CONNECT would be a way through to any
 *  address; TRACE is read, to be refused by name. */
export const METHODS: ReadonlySet<string> = new Set(
  (
    'GET HEAD POST PUT DELETE OPTIONS PATCH TRACE QUERY ' +
    'ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH ' +
    'SOURCE SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE'
  ).split(' '),
)

/** `text`: the head from its first byte to its empty line. Throws {@link Malformed}. */
export function readRequestHead(text: string): RequestHead {
  let at = 0
  while (is(text.charCodeAt(at), TOKEN)) at += 1
  const method = text.slice(0, at)
  if (text.charCodeAt(at) !== SPACE || !METHODS.has(method)) throw new Malformed(400, 'a method of nobody')
  const end = endOfTarget(text, at + 1)
  const url = text.slice(at + 1, end)
  if (url === '*' ? method !== 'OPTIONS' : !url.startsWith('/')) throw new Malformed(400, 'not in origin form')
  const version = versionAt(text, end)
  const fields = readFields(text, end + VERSION_LENGTH)
  const control = controlOf(fields)
  // RFC 9112 §3.2: none or several are an attack or a fault.
  if (control.hosts !== 1) throw new Malformed(400, 'not one Host')
  const framing = requestFraming(control, version)
  if (control.expect !== undefined && control.expect !== '100-continue') throw new Malformed(417, 'an expectation of something else')
  const modern = version === '1.1'
  return {
    method,
    url,
    version,
    fields,
    framing,
    awaitsContinue: modern && control.expect !== undefined,
    staysOpen: modern ? !hasMember(control.connection, 'close') : hasMember(control.connection, 'keep-alive'),
    upgrade: modern && hasMember(control.connection, 'upgrade') ? control.upgrade : undefined,
  }
}

function endOfTarget(text: string, from: number): number {
  let at = from
  while (is(text.charCodeAt(at), PATH) && text.charCodeAt(at) !== QUESTION) at += 1
  if (text.charCodeAt(at) === QUESTION) while (is(text.charCodeAt(at), QUERY)) at += 1
  return at
}

const QUESTION = 0x3f
/** ` HTTP/1.1` and CRLF. */
const VERSION_LENGTH = 11

function versionAt(text: string, at: number): Version {
  const isLine = text.charCodeAt(at + 9) === CR && text.charCodeAt(at + 10) === LF
  if (isLine && text.startsWith(' HTTP/1.1', at)) return '1.1'
  if (isLine && text.startsWith(' HTTP/1.0', at)) return '1.0'
  if (/^ HTTP\/\d\.\d\r\n/.test(text.slice(at, at + VERSION_LENGTH))) throw new Malformed(505, 'another version')
  throw new Malformed(400, 'a target with odd bytes, or no version')
}
