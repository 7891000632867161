/** Is a visitor in the home's own network? Pure. */
import { inRange, isLoopback, isPrivateIPv4, parseAddress, parseRange, type Range, unmapped } from '../../protocol/model/address.ts'

export interface Home {
  /** The networks that this computer is on. */
  readonly prefixes: readonly Range[]
  /** Routers that this computer's packets leave by. */
  readonly gateways: readonly string[]
  /** The home's address on the internet, if it is the home's alone. */
  readonly outside: string | null
}

const LINK_LOCAL = parseRange('169.254.0.0/16') as Range

/** `isDirect`: he came to a listener of ours, and not out of the tunnel. What comes out of it has the address that the relay says, and a relay
 *  could say any: this network is not for it to open.
 *
 *  - An IPv4 network with public addresses, or a provider's, is shared with strangers, so only private ones count.
 *  - A router's own address never counts: some put it in the place of everybody's who comes in through them.
 *  - Where the router turns people back who ask from inside for the outside address ("hairpin"), they come from that address. Nobody else can
 *    have it, where no other home shares it. */
export function isAtHome(address: string, isDirect: boolean, { prefixes, gateways, outside }: Home): boolean {
  const plain = unmapped(address)
  const bytes = parseAddress(plain)
  if (!isDirect || !bytes || gateways.includes(plain)) return false
  if (isLoopback(plain) || plain === outside) return true
  const isShareable = bytes.length === 4 && !isPrivateIPv4(plain) && !inRange(bytes, LINK_LOCAL)
  return !isShareable && prefixes.some((range) => inRange(bytes, range))
}
