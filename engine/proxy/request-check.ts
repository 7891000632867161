/** Which requests are refused before a backend hears of them, whichever version of HTTP they came by. Pure. What is broken in its bytes has been
 *  refused before (`engine/http/`, and `http2-head.ts`); what is sound and yet not for us stands here. */
import { MAX_FIELDS } from '../http/fields.ts'
import { COLON, digitsAt } from '../http/octets.ts'
import { countOf, fieldOf, listOf } from './headers.ts'

export interface RequestHead {
  readonly method: string
  readonly url: string
  readonly version: string
  readonly rawHeaders: readonly string[]
  readonly hasBody: boolean
  readonly upgrade: string | undefined
}

export interface Refusal {
  readonly status: 400 | 405 | 421 | 431 | 501 | 508
}

/** `host` is the TLS server name in lower case. Undefined: go on. */
export function refusal(head: RequestHead, host: string, loopToken: string): Refusal | undefined {
  const { method, url, version, rawHeaders } = head
  if (version !== '1.1' && version !== '2' && version !== '1.0') return { status: 400 }
  if (rawHeaders.length > 2 * MAX_FIELDS) return { status: 431 }
  const hosts = countOf(rawHeaders, 'host')
  // RFC 9112 §3.2: none or several are an attack or a fault.
  if (hosts !== 1) return { status: 400 }
  // RFC 9110 §7.4: a connection belongs to the service whose certificate was shown.
  const authority = fieldOf(rawHeaders, 'host') ?? ''
  const isPlain = authority === host || (authority.startsWith(host) && isPort(authority, host.length))
  if (!isPlain && hostOf(authority) !== host) return { status: 421 }
  // Only the origin form: the absolute form would name a second host beside Host. `*` is for OPTIONS, CONNECT never gets here.
  if (!(url.startsWith('/') || (url === '*' && method === 'OPTIONS')) || url.includes('#')) return { status: 400 }
  // It mirrors what the visitor's browser added, cookies too (RFC 9110 §9.3.8).
  if (method === 'TRACE') return { status: 405 }
  const coding = fieldOf(rawHeaders, 'transfer-encoding')
  if (coding !== undefined) {
    // RFC 9112 §6.1: an HTTP/1.0 message with a coding is faulty however it looks; another coding than chunked is not implemented.
    if (version !== '1.1') return { status: 400 }
    if (coding.toLowerCase() !== 'chunked') return { status: 501 }
  }
  // The service would take the next visitor's request on that connection for the body. Both readers of heads see to it that this never comes.
  if (!head.hasBody && Number(fieldOf(rawHeaders, 'content-length') ?? 0) !== 0) return { status: 400 }
  // What should be a body would be spliced as if it were the new protocol.
  if (head.upgrade !== undefined && head.hasBody) return { status: 400 }
  if (listOf(rawHeaders, 'cdn-loop').some((entry) => entry.split(';')[0]?.trim() === loopToken)) return { status: 508 }
  return undefined
}

/** `:443`, from `at` to the end. */
function isPort(authority: string, at: number): boolean {
  return authority.charCodeAt(at) === COLON && authority.length - at <= 6 && digitsAt(authority, at + 1, authority.length) >= 0
}

/** The host of `Host: name[:port]` or `Host: [2001:db8::1]`, in lower case; undefined when it is written in any other way. */
export function hostOf(authority: string): string | undefined {
  return /^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.exec(authority)?.[1]?.toLowerCase()
}
