/** Who may come in to a service that is not open to everybody. Nobody may whom no rule here lets in. */
import type { Access as AccessMode, Admission } from '../../protocol/model/access.ts'
import { placeOf } from '../../protocol/model/ban.ts'
import type { Comer, Entry, Opened, Stay } from '../../protocol/model/comer.ts'
import type { LinkUse, ShareLink } from '../../protocol/model/link.ts'
import { createAttempts } from './attempts.ts'
import type { Grants } from './grants.ts'
import { createOpenings, isOver, linkWith } from './openings.ts'
import type { Passwords } from './passwords.ts'

/** A browser forgets no later. */
const STAY_S = 30 * 86_400
/** So long the opened link of a service without pages lets a place in: an evening, and the night after it. */
const ADMITTED_MS = 12 * 3_600_000
/** A page that has just come asks at once. */
const TICKET_S = 120
/** A clock that is put right by hours, as at the start of a computer that also runs another system, puts nobody out. */
const SET_BACK_MS = 86_400_000

export interface Guarded {
  readonly access: AccessMode
  /** It has pages, behind the front door. */
  readonly isWeb: boolean
  readonly links: readonly ShareLink[]
  /** Nobody may come to it directly. */
  readonly relayOnly?: boolean | undefined
}

/** What somebody got wrong, for who counts it. */
export interface Refused {
  readonly address: string
  readonly service: string
  readonly reason: 'password' | 'pin' | 'grant'
  /** The same again is no new guess. */
  readonly tried: string
}

export interface Access {
  judge(comer: Comer): Entry
  /** Throws ProblemError when it cannot be written down; then nobody is let in. */
  open(service: string, grant: string, pin: string, address: string): Opened
  /** False: it is no ticket of ours, or too old. Throws ProblemError as {@link open} does. */
  admitBeside(service: string, ticket: string, address: string): boolean
  signIn(service: string, password: string, address: string, isDirect: boolean): Promise<Stay | { readonly refused: 'wrong' | 'busy' }>
  /** To a service that is no website. */
  admits(service: string, address: string, isDirect: boolean): boolean
}

export interface AccessOptions {
  readonly grants: Grants
  readonly passwords: Pick<Passwords, 'versionOf' | 'isRight'>
  serviceOf(name: string): Guarded | undefined
  usedOf(linkId: string): LinkUse | undefined
  wrongPinsOf(linkId: string): number
  admitted(): readonly Admission[]
  isListed(service: string, address: string): boolean
  /** In the home's own network, and nowhere else. */
  isAtHome(address: string, isDirect: boolean): boolean
  /** Probably one of the home's own people. */
  isNear(address: string, isDirect: boolean): boolean
  /** Written down when they return. Throw ProblemError. */
  count(linkId: string, atMs: number): void
  missPin(linkId: string): void
  admit(admission: Admission): void
  onRefused(refused: Refused): void
  readonly now?: () => number
}

export function createAccess(options: AccessOptions): Access {
  const { grants, passwords, serviceOf, isListed, isAtHome, onRefused, now = Date.now } = options
  const openings = createOpenings({ ...options, now })
  const attempts = createAttempts(now)

  const nowS = (): number => Math.floor(now() / 1000)
  /** What says more than it was ever given for was given while this computer's clock ran ahead. */
  const lasts = (untilMs: number, givenForMs: number): boolean => untilMs > now() && untilMs - now() <= givenForMs + SET_BACK_MS
  const stands = (links: readonly ShareLink[], id: string): boolean => links.some((link) => link.id === id && !isOver(link, now()))

  /** Also where nobody asks for it any more: a service would take it for a token of its own that is wrong. */
  const isOurs = (links: readonly ShareLink[], bearer: string | undefined): boolean =>
    bearer !== undefined && linkWith(grants, links, bearer) !== undefined

  function hasOpened(links: readonly ShareLink[], cookie: string): boolean {
    const read = grants.read(cookie)
    return read !== undefined && lasts(read.untilS * 1000, STAY_S * 1000) && stands(links, read.linkId)
  }

  function hasSignedIn(service: string, cookie: string): boolean {
    const version = passwords.versionOf(service)
    const untilS = version === undefined ? undefined : grants.readPassword(cookie, service, version)
    return untilS !== undefined && lasts(untilS * 1000, STAY_S * 1000)
  }

  function admit(service: string, { id, endsAtMs }: ShareLink, address: string): number {
    const untilMs = Math.min(now() + ADMITTED_MS, endsAtMs ?? Number.POSITIVE_INFINITY)
    options.admit({ service, link: id, place: placeOf(address), untilMs })
    return untilMs
  }

  function judgeLink({ service, address, cookies, grant, bearer, isForeign }: Comer, links: readonly ShareLink[]): Entry {
    for (const [shown, isBearer] of [
      [grant, false],
      [bearer, true],
    ] as const)
      if (shown !== undefined && openings.byProgram(links, shown, address)) return { isIn: true, bearer: isBearer }
    // A grant that opens nothing to a program, or the service's own token beside a visitor's cookie.
    if (!isForeign && cookies.some((cookie) => hasOpened(links, cookie))) return { isIn: true, bearer: isOurs(links, bearer) }
    if (grant === undefined && bearer === undefined) return { isIn: false, asks: 'link' }
    onRefused({ address, service, reason: 'grant', tried: grant ?? bearer ?? '' })
    return { isIn: false, asks: 'program' }
  }

  return {
    judge(comer) {
      const { service, address, isDirect, cookies, isForeign } = comer
      const guarded = serviceOf(service)
      const entry = (isIn: boolean, asks: 'password' | 'address' | 'home'): Entry =>
        isIn && !isForeign ? { isIn, bearer: isOurs(guarded?.links ?? [], comer.bearer) } : { isIn: false, asks }
      switch (guarded?.access) {
        case 'public':
          return { isIn: true, bearer: isOurs(guarded.links, comer.bearer) }
        case 'link':
          return judgeLink(comer, guarded.links)
        case 'password':
          return entry(
            cookies.some((cookie) => hasSignedIn(service, cookie)),
            'password',
          )
        // Whoever is at home reaches the service without us anyway.
        case 'addresses':
          return entry(isListed(service, address) || isAtHome(address, isDirect), 'address')
        default:
          return entry(guarded !== undefined && isAtHome(address, isDirect), 'home')
      }
    },
    open(service, grant, pin, address) {
      const guarded = serviceOf(service)
      const opened = openings.open(guarded?.access === 'link' ? guarded.links : [], grant, pin, address)
      if ('refused' in opened) {
        if (opened.refused === 'unknown') onRefused({ address, service, reason: 'grant', tried: grant })
        if (opened.refused === 'pin-wrong' || (opened.refused === 'locked' && pin !== ''))
          onRefused({ address, service, reason: 'pin', tried: pin })
        return opened
      }
      const { id, endsAtMs } = opened.link
      if (!guarded?.isWeb) {
        const untilMs = admit(service, opened.link, address)
        return { untilMs, ticket: grants.signTicket(service, id, nowS() + TICKET_S) }
      }
      const untilS = Math.min(nowS() + STAY_S, endsAtMs === null ? Number.POSITIVE_INFINITY : Math.ceil(endsAtMs / 1000))
      return { cookie: grants.sign(id, untilS), maxAgeS: untilS - nowS() }
    },
    admitBeside(service, ticket, address) {
      const guarded = serviceOf(service)
      const read = grants.readTicket(ticket, service)
      if (!read || !lasts(read.untilS * 1000, TICKET_S * 1000) || guarded?.isWeb !== false || guarded.access !== 'link') return false
      const link = guarded.links.find(({ id }) => id === read.linkId)
      if (!link || isOver(link, now())) return false
      admit(service, link, address)
      return true
    },
    async signIn(service, password, address, isDirect) {
      const place = placeOf(address)
      if (serviceOf(service)?.access !== 'password') return { refused: 'wrong' }
      if (!attempts.take(service, place, options.isNear(address, isDirect))) return { refused: 'busy' }
      const isRight = await passwords.isRight(service, password)
      const version = passwords.versionOf(service)
      if (isRight === 'busy') return { refused: 'busy' }
      if (!isRight || version === undefined) {
        onRefused({ address, service, reason: 'password', tried: password })
        return { refused: 'wrong' }
      }
      attempts.succeeded(service, place)
      return { cookie: grants.signPassword(service, version, nowS() + STAY_S), maxAgeS: STAY_S }
    },
    admits(service, address, isDirect) {
      const guarded = serviceOf(service)
      if (!guarded || (guarded.relayOnly && isDirect)) return false
      if (guarded.access === 'public' || isAtHome(address, isDirect)) return true
      if (guarded.access === 'addresses') return isListed(service, address)
      if (guarded.access !== 'link') return false
      const place = placeOf(address)
      return options
        .admitted()
        .some(
          (each) =>
            each.service === service && each.place === place && lasts(each.untilMs, ADMITTED_MS) && stands(guarded.links, each.link),
        )
    },
  }
}
