/** Where on the chain each problem stands, which are mere remarks, and what explains what. Pure data. */
import type { LinkName } from '../../../protocol/diagnosis.ts'
import type { ProblemCode } from '../../../protocol/problem.ts'

/** Families of codes by how they begin; those of {@link AT} go before. */
const FAMILIES: readonly (readonly [prefix: string, LinkName])[] = [
  ['service-', 'service'],
  ['target-', 'service'],
  ['folder-', 'service'],
  ['firewall-', 'firewall'],
  ['gateway-', 'router'],
  ['mapping-', 'router'],
  ['second-router', 'second-router'],
  ['provider-', 'provider'],
  ['relay-', 'relay'],
  ['alert-', 'relay'],
  ['name-', 'name'],
  ['label-', 'name'],
  ['certificate-', 'certificate'],
]

const AT: Readonly<Partial<Record<ProblemCode, LinkName>>> = {
  'certificate-unaccepted': 'service',
  'certificate-replaced': 'service',
  'certificate-kept': 'service',
  'service-taken-down': 'relay',
  'router-unreachable': 'lan',
  'old-rule-stands': 'router',
  'forward-by-hand': 'router',
  'ipv6-closed': 'router',
  'direct-port-differs': 'router',
  'mobile-network': 'provider',
  'gateway-no-address': 'provider',
  'gateway-no-internet': 'internet',
  'internet-down': 'internet',
  'resolver-silent': 'internet',
  'no-relay': 'relay',
  'proxy-refused': 'relay',
  'tls-inspected': 'relay',
  'link-taken-down': 'relay',
  'relay-cannot-look': 'outside',
  'unreachable-outside': 'outside',
  'relay-names-silent': 'name',
  'foreign-certificate': 'certificate',
  'unknown-certificate': 'certificate',
  'link-locked': 'visitor',
}

/** What has no place of its own has to do with this computer. */
export const linkOf = (code: ProblemCode): LinkName => AT[code] ?? FAMILIES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'computer'

/** Worth telling, but visitors miss nothing by it: never a root. Over IPv6 they have the relay and IPv4; where they have not, it is none
 *  ({@link ONLY_WAY}). */
export const REMARKS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'settings-damaged',
  'journal-damaged',
  'bans-damaged',
  'certificate-kept',
  'target-moved',
  'folder-holds-home',
  'direct-port-differs',
  'ipv6-port-forbidden',
  'ipv6-port-taken',
  'ipv6-closed',
  'relay-no-port',
  'relay-far-for-music',
  'relay-suspends',
  'relay-quota-near',
  'link-taken-down',
  'link-locked',
  'alert-undelivered',
  'alert-refused',
  'alert-no-mail',
  'certificate-renewal-late',
])

/** Remarks, but for a home that has no other way in than IPv6 (only-way.ts). */
export const ONLY_WAY: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['ipv6-closed', 'ipv6-port-forbidden', 'ipv6-port-taken'])

/** No link is broken by it, and yet it goes before what merely could be better: nobody knows what visitors meet. */
export const UNSIGHTED: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['relay-cannot-look'])

const BY_HAND_TOO: readonly ProblemCode[] = ['mapping-unreachable', 'forward-by-hand']
/** No rule on any router of this house helps. */
const SHUT_BEYOND: readonly ProblemCode[] = [
  ...BY_HAND_TOO,
  'gateway-no-address',
  'gateway-refused',
  'gateway-silent',
  'second-router',
  'second-router-refused',
  'firewall-perhaps',
]
/** By hand it can be done all the same. */
const ASKED_IN_VAIN: readonly ProblemCode[] = ['gateway-silent', 'gateway-refused', 'forward-by-hand']
const UNSERVED: readonly ProblemCode[] = ['unreachable-outside']
/** What cannot be had from the internet without the internet. */
const ORDERED: readonly ProblemCode[] = ['certificate-failed', 'certificate-renewal-late', 'certificate-renewal-failing']

/** What stands when the key does, and for no reason of its own. What follows from a link that is broken needs no row. */
export const EXPLAINS: Readonly<Partial<Record<ProblemCode, readonly ProblemCode[]>>> = {
  'firewall-here': [...BY_HAND_TOO, 'firewall-perhaps', 'ipv6-closed'],
  'gateway-silent': ['forward-by-hand'],
  'gateway-refused': ['forward-by-hand'],
  'gateway-access-denied': ASKED_IN_VAIN,
  'gateway-access-unanswered': ASKED_IN_VAIN,
  'gateway-access-locked': ASKED_IN_VAIN,
  'gateway-access-lost': ASKED_IN_VAIN,
  'gateway-access-right': ASKED_IN_VAIN,
  'gateway-access-second-factor': ASKED_IN_VAIN,
  'mapping-unreachable': ['firewall-perhaps'],
  'second-router': BY_HAND_TOO,
  'second-router-refused': BY_HAND_TOO,
  'second-router-conflict': BY_HAND_TOO,
  'provider-shares-address': SHUT_BEYOND,
  'provider-shares-ports': SHUT_BEYOND,
  'provider-ds-lite': SHUT_BEYOND,
  'mobile-network': SHUT_BEYOND,
  'gateway-no-address': ['gateway-refused', ...BY_HAND_TOO],
  'gateway-no-internet': ['internet-down', 'resolver-silent', 'gateway-no-address', 'gateway-refused', 'relay-unreachable', ...ORDERED],
  'internet-down': ['resolver-silent', 'relay-unreachable', ...ORDERED],
  'resolver-silent': ['relay-unreachable', 'name-unresolved', ...ORDERED],
  'relay-blocked': ORDERED,
  'relay-quota-reached': UNSERVED,
  'service-taken-down': UNSERVED,
  'tls-inspected': ['foreign-certificate', 'certificate-failed'],
  'relay-names-silent': ['name-unresolved', 'certificate-failed'],
  'certificate-failed': UNSERVED,
  'certificate-terms': ['certificate-failed', 'certificate-renewal-late', 'certificate-renewal-failing', 'certificate-renewal-ending'],
  'certificate-account': ['certificate-failed'],
  'certificate-rate-limited': [
    'certificate-failed',
    'certificate-renewal-late',
    'certificate-renewal-failing',
    'certificate-renewal-ending',
  ],
  'certificate-over': UNSERVED,
  'certificate-wrong': UNSERVED,
  'foreign-certificate': ['certificate-wrong', 'unreachable-outside'],
}
