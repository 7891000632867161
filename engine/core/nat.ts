/** What stands between this house and the internet in IPv4, as far as the facts tell. It explains; only a probe decides. Pure. */
import { inRange, isCarrierShared, isPrivateIPv4, parseAddress, parseRange, type Range } from '../../protocol/model/address.ts'
import type { NatVerdict } from '../../protocol/snapshot.ts'
import { type State, seenIPv4 } from './state.ts'

export interface NatFinding {
  readonly verdict: NatVerdict
  /** The facts it rests on, each with its value, such as `router-says 100.64.0.10`. */
  readonly evidence: readonly string[]
}

interface Facts {
  /** Our own address on the home's network, and the next hop. */
  readonly local: string | undefined
  /** The router's claim for its outside; null when it has none to give. */
  readonly claimed: string | null
  /** The same of the router in front of it; null where there is none, or none that says. */
  readonly upstream: string | null
  /** What an outsider sees. */
  readonly observed: string | undefined
  /** What an outsider sees of our datagrams; null when it hears none. */
  readonly observedUdp: string | null | undefined
  /** Ports that were proven open from outside, and ports that the router maps but nobody outside reaches. */
  readonly openPorts: readonly number[]
  readonly closedPorts: readonly number[]
}

const range = (text: string): Range => parseRange(text) as Range
const within = (address: string | undefined, wanted: Range): boolean => {
  const bytes = address === undefined ? undefined : parseAddress(address)
  return bytes !== undefined && inRange(bytes, wanted)
}

/** DS-Lite's B4 and AFTR, and the translator of a phone (RFC 6333 §5.7, RFC 7335). */
const TRANSLATOR = range('192.0.0.0/29')
/** The networks that telephones and Windows make when they share their own connection: iOS; Android until 10; Windows. */
const TETHERED = ['172.20.10.0/28', '192.168.42.0/23', '192.168.137.0/24'].map(range)

const isHome = (claimed: string | null): boolean => claimed !== null && isPrivateIPv4(claimed)

type Row = readonly [NatVerdict, (facts: Facts) => boolean, ...(keyof typeof EVIDENCE)[]]

const EVIDENCE = {
  local: ({ local }: Facts) => `our-address ${local}`,
  claimed: ({ claimed }: Facts) => `router-says ${claimed}`,
  upstream: ({ upstream }: Facts) => `second-router-says ${upstream}`,
  observed: ({ observed }: Facts) => `outside-sees ${observed}`,
  observedUdp: ({ observedUdp }: Facts) => `outside-sees-udp-from ${observedUdp ?? 'nowhere'}`,
  ports: ({ openPorts, closedPorts }: Facts) => `open ${openPorts.join(',')} closed ${closedPorts.join(',')}`,
} as const

/** The first row that fits. */
const TABLE: readonly Row[] = [
  ['ds-lite', ({ local, claimed }) => within(local, TRANSLATOR) || within(claimed ?? undefined, TRANSLATOR), 'local', 'claimed'],
  ['carrier', ({ claimed }) => claimed !== null && isCarrierShared(claimed), 'claimed'],
  ['carrier', ({ claimed, upstream }) => isHome(claimed) && upstream !== null && isCarrierShared(upstream), 'claimed', 'upstream'],
  ['double', ({ claimed, upstream }) => isHome(claimed) && upstream !== null, 'claimed', 'upstream', 'observed'],
  ['double', ({ claimed }) => isHome(claimed), 'claimed'],
  ['mobile', ({ local }) => TETHERED.some((network) => within(local, network)), 'local'],
  ['unknown', ({ claimed, observed }) => claimed === null || observed === undefined],
  ['unsure', ({ claimed, observed }) => claimed !== observed, 'claimed', 'observed'],
  // Two doors: a VPN, or two lines.
  ['unsure', ({ observed, observedUdp }) => !!observedUdp && observedUdp !== observed, 'observed', 'observedUdp'],
  ['shared-ports', ({ openPorts, closedPorts }) => openPorts.length > 0 && closedPorts.length > 0, 'claimed', 'observed', 'ports'],
  ['single', () => true, 'claimed', 'observed'],
]

export function judge(facts: Facts): NatFinding {
  const [verdict, , ...evidence] = TABLE.find(([, fits]) => fits(facts)) as Row
  return { verdict, evidence: evidence.map((name) => EVIDENCE[name](facts)) }
}

export function natFinding(state: State): NatFinding {
  const { gateway, upstream, relay, network, paths } = state
  const mapped = Object.values(paths).filter(({ rung }) => rung === 'mapped')
  return judge({
    local: network?.ipv4?.localAddress,
    claimed: gateway.phase === 'found' ? gateway.externalIPv4 : null,
    upstream: upstream.phase === 'found' ? upstream.externalIPv4 : upstream.phase === 'absent' ? upstream.claimed : null,
    observed: relay.phase === 'connected' ? (seenIPv4(state) ?? undefined) : undefined,
    observedUdp: relay.phase === 'connected' ? (relay.udp.ipv4 === null ? null : relay.udp.ipv4?.address) : undefined,
    openPorts: mapped.flatMap((path) => (path.phase === 'confirmed' ? [path.way.outside.port] : [])),
    closedPorts: mapped.flatMap((path) =>
      path.phase === 'blocked' && path.problem.code === 'mapping-unreachable' ? [Number(path.problem.params.port)] : [],
    ),
  })
}
