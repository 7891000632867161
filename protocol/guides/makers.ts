/** Makers whose routers mostly share one page. */
import type { z } from 'zod'
import type { RouterGuide } from './guide.ts'

const READ_ON = '2026-11-22'
const FRITZBOX = 'https://service.avm.de/help/en/FRITZ-Box-7530/019p2/hilfe_portfreigabe'
const TP_LINK = 'https://community.tp-link.com/en/home/stories/detail/714'
const NETGEAR = 'https://www.manualowl.com/m/Netgear/AC1600-WiFi/Manual/616024?page=178'
/** The very words of its page, from the program behind it: the makers' own sources, as a project builds on them. */
const ASUS = (language: 'EN' | 'FR') =>
  `https://github.com/RMerl/asuswrt-merlin.ng/blob/06ca6b50cf3efc4bd0138e3cc725e9a5ce5950ed/release/src/router/www/${language}.dict`
const ZTE = 'https://19216811.live/zte-zxhn-h108l-manual/12'
const D_LINK = 'http://support.dlink.com/emulators/dgl4300/help_advanced.html'

export const MAKERS: readonly z.input<typeof RouterGuide>[] = [
  {
    id: 'fritzbox',
    title: 'FRITZ!Box',
    says: /fritz!?box|\bavm\b/i,
    page: { url: 'http://fritz.box/', source: 'https://otto.de/updated/fritzbox-portfreigabe-so-funktioniert-es-95323' },
    forward: { path: ['Internet', 'Permit Access', 'Port Sharing'], source: FRITZBOX },
    fields: { name: 'Application / Server service', protocol: 'Protocol', port: 'External port', internalPort: 'Port to device' },
    upnp: {
      path: ['Heimnetz', 'Heimnetzübersicht', 'Netzwerkverbindungen'],
      source:
        'https://avm.de/service/fritzbox/fritzbox-6430-cable/wissensdatenbank/publication/show/894_Automatische-Portfreigaben-einrichten/',
    },
    ipv6: { path: ['Internet', 'Permit Access', 'Port Sharing'], source: FRITZBOX },
    readOn: READ_ON,
  },
  {
    id: 'tp-link',
    title: 'TP-Link',
    // A Deco is set up in its app, of which no page could be cited.
    says: /^(?!.*\bdeco\b).*\b(tp-?link|archer)\b/i,
    forward: { path: ['NAT Forwarding', 'Virtual Servers'], source: TP_LINK },
    upnp: { path: ['NAT Forwarding', 'UPnP'], source: TP_LINK },
    readOn: READ_ON,
  },
  {
    id: 'netgear',
    title: 'NETGEAR',
    says: /\b(netgear|nighthawk|orbi)\b/i,
    page: { url: 'http://www.routerlogin.net/', source: NETGEAR },
    login: { kind: 'admin-own', source: NETGEAR },
    forward: { path: ['ADVANCED', 'Advanced Setup', 'Port Forwarding / Port Triggering'], source: NETGEAR },
    readOn: READ_ON,
  },
  {
    id: 'linksys',
    title: 'Linksys',
    // Nor could one of the app for a Velop.
    says: /^(?!.*\bvelop\b).*\blinksys\b/i,
    forward: {
      path: ['Applications & Gaming', 'Single Port Forwarding'],
      source: 'http://cisnet.mywccc.org/IT%20Essentials%205/course/module10/10.2.4.9/10.2.4.9.html',
    },
    readOn: READ_ON,
  },
  {
    id: 'asus',
    title: 'ASUS',
    says: /\b(asus|asuswrt|zenwifi)/i,
    page: { url: 'http://router.asus.com/', source: ASUS('FR') },
    forward: {
      path: [
        { en: 'Advanced Settings', fr: 'Paramètres avancés' },
        'WAN',
        { en: 'Virtual Server / Port Forwarding', fr: 'Serveur virtuel / Redirection de port' },
      ],
      source: ASUS('EN'),
    },
    fields: {
      protocol: { en: 'Protocol', fr: 'Protocole' },
      port: { en: 'External Port', fr: 'Port externe' },
      internal: { en: 'Internal IP Address', fr: 'Adresse IP interne' },
      internalPort: { en: 'Internal Port', fr: 'Port interne' },
    },
    readOn: READ_ON,
  },
  {
    id: 'zte',
    title: 'ZTE',
    says: /\bzte\b|\bzxhn/i,
    upnp: { path: ['Access Management', 'UPnP'], source: ZTE },
    readOn: READ_ON,
  },
  {
    id: 'd-link',
    title: 'D-Link',
    says: /\bd-?link\b/i,
    forward: { path: ['Advanced', 'Virtual Server'], source: D_LINK },
    fields: { name: 'Name', protocol: 'Traffic Type', port: 'Public Port', internal: 'IP Address', internalPort: 'Private Port' },
    readOn: READ_ON,
  },
  {
    id: 'technicolor',
    title: 'Technicolor, Thomson',
    says: /\b(technicolor|thomson|speedtouch)\b/i,
    forward: {
      path: ['Toolbox', 'Game & Application Sharing'],
      source: 'https://azmanual.top/manuals/207426/technicolor-thomson-speedtouch-585.html?page=69',
    },
    fields: { protocol: 'Protocol', port: 'Port Range', internalPort: 'Translate To' },
    readOn: READ_ON,
  },
  {
    id: 'sagemcom',
    title: 'Sagemcom',
    says: /\bsagem(com)?\b/i,
    forward: { path: ['Advanced Setup', 'NAT'], source: 'https://www.easymanua.ls/sagemcom/f-st-4310/manual?p=85' },
    readOn: READ_ON,
  },
]
