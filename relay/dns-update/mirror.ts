/** The zone as it stands at the foreign name server, owner by owner brought to what our own zone view says.
 *
 *  Nothing is assumed to stand that was not read there: after each start, each failure and each change by somebody else (the zone's
 *  serial number tells) what stands is read again, and only what differs is sent. */
import { askOn, findZone } from '../../dns/ask.ts'
import { TYPE } from '../../dns/codes.ts'
import { type NameServerConnection, NameServerError, openNameServer } from '../../dns/exchange.ts'
import { type Name, nameOf } from '../../dns/names.ts'
import { encodeData, type ZoneRecord } from '../../dns/records.ts'
import type { TsigKey } from '../../dns/tsig.ts'
import { type SetChange, update } from '../../dns/update.ts'
import type { Endpoint } from '../../protocol/model/address.ts'
import type { ZoneView } from '../dns/zone.ts'
import type { Journal } from './journal.ts'
import { shownEverywhere } from './shown.ts'

export interface MirrorOptions {
  readonly server: Endpoint
  readonly key: TsigKey
  readonly zone: ZoneView
  /** The names of one, as {@link ZoneView.lookup} takes them. */
  namesOf(owner: string): readonly (readonly string[])[]
  readonly journal: Journal
  readonly signal: AbortSignal
}

export interface Mirror {
  /** Why each of these owners was refused, or cannot be written; undefined: it stands. Rejects when nobody's update can be made. */
  bring(owners: readonly string[]): Promise<(Error | undefined)[]>
  /** Resolves when every name server of the zone shows this text, or does not within 3 s: the one that lags may be out of order. */
  shown(name: readonly string[], text: string, signal: AbortSignal): Promise<void>
  /** Hangs up, and believes nothing any more. */
  forget(): void
}

const TYPES = ['A', 'AAAA', 'TXT', 'CAA', 'HTTPS'] as const
/** At the top the operator has records of his own. */
const TOP_TYPES = ['A', 'AAAA'] as const
/** A message holds 64 KB; a set of ours at its largest, name and all, is a twentieth of that, most are a hundred bytes. */
const CHANGES_AT_ONCE = 100

interface Link {
  readonly connection: NameServerConnection
  readonly zone: Name
}

type Change = SetChange & { readonly name: string; readonly text: string }

export function createMirror({ server, key, zone, namesOf, journal, signal }: MirrorOptions): Mirror {
  const top = nameOf(zone.domain)
  /** Name → type → the set that stands, as text; what was read while the zone's number was `serial`. */
  const standing = new Map<string, Map<string, string>>()
  let serial: number | undefined
  let link: Link | undefined

  const fullName = (name: string): Name => [...(name === '' ? [] : name.split('.')), ...top]
  const serialOf = async ({ connection }: Link): Promise<number | undefined> => (await findZone(connection, top))?.serial

  async function open(): Promise<Link> {
    if (link && !link.connection.isClosed) return link
    standing.clear()
    const connection = await openNameServer(server, signal)
    link = { connection, zone: top }
    const found = await findZone(connection, top)
    if (!found) throw new NameServerError('malformed', `the name server does not answer for ${zone.domain} by itself`)
    link = { connection, zone: found.zone }
    return link
  }

  async function read({ connection }: Link, name: string): Promise<void> {
    const sets = await Promise.all(
      typesAt(name).map(async (type): Promise<[string, string]> => {
        const { records } = await askOn(connection, fullName(name), TYPE[type])
        return [type, textOf(records.map(({ ttlS, data }) => ({ ttlS, data })))]
      }),
    )
    standing.set(name, new Map(sets))
  }

  function changesAt(name: string, records: readonly ZoneRecord[]): Change[] {
    return typesAt(name).flatMap((type) => {
      const set: ZoneRecord[] = records.filter((record) => record.type === type)
      const text = textOf(set.map((record) => ({ ttlS: record.ttlS, data: Uint8Array.from(encodeData(record)) })))
      return text === standing.get(name)?.get(type) ? [] : [{ owner: fullName(name), type, records: set, name, text }]
    })
  }

  /** Was there anything to change? Rejects when the server refuses this owner's update, or when nobody's can be made. */
  async function bringOne(now: Link, owner: string): Promise<boolean> {
    const names = new Set([...namesOf(owner).map((below) => below.join('.')), ...journal.namesOf(owner)])
    await Promise.all([...names].filter((name) => !standing.has(name)).map((name) => read(now, name)))
    const changes: Change[] = []
    const wanted = new Set<string>()
    for (const name of names) {
      const records = zone.lookup(name === '' ? [] : name.split('.'))?.records ?? []
      if (records.length > 0) wanted.add(name)
      changes.push(...changesAt(name, records))
    }
    journal.claim(owner, [...wanted])
    for (let at = 0; at < changes.length; at += CHANGES_AT_ONCE)
      await update(now.connection, now.zone, changes.slice(at, at + CHANGES_AT_ONCE), key)
    for (const { name, type, text } of changes) standing.get(name)?.set(type, text)
    const gone = [...names].filter((name) => !wanted.has(name))
    journal.drop(gone)
    for (const name of gone) standing.delete(name)
    return changes.length > 0
  }

  return {
    async bring(owners) {
      const now = await open()
      const isAsWeLeftIt = (await serialOf(now)) === serial
      if (!isAsWeLeftIt) standing.clear()
      const results = await Promise.allSettled(owners.map((owner) => bringOne(now, owner)))
      const errors = results.map((result) => (result.status === 'rejected' ? (result.reason as Error) : undefined))
      const broken = errors.find((error) => error && !isOfOne(error))
      if (broken) throw broken
      const hasChanged = results.some((result) => result.status === 'fulfilled' && result.value)
      if (hasChanged || !isAsWeLeftIt) serial = await serialOf(now)
      return errors
    },
    async shown(name, text, asking) {
      if (link) await shownEverywhere(link.connection, link.zone, [...name, ...top], text, AbortSignal.any([asking, signal]))
    },
    forget() {
      link?.connection.close()
      standing.clear()
    },
  }
}

const typesAt = (name: string): readonly (typeof TYPES)[number][] => (name === '' ? TOP_TYPES : TYPES)

/** Refused for what it is, or cannot be written: another owner's may be fine. */
const isOfOne = (error: Error): boolean => error instanceof RangeError || (error instanceof NameServerError && error.trouble === 'refused')

/** The order within a set means nothing to a name server, and all of a set have one TTL (RFC 2181 §5.2). */
function textOf(set: readonly { readonly ttlS: number; readonly data: Uint8Array }[]): string {
  const data = set.map((record) => Buffer.from(record.data).toString('hex')).sort()
  return data.length === 0 ? '' : `${set[0]?.ttlS} ${data.join(' ')}`
}
