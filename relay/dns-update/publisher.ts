/** Keeps a zone at a foreign name server (BIND, Knot, PowerDNS) equal to what our own zone view says, by signed updates (RFC 2136, RFC 8945).
 *
 *  Nothing is assumed to stand that was not read there: after each start, each failure and each change by somebody else (the zone's
 *  serial number tells) what stands is read again, and only what differs is sent. */
import { setTimeout as sleep } from 'node:timers/promises'
import { askOn, findZone } from '../../dns/ask.ts'
import { TYPE } from '../../dns/codes.ts'
import { type NameServerConnection, NameServerError, openNameServer } from '../../dns/exchange.ts'
import { type Name, nameOf } from '../../dns/names.ts'
import { encodeData, type ZoneRecord } from '../../dns/records.ts'
import type { TsigKey } from '../../dns/tsig.ts'
import { type SetChange, update } from '../../dns/update.ts'
import type { Endpoint } from '../../protocol/model/address.ts'
import type { ZoneView } from '../dns/zone.ts'
import type { Log } from '../log.ts'
import { openJournal } from './journal.ts'
import { shownEverywhere } from './shown.ts'

/** Whose names: a device's key, or the relay itself. */
export const RELAY_ITSELF = ''

export interface PublisherOptions {
  readonly server: Endpoint
  readonly key: TsigKey
  readonly zone: ZoneView
  /** Everybody who has names now. */
  owners(): Iterable<string>
  /** The names of one, as {@link ZoneView.lookup} takes them. */
  namesOf(owner: string): readonly (readonly string[])[]
  readonly folder: string
  readonly signal: AbortSignal
  readonly log: Log
}

export interface Publisher {
  /** Something may have changed there. */
  touch(owner: string): void
  /** Resolves when what is said of this owner now stands at the server. Rejects with {@link NameServerError} when it was refused or did not come
   *  to stand within 10 s, or with the signal's reason. It will be tried further all the same. */
  settle(owner: string, signal: AbortSignal): Promise<void>
  /** Resolves when every name server of the zone shows this text, or does not within 3 s: the one that lags may be out of order. */
  shown(name: readonly string[], text: string, signal: AbortSignal): Promise<void>
  readonly closed: Promise<void>
}

const TYPES = ['A', 'AAAA', 'TXT', 'CAA', 'HTTPS'] as const
/** At the top the operator has records of his own. */
const TOP_TYPES = ['A', 'AAAA'] as const
const OWNERS_AT_ONCE = 20
/** A message holds 64 KB; a set of ours at its largest, name and all, is a twentieth of that, most are a hundred bytes. */
const CHANGES_AT_ONCE = 100
const SWEEP_EVERY_MS = 60_000
const SETTLE_MS = 10_000
const RETRY_FIRST_MS = 1000
const RETRY_LONGEST_MS = 60_000

interface Link {
  readonly connection: NameServerConnection
  readonly zone: Name
}

export function startPublisher(options: PublisherOptions): Publisher {
  const { signal, log, zone } = options
  const top = nameOf(zone.domain)
  const journal = openJournal(options.folder, (keptAs) => log('dns-update-journal-damaged', { keptAs }))
  const dirty = new Set<string>()
  /** Whose update the server does not take, or cannot be written, and why. */
  const refused = new Map<string, string>()
  const waiting = new Map<string, { done(): void; fail(error: Error): void }[]>()
  /** Name → type → the set that stands, as text; what was read while the zone's number was `serial`. */
  const standing = new Map<string, Map<string, string>>()
  let serial: number | undefined
  let link: Link | undefined
  let wake = (): void => {}
  let told = ''

  const tell = (message: string): void => {
    if (message !== told) log(message === '' ? 'dns-update-works' : 'dns-update-failed', message === '' ? {} : { reason: message })
    told = message
  }

  const open = async (): Promise<Link> => {
    if (link && !link.connection.isClosed) return link
    standing.clear()
    const connection = await openNameServer(options.server, signal)
    link = { connection, zone: top }
    const found = await findZone(connection, top)
    if (!found) throw new NameServerError('malformed', `the name server does not answer for ${zone.domain} by itself`)
    link = { connection, zone: found.zone }
    return link
  }

  const read = async ({ connection }: Link, name: string): Promise<void> => {
    const sets = await Promise.all(
      typesAt(name).map(async (type): Promise<[string, string]> => {
        const { records } = await askOn(connection, fullName(name), TYPE[type])
        return [type, textOf(records.map(({ ttlS, data }) => ({ ttlS, data })))]
      }),
    )
    standing.set(name, new Map(sets))
  }
  const fullName = (name: string): Name => [...(name === '' ? [] : name.split('.')), ...top]

  /** Was there anything to change? Rejects when the server refuses this owner's update, or when nobody's can be made. */
  const bring = async (now: Link, owner: string): Promise<boolean> => {
    const names = new Set([...options.namesOf(owner).map((below) => below.join('.')), ...journal.namesOf(owner)])
    await Promise.all([...names].filter((name) => !standing.has(name)).map((name) => read(now, name)))
    const changes: (SetChange & { readonly name: string; readonly text: string })[] = []
    const wanted = new Set<string>()
    for (const name of names) {
      const records = zone.lookup(name === '' ? [] : name.split('.'))?.records ?? []
      if (records.length > 0) wanted.add(name)
      for (const type of typesAt(name)) {
        const set: ZoneRecord[] = records.filter((record) => record.type === type)
        const text = textOf(set.map((record) => ({ ttlS: record.ttlS, data: Uint8Array.from(encodeData(record)) })))
        if (text !== standing.get(name)?.get(type)) changes.push({ owner: fullName(name), type, records: set, name, text })
      }
    }
    journal.claim(owner, [...wanted])
    if (changes.length > 0) {
      for (let at = 0; at < changes.length; at += CHANGES_AT_ONCE)
        await update(now.connection, now.zone, changes.slice(at, at + CHANGES_AT_ONCE), options.key)
      for (const { name, type, text } of changes) standing.get(name)?.set(type, text)
    }
    const gone = [...names].filter((name) => !wanted.has(name))
    journal.drop(gone)
    for (const name of gone) standing.delete(name)
    return changes.length > 0
  }

  /** Why each of them was refused; undefined: it stands. Rejects when nobody's update can be made. */
  const bringAll = async (batch: readonly string[]): Promise<(Error | undefined)[]> => {
    const now = await open()
    const isAsWeLeftIt = (await serialOf(now)) === serial
    if (!isAsWeLeftIt) standing.clear()
    const results = await Promise.allSettled(batch.map((owner) => bring(now, owner)))
    const errors = results.map((result) => (result.status === 'rejected' ? (result.reason as Error) : undefined))
    const broken = errors.find((error) => error && !isOfOne(error))
    if (broken) throw broken
    const hasChanged = results.some((result) => result.status === 'fulfilled' && result.value)
    if (hasChanged || !isAsWeLeftIt) serial = await serialOf(now)
    for (const [index, owner] of batch.entries()) {
      const error = errors[index]
      if (error) refused.set(owner, error.message)
      else refused.delete(owner)
    }
    tell(refused.values().next().value ?? '')
    return errors
  }
  const serialOf = async (now: Link): Promise<number | undefined> => (await findZone(now.connection, top))?.serial
  const taken = (owner: string) => {
    const all = waiting.get(owner) ?? []
    waiting.delete(owner)
    return all
  }

  const sweep = (): void => {
    for (const owner of [RELAY_ITSELF, ...options.owners(), ...journal.owners(), ...refused.keys()]) touch(owner)
  }

  const touch = (owner: string): void => {
    dirty.add(owner)
    wake()
  }

  const work = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      if (dirty.size === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      const batch = [...dirty].slice(0, OWNERS_AT_ONCE)
      for (const owner of batch) dirty.delete(owner)
      // Only those who wait already: who comes meanwhile may mean what this turn has not seen.
      const waiters = batch.map(taken)
      try {
        const errors = await bringAll(batch)
        for (const [index, each] of waiters.entries()) {
          const error = errors[index]
          for (const { done, fail } of each) error ? fail(error) : done()
        }
        failures = 0
      } catch (error) {
        for (const [index, owner] of batch.entries()) {
          dirty.add(owner)
          waiting.set(owner, [...(waiters[index] ?? []), ...(waiting.get(owner) ?? [])])
        }
        link?.connection.close()
        standing.clear()
        if (signal.aborted) return
        tell(String(error instanceof NameServerError ? error.message : error))
        await sleep(Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** failures++), undefined, { signal }).catch(() => {})
      }
    }
  }

  sweep()
  const timer = setInterval(sweep, SWEEP_EVERY_MS)
  signal.addEventListener('abort', () => wake())
  const closed = work().finally(() => {
    clearInterval(timer)
    link?.connection.close()
    for (const owner of waiting.keys()) for (const { fail } of taken(owner)) fail(new Error('the relay is being stopped'))
  })
  return {
    touch,
    closed,
    settle: async (owner, asking) => {
      const timeout = AbortSignal.timeout(SETTLE_MS)
      const bounded = AbortSignal.any([asking, timeout])
      const settled = new Promise<void>((done, fail) => {
        const waiter = { done, fail }
        waiting.set(owner, [...(waiting.get(owner) ?? []), waiter])
        const late = (): void => {
          const others = (waiting.get(owner) ?? []).filter((each) => each !== waiter)
          if (others.length > 0) waiting.set(owner, others)
          else waiting.delete(owner)
          fail(timeout.aborted ? new NameServerError('silent', told || 'the update takes too long') : (asking.reason as Error))
        }
        bounded.addEventListener('abort', late, { once: true })
      })
      touch(owner)
      await settled
    },
    shown: async (name, text, asking) => {
      if (link) await shownEverywhere(link.connection, link.zone, [...name, ...top], text, AbortSignal.any([asking, signal]))
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
