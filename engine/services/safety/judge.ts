/** From what was seen to what is to be said of it. Pure: each finding stands in a case of `check-safety.test.ts`. */
import { byWeight, type Finding, finding } from '../../../protocol/finding.ts'
import type { Sign } from '../../../protocol/model/preset.ts'
import type { Route } from '../../../protocol/model/route.ts'
import { formatTarget, isOwnMachine, type Target } from '../../../protocol/model/service.ts'
import type { Preset } from '../presets/preset.ts'
import type { Unanswered } from './ask.ts'
import type { Look } from './look.ts'
import { readPage } from './page.ts'

export type Seen = Look | Unanswered

export interface Sights {
  readonly target: Target
  readonly preset: Preset | undefined
  /** The name under which visitors come; null: not known yet. */
  readonly name: string | null
  /** The path that leads there; null: it is the service's own target. */
  readonly route: Pick<Route, 'prefix' | 'strip'> | null
  /** Asked as a browser at home would, and as our proxy asks; that with nothing of a proxy but the name, where the proxy was refused. */
  readonly direct: Seen
  readonly proxied: Seen | undefined
  readonly named: Seen | undefined
  /** Direct looks at the paths that the preset names. */
  readonly paths: ReadonlyMap<string, Seen>
}

const isSeen = (seen: Seen | undefined): seen is Look => typeof seen === 'object'
const squeezed = (text: string): string => text.toLowerCase().replace(/\s+/g, '')

/** Does this answer look like that? What has not answered never does. */
export function shows(seen: Seen | undefined, { status, text }: Omit<Sign, 'path'>): boolean {
  if (!isSeen(seen)) return false
  if (status && !status.includes(seen.answer.status)) return false
  return text === undefined || squeezed(seen.answer.body).includes(squeezed(text))
}

const isRefusal = (seen: Seen | undefined): boolean => isSeen(seen) && seen.answer.status >= 400 && seen.answer.status !== 401

/** nginx, Go and Apache say so when they are spoken to without TLS. */
const WANTS_TLS = /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i

export function judge(sights: Sights): Finding[] {
  const { target, preset, direct, name } = sights
  if (direct === 'silent') return [finding('no-answer', { target: formatTarget(target) })]
  if (direct === 'untrusted') return [finding('certificate-unaccepted', { target: formatTarget(target) })]
  if (direct === 'odd') return [finding('odd-answer', { target: formatTarget(target) })]
  if (target.kind === 'http' && direct.answer.status === 400 && WANTS_TLS.test(direct.answer.body))
    return [finding('speaks-https', { target: formatTarget({ ...target, kind: 'https' }) })]
  const found = [
    ...identity(sights, direct),
    ...entrance(sights, direct),
    ...settings(sights),
    ...redirects(sights),
    ...belowPath(sights, direct),
  ]
  if (name === null) found.push(finding('unseen-from-outside', {}))
  if (preset) found.push(...advised(preset))
  return found.sort(byWeight)
}

/** To whom it should be open, whatever it answers. */
export function advised({ advice, name: program }: Preset): Finding[] {
  if (advice === 'home-only') return [finding('better-at-home', { program })]
  return advice === 'link' ? [finding('better-by-link', { program })] : []
}

function identity({ preset, paths, target }: Sights, direct: Look): Finding[] {
  const { http = [] } = preset?.recognise ?? {}
  if (!preset || http.length === 0) return [finding('answers', {})]
  const program = preset.name
  if (!http.some((sign) => shows(paths.get(sign.path) ?? direct, sign)))
    return [finding('not-as-expected', { program, target: formatTarget(target) })]
  const health = preset.health && paths.get(preset.health.path)
  if (preset.health && isSeen(health) && !shows(health, preset.health))
    return [finding('not-well', { program, status: String(health.answer.status) })]
  return [finding('as-expected', { program })]
}

/** Who gets in, and how his password travels. */
function entrance({ preset, paths, target, proxied }: Sights, direct: Look): Finding[] {
  const page = readPage(direct.answer.body)
  const found: Finding[] = []
  if (page.listsFiles) found.push(finding('lists-files', {}))
  const { guarded, unclaimed, recognise, name: program = '' } = preset ?? {}
  // Some programs live below a path, with another page before them.
  const doors = [direct, ...(recognise?.http ?? []).map(({ path }) => paths.get(path)).filter(isSeen)]
  if (unclaimed && shows(paths.get(unclaimed.path), unclaimed)) found.push(finding('unclaimed', { program }))
  const guard = guarded && paths.get(guarded.path)
  const isGuarded = guarded !== undefined && shows(guard, guarded)
  const asks = isGuarded || doors.some(asksLogin)
  if (asks) found.push(finding('asks-login', {}))
  // Only a page that opened, where it should not have, proves that nobody is asked.
  if (!asks && guarded && isSeen(guard) && guard.answer.status === 200) found.push(finding('no-login', { program }))
  if (!asks && !preset && direct.answer.status === 200) found.push(finding('no-login-seen', {}))
  if (asks && target.kind === 'http' && !isOwnMachine(target)) found.push(finding('login-in-clear-at-home', {}))
  const { action } = isSeen(proxied) ? readPage(proxied.answer.body) : page
  if (action !== undefined && /^http:\/\//i.test(action.trim()) && URL.canParse(action.trim()))
    found.push(finding('login-form-in-clear', { address: new URL(action.trim()).origin }))
  return found
}

const asksLogin = ({ answer: { status, body }, path }: Look): boolean =>
  status === 401 || readPage(body).asksPassword || /\b(log-?in|sign-?in|auth)\b/i.test(path)

/** What it must be told before it works behind us, and whether it has been. */
function settings({ preset, direct, proxied, named, paths, name }: Sights): Finding[] {
  if (name === null || !isSeen(proxied)) return []
  const { ours, status } = proxied.answer
  const found: Finding[] = []
  for (const { need, where, shows: sign, tells } of preset?.settings ?? []) {
    const facts = { program: preset?.name ?? '', need, where, name, ours }
    if (sign === undefined && tells === undefined) found.push(finding('setting-unseen', facts))
    // An answer that says why is believed even where it is given at home too.
    else if (sign && shows(proxied, sign) && (sign.text !== undefined || !shows(direct, sign)))
      found.push(finding('setting-missing', facts))
    else if (tells !== undefined) {
      const told = paths.get(tells)
      if (isSeen(told) && told.answer.status === 200 && !told.answer.body.toLowerCase().includes(name))
        found.push(finding('setting-missing', facts))
    }
  }
  const isExplained = found.some(({ code }) => code === 'setting-missing')
  if (isExplained || !isRefusal(proxied) || isRefusal(direct)) return found
  const isTheName = isRefusal(named)
  return [
    ...found,
    isTheName ? finding('refuses-name', { status: String(status), name }) : finding('refuses-proxy', { status: String(status), ours }),
  ]
}

function redirects({ proxied, route }: Sights): Finding[] {
  if (!isSeen(proxied) || proxied.away === undefined) return []
  if (proxied.away === 'circle') return [finding('redirects-in-circles', {})]
  const { to, address } = proxied.away
  if (to === 'out') return [finding('leaves-path', { path: route?.prefix ?? '', address })]
  if (to === 'http') return [finding('redirects-to-http', {})]
  return [finding(to === 'home' ? 'redirects-home' : 'redirects-elsewhere', { address })]
}

/** A program that is asked under a path has to know of it. */
const belowPath = ({ route }: Sights, { answer: { status } }: Look): Finding[] =>
  route && !route.strip && status === 404 ? [finding('path-unknown', { path: route.prefix, status: String(status) })] : []
