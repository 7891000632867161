/** What a service would show to strangers, found out from inside before they come. It only reads; default logins are tried where its owner says
 *  so, each once. */
import type { Socket } from 'node:net'
import { byWeight, type Finding, finding } from '../../../protocol/finding.ts'
import type { DefaultLogin } from '../../../protocol/model/preset.ts'
import type { Route } from '../../../protocol/model/route.ts'
import { formatTarget, isWeb, type Target } from '../../../protocol/model/service.ts'
import { checkTarget } from '../check.ts'
import { PRESETS } from '../presets/index.ts'
import type { Preset } from '../presets/preset.ts'
import { ask } from './ask.ts'
import { readBanner } from './banner.ts'
import { advised, judge, type Seen, shows } from './judge.ts'
import { look, type Manner } from './look.ts'

const TIMEOUT_MS = 5000

export interface SafetyQuestion {
  readonly service: string
  readonly target: Target
  readonly preset: string | undefined
  /** The path of the service behind which this target stands; null: it is the service's own. */
  readonly route: Pick<Route, 'prefix' | 'strip'> | null
  /** The name under which visitors come; null: not known yet. */
  readonly name: string | null
  /** A connection to the target, as every visitor's is made. */
  readonly connect: (signal: AbortSignal) => Promise<Socket>
  /** What our proxy sends for a visitor who asks for this name. */
  readonly proxyHeaders: (name: string) => readonly string[]
  /** Its owner has agreed that the logins which its vendor documents are tried. */
  readonly tryDefaultLogins: boolean
  /** Called for each that is tried, before it is. */
  readonly onTry: (user: string) => void
}

/** At most five seconds; what has not been seen by then is not told of. Never throws for what the service does. */
export async function checkSafety(question: SafetyQuestion, signal: AbortSignal): Promise<Finding[]> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  const preset = PRESETS.get(question.preset ?? '')
  return isWeb(question.target.kind) ? await checkWeb(question, preset, bounded) : await checkRaw(question, preset, bounded)
}

async function checkRaw(question: SafetyQuestion, preset: Preset | undefined, signal: AbortSignal): Promise<Finding[]> {
  const { service, target, connect } = question
  const found = await checkTarget(service, target, question.preset, signal)
  if (found) return [finding('no-answer', { target: formatTarget(target) })]
  if (!preset) return [finding('answers', {})]
  const { banner } = preset.recognise
  const isOther = banner !== undefined && target.kind === 'tcp' && !(await readBanner(connect, signal)).startsWith(banner)
  const program = preset.name
  const identity = isOther ? finding('not-as-expected', { program, target: formatTarget(target) }) : finding('as-expected', { program })
  return [identity, ...advised(preset)].sort(byWeight)
}

async function checkWeb(question: SafetyQuestion, preset: Preset | undefined, signal: AbortSignal): Promise<Finding[]> {
  const { target, name, route, connect, proxyHeaders } = question
  const directly = directManner(target, connect)
  const start = route && !route.strip ? `${route.prefix}/` : '/'
  const direct = await look(directly, start, signal)
  const sights = { target, preset, name, route, direct }
  if (typeof direct === 'string') return judge({ ...sights, proxied: undefined, named: undefined, paths: new Map() })
  const behind = (headers: readonly string[]): Manner => ({ connect, headers, base: new URL(`https://${name}/`), route })
  const [proxied, paths] = await Promise.all([
    name === null ? undefined : look(behind(proxyHeaders(name)), start, signal),
    lookAtPaths(preset, directly, direct, signal),
  ])
  const isRefused = typeof proxied === 'object' && proxied.answer.status >= 400
  const named = isRefused && name !== null ? await look(behind(['Host', name]), start, signal) : undefined
  const found = judge({ ...sights, proxied, named, paths })
  return [...found, ...(await defaultLogins(question, preset, directly, signal))].sort(byWeight)
}

/** As somebody at home types it. */
function directManner({ kind, host, port }: Target, connect: Manner['connect']): Manner {
  const base = new URL(`${kind}://${host.includes(':') ? `[${host}]` : host}:${port}/`)
  return { connect, headers: ['Host', base.host], base, route: null }
}

async function lookAtPaths(preset: Preset | undefined, manner: Manner, root: Seen, signal: AbortSignal): Promise<Map<string, Seen>> {
  const { recognise, health, guarded, unclaimed, settings = [] } = preset ?? {}
  const signs = [...(recognise?.http ?? []), health, guarded, unclaimed]
  const paths = new Set([...signs.map((sign) => sign?.path), ...settings.map(({ tells }) => tells)].filter((path) => path !== undefined))
  return new Map(await Promise.all([...paths].map(async (path) => [path, path === '/' ? root : await look(manner, path, signal)] as const)))
}

async function defaultLogins(
  question: SafetyQuestion,
  preset: Preset | undefined,
  manner: Manner,
  signal: AbortSignal,
): Promise<Finding[]> {
  const found: Finding[] = []
  for (const login of preset?.defaultLogins ?? []) {
    const { user, password } = login
    if (!question.tryDefaultLogins) found.push(finding('default-login-known', { program: preset?.name ?? '', user, password }))
    else {
      question.onTry(user)
      found.push(await tryLogin(login, preset?.name ?? '', manner, signal))
    }
  }
  return found
}

async function tryLogin(login: DefaultLogin, program: string, { connect, headers }: Manner, signal: AbortSignal): Promise<Finding> {
  const { user, password, path, form, accepted, refused } = login
  const answer = await ask({ connect, headers, path, form }, signal)
  const seen: Seen = typeof answer === 'string' ? answer : { answer, path, away: undefined }
  if (shows(seen, refused)) return finding('default-login-refused', { user, password })
  return shows(seen, accepted)
    ? finding('default-login', { program, user, password })
    : finding('default-login-unclear', { user, password })
}
