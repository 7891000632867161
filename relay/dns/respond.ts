/** One message in, one message out (or none), whatever it came by. Pure but for the zone it reads. */
import { MAX_UDP_BYTES, RCODE, type Rcode } from '../../dns/codes.ts'
import { parseQuery } from './message.ts'
import { encodeResponse, encodeTruncated, type Response } from './response.ts'
import { answer, type ZoneView } from './zone.ts'

/** RFC 1035 §4.2.1: all that an asker without EDNS can take. */
const PLAIN_UDP_BYTES = 512
const MAX_TCP_BYTES = 0xffff

/** `slip`: by UDP, but only to be told to come back over TCP. */
export type Way = 'udp' | 'tcp' | 'slip'

export interface Reply {
  readonly bytes: Uint8Array
  readonly rcode: Rcode
  readonly truncated: boolean
  /** What was asked for; undefined: the question made no sense. */
  readonly type?: number
  /** What the zone view threw: the asker gets SERVFAIL. */
  readonly fault?: unknown
}

/** Undefined: better not answered. Never throws. */
export function respond(bytes: Uint8Array, zone: ZoneView, way: Way): Reply | undefined {
  const parsed = parseQuery(bytes)
  if (parsed.kind === 'silent') return undefined
  if (parsed.kind === 'error') {
    const { rcode, head } = parsed
    return { bytes: encodeResponse(head, failure(rcode), PLAIN_UDP_BYTES).bytes, rcode, truncated: false }
  }
  const { query } = parsed
  const { type } = query.question
  const maxBytes = way === 'tcp' ? MAX_TCP_BYTES : Math.min(MAX_UDP_BYTES, Math.max(PLAIN_UDP_BYTES, query.edns?.udpBytes ?? 0))
  try {
    const response = answer(query.question, zone)
    if (way === 'slip') return { bytes: encodeTruncated(query, response), rcode: response.rcode, truncated: true, type }
    return { ...encodeResponse(query, response, maxBytes), rcode: response.rcode, type }
  } catch (fault) {
    return { ...encodeResponse(query, failure(RCODE.SERVFAIL), maxBytes), rcode: RCODE.SERVFAIL, type, fault }
  }
}

const failure = (rcode: Rcode): Response => ({ rcode, aa: false, answers: [], authority: [] })
