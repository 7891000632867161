/** A visitor, and one visit of his to the front door: what he may ask for in it, and what is noted of what he asks. */
import type { Asked, Guest, TurnedAway } from '../../protocol/model/guest.ts'
import type { BanList } from './ban-list.ts'
import type { Conduct } from './conduct.ts'
import {
  CONNECTION_BURST,
  CONNECTIONS_PER_S,
  MAX_BANNED_REQUESTS,
  MAX_REQUESTS,
  type Offence,
  REQUEST_BURST,
  REQUESTS_PER_S,
} from './limits.ts'
import { judge } from './offences.ts'
import { Pace } from './pace.ts'

/** Of a busy visitor without a pace to wait for: others of his are under way. */
const SOON_MS = 2000

/** Ends a connection at once. */
export type Cut = () => void

/** One place, while it is remembered. */
export interface Visitor {
  readonly place: string
  isExempt: boolean
  readonly connecting: Pace
  readonly asking: Pace
  /** Why he is banned. */
  reading: Pace | undefined
  readonly open: Set<{ readonly isRaw: boolean; readonly cut: Cut }>
  handshakes: number
  /** Of those open, the ones to services that are no websites. */
  raw: number
  requests: number
  conduct: Conduct | undefined
}

/** He has done this, at that service; the same novelty again counts once. */
export type Note = (guest: Visitor, service: string, offence: Offence, novelty?: string) => void

export const newVisitor = (place: string): Visitor => ({
  place,
  isExempt: false,
  connecting: new Pace(CONNECTIONS_PER_S, CONNECTION_BURST),
  asking: new Pace(REQUESTS_PER_S, REQUEST_BURST),
  reading: undefined,
  open: new Set(),
  handshakes: 0,
  raw: 0,
  requests: 0,
  conduct: undefined,
})

interface Entry {
  readonly guest: Visitor
  readonly cut: Cut
  readonly bans: BanList
  readonly note: Note
  readonly now: () => number
}

/** A class, because there is one for every connection. */
export class WebVisit implements Guest {
  readonly isRaw = false
  readonly cut: Cut
  readonly #entry: Entry
  #isSecured = false
  #turnedAway = 0

  constructor(entry: Entry) {
    this.#entry = entry
    this.cut = entry.cut
    entry.guest.open.add(this)
    entry.guest.handshakes += 1
  }

  secured(): void {
    if (this.#isSecured) return
    this.#isSecured = true
    this.#entry.guest.handshakes -= 1
  }

  beginRequest(service: string): TurnedAway | undefined {
    const { guest, bans, note, now } = this.#entry
    const nowMs = now()
    const isLate = !guest.asking.take(nowMs)
    if (!guest.isExempt) {
      const ban = bans.of(guest.place, nowMs)
      if (ban) {
        this.#turnedAway += 1
        if (this.#turnedAway > MAX_BANNED_REQUESTS) this.cut()
        return { why: 'banned', ban }
      }
      if (isLate || guest.requests >= MAX_REQUESTS) {
        note(guest, service, 'flood')
        return { why: 'busy', waitMs: isLate ? guest.asking.waitMs(nowMs) : SOON_MS }
      }
    }
    guest.requests += 1
    return undefined
  }

  endRequest(): void {
    this.#entry.guest.requests -= 1
  }

  answered(service: string, asked: Asked, status: number): void {
    const { guest, note } = this.#entry
    const found = status < 400 ? undefined : judge(asked, status)
    if (status < 400) guest.conduct?.succeeded()
    else if (found) note(guest, service, found.offence, found.novelty)
  }

  malformed(service: string, start: string): void {
    const { guest, note } = this.#entry
    note(guest, service, 'malformed', start)
  }

  leave(): void {
    this.secured()
    this.#entry.guest.open.delete(this)
  }
}
