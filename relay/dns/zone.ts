/** What the relay's zone answers. Pure: a question and a view of the zone in, an answer out. */
import { CLASS_IN, RCODE, TYPE } from '../../dns/codes.ts'
import type { Question } from '../../dns/message.ts'
import { labelsBelow, type Name, nameOf } from '../../dns/names.ts'
import type { OwnedRecord, Soa, ZoneRecord } from '../../dns/records.ts'
import type { Response } from './response.ts'

/** A name just made must be found soon by those who asked for it too early. */
export const NEGATIVE_TTL_S = 30
/** Name servers change by an operator's hand, with days of warning. */
const NS_TTL_S = 3600
/** RFC 8482 §4.2: ANY gets one small record that says nothing. */
const MINIMAL_ANY = { type: 'HINFO', cpu: 'RFC8482', os: '', ttlS: 3600 } as const

/** What a view holds at a name. SOA and NS of the top are made here. */
export type NodeRecord = Extract<ZoneRecord, { type: 'A' | 'AAAA' | 'TXT' | 'CAA' | 'HTTPS' }>

/** A name that exists. Without records it exists all the same: other names stand below it, and it must answer "no such data" and
 *  not "no such name", or resolvers forget everything below it (RFC 8020). */
export interface ZoneNode {
  readonly records: readonly NodeRecord[]
  /** Only another server of this zone can tell: resolvers go on to it when this one fails. */
  readonly askAnother?: true
}

/** Read afresh for each question; may be backed by anything that answers at once. */
export interface ZoneView {
  /** Without a trailing dot. */
  readonly domain: string
  /** Full host names; the first is the SOA's primary. At least one. */
  readonly nameServers: readonly string[]
  /** u32; grows with every change (RFC 1982). */
  readonly serial: number
  /** What stands at a name: lower-case labels in reading order without the domain's own, `['web', 'amber-otter-42']`; `[]` is the top.
   *  Undefined: there is no such name and nothing below it. Wildcards are the view's own business. */
  lookup(below: readonly string[]): ZoneNode | undefined
}

/** Never throws unless the view's `lookup` does. */
export function answer(question: Question, zone: ZoneView): Response {
  const top = nameOf(zone.domain)
  const below = labelsBelow(question.name, top)
  if (question.class !== CLASS_IN || below === undefined || isMeta(question.type)) return refused()
  const node = zone.lookup(below)
  if (node?.askAnother) return failed()
  const records: readonly ZoneRecord[] = below.length === 0 ? [...topRecords(zone), ...(node?.records ?? [])] : (node?.records ?? [])
  const isThere = node !== undefined || below.length === 0
  const found = question.type === TYPE.ANY ? minimal(records) : records.filter(({ type }) => TYPE[type] === question.type)
  const owned = found.map((record): OwnedRecord => ({ owner: question.name, record }))
  const additional = glue(found, zone, top)
  return {
    rcode: isThere ? RCODE.NOERROR : RCODE.NXDOMAIN,
    aa: true,
    answers: owned,
    authority: owned.length > 0 ? [] : [negative(zone, top)],
    ...(additional.length > 0 && { additional }),
  }
}

/** The addresses of name servers that stand in this zone themselves. */
function glue(found: readonly ZoneRecord[], zone: ZoneView, top: Name): OwnedRecord[] {
  return found.flatMap((record) => {
    const owner = record.type === 'NS' ? nameOf(record.host) : []
    const below = record.type === 'NS' ? labelsBelow(owner, top) : undefined
    const addresses = below && zone.lookup(below)?.records.filter(({ type }) => type === 'A' || type === 'AAAA')
    return (addresses ?? []).map((address) => ({ owner, record: address }))
  })
}

/** Transfers, signatures of transactions and other questions that are none about data (RFC 6895 §3.1). */
const isMeta = (type: number): boolean => type >= 128 && type < TYPE.ANY

const minimal = (records: readonly ZoneRecord[]): ZoneRecord[] => (records.length > 0 ? [MINIMAL_ANY] : [])

const failed = (): Response => ({ rcode: RCODE.SERVFAIL, aa: false, answers: [], authority: [] })

const refused = (): Response => ({ rcode: RCODE.REFUSED, aa: false, answers: [], authority: [] })

/** RFC 2308 §3: the SOA's own TTL is what negative answers are kept for, together with its minimum. */
const negative = (zone: ZoneView, owner: Name): OwnedRecord => ({ owner, record: soaOf(zone) })

function topRecords(zone: ZoneView): ZoneRecord[] {
  return [soaOf(zone), ...zone.nameServers.map((host) => ({ type: 'NS', host, ttlS: NS_TTL_S }) as const)]
}

function soaOf(zone: ZoneView): ZoneRecord {
  const soa: Soa = {
    primary: zone.nameServers[0] ?? zone.domain,
    mailbox: `hostmaster.${zone.domain}`,
    serial: zone.serial,
    // For secondary servers, of which there are none: the values RFC 1912 §2.2 suggests.
    refreshS: 1200,
    retryS: 180,
    expireS: 1_209_600,
    negativeTtlS: NEGATIVE_TTL_S,
  }
  return { type: 'SOA', ...soa, ttlS: NEGATIVE_TTL_S }
}
