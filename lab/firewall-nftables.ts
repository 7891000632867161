import type { Firewall } from './firewall.ts'
import type { Behaviour } from './router-settings.ts'

/** The three chains that miniupnpd fills with its mappings and pinholes. */
const CHAINS = { forward: 'upnp_forward', prerouting: 'upnp_prerouting', postrouting: 'upnp_postrouting' } as const

export function nftablesFirewall(behaviour: Behaviour): Firewall {
  return {
    load: [['nft', ['-f', '-'], ruleset(behaviour)]],
    forget: [
      [
        'nft',
        ['-f', '-'],
        Object.values(CHAINS)
          .map((chain) => `flush chain inet home ${chain}\n`)
          .join(''),
      ],
    ],
    chains: `upnp_table_name=home
upnp_nat_table_name=home
upnp_forward_chain=${CHAINS.forward}
upnp_nat_chain=${CHAINS.prerouting}
upnp_nat_postrouting_chain=${CHAINS.postrouting}`,
  }
}

export function ruleset({ ipv6Firewall, outbound, sharedPorts, softwire }: Behaviour): string {
  const mayGoOut = outbound
    ? [`iifname != "wan" tcp dport ${ports(outbound.tcp)} accept`, `iifname != "wan" udp dport ${ports(outbound.udp)} accept`]
    : ['iifname != "wan" accept']
  return `
table inet home {
  chain to_router {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iifname != "wan" accept
    meta l4proto { icmp, ipv6-icmp } accept
    ${softwire ? 'udp dport 4789 accept' : ''}
  }
  chain through_router {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ${mayGoOut.join('\n    ')}
    iifname "br-lan" oifname "br-lan" accept
    ${ipv6Firewall ? '' : 'meta nfproto ipv6 accept'}
    jump ${CHAINS.forward}
  }
  chain destination {
    type nat hook prerouting priority dstnat; policy accept;
    jump ${CHAINS.prerouting}
  }
  chain source {
    type nat hook postrouting priority srcnat; policy accept;
    jump ${CHAINS.postrouting}
    ${sharedPorts ? `meta nfproto ipv4 oifname "wan" meta l4proto { tcp, udp } masquerade to :${sharedPorts.first}-${sharedPorts.last}` : ''}
    meta nfproto ipv4 oifname "wan" masquerade
  }
  chain ${CHAINS.forward} {
  }
  chain ${CHAINS.prerouting} {
  }
  chain ${CHAINS.postrouting} {
  }
}
`
}

function ports(numbers: readonly number[]): string {
  return `{ ${numbers.join(', ')} }`
}
