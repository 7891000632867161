/** The table of problems: what can be wrong, how bad it is, and which facts its words need. The words stand in `languages/`.
 *  A code is for ever: scripts match on it. */
import { z } from 'zod'

export const Severity = z.enum(['critical', 'warning', 'info'])
export type Severity = z.infer<typeof Severity>

type ParamName =
  | 'address'
  | 'command'
  | 'data'
  | 'delayMs'
  | 'detail'
  | 'host'
  | 'internal'
  | 'internalPort'
  | 'keptAs'
  | 'limit'
  | 'name'
  | 'ours'
  | 'path'
  | 'port'
  | 'protocol'
  | 'reason'
  | 'relay'
  | 'service'
  | 'target'
  | 'theirs'
  | 'until'
  | 'used'

interface Definition {
  readonly severity: Severity
  readonly params: readonly ParamName[]
}

const define =
  (severity: Severity) =>
  <const P extends readonly ParamName[]>(...params: P) => ({ severity, params })
const critical = define('critical')
const warning = define('warning')
const info = define('info')

export const PROBLEMS = {
  // This computer
  'no-network': critical(),
  'settings-damaged': warning('keptAs'),
  'journal-damaged': info('keptAs'),
  'data-unwritable': critical('path', 'reason'),
  'disk-full': critical('path'),
  'port-taken': critical('address'),
  'port-forbidden': critical('address'),
  'engine-running': critical('data'),
  'engine-absent': critical('data'),
  'engine-newer': critical('ours', 'theirs'),
  'settings-newer': critical('ours', 'theirs'),
  'file-unreadable': critical('path', 'reason'),
  'identity-damaged': critical('path'),
  'secrets-locked': critical('path'),
  'never-run': critical('data'),
  'background-by-hand': critical(),
  'background-refused': critical('command', 'detail'),
  'import-not-empty': critical('data'),
  'export-unusable': critical('path', 'reason'),
  'recovery-code-mistyped': critical(),
  'recovery-code-wrong': critical('path'),
  internal: critical('detail'),

  // What the owner typed
  'name-invalid': critical('name'),
  'name-taken': critical('name'),
  'service-unknown': critical('name'),
  'services-full': critical('name'),
  'target-invalid': critical('target'),
  'target-forbidden': critical('target', 'reason'),
  'route-invalid': critical('path'),
  'route-taken': critical('path', 'service'),
  'route-unknown': critical('path', 'service'),
  'routes-full': critical('service', 'limit'),
  'route-web-only': critical('service', 'target'),
  'proxy-protocol-tcp-only': critical('service'),
  'upload-limit-web-only': critical('service'),
  'fingerprint-invalid': critical(),
  'certificate-https-only': critical('service', 'target'),
  'preset-unknown': critical('name', 'detail'),
  'preset-mismatch': critical('name', 'target', 'detail'),
  'relay-address-invalid': critical('relay'),
  'link-unknown': critical('service'),
  'links-full': critical('service'),
  'link-end-past': critical('service'),
  'link-needs-gate': critical('service'),
  'alias-needs-public': critical('service'),
  'gate-web-only': critical('service'),
  'password-unfit': critical('service'),
  'password-missing': critical('service'),
  'passwords-differ': critical('service'),
  'allowed-invalid': critical('service', 'name'),
  'allowed-missing': critical('service'),
  'not-admitted': critical('service', 'address'),
  'link-locked': warning('service', 'name'),

  // What the owner would like this device to be called
  'label-malformed': critical('name'),
  'label-taken': critical('name'),
  'label-resting': critical('name'),
  'label-reserved': critical('name'),
  'label-imitates': critical('name', 'detail'),
  'label-too-soon': critical('name', 'until'),
  'label-unsupported': critical('relay'),

  // Names of the owner's own, and whoever keeps them
  'name-credentials-refused': critical('host', 'name', 'reason'),
  'name-not-there': critical('host', 'name', 'reason'),
  'name-account-unfit': critical('host', 'name', 'reason'),
  'name-shut-out': critical('host', 'name', 'reason'),
  'name-agent-refused': critical('host', 'name', 'reason'),
  'name-limited': info('host', 'name', 'until'),
  'name-not-updated': warning('host', 'name', 'reason', 'until'),
  'name-unchanged': warning('host', 'name'),
  'name-stands-dead': warning('host', 'name', 'address'),
  'name-without-way': warning('host'),
  'name-watched-elsewhere': warning('host', 'address'),
  'provider-unknown': critical('name'),
  'name-credentials-missing': critical('name', 'detail'),
  'ipv6-suffix-invalid': critical('address'),

  // The service itself
  'service-refused': critical('service', 'target'),
  'service-silent': critical('service', 'target'),
  'service-no-answer': critical('service', 'target'),
  'service-unavailable': critical('service', 'target', 'reason'),
  'service-not-found': critical('service', 'host'),
  'certificate-unaccepted': critical('service', 'target', 'theirs', 'detail', 'until'),
  'certificate-replaced': critical('service', 'target', 'ours', 'theirs', 'detail', 'until'),
  'certificate-kept': info('service', 'target', 'theirs'),
  'target-moved': info('service', 'address', 'target'),

  // A folder that is shown
  'folder-unshowable': critical('path', 'reason'),
  'folder-gone': critical('service', 'path'),
  'folder-closed': critical('service', 'path'),
  'folder-holds-home': warning('service', 'path'),

  // The relay
  'no-relay': warning(),
  'relay-unreachable': warning('relay', 'reason'),
  'relay-cannot-look': warning('relay'),
  'relay-blocked': critical('relay', 'port'),
  'proxy-refused': critical('relay', 'address', 'reason'),
  'relay-untrusted': critical('relay', 'reason'),
  'relay-changed': critical('relay'),
  'tls-inspected': critical('relay'),
  'relay-older': critical('relay', 'ours', 'theirs'),
  'relay-newer': critical('relay', 'ours', 'theirs'),
  'relay-code-invalid': critical(),
  'relay-code-unknown': critical('relay'),
  'relay-code-used': critical('relay'),
  'relay-code-expired': critical('relay'),
  'relay-closed': critical('relay'),
  'relay-busy': warning('relay'),
  'relays-full': critical('relay'),
  'relay-not-joined': critical('relay'),
  'relay-never-run': critical('data'),
  'root-needs-account': critical('command'),
  'account-unusable': critical('name', 'reason'),
  'restore-not-empty': critical('data'),
  'backup-unusable': critical('path', 'reason'),
  'check-failed': critical('detail'),
  'device-unknown': critical('name'),
  'relay-suspended': critical('relay'),
  'relay-suspends': warning('relay', 'until'),
  'relay-quota-near': warning('relay', 'used', 'limit', 'until'),
  'relay-quota-reached': warning('relay', 'limit', 'until'),
  'service-taken-down': critical('service', 'relay', 'reason'),
  'link-taken-down': warning('service', 'relay', 'reason'),
  'not-published': critical('name'),
  'not-taken-down': critical('name'),
  'no-open-code': critical('name'),
  'relay-not-running': critical('data'),
  'relay-no-port': info('service', 'relay'),
  'relay-far-for-music': warning('service', 'relay', 'delayMs'),

  // Alerts
  'ban-address-invalid': critical('address'),
  'ban-exempt': critical('address'),
  'ban-unknown': critical('address'),
  'bans-full': critical('limit'),
  'bans-damaged': info('keptAs'),
  'history-damaged': info('keptAs'),
  'alert-invalid': critical('address'),
  'alerts-full': critical('address'),
  'alert-unknown': critical('name'),
  'alert-undelivered': warning('address', 'reason'),
  'alert-refused': info('address'),
  'alert-no-mail': info('address'),

  // Our names, as others look them up
  'name-unresolved': warning('host', 'address', 'relay'),
  'relay-names-silent': critical('host', 'relay'),

  // A name for the router
  'router-name-taken': critical('name'),
  'router-name-unsupported': critical('relay'),

  // The router and the way in
  'gateway-silent': info('address'),
  'gateway-refused': info('address', 'reason'),
  'gateway-conflict': info('address', 'port', 'internal'),
  'old-rule-stands': info('address', 'port', 'internal', 'until'),
  'forward-by-hand': info('address', 'protocol', 'port', 'internal', 'internalPort'),
  'gateway-no-internet': info('address'),
  'gateway-no-address': info('address'),
  'gateway-access-absent': info('address'),
  'gateway-access-denied': info('address'),
  'gateway-access-unanswered': info('address'),
  'gateway-access-locked': info('address'),
  'gateway-access-lost': info('address'),
  'gateway-access-password': info('address'),
  'gateway-access-right': info('address'),
  'gateway-access-second-factor': info('address'),
  'provider-shares-address': info('address'),
  'provider-shares-ports': info('address'),
  'provider-ds-lite': info('address'),
  'mobile-network': info('address'),
  'router-unreachable': critical('address'),
  'internet-down': critical('address', 'host'),
  'resolver-silent': warning('address'),
  'second-router': info('address'),
  'second-router-refused': info('address', 'internal', 'reason'),
  'second-router-conflict': info('address', 'internal', 'port'),
  'mapping-unreachable': info('address', 'port'),
  'direct-port-differs': info('service', 'port', 'address'),
  'firewall-here': info('name', 'protocol', 'port', 'command'),
  'firewall-perhaps': info('name', 'protocol', 'port', 'command'),
  'ipv6-closed': info('port'),
  'ipv6-port-forbidden': info('port', 'command'),
  'ipv6-port-taken': info('port'),
  'unreachable-outside': critical('service'),

  // The certificate
  'certificate-failed': critical('reason'),
  'authority-invalid': critical('name'),
  'authority-file': critical('path', 'reason'),
  'certificate-files': warning('host', 'path', 'reason'),
  'name-elsewhere': critical('host', 'address'),
  'own-name-invalid': critical('name'),
  'own-names-full': critical('name'),
  'own-name-unknown': critical('name'),
  'certificate-terms': critical('host', 'address'),
  'certificate-account': critical('host'),
  'certificate-untested': critical('reason'),
  'certificate-rate-limited': warning('host', 'reason', 'until'),
  'certificate-renewal-late': info('host', 'reason', 'until'),
  'certificate-renewal-failing': warning('host', 'reason', 'until'),
  'certificate-renewal-ending': critical('host', 'reason', 'until'),
  'certificate-over': critical('host', 'until'),
  'certificate-wrong': critical('reason'),
  'foreign-certificate': critical('host', 'address'),
  'unknown-certificate': critical('host', 'detail'),
} as const satisfies Record<string, Definition>

export type ProblemCode = keyof typeof PROBLEMS

/** The facts a problem's words need: all of them, as text. */
export type ProblemParams<C extends ProblemCode> = Readonly<Record<(typeof PROBLEMS)[C]['params'][number], string>>

export const ProblemCode = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])

export const Problem = z.object({ code: ProblemCode, severity: Severity, params: z.record(z.string(), z.string()) })
export type Problem = z.infer<typeof Problem>

export function problem<C extends ProblemCode>(code: C, params: ProblemParams<C>): Problem {
  return { code, severity: PROBLEMS[code].severity, params: { ...params } }
}

const RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

/** Worst first; among equals the table's own order, which goes from the house outwards. */
export function bySeverity(a: Problem, b: Problem): number {
  const codes = ProblemCode.options
  return RANK[a.severity] - RANK[b.severity] || codes.indexOf(a.code) - codes.indexOf(b.code)
}

/** An error that the person can act on. It crosses every channel as its {@link Problem}; the message is for logs only. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(cause: Problem, options?: ErrorOptions) {
    super(`${cause.code} ${JSON.stringify(cause.params)}`, options)
    this.name = 'ProblemError'
    this.problem = cause
  }
}
