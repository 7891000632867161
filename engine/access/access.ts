/** Who may come in to a service that is not open to everybody: whoever opened one of its links, for as long as that link stands.
 *
 *  Opening is a POST of the grant by the home's own page (proxy/open-page.ts); only that is counted. A use lets one browser in; the same
 *  link from the same place within ten minutes is the same visitor, who moved from an app's own browser to the real one. */
import { familyOf, parseAddress } from '../../protocol/model/address.ts'
import type { LinkUse, ShareLink } from '../../protocol/model/link.ts'
import { type Grants, isSame } from './grants.ts'

const SAME_VISITOR_MS = 600_000
/** A browser forgets no later. */
const STAY_S = 30 * 86_400
/** Places remembered, and counted uses a minute: each is written to the disk. */
const MAX_OPENED = 10_000
const MAX_USES_A_MINUTE = 60

export type Opened = { readonly cookie: string; readonly maxAgeS: number } | { readonly refused: 'unknown' | 'ended' | 'used-up' | 'busy' }

export interface Access {
  /** `cookie`: the value that {@link open} gave. */
  admits(service: string, cookie: string): boolean
  /** `address`: the visitor's own. Throws ProblemError when the use cannot be written down; then nobody is let in. */
  open(service: string, grant: string, address: string): Opened
}

export interface AccessOptions {
  readonly grants: Grants
  linksOf(service: string): readonly ShareLink[]
  usedOf(linkId: string): LinkUse | undefined
  /** Written down when it returns. Throws ProblemError. */
  count(linkId: string, atMs: number): void
  readonly now?: () => number
}

export function createAccess({ grants, linksOf, usedOf, count, now = Date.now }: AccessOptions): Access {
  /** Link and place → when it was counted there. */
  const opened = new Map<string, number>()
  let minute = { startMs: 0, uses: 0 }

  const isOver = ({ endsAtMs }: ShareLink): boolean => endsAtMs !== null && endsAtMs <= now()
  const linkWith = (service: string, grant: string): ShareLink | undefined => {
    const given = Buffer.from(grant)
    return linksOf(service).find(({ id }) => isSame(Buffer.from(grants.grantOf(id)), given))
  }

  function isBusy(): boolean {
    if (now() - minute.startMs >= 60_000 || now() < minute.startMs) minute = { startMs: now(), uses: 0 }
    minute.uses += 1
    return minute.uses > MAX_USES_A_MINUTE
  }

  function isSameVisitor(key: string): boolean {
    const passedMs = now() - (opened.get(key) ?? Number.NEGATIVE_INFINITY)
    return passedMs >= 0 && passedMs < SAME_VISITOR_MS
  }

  function note(key: string): void {
    opened.delete(key)
    opened.set(key, now())
    const [oldest] = opened.keys()
    if (opened.size > MAX_OPENED && oldest !== undefined) opened.delete(oldest)
  }

  return {
    admits(service, cookie) {
      const read = grants.read(cookie)
      if (!read || read.untilS * 1000 <= now()) return false
      const link = linksOf(service).find(({ id }) => id === read.linkId)
      return link !== undefined && !isOver(link)
    },
    open(service, grant, address) {
      const link = linkWith(service, grant)
      if (!link) return { refused: 'unknown' }
      if (isOver(link)) return { refused: 'ended' }
      const key = `${link.id} ${placeOf(address)}`
      if (!isSameVisitor(key)) {
        if (link.maxUses !== null && (usedOf(link.id)?.uses ?? 0) >= link.maxUses) return { refused: 'used-up' }
        if (isBusy()) return { refused: 'busy' }
        count(link.id, now())
        note(key)
      }
      const nowS = Math.floor(now() / 1000)
      const untilS = Math.min(nowS + STAY_S, link.endsAtMs === null ? Number.POSITIVE_INFINITY : Math.ceil(link.endsAtMs / 1000))
      return { cookie: grants.sign(link.id, untilS), maxAgeS: untilS - nowS }
    },
  }
}

/** A home has one IPv4 address and one IPv6 network, in which a telephone changes its own address at will (RFC 8981). */
function placeOf(address: string): string {
  const bytes = familyOf(address) === 'ipv6' ? parseAddress(address) : undefined
  return bytes ? Buffer.from(bytes.subarray(0, 8)).toString('hex') : address
}
