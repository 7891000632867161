/** Everybody who visits this home, by his place: how much he asks for, what he is refused for, and when it is enough.
 *
 *  A visit is one connection, of whichever service and over whichever path. Nothing here waits or allocates for a request that is let in. Some
 *  places are never held back (`isExempt`): what they do is counted by the same code, and refused to nobody. */
import { type Ban, placeOf } from '../../protocol/model/ban.ts'
import type { Guest, RawGuest } from '../../protocol/model/guest.ts'
import type { BanList } from './ban-list.ts'
import { Conduct } from './conduct.ts'
import {
  ALL_BANNED_PAGE_BURST,
  ALL_BANNED_PAGES_PER_S,
  BANNED_PAGE_BURST,
  BANNED_PAGES_PER_S,
  LASTING_MS,
  MAX_CONNECTIONS,
  MAX_HANDSHAKES,
  MAX_RAW_CONNECTIONS,
  MAX_VISITORS,
  SHORT_BYTES,
  SHORT_MS,
} from './limits.ts'
import { Pace } from './pace.ts'
import { type Cut, type Note, newVisitor, type Visitor, WebVisit } from './web-visit.ts'

export interface VisitorsOptions {
  readonly bans: BanList
  /** Never held back: the home itself, its relays, whom its owner has named. Asked for each connection. */
  readonly isExempt: (address: string) => boolean
  /** The place has just been banned. */
  readonly onBan: (ban: Ban) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface Visitors {
  /** A new connection to the front door. Undefined: it is to be cut off at once. A banned one may be let in to read why. */
  enter(address: string, cut: Cut): Guest | undefined
  /** Cut as soon as its place is banned: there is no page to show. */
  enterRaw(address: string, service: string, cut: Cut): RawGuest | undefined
  /** For datagrams. */
  isBanned(address: string): boolean
  /** This home itself refused a password, PIN or grant; the same one again counts once. */
  refused(address: string, service: string, tried: string): void
  /** Its owner has banned this place: whatever it has open is cut. */
  shutOut(place: string): void
  /** Places remembered. */
  readonly size: number
}

const FORGOTTEN_AT_ONCE = MAX_VISITORS / 20

export function createVisitors({ bans, isExempt, onBan, now = Date.now }: VisitorsOptions): Visitors {
  /** The one seen last at the end. */
  const guests = new Map<string, Visitor>()
  const allReading = new Pace(ALL_BANNED_PAGES_PER_S, ALL_BANNED_PAGE_BURST)

  function guestOf(address: string): Visitor {
    const place = placeOf(address)
    const known = guests.get(place)
    if (known) guests.delete(place)
    else forgetSome()
    const guest = known ?? newVisitor(place)
    guest.isExempt = isExempt(address)
    guests.set(place, guest)
    return guest
  }

  /** Many at once, because a Map steps over each that it has lost to find its first one. Whoever is here is kept, unless most are: he would be
   *  counted anew when he comes again. */
  function forgetSome(): void {
    if (guests.size < MAX_VISITORS) return
    let looks = 0
    for (const [place, guest] of guests) {
      if (looks === FORGOTTEN_AT_ONCE) break
      looks += 1
      guests.delete(place)
      if (guest.open.size > 0) guests.set(place, guest)
    }
    if (guests.size < MAX_VISITORS) return
    for (const place of [...guests.keys()].slice(0, FORGOTTEN_AT_ONCE)) guests.delete(place)
  }

  const note: Note = (guest, service, offence, novelty) => {
    // What was under way when it was banned is a part of what it was banned for.
    if (guest.isExempt || bans.of(guest.place, now())) return
    guest.conduct ??= new Conduct()
    const sentence = guest.conduct.add(offence, novelty, now())
    if (!sentence) return
    guest.conduct = undefined
    const ban = bans.ban(guest.place, { ...sentence, service }, now())
    if (!ban) return
    for (const { isRaw, cut } of [...guest.open]) if (isRaw) cut()
    onBan(ban)
  }

  /** A few connections of the banned are let in, so that a person can read why. */
  function mayRead(guest: Visitor, nowMs: number): boolean {
    guest.reading ??= new Pace(BANNED_PAGES_PER_S, BANNED_PAGE_BURST)
    return guest.reading.take(nowMs) && allReading.take(nowMs)
  }

  const isFull = ({ open, connecting }: Visitor, nowMs: number): boolean => !connecting.take(nowMs) || open.size >= MAX_CONNECTIONS

  return {
    get size() {
      return guests.size
    },
    enter(address, cut) {
      const guest = guestOf(address)
      const nowMs = now()
      const isBusy = isFull(guest, nowMs) || guest.handshakes >= MAX_HANDSHAKES
      if (!guest.isExempt && (isBusy || (bans.of(guest.place, nowMs) && !mayRead(guest, nowMs)))) return undefined
      return new WebVisit({ guest, cut, bans, note, now })
    },
    enterRaw(address, service, cut) {
      const guest = guestOf(address)
      const sinceMs = now()
      const isBusy = isFull(guest, sinceMs) || guest.raw >= MAX_RAW_CONNECTIONS
      if (!guest.isExempt && (isBusy || bans.of(guest.place, sinceMs))) return undefined
      const connection = { isRaw: true, cut }
      guest.open.add(connection)
      guest.raw += 1
      return {
        leave(bytes) {
          if (!guest.open.delete(connection)) return
          guest.raw -= 1
          if (bytes === undefined) return
          const lastedMs = now() - sinceMs
          if (lastedMs >= LASTING_MS) guest.conduct?.pardon()
          else if (lastedMs < SHORT_MS && bytes <= SHORT_BYTES) note(guest, service, 'short-connection')
        },
      }
    },
    isBanned: (address) => bans.size > 0 && bans.of(placeOf(address), now()) !== undefined && !isExempt(address),
    refused: (address, service, tried) => note(guestOf(address), service, 'access', tried),
    shutOut(place) {
      for (const { cut } of [...(guests.get(place)?.open ?? [])]) cut()
    },
  }
}
