/** What befalls a home, and what its owner is told of it, as the tests of the diagnosis tell it. */
import type { LinkName, LinkVerdict } from '../../../protocol/diagnosis.ts'
import { problem } from '../../../protocol/problem.ts'
import type { Happening } from '../events.ts'
import {
  ADDED,
  AT_HOME,
  CERTIFIED,
  DIRECT,
  KNOWN,
  PUBLISHED,
  RELAY,
  ROUTER,
  seen,
  situation,
  T0,
  TUNNEL,
  TUNNEL6,
  WEB,
} from '../situation.fixture.ts'
import type { State } from '../state.ts'
import { diagnosisView } from './diagnosis.ts'
import { ONSET_MS } from './ledger.ts'

export const LATER: readonly [Happening, number] = [{ type: 'diagnosis-settled' }, T0 + ONSET_MS]
export const settled = (...steps: readonly (Happening | readonly [Happening, number])[]): State => situation(...steps, LATER)

export const told = (state: State) => {
  const { problems } = diagnosisView(state)
  const codes = (role: string): string[] => problems.filter((one) => one.role === role).map(({ problem }) => problem.code)
  return { causes: codes('cause'), consequences: codes('consequence'), remarks: codes('remark') }
}
export const verdicts = (state: State): Partial<Record<LinkName, LinkVerdict>> =>
  Object.fromEntries(diagnosisView(state).chain.map(({ link, verdict }) => [link, verdict]))

export const answered = (addresses: readonly string[] = ['203.0.113.10']) => ({ state: 'found', addresses }) as const
export const SILENT = { state: 'silent', addresses: [] } as const
export const MISSING = { state: 'missing', addresses: [] } as const
export const NAMED: Happening = { type: 'names-seen', here: answered(), relay: null, others: 'found', resolver: '192.168.1.1' }
export const DEAF: Happening = { type: 'names-seen', here: SILENT, relay: SILENT, others: 'silent', resolver: '192.168.1.1' }
export const TUNNEL6_OPEN: Happening = { type: 'probed', path: TUNNEL6, verdict: seen('reachable') }
export const WELL: readonly Happening[] = [...DIRECT, TUNNEL6_OPEN, PUBLISHED, NAMED]

export const REFUSED: Happening = {
  type: 'target-down',
  name: WEB.name,
  problem: problem('service-refused', { service: WEB.name, target: 'http://192.168.1.20:8080' }),
}
export const LOST: Happening = { type: 'relay-waiting', problem: problem('relay-unreachable', { relay: KNOWN.host, reason: 'ETIMEDOUT' }) }
/** Lost, and dialled in vain, twice. */
export const AWAY: readonly Happening[] = [LOST, LOST, LOST]
export const LINE = (router: 'answers' | 'silent', elsewhere: 'answers' | 'silent', routerHasLine: boolean | null = null): Happening => ({
  ...{ type: 'line-seen', router, routerHasLine },
  elsewhere: { state: elsewhere, host: 'acme.test' },
})
export const UPNP_OFF: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
export const BY_RELAY: readonly Happening[] = [
  ...ADDED,
  AT_HOME,
  ...RELAY,
  CERTIFIED,
  { type: 'probed', path: TUNNEL, verdict: seen('reachable') },
  TUNNEL6_OPEN,
  PUBLISHED,
  NAMED,
]
export const NO_LINE_THERE: Happening = { ...ROUTER, externalIPv4: null } as Happening
