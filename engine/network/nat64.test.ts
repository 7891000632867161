import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nat64Prefix } from './nat64.ts'

describe("the NAT64's prefix in the address of ipv4only.arpa", () => {
  const rows: readonly (readonly [string, string, string | null])[] = [
    // RFC 6052 §2.4 has these for 192.0.2.33; the well-known addresses stand in the same places.
    ['after 32 bits', '2001:db8:c000:aa::', '2001:db8::/32'],
    ['after 40 bits', '2001:db8:1c0:0:aa::', '2001:db8:100::/40'],
    ['after 48 bits', '2001:db8:122:c000:0:aa00::', '2001:db8:122::/48'],
    ['after 56 bits', '2001:db8:122:3c0:0:aa::', '2001:db8:122:300::/56'],
    ['after 64 bits', '2001:db8:122:344:c0:0:aa00:0', '2001:db8:122:344::/64'],
    ['after 96 bits', '2001:db8:122:344::192.0.0.171', '2001:db8:122:344::/96'],
    ['the well-known prefix', '64:ff9b::c000:aa', '64:ff9b::/96'],
    ['an address that somebody has set by hand', '2001:db8::1', null],
    ['IPv4', '192.0.0.170', null],
    ['nothing', '', null],
  ]
  for (const [name, address, prefix] of rows) it(name, () => assert.equal(nat64Prefix(address), prefix))
})
