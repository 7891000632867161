import { join, resolve } from 'node:path'

/** Debian builds miniupnpd twice, for each of Linux's two firewall languages. The packages exclude each other: one is installed, the
 *  other is only unpacked. */
export type Build = 'nftables' | 'iptables'

/** Debian packages to unpack, and where each is unpacked to; what they depend on is installed. */
export const UNPACKED_PACKAGES = {
  'miniupnpd-iptables': resolve(import.meta.dirname, '..', 'node_modules', '.cache', 'porchlight-lab', 'miniupnpd-iptables'),
} as const

const PROGRAM = '/usr/sbin/miniupnpd'

/** The file of a build's program. */
export function programOf(build: Build): string {
  return build === 'nftables' ? PROGRAM : join(UNPACKED_PACKAGES['miniupnpd-iptables'], PROGRAM)
}
