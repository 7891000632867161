/** Who is shut out, until when, and who was: each further ban of the same place is longer, until it has behaved for a while. No clock of its own. */
import type { Ban, BanReason } from '../../protocol/model/ban.ts'
import { MAX_BANS, TERMS } from './limits.ts'

/** A ban that runs, or one that is over and remembered. */
export interface KeptBan extends Ban {
  /** Which one in a row this is, from 1; 0 for one of the owner's. */
  readonly times: number
}

export interface BanList {
  /** Those that run, and those that are remembered. */
  readonly size: number
  /** The ban of a place that runs now. */
  of(place: string, nowMs: number): Ban | undefined
  /** Shuts a place out for as long as its past makes it. Undefined: there is no room, for the owner's own bans fill it. */
  ban(
    place: string,
    why: { readonly reason: BanReason; readonly service: string; readonly count: number },
    nowMs: number,
  ): KeptBan | undefined
  /** The owner's wish. `untilMs` null: until he takes it back. False: there is no room. */
  banByOwner(place: string, untilMs: number | null, nowMs: number): boolean
  /** Ends the ban of a place and forgets its past. False: there is none. */
  lift(place: string, nowMs: number): boolean
  /** Those that run now, the newest first. */
  running(nowMs: number): KeptBan[]
  /** Everything worth writing down. */
  kept(nowMs: number): KeptBan[]
  /** When the next one ends; undefined: none does. */
  nextEndMs(nowMs: number): number | undefined
}

const termOf = (times: number): (typeof TERMS)[number] => TERMS[Math.min(times, TERMS.length) - 1] ?? TERMS[0]

/** What the clock may be set back without every ban being taken for one of a time to come. */
const MAX_STEP_MS = 60_000

export function createBanList(kept: readonly KeptBan[] = []): BanList {
  /** The newest at the end. */
  const bans = new Map(kept.slice(-MAX_BANS).map((ban) => [ban.place, ban]))

  // Made while the clock was wrong, it could run for years.
  const isFuture = ({ sinceMs, times }: KeptBan, nowMs: number): boolean => times > 0 && sinceMs > nowMs + MAX_STEP_MS
  const isRunning = (ban: KeptBan, nowMs: number): boolean => (ban.untilMs === null || ban.untilMs > nowMs) && !isFuture(ban, nowMs)
  const isRemembered = (ban: KeptBan, nowMs: number): boolean =>
    isRunning(ban, nowMs) || (ban.times > 0 && !isFuture(ban, nowMs) && (ban.untilMs ?? 0) + termOf(ban.times).rememberedMs > nowMs)

  /** Room for one more: what is over goes first, then what ends first. */
  function makeRoom(nowMs: number): boolean {
    if (bans.size < MAX_BANS) return true
    let first: KeptBan | undefined
    for (const ban of bans.values()) {
      if (!isRemembered(ban, nowMs)) bans.delete(ban.place)
      else if (ban.untilMs !== null && ban.untilMs < (first?.untilMs ?? Number.POSITIVE_INFINITY)) first = ban
    }
    if (bans.size >= MAX_BANS && first) bans.delete(first.place)
    return bans.size < MAX_BANS
  }

  function put(ban: KeptBan, nowMs: number): boolean {
    bans.delete(ban.place)
    if (!makeRoom(nowMs)) return false
    bans.set(ban.place, ban)
    return true
  }

  function running(nowMs: number): KeptBan[] {
    return [...bans.values()].filter((ban) => isRunning(ban, nowMs)).reverse()
  }

  return {
    get size() {
      return bans.size
    },
    of(place, nowMs) {
      const ban = bans.get(place)
      return ban && isRunning(ban, nowMs) ? ban : undefined
    },
    ban(place, why, nowMs) {
      const before = bans.get(place)
      const times = before && isRemembered(before, nowMs) ? before.times + 1 : 1
      const ban = { place, ...why, sinceMs: nowMs, untilMs: nowMs + termOf(times).forMs, times }
      return put(ban, nowMs) ? ban : undefined
    },
    banByOwner: (place, untilMs, nowMs) =>
      put({ place, reason: 'owner', service: null, count: 0, sinceMs: nowMs, untilMs, times: 0 }, nowMs),
    lift(place, nowMs) {
      const ban = bans.get(place)
      if (!ban || !isRunning(ban, nowMs)) return false
      return bans.delete(place)
    },
    running,
    kept: (nowMs) => [...bans.values()].filter((ban) => isRemembered(ban, nowMs)),
    nextEndMs: (nowMs) =>
      running(nowMs).reduce<number | undefined>(
        (next, { untilMs }) => (untilMs === null ? next : Math.min(next ?? Number.POSITIVE_INFINITY, untilMs)),
        undefined,
      ),
  }
}
