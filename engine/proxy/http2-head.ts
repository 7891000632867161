/** The head of an HTTP/2 request, checked and told as HTTP/1.1 would tell it (RFC 9113 §8), because the services at home read HTTP/1.1. Pure. */
import { lengthOf } from '../http/framing.ts'
import { METHODS } from '../http/request-head.ts'

export interface Http2Head {
  readonly method: string
  readonly url: string
  /** With one `Host`, first. No pseudo-header fields; cookies in one field. */
  readonly rawHeaders: readonly string[]
  /** He wants to speak WebSocket on this stream (RFC 8441). The method is then told as GET. */
  readonly isWebSocket: boolean
}

/** `malformed`: a stream error (RFC 9113 §8.1.1). A status: well-formed, and nothing that a service of ours could answer. */
export type Http2Refusal = 'malformed' | 405 | 501

const PSEUDO = new Set([':method', ':scheme', ':authority', ':path', ':protocol'])
/** RFC 9113 §8.2.2. */
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings'])
/** RFC 9110 §5.6.2, in lower case (RFC 9113 §8.2.1). */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
/** One byte each: whatever lay beyond would be cut down to another character on its way out. */
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/
/** As in a request line of HTTP/1: no `#`, and no `\\` before the query (`engine/http/octets.ts`). */
const PATH = /^[!"$-<>=@-[\]-~]+(?:\?[!"$-~]*)?$/

/** @param raw name, value, name, value as they came. @param endsHere no body follows */
export function readHttp2Head(raw: readonly string[], endsHere: boolean): Http2Head | Http2Refusal {
  const pseudo = new Map<string, string>()
  const fields: string[] = []
  const cookies: string[] = []
  let host: string | undefined
  let length: number | undefined
  for (let index = 0; index < raw.length; index += 2) {
    const [name, value] = [raw[index] as string, raw[index + 1] as string]
    if (!VALUE.test(value)) return 'malformed'
    if (name.startsWith(':')) {
      // Behind an ordinary field, twice, or unknown (§8.3).
      if (fields.length > 0 || cookies.length > 0 || host !== undefined || pseudo.has(name) || !PSEUDO.has(name)) return 'malformed'
      pseudo.set(name, value)
    } else if (!NAME.test(name) || OF_CONNECTIONS.has(name) || (name === 'te' && value.toLowerCase() !== 'trailers')) return 'malformed'
    else if (name === 'host') {
      if (host !== undefined) return 'malformed'
      host = value
    } else if (name === 'cookie') cookies.push(value)
    else {
      if (name === 'content-length') {
        if (length !== undefined) return 'malformed'
        length = lengthOf(value)
        if (length < 0 || (endsHere && length > 0)) return 'malformed'
      }
      fields.push(name, value)
    }
  }
  const target = readTarget(pseudo, endsHere)
  if (typeof target !== 'object') return target
  // What follows is no body of the GET that it is told as (RFC 8441 §5): a service that does not agree would wait for as much of the next request.
  if (target.isWebSocket && length !== undefined) return 'malformed'
  const authority = pseudo.get(':authority') ?? host
  // Two names for one request: whoever reads the other one would route it elsewhere (§8.3.1).
  if (host !== undefined && authority?.toLowerCase() !== host.toLowerCase()) return 'malformed'
  const head = authority === undefined ? fields : ['Host', authority, ...fields]
  if (cookies.length > 0) head.push('cookie', cookies.join('; '))
  const { method, url, isWebSocket } = target
  return { method, url, isWebSocket, rawHeaders: head }
}

/** The fields behind a body; undefined: malformed. */
export function readHttp2Trailers(raw: readonly string[]): readonly string[] | undefined {
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string
    if (!NAME.test(name) || OF_CONNECTIONS.has(name) || !VALUE.test(raw[index + 1] as string)) return undefined
  }
  return raw
}

function readTarget(pseudo: ReadonlyMap<string, string>, endsHere: boolean): Omit<Http2Head, 'rawHeaders'> | Http2Refusal {
  const method = pseudo.get(':method') ?? ''
  const path = pseudo.get(':path') ?? ''
  const protocol = pseudo.get(':protocol')
  if (protocol === undefined && method === 'CONNECT') return pseudo.has(':path') || pseudo.has(':scheme') ? 'malformed' : 405
  if (pseudo.get(':scheme') !== 'https' || !PATH.test(path)) return 'malformed'
  if (protocol === undefined) return METHODS.has(method) ? { method, url: path, isWebSocket: false } : 'malformed'
  if (method !== 'CONNECT' || endsHere || !pseudo.has(':authority')) return 'malformed'
  return protocol === 'websocket' ? { method: 'GET', url: path, isWebSocket: true } : 501
}
