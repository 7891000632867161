/** When a service is looked at from inside, and what is remembered of it. Pure. */
import { byWeight, type Finding, type FindingCode, type Safety } from '../../protocol/finding.ts'
import type { Access } from '../../protocol/model/access.ts'
import { formatTarget } from '../../protocol/model/service.ts'
import type { Happening } from './events.ts'
import { deviceDomain, hostOf } from './exposures.ts'
import type { Service, State } from './state.ts'

/** A house full of services that starts is not to ask them all at once. */
const MOST_AT_ONCE = 4

export interface SafetyEffect {
  readonly kind: 'check-safety'
  readonly service: Service
  /** Under which visitors come; null: not known yet. */
  readonly host: string | null
  readonly of: string
}

/** What one looks at: another address, program or name is looked at anew. */
export function safetyQuestion(state: State, service: Service): SafetyEffect {
  const domain = deviceDomain(state)
  const host = domain === null ? null : hostOf(service.name, domain)
  return {
    kind: 'check-safety',
    service,
    host,
    of: [formatTarget(service.target), 'pin' in service.target ? service.target.pin : null, service.preset, host].join(' '),
  }
}

/** Once it answers, and not again by itself. */
export function planSafety(state: State, add: (key: string, effect: SafetyEffect) => void): void {
  const wanted = state.services
    // A folder is shown by ourselves, and holds no surprise.
    .filter(({ name, paused, target }) => !paused && target.kind !== 'folder' && state.targets[name]?.phase === 'up')
    .map((service) => safetyQuestion(state, service))
    .filter(({ service: { name }, of }) => state.safety[name]?.of !== of)
  for (const effect of wanted.slice(0, MOST_AT_ONCE)) add(`check-safety ${effect.service.name} ${effect.of}`, effect)
}

const TRIED: readonly FindingCode[] = ['default-login', 'default-login-refused', 'default-login-unclear']

/** A login that was tried is not tried again by itself, so what it showed stays, as long as it is the same program at the same place. */
export function onSafetyChecked(
  state: State,
  { name, of, findings, atMs }: Extract<Happening, { type: 'safety-checked' }> & { atMs: number },
): State {
  if (!state.services.some((service) => service.name === name)) return state
  const before = state.safety[name]
  const place = (key: string): string => key.slice(0, key.lastIndexOf(' '))
  const tried = before && place(before.of) === place(of) ? before.findings.filter(({ code }) => TRIED.includes(code)) : []
  const isNew = (each: Finding): boolean =>
    !(each.code === 'default-login-known' && tried.some(({ facts }) => facts.user === each.facts.user))
  const kept = findings.some(({ code }) => TRIED.includes(code)) ? [] : tried
  const all = [...findings.filter((each) => kept.length === 0 || isNew(each)), ...kept].sort(byWeight)
  return { ...state, safety: { ...state.safety, [name]: { of, atMs, findings: all } } }
}

/** What matters only as long as anybody may come. */
const OF_OPEN_ONES: readonly FindingCode[] = ['no-login-seen', 'better-by-link']

export function safetyView({ safety }: State, { name, access }: Service): Safety | null {
  const found = safety[name]
  return found ? { atMs: found.atMs, findings: findingsFor(access, found.findings) } : null
}

export const findingsFor = (access: Access, findings: readonly Finding[]): Finding[] =>
  findings.filter(({ code }) => access === 'public' || !OF_OPEN_ONES.includes(code))
