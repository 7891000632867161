/** What an owner is to mend first, for everything that the laboratory can do to a home, and for every home that it has; null: nothing, all is
 *  well or heals by itself. The scenarios and the proof go by it; roots.test.ts holds it to the laboratory's own lists. */
import type { FaultName, PersonalityName } from '../lab/lab.ts'
import type { ProblemCode } from '../protocol/problem.ts'

export type Root = ProblemCode | null

/** For who undoes another one: what is left then. */
export const FAULT_ROOTS = {
  'router-reboot': null,
  'wan-change': null,
  'wan-change-silent': null,
  'wan-change-back': null,
  'lan-change': 'old-rule-stands',
  'lan-change-back': null,
  // A service is found again by its machine's own address (seeds row M6).
  'server-lan-change': null,
  'server-lan-change-back': null,
  'isp-down': 'internet-down',
  'isp-up': null,
  'line-down': 'gateway-no-internet',
  'line-up': null,
  'lying-mapping': 'mapping-unreachable',
  'honest-mapping': null,
  'port-stolen': 'gateway-conflict',
  'port-returned': null,
  'dns-down': 'resolver-silent',
  'dns-up': null,
  'port-443-shut': 'relay-blocked',
  // Nobody is there but a proxy of which the engine has not been told.
  'proxy-alone': 'internet-down',
  'all-may-go-out': null,
  'cable-out': 'no-network',
  'cable-in': null,
  'upnp-off': 'gateway-silent',
  'upnp-on': null,
} as const satisfies Record<FaultName, Root>

/** What is true only while it happens, and told where that takes longer than a moment. */
export const FAULT_PASSING: Readonly<Partial<Record<FaultName, readonly ProblemCode[]>>> = {
  // While the router starts anew, nothing is at the other end of the cable.
  'router-reboot': ['no-network'],
}

/** What is wrong with a home from its first day. */
export const PERSONALITY_ROOTS = {
  plain: null,
  iptables: null,
  'upnp-off': 'gateway-silent',
  'upnp-only': null,
  'upnp-v1': null,
  'pcp-only': null,
  'cgnat-refusing': 'provider-shares-address',
  'cgnat-lying': 'provider-shares-address',
  'cgnat-reporting': 'provider-shares-address',
  'double-nat': null,
  'double-nat-outer-natpmp': null,
  'double-nat-outer-silent': 'second-router',
  'double-nat-outer-refusing': 'second-router-refused',
  'double-nat-carrier': 'provider-shares-address',
  'ds-lite': 'provider-ds-lite',
  'shared-ports': 'provider-shares-ports',
  'port-443-taken': 'gateway-conflict',
  'ipv6-pinhole': null,
  'ipv6-open': null,
  'no-ipv6': null,
  'ipv6-only': null,
  'outbound-443-only': null,
  lossy: null,
  'slow-uplink': null,
  'two-relays': null,
  'nat64-visitor': null,
} as const satisfies Record<PersonalityName, Root>
