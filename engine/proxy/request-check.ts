/** Which requests are refused before a backend hears of them. Pure. node's parser (llhttp, strict) has already refused broken framing:
 *  Content-Length beside Transfer-Encoding, two lengths, folded lines, bare line feeds, control bytes. What it lets pass stands here. */
import { listOf, valuesOf } from './headers.ts'

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

/** Browsers send about thirty. The size of a head is bounded elsewhere, though node does not count separators. */
export const MAX_FIELDS = 256

/** `host` is the TLS server name in lower case. Undefined: go on. */
export function refusal(head: RequestHead, host: string, loopToken: string): Refusal | undefined {
  // llhttp takes a request line without a version for HTTP/0.9 and reads a whole head behind it.
  if (!['1.0', '1.1', '2'].includes(head.version)) return { status: 400 }
  if (head.rawHeaders.length > 2 * MAX_FIELDS) return { status: 431 }
  const hosts = valuesOf(head.rawHeaders, 'host')
  // RFC 9112 §3.2: none or several are an attack or a fault.
  if (hosts.length !== 1) return { status: 400 }
  // RFC 9110 §7.4: a connection belongs to the service whose certificate was shown.
  if (hostOf(hosts[0] ?? '') !== host) return { status: 421 }
  // Only the origin form: the absolute form would name a second host beside Host. `*` is for OPTIONS, CONNECT never gets here.
  const { url } = head
  if (!(url.startsWith('/') || (url === '*' && head.method === 'OPTIONS')) || url.includes('#')) return { status: 400 }
  // It mirrors what the visitor's browser added, cookies too (RFC 9110 §9.3.8).
  if (head.method === 'TRACE') return { status: 405 }
  const codings = listOf(head.rawHeaders, 'transfer-encoding')
  // RFC 9112 §6.1: an HTTP/1.0 message with a coding is faulty however it looks; another coding than chunked is not implemented.
  if (codings.length > 0 && head.version !== '1.1') return { status: 400 }
  if (codings.length > 1 || (codings.length === 1 && codings[0] !== 'chunked')) return { status: 501 }
  // What should be a body would be spliced as if it were the new protocol.
  if (head.upgrade !== undefined && head.hasBody) return { status: 400 }
  if (listOf(head.rawHeaders, 'cdn-loop').some((entry) => entry.split(';')[0]?.trim() === loopToken)) return { status: 508 }
  return undefined
}

/** The host of `Host: name[:port]` or `Host: [2001:db8::1]`, in lower case; undefined when it is written in any other way. */
export function hostOf(authority: string): string | undefined {
  return /^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i.exec(authority)?.[1]?.toLowerCase()
}
