/** What one visitor may do, as docs/limits.md says. A visitor is an IPv4 address or an IPv6 network of 64 bits: behind a provider's NAT, in a school or
 *  at work many people are one visitor, so that each of these is far above what a single browser needs. */

/** A handshake costs about a millisecond: an address alone takes a twentieth of a core at most. */
export const CONNECTIONS_PER_S = 50
export const CONNECTION_BURST = 500
/** Eighty people with six connections each; an eighth of what the door holds. */
export const MAX_CONNECTIONS = 512
/** Of those, the ones that have not finished their handshake. */
export const MAX_HANDSHAKES = 128
/** Of those, the ones to services that are no websites: a quarter of what one of them holds, so that nobody keeps everybody else out. */
export const MAX_RAW_CONNECTIONS = 128

/** A page with a thousand thumbnails comes at once; a sync over a fast line asks two hundred times a second. */
export const REQUESTS_PER_S = 300
export const REQUEST_BURST = 3000
/** Under way at one time, long polls and event streams among them. */
export const MAX_REQUESTS = 512

/** So many offences of a kind, one soon after the other, are a ban. A score of them all together leaks away within {@link FORGET_MS}, so that a
 *  kind may go on for ever at so many in that time. Why each is what it is: docs/limits.md. */
export const OFFENCES = {
  /** Another path of those that only scanners ask for, which the service refused or does not have. */
  'scanner-path': 5,
  /** Another password or token in `Authorization`, refused. The same one again is no new guess. */
  credentials: 10,
  /** Another password, PIN or grant that this home itself refused. */
  access: 10,
  /** A refused sign-in of which cannot be seen whether it is another guess: by form, or signed anew for each request. */
  'sign-in': 200,
  /** Another kind of path that is not there. Answers that succeed make up for it. */
  'not-found': 100,
  /** Another beginning of a request that no reader of HTTP would take. Answers that succeed make up for it. */
  malformed: 100,
  /** A connection to a raw service that was soon over. One that lasts makes up for all. */
  'short-connection': 120,
  /** Asked above the limits. */
  flood: 5000,
} as const
export type Offence = keyof typeof OFFENCES

export const FORGET_MS = 15 * 60_000

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** How long the first ban is, the next ones, and every further one; and how long after its end it is remembered. */
export const TERMS = [
  { forMs: 10 * MINUTE_MS, rememberedMs: DAY_MS },
  { forMs: HOUR_MS, rememberedMs: DAY_MS },
  { forMs: DAY_MS, rememberedMs: 7 * DAY_MS },
  { forMs: 7 * DAY_MS, rememberedMs: 28 * DAY_MS },
] as const

/** Handshakes with banned visitors, so that a person can read why: each of them may open a page now and then, all together no more than a few a
 *  second. Everybody else is cut off before TLS. */
export const BANNED_PAGES_PER_S = 0.1
export const BANNED_PAGE_BURST = 3
export const ALL_BANNED_PAGES_PER_S = 5
export const ALL_BANNED_PAGE_BURST = 20

/** On one connection that was open when the ban fell, or let in to read: a browser's page asks for a dozen things at once. */
export const MAX_BANNED_REQUESTS = 20

/** A raw connection that was over within so long, with no more than so much from the service, did nothing but knock. */
export const SHORT_MS = 15_000
export const SHORT_BYTES = 16_384
/** One that went on for so long has been let in. */
export const LASTING_MS = 180_000

/** Visitors remembered; the ones not seen for longest are forgotten. About 200 bytes each, 500 for one with offences. */
export const MAX_VISITORS = 10_000
/** Bans, and past ones that are remembered. */
export const MAX_BANS = 2000
