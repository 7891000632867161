/** When a service is looked at from inside, and what is remembered of it. Pure. */
import { byWeight, type Finding, type FindingCode, type Safety } from '../../protocol/finding.ts'
import type { Access } from '../../protocol/model/access.ts'
import type { Route } from '../../protocol/model/route.ts'
import { formatTarget } from '../../protocol/model/service.ts'
import type { Happening } from './events.ts'
import { deviceDomain, hostOf } from './exposures.ts'
import { placesOf, type Service, targetKey } from './service-state.ts'
import type { State } from './state.ts'

/** A house full of services that starts is not to ask them all at once. */
const MOST_AT_ONCE = 4

export interface SafetyEffect {
  readonly kind: 'check-safety'
  readonly service: Service
  /** The path behind which one looks; null: at the service's own target. */
  readonly route: Route | null
  /** Under which visitors come; null: not known yet. */
  readonly host: string | null
  readonly of: string
}

/** What one looks at: its own target, and what stands behind each of its paths. Another address, program or name is looked at anew. A folder is
 *  shown by ourselves, and holds no surprise. */
export function safetyQuestions(state: State, service: Service): SafetyEffect[] {
  const domain = deviceDomain(state)
  const host = domain === null ? null : hostOf(service.name, domain)
  return [null, ...(service.routes ?? [])].flatMap((route): SafetyEffect[] => {
    const { target } = route ?? service
    if (target.kind === 'folder') return []
    const program = route ? `strip ${route.strip}` : service.preset
    return [{ kind: 'check-safety', service, route, host, of: [formatTarget(target), target.pin, program, host].join(' ') }]
  })
}

/** As in {@link State.safety}. */
export const placeOf = ({ service, route }: SafetyEffect): string => targetKey(service.name, route?.prefix ?? null)

/** Once it answers, and not again by itself. */
export function planSafety(state: State, add: (key: string, effect: SafetyEffect) => void): void {
  const wanted = state.services
    .filter(({ paused }) => !paused)
    .flatMap((service) => safetyQuestions(state, service))
    .filter((effect) => state.targets[placeOf(effect)]?.phase === 'up' && state.safety[placeOf(effect)]?.of !== effect.of)
  for (const effect of wanted.slice(0, MOST_AT_ONCE)) add(`check-safety ${placeOf(effect)} ${effect.of}`, effect)
}

const TRIED: readonly FindingCode[] = ['default-login', 'default-login-refused', 'default-login-unclear']

/** A login that was tried is not tried again by itself, so what it showed stays, as long as it is the same program at the same place. */
export function onSafetyChecked(
  state: State,
  { name, of, findings, atMs }: Extract<Happening, { type: 'safety-checked' }> & { atMs: number },
): State {
  if (!state.services.some((service) => placesOf(service).some(({ key }) => key === name))) return state
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

/** Null until its own target has been looked at; where that is a folder, until a place behind one of its paths has. */
export function safetyView(state: State, service: Service): Safety | null {
  const looks = safetyQuestions(state, service).flatMap((question) => {
    const found = state.safety[placeOf(question)]
    const route = question.route?.prefix
    return found
      ? [{ route, atMs: found.atMs, findings: found.findings.map((each) => (route === undefined ? each : { ...each, route })) }]
      : []
  })
  if (looks.length === 0 || (service.target.kind !== 'folder' && looks[0]?.route !== undefined)) return null
  const findings = looks.flatMap((look) => look.findings).sort(byWeight)
  return { atMs: Math.min(...looks.map(({ atMs }) => atMs)), findings: findingsFor(service.access, findings) }
}

export const findingsFor = (access: Access, findings: readonly Finding[]): Finding[] =>
  findings.filter(({ code }) => access === 'public' || !OF_OPEN_ONES.includes(code))
