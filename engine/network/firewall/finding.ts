/** The firewall of this very computer, and how its owner lets one port in. */
import type { Family } from '../../../protocol/model/address.ts'

/** What has to come in, and to whom. */
export interface Opening {
  readonly protocol: 'tcp' | 'udp'
  readonly family: Family
  readonly port: number
}

export type FirewallName = 'ufw' | 'firewalld' | 'nftables' | 'iptables' | 'Windows Defender' | 'macOS'

export interface FirewallFinding {
  readonly name: FirewallName
  /** `unknown`: it is on, and this account may not read what it lets in. */
  readonly passage: 'drops' | 'unknown'
  /** What lets in exactly this, for whoever may do that. */
  readonly command: string
}

/** Every address of the family and no other: visitors come from anywhere, and the other family has a port of its own. */
const ANYWHERE: Readonly<Record<Family, string>> = { ipv4: '0.0.0.0/0', ipv6: '::/0' }

export const ufwCommand = ({ protocol, family, port }: Opening): string =>
  `sudo ufw allow proto ${protocol} to ${ANYWHERE[family]} port ${port}`

export const firewalldCommand = ({ protocol, family, port }: Opening): string =>
  `sudo firewall-cmd --permanent --add-rich-rule='rule family="${family}" port port="${port}" protocol="${protocol}" accept' && sudo firewall-cmd --reload`

/** `chain`: as `FAMILY TABLE CHAIN`. Braces and semicolons of a foreign name never get into a command. */
export function nftCommand({ protocol, family, port }: Opening, chain: string): string | undefined {
  if (!/^(inet|ip|ip6) [A-Za-z0-9_-]{1,60} [A-Za-z0-9_-]{1,60}$/.test(chain)) return undefined
  const only = chain.startsWith('inet ') ? `meta nfproto ${family} ` : ''
  return `sudo nft insert rule ${chain} ${only}${protocol} dport ${port} accept`
}

export const iptablesCommand = ({ protocol, family, port }: Opening): string =>
  `sudo ${family === 'ipv4' ? 'iptables' : 'ip6tables'} -I INPUT -p ${protocol} --dport ${port} -j ACCEPT`
