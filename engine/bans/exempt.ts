/** Who is never held back and never banned, because it would be this home itself. Pure. */
import { inRange, parseAddress, parseRange, type Range, unmapped } from '../../protocol/model/address.ts'
import { placeOf } from '../../protocol/model/ban.ts'

/** Loopback, RFC 1918, RFC 3927, RFC 4193, RFC 4291 §2.5.6: nobody comes from there but through networks of the home's own. */
const AT_HOME = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '::1/128', 'fc00::/7', 'fe80::/10'].map(
  (text) => parseRange(text) as Range,
)

export interface Exemptions {
  /** The prefixes of the networks that this computer is on. */
  readonly lanPrefixes: readonly Range[]
  /** The home's public addresses and its relays'; with each of IPv6 its whole network of 64 bits. */
  readonly addresses: readonly (string | null | undefined)[]
}

/** `address` is literal; what is no address is exempt from nothing. */
export function exemptionsOf({ lanPrefixes, addresses }: Exemptions): (address: string) => boolean {
  const places = new Set(addresses.flatMap((address) => (address ? [placeOf(address)] : [])))
  const ranges = [...AT_HOME, ...lanPrefixes]
  return (address) => {
    if (places.has(placeOf(address))) return true
    const bytes = parseAddress(unmapped(address))
    return bytes !== undefined && ranges.some((range) => inRange(bytes, range))
  }
}
