/** Router systems that people choose: free ones, those of offices, and those that are set up in an app. */
import type { z } from 'zod'
import type { RouterGuide } from './guide.ts'

const READ_ON = '2026-11-22'
const LUCI =
  'https://github.com/openwrt/luci/blob/0a59cbe527d1360b3bba4219d702457c56a956c2/applications/luci-app-firewall/root/usr/share/luci/menu.d/luci-app-firewall.json'
const LUCI_NETWORK =
  'https://github.com/openwrt/luci/blob/1065dfce3cba005468596d4c1d1efd3a1f9f7e09/modules/luci-mod-network/root/usr/share/luci/menu.d/luci-mod-network.json'
const LUCI_UPNP =
  'https://github.com/openwrt/luci/blob/039b7be41c35f53b54c95c5b007f7aa1e590980a/applications/luci-app-upnp/root/usr/share/luci/menu.d/luci-app-upnp.json'
const OPNSENSE = 'https://docs.opnsense.org/manual/nat.html'
const EERO =
  'https://support.eero.com/hc/en-us/articles/208229046-My-Xbox-says-my-NAT-is-Strict-or-Moderate-and-won-t-let-me-join-online-games-How-do-I-fix-this'
const NEST = 'https://support.google.com/googlenest/answer/6274503'
const STARLINK = 'https://www.starlink.com/support/article/1192f3ef-2a17-31d9-261a-a59d215629f4'

export const SYSTEMS: readonly z.input<typeof RouterGuide>[] = [
  {
    id: 'pfsense',
    title: 'pfSense',
    says: /\bpfsense\b/i,
    forward: { path: ['Firewall', 'NAT', 'Port Forward'], source: 'https://docs.netgate.com/pfsense/en/latest/nat/port-forwards.html' },
    readOn: READ_ON,
  },
  {
    id: 'opnsense',
    title: 'OPNsense',
    says: /\bopnsense\b/i,
    forward: { path: ['Firewall', 'NAT', 'Destination NAT (Port Forward)'], source: OPNSENSE },
    fields: {
      name: 'Description',
      protocol: 'Protocol',
      port: 'Destination Port',
      internal: 'Redirect Target IP',
      internalPort: 'Redirect Target Port',
    },
    readOn: READ_ON,
  },
  {
    id: 'mikrotik',
    title: 'MikroTik',
    says: /\b(mikrotik|routeros)\b/i,
    forward: { path: ['IP', 'Firewall', 'NAT'], source: 'https://sp1r4.github.io/writeups/mikrotik-port-forwarding.html' },
    fields: { protocol: 'Protocol', port: 'Dst. Port', internal: 'To Addresses', internalPort: 'To Ports', name: 'Comment' },
    readOn: READ_ON,
  },
  {
    id: 'unifi',
    title: 'UniFi',
    says: /\b(unifi|ubiquiti)\b/i,
    forward: {
      path: ['Settings', 'Advanced Features', 'Advanced Gateway Settings', 'Create New Port Forwarding'],
      source: 'https://github.com/azagramac/MyBlog/blob/master/unifi/abrir-puertos-en-usg-security-gateway.md',
    },
    ipv6: {
      path: ['Settings', 'Security', 'Traffic & Firewall Rules'],
      source: 'https://help.ui.com/hc/en-us/articles/5546542486551-UniFi-Gateway-Traffic-and-Firewall-Rules',
    },
    readOn: READ_ON,
  },
  {
    id: 'eero',
    title: 'eero',
    says: /\beero\b/i,
    app: { name: 'eero', source: EERO },
    forward: { path: ['Settings', 'Advanced', 'Reservations and Port Forwarding', 'Add a reservation', 'Open a port'], source: EERO },
    reserve: { path: ['Settings', 'Advanced', 'Reservations and Port Forwarding', 'Add a reservation'], source: EERO },
    upnp: { path: ['Settings', 'Advanced', 'UPnP'], source: EERO },
    readOn: READ_ON,
  },
  {
    id: 'google-nest',
    title: 'Google Wifi, Nest Wifi',
    says: /\b(google ?wifi|nest ?wifi|google ?nest)\b/i,
    app: { name: 'Google Home', source: NEST },
    forward: {
      path: [
        { en: 'Wifi', fr: 'Wifi' },
        { en: 'Settings', fr: 'Paramètres' },
        { en: 'Advanced Networking', fr: 'Paramètres réseau avancés' },
        { en: 'Port management', fr: 'Gestion des ports' },
        { en: 'Add', fr: 'Ajouter' },
      ],
      source: NEST,
    },
    ipv6: {
      path: [
        { en: 'Wifi', fr: 'Wifi' },
        { en: 'Settings', fr: 'Paramètres' },
        { en: 'Advanced Networking', fr: 'Paramètres réseau avancés' },
        { en: 'Port management', fr: 'Gestion des ports' },
        'IPv6',
      ],
      source: NEST,
    },
    readOn: READ_ON,
  },
  {
    id: 'starlink',
    title: 'Starlink',
    says: /\bstarlink\b/i,
    app: { name: 'Starlink', source: 'https://satspeedcheck.com/blog/starlink-port-forwarding-cgnat-bypass/' },
    forward: { none: true, source: STARLINK },
    carrier: { way: 'plan', path: ['Public IP'], source: STARLINK },
    readOn: READ_ON,
  },
  {
    id: 'openwrt',
    title: 'OpenWrt',
    says: /\b(openwrt|lede|luci)\b/i,
    forward: { path: ['Network', 'Firewall', 'Port Forwards'], source: LUCI },
    reserve: { path: ['Network', 'DHCP'], source: LUCI_NETWORK },
    upnp: { path: ['Services', 'UPnP'], source: LUCI_UPNP },
    ipv6: { path: ['Network', 'Firewall', 'Traffic Rules'], source: LUCI },
    readOn: READ_ON,
  },
]
