/** Visitors under a clock that a test moves by hand. */
import type { Ban } from '../../protocol/model/ban.ts'
import type { Asked } from '../../protocol/model/guest.ts'
import { type BanList, createBanList } from './ban-list.ts'
import { createVisitors, type Visitors } from './visitors.ts'

export const START_MS = Date.UTC(2026, 0, 15, 12)
export const STRANGER = '203.0.113.7'

export interface Home {
  readonly visitors: Visitors
  readonly bans: BanList
  /** Every ban that was told of. */
  readonly told: Ban[]
  now(): number
  pass(ms: number): void
  /** One request on a connection of its own, answered so by the service. */
  ask(status: number, request?: string | Partial<Request>, address?: string): 'answered' | 'banned' | 'busy' | 'cut'
}

interface Request {
  readonly method: string
  readonly url: string
  readonly authorization: string
  /** Who made the browser ask: `cross-site`, `same-site`, `same-origin`, `none`. */
  readonly site: string
}

const asked = ({ method = 'GET', url = '/', authorization, site }: Partial<Request>): Asked => ({
  method,
  url,
  header: (name) => ({ authorization, 'sec-fetch-site': site })[name],
})

export function openHome(isExempt: (address: string) => boolean = () => false): Home {
  let nowMs = START_MS
  const bans = createBanList()
  const told: Ban[] = []
  const visitors = createVisitors({ bans, isExempt, onBan: (ban) => told.push(ban), now: () => nowMs })
  return {
    visitors,
    bans,
    told,
    now: () => nowMs,
    pass(ms) {
      nowMs += ms
    },
    ask(status, request = {}, address = STRANGER) {
      const visit = visitors.enter(address, () => undefined)
      if (!visit) return 'cut'
      visit.secured()
      const refusal = visit.beginRequest('web')
      if (!refusal) {
        visit.answered('web', asked(typeof request === 'string' ? { url: request } : request), status)
        visit.endRequest()
      }
      visit.leave()
      return refusal?.why ?? 'answered'
    },
  }
}
