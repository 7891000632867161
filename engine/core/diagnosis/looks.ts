/** Two looks that only the diagnosis needs. The line: do the router and somebody beyond it answer, when no relay does? Else nobody could say
 *  whose fault that is. The names: where do ours lead, for this computer's resolver, and for the relay that answers for them? Pure. */
import { type Problem, problem } from '../../../protocol/problem.ts'
import { deviceDomain, exposuresOf, FRONT_DOOR, hostOf, isTold } from '../exposures.ts'
import type { Add, Due } from '../plan.ts'
import { routerOf } from '../router-state.ts'
import { isRehearsal, type State } from '../state.ts'
import { type LineLook, type NamesLook, NO_LINE } from './state.ts'

export type LookHappening =
  | ({ readonly type: 'line-seen' } & Omit<LineLook, 'atMs' | 'nextAtMs'>)
  | ({ readonly type: 'names-seen' } & Omit<NamesLook, 'nextAtMs' | 'misses' | 'silences'>)

export type LookEffect =
  | { readonly kind: 'look-at-line'; readonly router: string | null }
  | { readonly kind: 'look-up-names'; readonly host: string; readonly relay: string | undefined }

/** A line that is down is looked at again this often; a relay that is away for long is not every home's reason to ask a directory. */
const LINE_AGAIN_MS = 30_000
const NAMES_AGAIN_MS = { found: 10_000, doubted: 1000, missed: 5000 } as const
/** Longer than a resolver keeps that there was nothing (30 s; relay/dns). */
const MISSES_ALLOWED = 8
/** One goes astray with a lane, and is told again after seconds. */
const UNTAKEN_ALLOWED = 3

export const onLineSeen = (
  { router, routerHasLine, elsewhere }: Extract<LookHappening, { type: 'line-seen' }>,
  atMs: number,
): LineLook => ({
  ...{ router, routerHasLine, elsewhere, atMs },
  nextAtMs: atMs + LINE_AGAIN_MS,
})

export const onNamesSeen = (
  before: NamesLook,
  { here, relay, others, resolver }: Extract<LookHappening, { type: 'names-seen' }>,
  atMs: number,
): NamesLook => ({
  ...{ here, relay, others, resolver },
  misses: here?.state === 'missing' ? before.misses + 1 : 0,
  silences: here?.state === 'silent' ? before.silences + 1 : 0,
  nextAtMs: atMs + NAMES_AGAIN_MS[here?.state === 'found' ? 'found' : isDoubted(here, before) ? 'doubted' : 'missed'],
})

const isDoubted = (here: NamesLook['here'], before: NamesLook): boolean => here?.state === 'silent' && before.silences === 0

const isWithoutRelay = ({ relay, standby }: State): boolean => ![relay, ...standby].some(({ phase }) => phase === 'connected')

/** Before anybody has looked, a relay that does not answer may as well be the line's doing: nobody is blamed for some seconds. */
export const isLineAwaited = (state: State): boolean =>
  !!state.network && !isRehearsal(state) && state.relay.phase === 'waiting' && state.diagnosis.line.nextAtMs === NO_LINE.nextAtMs

/** While a relay answers, the line is well: it is looked at only where somebody asks. */
export function planLooks(state: State, add: Add, due: Due): void {
  const { network, relay, diagnosis } = state
  if (!network || isRehearsal(state)) return
  const { line, names, askedAtMs } = diagnosis
  const isAsked = line.atMs < askedAtMs
  const isDown = isWithoutRelay(state) && (relay.phase === 'waiting' || (relay.phase === 'connecting' && relay.known !== null))
  if ((isAsked || isDown) && due(line.nextAtMs)) add('look-at-line', { kind: 'look-at-line', router: routerOf(network) })
  const name = ownName(state)
  if (name === undefined || relay.phase !== 'connected' || !isTold(state, name)) return
  const host = ownHost(state, name)
  if (host !== null && due(names.nextAtMs))
    add(`look-up-names ${host}`, { kind: 'look-up-names', host, relay: relay.known.addresses.ipv4 ?? relay.known.addresses.ipv6 })
}

/** One for all: they stand and fall together. */
function ownName(state: State): string | undefined {
  const exposures = exposuresOf(state)
  return (exposures.find(({ id }) => id === FRONT_DOOR) ?? exposures[0])?.services[0]
}

function ownHost(state: State, name = ownName(state)): string | null {
  const domain = deviceDomain(state)
  return domain !== null && name !== undefined ? hostOf(name, domain) : null
}

export function lookProblems(state: State): Problem[] {
  const unfound = notFoundProblem(state)
  return [...lineProblems(state), ...routerProblems(state), ...(unfound ? [unfound] : [])]
}

/** A rule of ours that nobody can look at just now, on a router that no longer lets itself be asked: the path itself waits for somebody outside. */
function routerProblems({ gateway, paths }: State): Problem[] {
  const stands = Object.values(paths).some((path) => path.rung === 'mapped' && path.phase === 'provisioned' && path.way.rules.length > 0)
  return gateway.phase === 'absent' && stands ? [gateway.problem] : []
}

function lineProblems(state: State): Problem[] {
  const { network, diagnosis } = state
  const { router, routerHasLine, elsewhere } = diagnosis.line
  if (!network || isRehearsal(state) || !isWithoutRelay(state) || elsewhere.state !== 'silent') return []
  const address = routerOf(network) ?? ''
  if (router === 'silent') return [problem('router-unreachable', { address })]
  const down = problem('internet-down', { address, host: elsewhere.host ?? '' })
  return routerHasLine === false ? [problem('gateway-no-internet', { address }), down] : [down]
}

/** The relay answers, and no visitor who does not know the way already finds this service: a way that was proven leads nobody in then. */
export function hiddenByRelay(state: State, service: string): Problem | undefined {
  const found = notFoundProblem(state, service)
  return found?.code === 'relay-names-silent' ? found : undefined
}

/** Why names of ours are not found: the relay does not take them, or does not answer for what it took, or our own resolver does not know them.
 *  `service`: its own name alone; what the relay was told of others is nothing to it. */
function notFoundProblem(state: State, service?: string): Problem | undefined {
  const isTaken = service !== undefined && isTold(state, service)
  return (isTaken ? undefined : untakenProblem(state)) ?? lookedUpProblem(state)
}

function untakenProblem(state: State): Problem | undefined {
  const { relay } = state
  if (relay.phase !== 'connected' || relay.untaken < UNTAKEN_ALLOWED) return undefined
  const name = exposuresOf(state)
    .flatMap(({ services }) => services)
    .find((each) => !isTold(state, each))
  return name === undefined ? undefined : problem('relay-names-silent', { relay: relay.known.host, host: ownHost(state, name) ?? '' })
}

function lookedUpProblem(state: State): Problem | undefined {
  const { here, relay: there, others, resolver, misses, silences } = state.diagnosis.names
  const { relay } = state
  if (here === null || here.state === 'found' || relay.phase !== 'connected') return undefined
  // Questions are lost on a bad line; and one may just have gone, and the tunnel not noticed yet. By the second look that is known.
  if (here.state === 'silent' && silences < 2) return undefined
  if (here.state === 'silent' && others !== 'found') return problem('resolver-silent', { address: resolver })
  if (here.state === 'missing' && misses < MISSES_ALLOWED) return undefined
  const facts = { relay: relay.known.host, host: ownHost(state) ?? '' }
  const isAnswered = here.state === 'silent' ? there?.state === 'found' : there?.state !== 'missing'
  return isAnswered ? problem('name-unresolved', { ...facts, address: resolver }) : problem('relay-names-silent', facts)
}
