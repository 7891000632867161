import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GENERIC, GUIDES, guideOf, type RouterGuide, recogniseRouter, sourcesOf } from './index.ts'

describe('every router guide', () => {
  for (const guide of GUIDES)
    test(guide.id, () => {
      assert.ok(sourcesOf(guide).length > 0, 'rests on a page that can be read')
      assert.ok(Date.parse(guide.readOn) <= Date.now(), 'was read already')
      assert.equal(guideOf(guide.id), guide, 'has an id of its own')
      assert.ok(!guide.says.global, 'is recognised the same way twice')
      assert.equal(recogniseRouter(guide.title), guide.id, 'is recognised by its own title')
    })

  test('one that is not known is the generic one', () => {
    assert.deepEqual([guideOf(GENERIC), guideOf('of-tomorrow')], [undefined, undefined])
  })
})

/** Name, maker and model as routers have told them: from reports of their owners. */
const TOLD: readonly (readonly [says: string, id: string | null, source: string])[] = [
  ['Orange Livebox Sagemcom Residential Livebox,(DSL,WAN Ethernet)', 'livebox', 'nicotine-plus#1566'],
  ['Orange Funbox 6 Sagemcom Funbox 6, (GPON, WAN Ethernet)', 'livebox', 'home-assistant/core#92538'],
  ['Home Hub 3000 Internet Gateway Device Sagemcom Sagemcom IDG WAN', 'sagemcom', 'tailscale#10771'],
  ['FRITZ!Box 7530 AVM Berlin FRITZ!Box 7530', 'fritzbox', 'home-assistant/core#57243'],
  ['InternetGatewayDeviceV2 - FRITZ!Box 7490 AVM Berlin FRITZ!Box 7490', 'fritzbox', 'home-assistant/core#43014'],
  ['DSL-X1852E D-link DSL-X1852E', 'd-link', 'home-assistant/core#76383'],
  ['MikroTik Router MikroTik Router OS', 'mikrotik', 'tailscale#13745'],
  ['TP-Link SMB TL-R605 TP-Link TL-R605', 'tp-link', 'home-assistant/core#49942'],
  ['MitraStar DSL-2401HN-T1C-GV Internet Sharing Gateway MitraStar MitraStar Internet Gateway', null, 'TinyUPnP#14'],
  ['firetruck dreamstatic firetruck-OpenBSD67', null, 'miniupnp#539'],
  ['TP-Link Deco M5 TP-Link', null, 'no page of its app could be cited'],
  ['Linksys Velop', null, 'no page of its app could be cited'],
  ['ASUS Wireless Router RT-AC68U', 'asus', 'home-assistant/core#46822'],
  ['Router', null, 'what says nothing'],
  ['', null, 'what says nothing at all'],
]

describe('a router is recognised by what it tells', () => {
  for (const [says, id, source] of TOLD) test(`${says || '(nothing)'}: ${source}`, () => assert.equal(recogniseRouter(says), id))
})

describe('the surest line decides', () => {
  const CASES: readonly (readonly [what: string, says: string, id: string | null])[] = [
    ['its own word before its card', 'Orange Livebox\nSagemcom', 'livebox'],
    ['its own word before the system that it was built on', 'TP-Link Archer C7\nOpenWRT/19.07 UPnP/1.1 MiniUPnPd/2.1', 'tp-link'],
    ['what its server says, where it says nothing itself', 'FRITZ!Box 7530 UPnP/1.0 AVM FRITZ!Box 7530 164.07.29', 'fritzbox'],
    ['its card, where nothing else does', 'Router\nLinux UPnP/1.0\nNETGEAR', 'netgear'],
    ['nothing', 'Router\nLinux UPnP/1.0', null],
  ]
  for (const [what, says, id] of CASES) test(what, () => assert.equal(recogniseRouter(says), id))
})

/** What is told in general words, since no page could be cited. A gap that is closed goes from here; a new one has to be written down. */
const IN_GENERAL: Readonly<Record<string, readonly Part[]>> = {
  livebox: ['page', 'login', 'upnp', 'ipv6'],
  freebox: ['upnp', 'ipv6'],
  bbox: ['login', 'fields', 'reserve', 'upnp', 'ipv6'],
  'sfr-box': ['forward', 'fields', 'reserve', 'upnp', 'ipv6'],
  pfsense: ['page', 'login', 'fields', 'reserve', 'upnp', 'ipv6', 'carrier'],
  opnsense: ['page', 'login', 'reserve', 'upnp', 'ipv6', 'carrier'],
  mikrotik: ['page', 'login', 'reserve', 'upnp', 'ipv6', 'carrier'],
  unifi: ['page', 'login', 'fields', 'reserve', 'upnp', 'carrier'],
  eero: ['login', 'fields', 'ipv6', 'carrier'],
  'google-nest': ['login', 'fields', 'reserve', 'upnp', 'carrier'],
  starlink: ['login', 'fields', 'reserve', 'upnp', 'ipv6'],
  openwrt: ['page', 'login', 'fields', 'carrier'],
  fritzbox: ['login', 'reserve', 'carrier'],
  'tp-link': ['page', 'login', 'fields', 'reserve', 'ipv6', 'carrier'],
  netgear: ['fields', 'reserve', 'upnp', 'ipv6', 'carrier'],
  linksys: ['page', 'login', 'fields', 'reserve', 'upnp', 'ipv6', 'carrier'],
  asus: ['login', 'reserve', 'upnp', 'ipv6', 'carrier'],
  zte: ['page', 'login', 'forward', 'fields', 'reserve', 'ipv6', 'carrier'],
  'd-link': ['page', 'login', 'reserve', 'upnp', 'ipv6', 'carrier'],
  technicolor: ['page', 'login', 'reserve', 'upnp', 'ipv6', 'carrier'],
  sagemcom: ['page', 'login', 'fields', 'reserve', 'upnp', 'ipv6', 'carrier'],
}

const PARTS = ['page', 'login', 'forward', 'fields', 'reserve', 'upnp', 'ipv6', 'carrier'] as const
type Part = (typeof PARTS)[number]

describe('what each guide tells in general words', () => {
  const gaps = (guide: RouterGuide): Part[] =>
    PARTS.filter((part) =>
      part === 'fields' ? Object.keys(guide.fields).length === 0 : guide[part] === undefined && !(part === 'page' && guide.app),
    )
  for (const guide of GUIDES)
    test(`${guide.id}: ${gaps(guide).join(', ') || 'nothing'}`, () => assert.deepEqual(gaps(guide), IN_GENERAL[guide.id] ?? []))
})
