/** This machine's own addresses and the house's own networks, as they are now. */
import { networkInterfaces } from 'node:os'
import { isLoopback, parseAddress, parseRange, type Range } from '../../protocol/model/address.ts'

const own = () => Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])

export function isOwnAddress(address: string): boolean {
  return isLoopback(address) || own().some((each) => each.address === address)
}

/** The prefixes of the networks that this machine is on: in IPv6 a home's addresses are public and yet at home. */
export function lanPrefixes(): Range[] {
  return own().flatMap(({ cidr }) => {
    const [address, bits] = cidr?.split('/') ?? []
    const bytes = parseAddress(address ?? '')
    if (!bytes) return []
    const prefix = bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, Number(bits) - index * 8))) & 0xff)
    const text = bytes.length === 4 ? prefix.join('.') : (Buffer.from(prefix).toString('hex').match(/.{4}/g) ?? []).join(':')
    return parseRange(`${text}/${bits}`) ?? []
  })
}
