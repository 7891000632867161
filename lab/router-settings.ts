import type { Build } from './miniupnpd-builds.ts'
import type { TakenForPublic } from './public-miniupnpd.ts'

/** What a router is like. */
export type Behaviour = {
  /** Which of Debian's two builds of miniupnpd it runs, and so in which of Linux's two languages its firewall is written. */
  build: Build
  /** Who may map ports, each to itself. */
  lan: string
  /** UPnP IGD, version 2 unless `igdVersion` says 1. */
  igd: boolean
  igdVersion: 1 | 2
  /** PCP and NAT-PMP: miniupnpd has one switch for the two (`enable_natpmp`, 2.3.1). */
  pcp: boolean
  takenForPublic: readonly TakenForPublic[]
  /** The external address it claims; without, that of its line. */
  claims?: string
  /** Whether IPv6 connections from outside are kept out unless a pinhole was asked for. */
  ipv6Firewall: boolean
  /** Without, everything may go out. */
  outbound?: { tcp: readonly number[]; udp: readonly number[] }
  /** Without, all ports of the external address are this router's; with, it uses none outside of these. */
  sharedPorts?: { first: number; last: number }
  /** Where it asks for names: the lab's DNS, unless told otherwise. */
  resolver?: string
  /** IPv4 comes through the tunnel of DS-Lite. */
  softwire?: true
}

export const ORDINARY: Behaviour = {
  build: 'nftables',
  lan: '192.168.1.0/24',
  igd: true,
  igdVersion: 2,
  pcp: true,
  takenForPublic: ['documentation'],
  ipv6Firewall: true,
}

/** A router that accepts and lists mappings but passes nothing on: the rule stands before those of the ruleset. */
export const LIAR = `
table inet liar {
  chain before_forwarding {
    type filter hook forward priority filter - 10; policy accept;
    iifname "wan" ct state new drop
  }
}
`

/** The UDP port of NAT-PMP and PCP (RFC 6887 §19), and the TCP port of the lab's UPnP descriptions. */
export const PCP_PORT = 5351
export const IGD_PORT = 5000

/** `listening_ip` is the interface's name because an address would leave IPv6 out.
 *  @param chains the lines that name the chains of its firewall */
export function miniupnpdSettings(leaseFile: string, chains: string, { lan, igd, igdVersion, pcp, claims }: Behaviour): string {
  return `ext_ifname=wan
ext_ifname6=wan
${claims ? `ext_ip=${claims}` : ''}
listening_ip=br-lan
http_port=${IGD_PORT}
enable_upnp=${yes(igd)}
force_igd_desc_v1=${yes(igdVersion === 1)}
enable_natpmp=${yes(pcp)}
secure_mode=yes
min_lifetime=120
max_lifetime=86400
${chains}
lease_file=${leaseFile}
bitrate_up=10000000
bitrate_down=50000000
notify_interval=30
uuid=6b0d6c3e-0f6b-4d8c-9d4e-${lan.replace(/\D/g, '').padStart(12, '0')}
serial=00000001
model_number=1
allow 1-65535 ${lan} 1-65535
deny 0-65535 0.0.0.0/0 0-65535
`
}

function yes(on: boolean): string {
  return on ? 'yes' : 'no'
}

/** The LAN's resolver: asks its provider's, caches for the TTL like a router does. */
export const dnsmasqArguments = (resolver: string): string[] => [
  ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file=', '--user=', '--group='],
  ...['--bind-interfaces', '--interface=br-lan', '--except-interface=lo', `--server=${resolver}`],
]
