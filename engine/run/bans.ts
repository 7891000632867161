/** Who is shut out, over restarts: kept in `bans.json`, shown to the faces, and told to the doors by `visitors`. */
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import type { Range } from '../../protocol/model/address.ts'
import { Ban, MAX_SHOWN_BANS, parsePlace } from '../../protocol/model/ban.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { putAside, readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { createBanList, type KeptBan } from '../bans/ban-list.ts'
import { exemptionsOf } from '../bans/exempt.ts'
import { MAX_BANS } from '../bans/limits.ts'
import { createVisitors, type Visitors } from '../bans/visitors.ts'
import type { State } from '../core/state.ts'
import { lanPrefixes } from './house.ts'
import type { Log } from './log.ts'
import type { Emit } from './loop.ts'
import { isWelcome } from './own-access.ts'
import type { Unsaved } from './unsaved.ts'

const Kept = Ban.extend({ times: z.int().min(0).max(1_000_000) })
const BansFile = z.object({ v: z.literal(1), bans: z.array(z.unknown()) })

/** A botnet is banned within seconds: after its first the others are written down, and told of, all at once. */
const GATHER_MS = 500
/** Networks and the relay's addresses change seldom, and asking the system for them costs a tenth of a millisecond. */
const EXEMPT_FOR_MS = 5000
/** What setTimeout can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1

export interface KeptBans {
  readonly visitors: Visitors
  /** Shuts out an address for `forS` seconds, or until it is taken back (null). Throws ProblemError; then nothing has changed but for what could
   *  not be written down. */
  ban(address: string, forS: number | null): void
  unban(address: string): void
  /** Tells of those that run from before; the loop is there. */
  start(): void
  /** Writes what waits. */
  close(): void
}

export interface KeepBansOptions {
  readonly folder: string
  readonly unsaved: Unsaved
  readonly log: Log
  readonly dispatch: Emit
  readonly state: () => State
  readonly declaredPublic: readonly Range[]
  readonly onDamaged: (notice: Problem) => void
}

export function keepBans({ folder, unsaved, log, dispatch, state, declaredPublic, onDamaged }: KeepBansOptions): KeptBans {
  const path = join(folder, 'bans.json')
  const list = createBanList(read(path, onDamaged))
  let gathering: NodeJS.Timeout | undefined
  /** Some have come since. */
  let isMore = false
  let ending: NodeJS.Timeout | undefined
  let exempt = { untilMs: 0, isExempt: (_address: string): boolean => false }

  function isExempt(address: string): boolean {
    const nowMs = Date.now()
    if (nowMs >= exempt.untilMs || nowMs < exempt.untilMs - EXEMPT_FOR_MS)
      exempt = { untilMs: nowMs + EXEMPT_FOR_MS, isExempt: exemptionsOf({ lanPrefixes: lanPrefixes(), addresses: ownAddresses(state()) }) }
    return exempt.isExempt(address) || isWelcome(address, state(), declaredPublic)
  }

  const visitors = createVisitors({
    bans: list,
    isExempt,
    onBan(ban) {
      log('banned', { place: ban.place, reason: ban.reason, service: ban.service, until: new Date(ban.untilMs ?? 0).toISOString() })
      if (gathering) {
        isMore = true
        return
      }
      // The first at once: its owner may be looking, and we may be killed.
      save()
      tell()
      gathering = setTimeout(gathered, GATHER_MS)
    },
  })

  const write = (): void => writeAtomic(path, `${JSON.stringify({ v: 1, bans: list.kept(Date.now()) })}\n`)

  function gathered(): void {
    gathering = undefined
    if (!isMore) return
    save()
    tell()
  }

  function save(): void {
    isMore = false
    void unsaved.write('bans', write)
  }

  /** Now, and when the next one ends. */
  function tell(): void {
    const nowMs = Date.now()
    const running = list.running(nowMs)
    const newest = running.slice(0, MAX_SHOWN_BANS).map(({ times: _, ...ban }) => ban)
    dispatch({ type: 'bans', bans: { total: running.length, newest } })
    clearTimeout(ending)
    const nextMs = list.nextEndMs(nowMs)
    if (nextMs !== undefined) ending = setTimeout(tell, Math.min(nextMs - nowMs + 1, MAX_TIMER_MS)).unref()
  }

  return {
    visitors,
    ban(address, forS) {
      const place = mustBePlace(address)
      if (isExempt(address.trim().replace(/\/64$/, ''))) throw new ProblemError(problem('ban-exempt', { address: place }))
      const nowMs = Date.now()
      if (!list.banByOwner(place, forS === null ? null : nowMs + forS * 1000, nowMs))
        throw new ProblemError(problem('bans-full', { limit: String(MAX_BANS) }))
      log('banned', { place, reason: 'owner' })
      visitors.shutOut(place)
      save()
      tell()
    },
    unban(address) {
      const place = mustBePlace(address)
      if (!list.lift(place, Date.now())) throw new ProblemError(problem('ban-unknown', { address: place }))
      log('let-in', { place })
      save()
      tell()
    },
    start: tell,
    close() {
      clearTimeout(ending)
      clearTimeout(gathering)
      if (isMore) save()
    },
  }
}

/** What leads to this home from outside, and its relays. */
function ownAddresses({ relay, standby, gateway, upstream }: State): (string | null | undefined)[] {
  const relays = [...(relay.phase === 'none' ? [] : [relay]), ...standby].flatMap(({ known }) => known ?? [])
  return [
    ...relays.flatMap(({ addresses, observed }) => [addresses.ipv4, addresses.ipv6, observed.ipv4, observed.ipv6]),
    gateway.phase === 'found' ? gateway.externalIPv4 : null,
    upstream.phase === 'found' ? upstream.externalIPv4 : null,
  ]
}

function mustBePlace(address: string): string {
  const place = parsePlace(address)
  if (place === undefined) throw new ProblemError(problem('ban-address-invalid', { address }))
  return place
}

/** Of a damaged file every ban that can be read holds, and the file is put aside. */
function read(path: string, onDamaged: (notice: Problem) => void): KeptBan[] {
  const text = readIfThere(path)
  if (text === undefined) return []
  const noted: readonly unknown[] = BansFile.safeParse(parseJson(text)).data?.bans ?? [undefined]
  const bans = noted.slice(0, MAX_BANS).flatMap((ban) => Kept.safeParse(ban).data ?? [])
  if (bans.length < noted.length) onDamaged(problem('bans-damaged', { keptAs: putAside(path) }))
  return bans
}
