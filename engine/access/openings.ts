/** Links that are opened: the grant is shown, a PIN where one is asked for, and the use is counted.
 *
 *  Opening is a POST of the grant by the home's own page (proxy/open-page.ts). A use lets one browser in; the same link from the same place
 *  within ten minutes is the same visitor, who moved from an app's own browser to the real one. */
import { MAX_WRONG_PINS } from '../../protocol/model/access.ts'
import { placeOf } from '../../protocol/model/ban.ts'
import type { LinkRefusal } from '../../protocol/model/comer.ts'
import type { LinkUse, ShareLink } from '../../protocol/model/link.ts'
import { type Grants, isSame } from './grants.ts'

const SAME_VISITOR_MS = 600_000
/** A program shows the grant with each request: from one place that is one use a day. */
const SAME_PROGRAM_MS = 86_400_000
/** Places remembered, and counted uses a minute: each is written to the disk. */
const MAX_OPENED = 10_000
const MAX_USES_A_MINUTE = 60

export type OpenedLink = { readonly link: ShareLink } | { readonly refused: LinkRefusal }

export interface Openings {
  /** `address`: the visitor's own. Throws ProblemError when the use cannot be written down; then nobody is let in. */
  open(links: readonly ShareLink[], grant: string, pin: string, address: string): OpenedLink
  /** The link whose grant a program shows, if it opens without a page: with a PIN or a number of uses it is for people. */
  byProgram(links: readonly ShareLink[], grant: string, address: string): ShareLink | undefined
}

export interface OpeningsOptions {
  readonly grants: Grants
  usedOf(linkId: string): LinkUse | undefined
  wrongPinsOf(linkId: string): number
  /** Written down when they return. Throw ProblemError. */
  count(linkId: string, atMs: number): void
  missPin(linkId: string): void
  readonly now: () => number
}

export const isOver = ({ endsAtMs }: ShareLink, nowMs: number): boolean => endsAtMs !== null && endsAtMs <= nowMs

export function linkWith({ grantOf }: Grants, links: readonly ShareLink[], grant: string): ShareLink | undefined {
  const given = Buffer.from(grant)
  return links.find(({ id }) => isSame(Buffer.from(grantOf(id)), given))
}

export function createOpenings({ grants, usedOf, wrongPinsOf, count, missPin, now }: OpeningsOptions): Openings {
  /** Link and place → when it was counted there. */
  const opened = new Map<string, number>()
  let minute = { startMs: 0, uses: 0 }

  function isBusy(): boolean {
    if (now() - minute.startMs >= 60_000 || now() < minute.startMs) minute = { startMs: now(), uses: 0 }
    minute.uses += 1
    return minute.uses > MAX_USES_A_MINUTE
  }

  function wasCounted(key: string, withinMs: number): boolean {
    const passedMs = now() - (opened.get(key) ?? Number.NEGATIVE_INFINITY)
    return passedMs >= 0 && passedMs < withinMs
  }

  function note(key: string): void {
    opened.delete(key)
    opened.set(key, now())
    const [oldest] = opened.keys()
    if (opened.size > MAX_OPENED && oldest !== undefined) opened.delete(oldest)
  }

  function pinRefusal({ id, pinMac }: ShareLink, pin: string): LinkRefusal | undefined {
    if (pinMac === null) return undefined
    if (wrongPinsOf(id) >= MAX_WRONG_PINS) return 'locked'
    if (pin === '') return 'pin-needed'
    if (isSame(Buffer.from(grants.pinMac(id, pin)), Buffer.from(pinMac))) return undefined
    missPin(id)
    return wrongPinsOf(id) >= MAX_WRONG_PINS ? 'locked' : 'pin-wrong'
  }

  return {
    open(links, grant, pin, address) {
      const link = linkWith(grants, links, grant)
      if (!link) return { refused: 'unknown' }
      if (isOver(link, now())) return { refused: 'ended' }
      const refused = pinRefusal(link, pin)
      if (refused) return { refused }
      const key = `${link.id} ${placeOf(address)}`
      if (wasCounted(key, SAME_VISITOR_MS)) return { link }
      if (link.maxUses !== null && (usedOf(link.id)?.uses ?? 0) >= link.maxUses) return { refused: 'used-up' }
      if (isBusy()) return { refused: 'busy' }
      count(link.id, now())
      note(key)
      return { link }
    },
    byProgram(links, grant, address) {
      const link = linkWith(grants, links, grant)
      if (!link || isOver(link, now()) || link.pinMac !== null || link.maxUses !== null) return undefined
      const key = `${link.id} ${placeOf(address)} program`
      if (!wasCounted(key, SAME_PROGRAM_MS) && !isBusy()) {
        note(key)
        try {
          count(link.id, now())
        } catch {
          // The link has no number of uses, so nobody comes in who should not; its owner sees one use less.
        }
      }
      return link
    },
  }
}
