/** Where a target may never lead, whoever asked for it. Pure; asked again after every resolution, because a name may move (DNS rebinding). */
import { inRange, isPublic, parseAddress, parseRange, type Range, unmapped } from '../../protocol/model/address.ts'

/** `own-listener`: one of our own doors, a loop. `metadata`: a cloud's or provider's configuration service, which hands out secrets to
 *  whoever asks from this machine. `not-a-host`: unspecified, broadcast or multicast. `public`: not in this home. */
export type ForbiddenReason = 'own-listener' | 'metadata' | 'not-a-host' | 'public'

export interface ForbiddenOptions {
  /** Does one of our own listeners answer at this address? Loopback and every address of this machine count. */
  readonly isOwnListener: (address: string, port: number) => boolean
  /** The prefixes of our own network now: IPv6 in a home is public and yet at home. */
  readonly lanPrefixes: () => readonly Range[]
  /** What a laboratory declares public; see `parsePublicRanges`. */
  readonly declaredPublic?: readonly Range[] | undefined
  /** Where the server of a folder listens: a local socket. Rejects with the system's error when the folder cannot be shown. */
  readonly folderSocket?: ((path: string) => Promise<string>) | undefined
}

const ranges = (...texts: string[]) => texts.map((text) => parseRange(text) as Range)

/** AWS, Azure, Google, DigitalOcean and OpenStack share 169.254.169.254 and AWS adds its neighbours; ECS; Alibaba; Oracle; AWS over IPv6. */
const METADATA = ranges('169.254.169.0/24', '169.254.170.0/24', '100.100.100.200/32', '192.0.0.192/32', 'fd00:ec2::/32', 'fd20:ce::254/128')

/** Linux takes 0.0.0.0 and :: as this very machine, past every check of loopback. `::/96` is the IPv4-compatible form (RFC 4291 §2.5.5.1). */
const NOT_A_HOST = ranges('0.0.0.0/8', '224.0.0.0/3', '::/128', 'ff00::/8')
const IPV4_COMPATIBLE = parseRange('::/96') as Range
const LOOPBACK_IPV6 = parseRange('::1/128') as Range

/** Why `address` (a literal) must not be connected to, or undefined when it may. Text that is no address is `not-a-host`. */
export function forbiddenTarget(address: string, port: number, options: ForbiddenOptions): ForbiddenReason | undefined {
  const plain = unmapped(address)
  const bytes = parseAddress(plain)
  if (!bytes || NOT_A_HOST.some((range) => inRange(bytes, range))) return 'not-a-host'
  if (inRange(bytes, IPV4_COMPATIBLE) && !inRange(bytes, LOOPBACK_IPV6)) return 'not-a-host'
  if (METADATA.some((range) => inRange(bytes, range))) return 'metadata'
  if (options.isOwnListener(plain, port)) return 'own-listener'
  if (isPublic(plain, options.declaredPublic) && !options.lanPrefixes().some((range) => inRange(bytes, range))) return 'public'
  return undefined
}
