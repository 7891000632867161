/** The head that tells a TCP service who its visitor is: PROXY protocol, version 2 (haproxy.org/download/3.0/doc/proxy-protocol.txt §2.2).
 *
 *     0               4               8              12      13      14      16
 *     ├ 0D 0A 0D 0A ──┼ 00 0D 0A 51 ──┼ 55 49 54 0A ─┼─ 21 ──┼ 11/21 ┼ length ┤   21: version 2, PROXY
 *
 *    16              20              24      26      28
 *     ├ from ─────────┼ to ───────────┼ f.port┼ t.port┤   11: TCP over IPv4, length 12
 *
 *    16                              32                              48      50      52
 *     ├ from ─────────────────────────┼ to ───────────────────────────┼ f.port┼ t.port┤   21: TCP over IPv6, length 36
 *
 *  Numbers are in network order. */
import { type Endpoint, parseAddress, unmapped } from '../../protocol/model/address.ts'

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')
const VERSION_2_PROXY = 0x21
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21

/** `from`: the visitor. `to`: where he came to; of the other family, or none that is known (out of the tunnel), it is given as the
 *  unspecified address, as the format has one family for both. */
export function proxyHead(from: Endpoint, to: Endpoint): Buffer {
  const source = parseAddress(unmapped(from.address))
  if (!source) throw new TypeError(`${from.address} is no address`)
  const reached = parseAddress(unmapped(to.address))
  const destination = reached?.length === source.length ? reached : new Uint8Array(source.length)
  const ports = Buffer.alloc(4)
  ports.writeUInt16BE(from.port, 0)
  ports.writeUInt16BE(to.port, 2)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(2 * source.length + ports.length)
  const kind = Buffer.of(VERSION_2_PROXY, source.length === 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6)
  return Buffer.concat([SIGNATURE, kind, length, source, destination, ports])
}
