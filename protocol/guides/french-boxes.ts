/** The boxes of the French providers, in their own words: their pages speak French only. */
import type { z } from 'zod'
import type { RouterGuide } from './guide.ts'

const READ_ON = '2026-11-22'
const LIVEBOX_MENUS = 'https://github.com/p-dor/LiveboxMonitor/issues/32'
const FREEBOX_MENUS = 'https://github.com/Aymkdn/assistant-freebox-cloud/wiki/Autoriser-les-connexions-entrantes'
const FREEBOX_LEASES = 'https://github.com/Aymkdn/assistant-freebox-cloud/wiki/%E2%80%83%5BARCHIVE%5D-Mettre-un-bail-statique-au-Player'
const BBOX = 'https://pkg.go.dev/github.com/hadamrd/bbox-cli@v0.3.0'
/** Of all four providers: who shares addresses, and how each gives one of its own. */
const SHARING = 'https://macg.co/ailleurs/2025/01/orange-partage-son-tour-par-defaut-les-ipv4-pour-les-abonnes-adsl-et-fibre-148513'

export const FRENCH_BOXES: readonly z.input<typeof RouterGuide>[] = [
  {
    id: 'livebox',
    title: 'Livebox',
    says: /\b(livebox|funbox)\b/i,
    forward: { path: ['Réseau', 'NAT/PAT'], source: LIVEBOX_MENUS },
    fields: { port: 'Port externe', internal: 'Équipement', internalPort: 'Port interne', protocol: 'Protocole' },
    reserve: { path: ['Réseau', 'DHCP'], source: LIVEBOX_MENUS },
    carrier: {
      way: 'switch',
      path: ['Réseau', 'CGN'],
      source: 'https://alloforfait.fr/internet/news/139173-orange-cgnat-livebox-partager-adresses-ipv4.html',
    },
    readOn: READ_ON,
  },
  {
    id: 'freebox',
    title: 'Freebox',
    says: /\bfreebox\b/i,
    page: { url: 'http://mafreebox.freebox.fr/', source: FREEBOX_MENUS },
    login: { kind: 'own-lost', source: FREEBOX_MENUS },
    forward: { path: ['Paramètres de la Freebox', 'Mode avancé', 'Gestion des ports', 'Redirections de ports'], source: FREEBOX_MENUS },
    fields: {
      port: 'Port de début, port de fin',
      internal: 'IP de destination',
      internalPort: 'Port de destination',
      protocol: 'Protocole',
      name: 'Commentaire',
    },
    reserve: {
      path: ['Paramètres de la Freebox', 'Mode avancé', 'DHCP', 'Baux Statiques', 'Ajouter un bail DHCP statique'],
      source: FREEBOX_LEASES,
    },
    carrier: { way: 'account', path: ['Espace abonné'], source: SHARING },
    readOn: READ_ON,
  },
  {
    id: 'bbox',
    title: 'Bbox',
    says: /\b(bbox|bouygues)\b/i,
    page: { url: 'https://mabbox.bytel.fr/', source: BBOX },
    forward: { path: ['NAT/PAT'], source: BBOX },
    carrier: { way: 'account', path: ['Espace client'], source: SHARING },
    readOn: READ_ON,
  },
  {
    id: 'sfr-box',
    title: 'SFR Box',
    says: /\b(sfr|neufbox|nb6)/i,
    page: {
      url: 'http://192.168.1.1/',
      source: 'https://github.com/YunoHost/doc/blob/21433678f211b79b4d7f8cefeca061c857f285d0/isp_sfr_fr.md',
    },
    login: { kind: 'button', source: 'https://github.com/YunoHost/doc/blob/21433678f211b79b4d7f8cefeca061c857f285d0/isp_sfr_fr.md' },
    carrier: { way: 'account', path: ['Espace client'], source: SHARING },
    readOn: READ_ON,
  },
]
