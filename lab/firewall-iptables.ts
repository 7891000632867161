import type { Firewall } from './firewall.ts'
import type { Behaviour } from './router-settings.ts'

/** The same router in the older of Linux's two languages, as most home routers still have it. Debian's miniupnpd speaks it to the
 *  kernel by libiptc, so the tables must be those of iptables-legacy. Its chains are named and reached as the package's own
 *  `iptables_init.sh` and `ip6tables_init.sh` do. */
export function iptablesFirewall(behaviour: Behaviour): Firewall {
  const { ipv6Firewall, sharedPorts, softwire } = behaviour
  const [wait, add] = [
    ['--wait', '5'],
    ['--wait', '5', '--noflush'],
  ]
  const shared = sharedPorts ? `-j MASQUERADE --to-ports ${sharedPorts.first}-${sharedPorts.last}` : ''
  const ipv4 = `${filter(behaviour, 'icmp', [])}
*mangle
:${CHAIN} -
-A PREROUTING -i wan -j ${CHAIN}
COMMIT
*nat
:${CHAIN} -
:${CHAIN}-POSTROUTING -
-A PREROUTING -i wan -j ${CHAIN}
-A POSTROUTING -o wan -j ${CHAIN}-POSTROUTING
${shared && `-A POSTROUTING -o wan -p tcp ${shared}\n-A POSTROUTING -o wan -p udp ${shared}`}
-A POSTROUTING -o wan -j MASQUERADE
COMMIT
`
  const ipv6 = filter(behaviour, 'ipv6-icmp', [
    ...(softwire ? ['-A INPUT -p udp --dport 4789 -j ACCEPT'] : []),
    ...(ipv6Firewall ? [] : ['-A FORWARD -j ACCEPT']),
  ])
  return {
    load: [
      ['iptables-legacy-restore', wait, ipv4],
      ['ip6tables-legacy-restore', wait, ipv6],
    ],
    forget: [
      [
        'iptables-legacy-restore',
        add,
        `*filter\n-F ${CHAIN}\nCOMMIT\n*mangle\n-F ${CHAIN}\nCOMMIT\n*nat\n-F ${CHAIN}\n-F ${CHAIN}-POSTROUTING\nCOMMIT\n`,
      ],
      ['ip6tables-legacy-restore', add, `*filter\n-F ${CHAIN}\nCOMMIT\n`],
    ],
    chains: `upnp_forward_chain=${CHAIN}\nupnp_nat_chain=${CHAIN}\nupnp_nat_postrouting_chain=${CHAIN}-POSTROUTING`,
  }
}

const CHAIN = 'MINIUPNPD'

function filter({ outbound }: Behaviour, icmp: string, more: readonly string[]): string {
  const out = outbound
    ? (['tcp', 'udp'] as const).map((protocol) => `-p ${protocol} -m multiport --dports ${outbound[protocol].join(',')}`)
    : ['']
  return `*filter
:INPUT DROP
:FORWARD DROP
:${CHAIN} -
-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A INPUT ! -i wan -j ACCEPT
-A INPUT -p ${icmp} -j ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
${out.map((what) => `-A FORWARD ! -i wan ${what} -j ACCEPT`).join('\n')}
-A FORWARD -i br-lan -o br-lan -j ACCEPT
${more.join('\n')}
-A FORWARD -i wan ! -o wan -j ${CHAIN}
COMMIT
`
}
