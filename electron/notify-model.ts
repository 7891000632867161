/** Which notifications are due: a value out of what was seen and what was told, so that every situation is a row in the tests.
 *
 *  Only what matters: out of reach for more than a minute, back again, something that only the owner can do, a certificate in danger. Each
 *  trouble is told once; one that comes back soon is the same trouble. */
import type { Place } from '../protocol/desktop.ts'
import type { Problem, ProblemCode } from '../protocol/problem.ts'
import { lightOfService, type Snapshot } from '../protocol/snapshot.ts'

/** A program that restarts, or a router, is back within a minute. */
export const SETTLE_MS = 60_000
/** What comes back within this time is still the same trouble, and was told. */
export const SAME_TROUBLE_MS = 30 * 60_000

type Kind = 'unreachable' | 'needs-you' | 'certificate'

export type Notice =
  | { readonly kind: 'unreachable' | 'needs-you' | 'reachable'; readonly services: readonly string[]; readonly place: Place }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly place: Place }

interface Trouble {
  readonly kind: Kind
  readonly service: string | null
  readonly problem: Problem | null
  readonly sinceMs: number
  readonly told: boolean
  /** When it was over; null: it is not. */
  readonly overMs: number | null
  /** That, too, is told once. */
  readonly overTold: boolean
}

/** What was seen so far, by subject. */
export type Memory = ReadonlyMap<string, Trouble>
export const NOTHING_SEEN: Memory = new Map()

export interface Moment {
  /** Undefined while no engine runs: then nothing is known, good or bad. */
  readonly snapshot: Snapshot | undefined
  readonly nowMs: number
  /** Notifications are wanted, and these are no quiet hours. */
  readonly mayTell: boolean
  /** The owner looks at the window, which says it all. */
  readonly isWatching: boolean
}

export interface Step {
  readonly memory: Memory
  readonly notices: readonly Notice[]
}

/** Certificates and keys: what a browser will refuse, or somebody else may hold. */
const CERTIFICATE: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'certificate-failed',
  'certificate-over',
  'certificate-renewal-ending',
  'certificate-renewal-failing',
  'certificate-wrong',
  'foreign-certificate',
  'unknown-certificate',
])
/** Told of a service already, or mended by nobody at the keyboard. */
const NOT_TOLD: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'no-network',
  'unreachable-outside',
  'service-refused',
  'service-silent',
  'service-no-answer',
  'service-unavailable',
])

export function nextStep(memory: Memory, { snapshot, nowMs, mayTell, isWatching }: Moment): Step {
  if (!snapshot) return { memory, notices: [] }
  const seen = seenNow(snapshot, memory, nowMs)
  if (!mayTell && !isWatching) return { memory: seen, notices: [] }
  const due: Trouble[] = []
  const back: Trouble[] = []
  for (const [subject, trouble] of seen) {
    const { told, overMs, overTold, sinceMs } = trouble
    if (!told && overMs === null && nowMs - sinceMs >= SETTLE_MS) due.push(trouble)
    else if (told && overMs !== null && !overTold) back.push(trouble)
    else continue
    seen.set(subject, { ...trouble, told: true, overTold: overMs !== null })
  }
  return { memory: seen, notices: isWatching ? [] : noticesOf(due, back) }
}

/** Troubles that are there keep their beginning; those that are gone get their end, and are forgotten in time. */
function seenNow(snapshot: Snapshot, memory: Memory, nowMs: number): Map<string, Trouble> {
  const seen = troublesOf(snapshot, nowMs)
  const isRecent = ({ overMs }: Trouble): boolean => overMs === null || nowMs - overMs < SAME_TROUBLE_MS
  for (const [subject, before] of memory) {
    const trouble = seen.get(subject)
    if (trouble) {
      if (before.overMs === null || (before.told && isRecent(before)))
        seen.set(subject, { ...before, kind: trouble.kind, problem: trouble.problem, overMs: null })
    } else {
      const fate = fateOf(before, snapshot)
      if (fate === 'unknown') seen.set(subject, before)
      else if (fate === 'over' && before.told && (isRecent(before) || !before.overTold))
        seen.set(subject, { ...before, overMs: before.overMs ?? nowMs })
    }
  }
  return seen
}

/** Of a trouble that is not seen any more. `unknown`: nobody can look just now, which is neither good news nor bad. `dropped`: its owner has
 *  paused or removed what it was about. */
function fateOf({ service: name }: Trouble, { services }: Snapshot): 'over' | 'unknown' | 'dropped' {
  if (name === null) return 'over'
  const state = services.find((service) => service.name === name)?.state
  if (state === 'unknown' || state === 'checking') return 'unknown'
  return state === 'reachable' ? 'over' : 'dropped'
}

function troublesOf(snapshot: Snapshot, nowMs: number): Map<string, Trouble> {
  const troubles = new Map<string, Trouble>()
  const note = (kind: Kind, service: string | null, problem: Problem | null, subject: string): void =>
    void troubles.set(subject, { kind, service, problem, sinceMs: nowMs, told: false, overMs: null, overTold: false })
  for (const service of snapshot.services) {
    const light = lightOfService(service)
    // One subject a service: whether it is out of reach or needs its owner, it is one trouble.
    if (light === 'unreachable' || light === 'needs-you') note(light, service.name, null, `service ${service.name}`)
  }
  for (const problem of snapshot.problems) {
    const isCertificate = CERTIFICATE.has(problem.code)
    const isTold = isCertificate || (problem.severity === 'critical' && !NOT_TOLD.has(problem.code) && problem.params.service === undefined)
    if (isTold) note(isCertificate ? 'certificate' : 'needs-you', null, problem, `problem ${problem.code} ${problem.params.host ?? ''}`)
  }
  return troubles
}

/** Ten services that go dark together are one piece of news. */
function noticesOf(due: readonly Trouble[], back: readonly Trouble[]): Notice[] {
  const together = (kind: 'unreachable' | 'needs-you' | 'reachable', troubles: readonly Trouble[]): Notice[] => {
    const services = troubles.flatMap(({ service }) => service ?? [])
    const [first] = services
    if (first === undefined) return []
    return [{ kind, services, place: services.length === 1 ? { page: 'service', name: first } : { page: 'home' } }]
  }
  return [
    ...together(
      'unreachable',
      due.filter(({ kind }) => kind === 'unreachable'),
    ),
    ...together(
      'needs-you',
      due.filter(({ kind, service }) => kind === 'needs-you' && service !== null),
    ),
    ...due.flatMap(({ kind, problem }): Notice[] =>
      problem ? [{ kind: 'problem', problem, place: { page: kind === 'certificate' ? 'certificates' : 'home' } }] : [],
    ),
    ...together('reachable', back),
  ]
}
