/** Does the provider carry IPv4 inside IPv6? Its DNS tells by an answer that nobody else would give (RFC 7050). */

import { Resolver } from 'node:dns/promises'
import { SocketAddress } from 'node:net'
import { parseAddress } from '../../protocol/model/address.ts'

/** It has IPv4 addresses only, these two (RFC 7050 §8): an IPv6 one is made by a DNS64, around one of them. */
const NAME = 'ipv4only.arpa'
const WELL_KNOWN = ['192.0.0.170', '192.0.0.171']
/** RFC 6052 §2.2: after how many bits of prefix the four bytes of the IPv4 address stand where. */
const PLACES: readonly (readonly [bits: number, ...places: number[]])[] = [
  [96, 12, 13, 14, 15],
  [64, 9, 10, 11, 12],
  [56, 7, 9, 10, 11],
  [48, 6, 7, 9, 10],
  [40, 5, 6, 7, 9],
  [32, 4, 5, 6, 7],
]

/** The NAT64's prefix, such as `64:ff9b::/96`; null when there is none, or no answer within 4 s. Throws only the signal's reason. */
export async function askNat64(signal: AbortSignal): Promise<string | null> {
  signal.throwIfAborted()
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  const onAbort = (): void => resolver.cancel()
  signal.addEventListener('abort', onAbort)
  const addresses = await resolver.resolve6(NAME).catch(() => [])
  signal.removeEventListener('abort', onAbort)
  signal.throwIfAborted()
  return addresses.map(nat64Prefix).find((prefix) => prefix !== null) ?? null
}

/** The prefix in an address that a DNS64 has made for that name; null for any other. */
export function nat64Prefix(address: string): string | null {
  const bytes = parseAddress(address)
  if (bytes?.length !== 16) return null
  const found = PLACES.find(([, ...places]) => WELL_KNOWN.includes(places.map((place) => bytes[place]).join('.')))
  if (!found) return null
  const [bits] = found
  const prefix = Buffer.from(bytes).fill(0, bits / 8)
  const text = (prefix.toString('hex').match(/.{4}/g) ?? []).join(':')
  return `${new SocketAddress({ address: text, family: 'ipv6' }).address}/${bits}`
}
