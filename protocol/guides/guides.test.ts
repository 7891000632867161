import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GENERIC, GUIDES, guideOf, recogniseRouter, sourcesOf } from './index.ts'

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
  ['Router', null, 'what says nothing'],
  ['', null, 'what says nothing at all'],
]

describe('a router is recognised by what it tells', () => {
  for (const [says, id, source] of TOLD) test(`${says || '(nothing)'}: ${source}`, () => assert.equal(recogniseRouter(says), id))
})
