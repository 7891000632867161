/** What stands between this house and the internet in IPv4, as far as the facts tell. It explains; only a probe decides. Pure. */
import { inRange, isCarrierShared, isPrivateIPv4, parseAddress, parseRange, type Range } from '../../protocol/model/address.ts'
import type { NatVerdict } from '../../protocol/snapshot.ts'
import { mappedPorts, soughtPort, wantsNat64, wantsNextHop } from './line.ts'
import { onceFor } from './once.ts'
import { type State, seenIPv4 } from './state.ts'

export interface NatFinding {
  readonly verdict: NatVerdict
  /** The facts it rests on, each with its value, such as `router-says 100.64.0.10`. */
  readonly evidence: readonly string[]
}

export interface Facts {
  /** Our own address on the home's network, and the interface that has it. */
  readonly local?: string | undefined
  readonly interfaceName?: string | undefined
  /** The router that does not answer, when it does not. */
  readonly silent?: string | undefined
  /** The router's claim for its outside; null when it says that it has none. Absent: it does not say. */
  readonly claimed?: string | null | undefined
  /** The same of the router in front of it, where one says. */
  readonly upstream?: string | undefined
  /** What an outsider sees, and where our datagrams come from, when that is heard. */
  readonly observed?: string | undefined
  readonly observedUdp?: string | undefined
  /** The router after ours on the way out, where it tells. */
  readonly nextHop?: string | undefined
  /** The prefix of the provider's NAT64. */
  readonly nat64?: string | undefined
  /** Ports that an outsider came in by, and ports that the router maps but nobody outside reaches. */
  readonly open: readonly number[]
  readonly closed: readonly number[]
  /** The other half of the trial: a port that no set holds together with one of ours. */
  readonly beyond?: 'open' | 'closed' | 'untold' | undefined
  /** Something is being mapped or looked at just now that will say more. */
  readonly isPending: boolean
}

const range = (text: string): Range => parseRange(text) as Range
const within = (address: string | null | undefined, wanted: Range): boolean => {
  const bytes = address ? parseAddress(address) : undefined
  return bytes !== undefined && inRange(bytes, wanted)
}

/** The two ends of DS-Lite's tunnel, and the translator of a phone or of a 464XLAT router (RFC 6333 §5.7, RFC 7335). */
const TRANSLATOR = range('192.0.0.0/29')
const isTranslator = (address: string | null | undefined): boolean => within(address, TRANSLATOR)
/** The networks that telephones and Windows make when they share their own connection: iOS; Android until 10; Windows. */
const TETHERED = ['172.20.10.0/28', '192.168.42.0/23', '192.168.137.0/24'].map(range)
/** A modem in this computer: `ww` in systemd.net-naming-scheme(7), `pdp_ip` on macOS, the alias that Windows gives. */
const MODEM = /^(ww[a-z0-9]|rmnet|pdp_ip)|^(cellular|mobile broadband)/i

const isHome = (claimed: string | null | undefined): boolean => !!claimed && isPrivateIPv4(claimed)
const isCarriers = (address: string | null | undefined): boolean => !!address && isCarrierShared(address)

type Row = readonly [NatVerdict, (facts: Facts) => boolean, ...(keyof typeof EVIDENCE)[]]

/** Nothing for what is not known. */
const EVIDENCE = {
  local: ({ local, interfaceName }: Facts) =>
    local && [`our-address ${local}`, ...(interfaceName ? [`on ${interfaceName}`] : [])].join(' '),
  router: ({ silent, claimed }: Facts) =>
    silent ? `router-silent ${silent}` : claimed === undefined ? undefined : `router-says ${claimed ?? 'no-address'}`,
  upstream: ({ upstream }: Facts) => upstream && `second-router-says ${upstream}`,
  observed: ({ observed }: Facts) => observed && `outside-sees ${observed}`,
  observedUdp: ({ observedUdp }: Facts) => observedUdp && `outside-sees-udp-from ${observedUdp}`,
  nextHop: ({ nextHop }: Facts) => nextHop && `next-hop ${nextHop}`,
  nat64: ({ nat64 }: Facts) => nat64 && `nat64-prefix ${nat64}`,
  open: ({ open }: Facts) => open.length > 0 && `open ${open.join(',')}`,
  closed: ({ closed }: Facts) => closed.length > 0 && `closed ${closed.join(',')}`,
} as const

/** The first row that fits. */
const TABLE: readonly Row[] = [
  ['ds-lite', ({ local }) => isTranslator(local), 'local'],
  ['ds-lite', ({ claimed }) => isTranslator(claimed), 'router'],
  ['ds-lite', ({ local, nat64 }) => local === undefined && nat64 !== undefined, 'nat64'],
  ['carrier', ({ claimed }) => isCarriers(claimed), 'router', 'observed'],
  ['carrier', ({ claimed, upstream }) => isHome(claimed) && isCarriers(upstream), 'router', 'upstream'],
  ['double', ({ claimed }) => isHome(claimed), 'router', 'upstream', 'observed'],
  // A modem in bridge mode, or one in this computer: nobody but the provider has such addresses.
  ['carrier', ({ local, claimed }) => isCarriers(local) && !claimed, 'local', 'observed'],
  ['mobile', ({ local, claimed, interfaceName = '' }) => !claimed && (isTethered(local) || MODEM.test(interfaceName)), 'local', 'observed'],
  ['unknown', ({ observed }) => observed === undefined, 'router'],
  // Rules on our own router alone have let an outsider in.
  ['single', ({ claimed, open }) => claimed === undefined && open.length > 0, 'observed', 'open'],
  ['ds-lite', ({ claimed, nextHop }) => !claimed && isTranslator(nextHop), 'router', 'observed', 'nextHop'],
  ['ds-lite', ({ claimed, nat64 }) => claimed === null && nat64 !== undefined, 'router', 'observed', 'nat64'],
  // Providers number routers of their own so, too; but this house goes out, and its router says that it has no address to do so with.
  ['carrier', ({ claimed, nextHop }) => claimed === null && isCarriers(nextHop), 'router', 'observed', 'nextHop'],
  ['unsure', ({ claimed, isPending }) => claimed === null && !isPending, 'router', 'observed', 'nextHop'],
  ['unknown', ({ claimed }) => !claimed, 'router', 'observed', 'nextHop'],
  ['unsure', ({ claimed, observed }) => claimed !== observed, 'router', 'observed'],
  // Two doors: a VPN, or two lines.
  ['unsure', ({ observed, observedUdp }) => !!observedUdp && observedUdp !== observed, 'observed', 'observedUdp'],
  // From here on our router has the address that outsiders see, or says so.
  ['shared-ports', ({ open, beyond }) => open.length > 0 && beyond === 'closed', 'router', 'observed', 'open', 'closed'],
  ['carrier', (facts) => isShutOff(facts) && isCarriers(facts.nextHop), 'router', 'observed', 'nextHop', 'closed'],
  ['unsure', (facts) => isShutOff(facts), 'router', 'observed', 'nextHop', 'closed'],
  ['unsure', ({ closed, beyond }) => closed.length > 0 && beyond !== 'open', 'router', 'observed', 'open', 'closed'],
  ['unknown', ({ open, isPending }) => open.length === 0 && isPending, 'router', 'observed'],
  // Closed ports among open ones are the provider's, which keeps single ones shut.
  ['single', () => true, 'router', 'observed', 'open', 'closed'],
]

/** The router maps, and nobody comes in by any of it. */
const isShutOff = ({ open, closed }: Facts): boolean => open.length === 0 && closed.length > 0
const isTethered = (local: string | undefined): boolean => TETHERED.some((network) => within(local, network))

export function judge(facts: Facts): NatFinding {
  const [verdict, , ...evidence] = TABLE.find(([, fits]) => fits(facts)) as Row
  return { verdict, evidence: evidence.flatMap((name) => EVIDENCE[name](facts) || []) }
}

export const natFinding = onceFor((state: State): NatFinding => {
  const { gateway, upstream, relay, network, line } = state
  const mapped = mappedPorts(state)
  const trials = [line.within, line.beyond].filter((trial) => trial !== undefined)
  const portsOf = (found: 'open' | 'closed'): number[] => [
    ...mapped.flatMap((each) => (each.found === found ? [each.port] : [])),
    ...trials.flatMap((trial) => (trial.found === found ? [trial.port] : [])),
  ]
  return judge({
    local: network?.ipv4?.localAddress,
    interfaceName: network?.ipv4?.interfaceName,
    ...(gateway.phase === 'absent' ? { silent: network?.ipv4?.gateway } : claimOf(gateway)),
    upstream: (upstream.phase === 'found' ? upstream.externalIPv4 : upstream.phase === 'absent' ? upstream.claimed : null) ?? undefined,
    observed: relay.phase === 'connected' ? (seenIPv4(state) ?? undefined) : undefined,
    observedUdp: relay.phase === 'connected' ? relay.udp.ipv4?.address : undefined,
    nextHop: line.nextHop ?? undefined,
    nat64: line.nat64 ?? undefined,
    open: portsOf('open'),
    closed: portsOf('closed'),
    beyond: line.beyond?.found,
    isPending: isNatPending(state),
  })
})

/** Something is being mapped or looked at just now that will say more. */
export const isNatPending = (state: State): boolean =>
  wantsNextHop(state) || wantsNat64(state) || soughtPort(state) !== null || mappedPorts(state).some(({ found }) => found === 'pending')

/** PCP tells an address only with a rule: its silence says nothing. */
const claimOf = (gateway: State['gateway']): Pick<Facts, 'claimed'> =>
  gateway.phase === 'found' && (gateway.externalIPv4 !== null || gateway.protocols.some((protocol) => protocol !== 'pcp'))
    ? { claimed: gateway.externalIPv4 }
    : {}
