import { ADDRESSES } from './topology.ts'

/** The three chains that miniupnpd fills with its mappings and pinholes. */
export const UPNP_CHAINS = { forward: 'upnp_forward', prerouting: 'upnp_prerouting', postrouting: 'upnp_postrouting' } as const

/** What a home router does: everything may go out, nothing comes in unasked, IPv4 leaves under the router's address.
 *  The two sets count, by outside port, the connections from the internet that a mapping has let through. */
export const RULESET = `
table inet home {
  set forwarded_tcp {
    type inet_service
    size 1024
    flags dynamic
    counter
  }
  set forwarded_udp {
    type inet_service
    size 1024
    flags dynamic
    counter
  }
  chain to_router {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iifname { "lo", "br-lan" } accept
    meta l4proto { icmp, ipv6-icmp } accept
  }
  chain through_router {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "br-lan" accept
    meta l4proto tcp ct state new ct status dnat update @forwarded_tcp { ct original proto-dst }
    meta l4proto udp ct state new ct status dnat update @forwarded_udp { ct original proto-dst }
    jump ${UPNP_CHAINS.forward}
  }
  chain destination {
    type nat hook prerouting priority dstnat; policy accept;
    jump ${UPNP_CHAINS.prerouting}
  }
  chain source {
    type nat hook postrouting priority srcnat; policy accept;
    jump ${UPNP_CHAINS.postrouting}
    meta nfproto ipv4 oifname "wan" masquerade
  }
  chain ${UPNP_CHAINS.forward} {
  }
  chain ${UPNP_CHAINS.prerouting} {
  }
  chain ${UPNP_CHAINS.postrouting} {
  }
}
`

/** A router that accepts and lists mappings but passes nothing on: the rule stands before those of the ruleset. */
export const LIAR = `
table inet liar {
  chain before_forwarding {
    type filter hook forward priority filter - 10; policy accept;
    iifname "wan" ct state new drop
  }
}
`

/** `listening_ip` is the interface's name because an address would leave IPv6 out; `enable_natpmp` turns PCP on as well (2.3.1). */
export function miniupnpdSettings(leaseFile: string): string {
  return `ext_ifname=wan
ext_ifname6=wan
listening_ip=br-lan
http_port=5000
enable_upnp=yes
enable_natpmp=yes
secure_mode=yes
min_lifetime=120
max_lifetime=86400
upnp_table_name=home
upnp_nat_table_name=home
upnp_forward_chain=${UPNP_CHAINS.forward}
upnp_nat_chain=${UPNP_CHAINS.prerouting}
upnp_nat_postrouting_chain=${UPNP_CHAINS.postrouting}
lease_file=${leaseFile}
bitrate_up=10000000
bitrate_down=50000000
notify_interval=30
uuid=6b0d6c3e-0f6b-4d8c-9d4e-3a8d0c6f1a57
serial=00000001
model_number=1
allow 1-65535 192.168.1.0/24 1-65535
deny 0-65535 0.0.0.0/0 0-65535
`
}

/** The LAN's resolver: asks the lab's DNS, caches for the TTL like a router does. */
export const DNSMASQ = [
  ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file=', '--user=', '--group='],
  ...['--bind-interfaces', '--interface=br-lan', '--except-interface=lo', `--server=${ADDRESSES.dns.ipv4}`],
]
