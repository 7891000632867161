/** Friends' names in the lists of who may come in: where they lead is asked again and again. Pure. A name that leads nowhere lets nobody in. */
import { isName } from '../../protocol/model/access.ts'
import type { Event } from './events.ts'
import type { Add, Due } from './plan.ts'
import type { Service } from './service-state.ts'
import type { State } from './state.ts'

export interface Friend {
  /** Empty: it leads nowhere, or was not found for too long. */
  readonly addresses: readonly string[]
  /** So long the addresses stand while nobody can be asked. */
  readonly untilMs: number
  readonly nextAtMs: number
}

export interface FriendEffect {
  readonly kind: 'ask-friend'
  readonly name: string
}

/** A name whose records change at any time has them short; one whose owner says a week moves some day all the same. */
const ASK_AGAIN_S = { least: 60, most: 3600 } as const
/** Resolvers fail for an evening now and then; an address given up may be somebody else's after a day. */
const KEPT_MS = 24 * 3_600_000
const RETRY_MS = 30_000

function wantedNames(services: readonly Service[]): string[] {
  const asking = services.filter(({ paused, access }) => !paused && access === 'addresses')
  return [...new Set(asking.flatMap(({ allowed = [] }) => allowed.filter(isName)))]
}

export function planFriends({ services, friends }: State, add: Add, due: Due): void {
  for (const name of wantedNames(services))
    if (due(friends[name]?.nextAtMs ?? Number.NEGATIVE_INFINITY)) add(`ask-friend ${name}`, { kind: 'ask-friend', name })
}

export function onFriend(state: State, { name, found, atMs }: Extract<Event, { type: 'friend-found' }>): State {
  const wanted = wantedNames(state.services)
  const others = Object.fromEntries(Object.entries(state.friends).filter(([each]) => wanted.includes(each)))
  return { ...state, friends: { ...others, [name]: found ? answered(found, atMs) : unanswered(state.friends[name], atMs) } }
}

const answered = ({ addresses, ttlS }: { addresses: readonly string[]; ttlS: number }, atMs: number): Friend => ({
  addresses,
  untilMs: atMs + KEPT_MS,
  nextAtMs: atMs + Math.min(Math.max(ttlS, ASK_AGAIN_S.least), ASK_AGAIN_S.most) * 1000,
})

const unanswered = (before: Friend | undefined, atMs: number): Friend => ({
  addresses: before && before.untilMs > atMs ? before.addresses : [],
  untilMs: before?.untilMs ?? atMs,
  nextAtMs: atMs + RETRY_MS,
})

/** The list as it stands now: names as the addresses that they lead to. */
export const allowedView = ({ friends }: State, { allowed = [] }: Service) =>
  allowed.map((entry) => ({ entry, addresses: isName(entry) && friends[entry] ? [...friends[entry].addresses] : null }))
