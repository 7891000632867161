/** Is a visitor on the list of addresses that may come in? Pure. */
import { inRange, isPublic, parseAddress, parseRange, type Range, unmapped } from '../../protocol/model/address.ts'
import { placeOf } from '../../protocol/model/ban.ts'

export interface ListOptions {
  readonly allowed: readonly string[]
  /** Where a name leads now. */
  addressesOf(name: string): readonly string[]
  readonly declaredPublic: readonly Range[]
}

/** An IPv6 address stands for its whole network of 64 bits, in which a machine changes its address every day (RFC 8981); `/128` means one alone. */
export function isAllowed(address: string, { allowed, addressesOf, declaredPublic }: ListOptions): boolean {
  const plain = unmapped(address)
  const bytes = parseAddress(plain)
  if (!bytes) return false
  const place = placeOf(plain)
  return allowed.some((entry) => {
    const range = parseRange(entry)
    if (range) return inRange(bytes, range)
    if (parseAddress(entry)) return placeOf(entry) === place
    // A friend's home is somewhere on the internet: a name that leads into this house is a mistake, or a trick.
    return addressesOf(entry).some((each) => isPublic(each, declaredPublic) && placeOf(each) === place)
  })
}
