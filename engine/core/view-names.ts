/** The owner's names as the faces see them, and what is wrong with them. Pure. */
import type { Family } from '../../protocol/model/address.ts'
import type { KeptName, KeptNameState } from '../../protocol/model/kept-name.ts'
import { type OwnName, WATCHED } from '../../protocol/model/own-name.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { keptNames, leadsHere, nameState, notBeforeMs, providerOf, reachableOf, standsAs, wantedOf } from './name-standing.ts'
import type { NameState, TroubleSeen } from './publisher-state.ts'
import type { State } from './state.ts'

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6']

export function keptNamesView(state: State): KeptName[] {
  return keptNames(state).map((name) => {
    const one = nameState(state, name.host)
    const wanted = wantedOf(state, name)
    const is = stateOf(state, name, one)
    const family = (each: Family) => ({ current: currentOf(one, each), wanted: wanted[each] ?? null })
    return {
      ...{ host: name.host, provider: name.provider, title: titleOf(state, name) },
      ...{ service: name.service ?? null, ipv6Suffix: name.ipv6Suffix ?? null, state: is },
      ...{ ipv4: family('ipv4'), ipv6: family('ipv6') },
      checkedAtMs: one.standing?.atMs ?? null,
      changedAtMs: one.history[0]?.atMs ?? null,
      failure: one.trouble && {
        problem: troubleProblem(state, name, one, one.trouble),
        evidence: one.trouble.wire,
        atMs: one.trouble.atMs,
      },
      nextAtMs: is === 'waiting' ? notBeforeMs(state, name) : null,
      history: [...one.history],
    }
  })
}

export function keptNameProblems(state: State): Problem[] {
  return keptNames(state).flatMap((name) => {
    const { host } = name
    const one = nameState(state, host)
    if (name.provider === WATCHED) {
      const address = FAMILIES.flatMap((family) => currentOf(one, family) ?? []).join(', ')
      return stateOf(state, name, one) === 'elsewhere' ? [problem('name-watched-elsewhere', { host, address })] : []
    }
    const stands = standsAs(one, reachableOf(state, name))
    const trouble = one.trouble && stands !== 'all' ? [troubleProblem(state, name, one, one.trouble)] : []
    return [...trouble, ...lostProblems(state, name, one)]
  })
}

/** What does not survive the loss of a way. */
function lostProblems(state: State, name: OwnName, one: NameState): Problem[] {
  const { host } = name
  const provider = providerOf(state, name)
  const wanted = wantedOf(state, name)
  const dead = FAMILIES.flatMap((family) => (wanted[family] === null ? (currentOf(one, family) ?? []) : []))
  if (provider && !provider.canWithdraw && dead.length > 0)
    return [problem('name-stands-dead', { host, name: provider.title, address: dead.join(', ') })]
  const isServed = name.service === undefined || state.services.some((service) => service.name === name.service && !service.paused)
  const isLost = FAMILIES.every((family) => !(provider?.families ?? FAMILIES).includes(family) || wanted[family] === null)
  return isServed && isLost ? [problem('name-without-way', { host })] : []
}

function stateOf(state: State, name: OwnName, one: NameState): KeptNameState {
  const wanted = reachableOf(state, name)
  if (name.provider === WATCHED) {
    if (!one.standing || one.standing.answers.length === 0) return 'unknown'
    if (leadsHere(wanted, one.standing.answers)) return 'ok'
    return FAMILIES.every((family) => wanted[family] === undefined) ? 'unknown' : 'elsewhere'
  }
  const stands = standsAs(one, wanted)
  if (one.trouble?.final) return 'stopped'
  if (FAMILIES.every((family) => wanted[family] === undefined)) return 'unknown'
  if (stands === 'all') return 'ok'
  if (one.sending) return 'changing'
  return one.trouble ? 'waiting' : one.standing ? 'changing' : 'unknown'
}

/** What visitors of one of its servers or another are told. */
function currentOf({ standing }: NameState, family: Family): string[] | null {
  if (!standing || standing.answers.length === 0) return null
  return [...new Set(standing.answers.flatMap((answer) => answer[family]))]
}

const titleOf = (state: State, name: OwnName): string => providerOf(state, name)?.title ?? name.provider ?? ''

function troubleProblem(state: State, { host, ...name }: OwnName, one: NameState, { kind, wire: reason }: TroubleSeen): Problem {
  const told = { host, name: titleOf(state, { host, ...name }), reason }
  const until = String(one.notBeforeMs)
  switch (kind) {
    case 'unchanged':
      return problem('name-unchanged', { host, name: told.name })
    case 'limited':
      return problem('name-limited', { host, name: told.name, until })
    case 'server':
    case 'odd':
    case 'unreachable':
      return problem('name-not-updated', { ...told, until })
    default:
      return problem(finalProblem(kind), told)
  }
}

/** These need their owner. */
export const finalProblem = (kind: 'credentials' | 'name' | 'account' | 'abuse' | 'agent') =>
  (
    ({
      credentials: 'name-credentials-refused',
      name: 'name-not-there',
      account: 'name-account-unfit',
      abuse: 'name-shut-out',
      agent: 'name-agent-refused',
    }) as const
  )[kind]
