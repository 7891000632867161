/** The maker of a router's network card says which guide is worth trying, where nothing else does. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recogniseRouter } from '../../protocol/guides/index.ts'
import { makerOf } from './mac-makers.ts'

/** Of the list of the IEEE, one each. */
const CARDS: readonly (readonly [mac: string, maker: string, guide: string])[] = [
  ['14:0c:76:12:34:56', 'Freebox', 'freebox'],
  ['00:04:0e:12:34:56', 'AVM', 'fritzbox'],
  ['00:1e:74:12:34:56', 'Sagemcom', 'sagemcom'],
  ['4C:5E:0C:12:34:56', 'MikroTik', 'mikrotik'],
  ['00:15:6d:12:34:56', 'Ubiquiti', 'unifi'],
]
describe('a card', () => {
  for (const [mac, maker, guide] of CARDS)
    test(`${mac}: ${maker}`, () => {
      assert.equal(makerOf(mac), maker)
      assert.equal(recogniseRouter(maker), guide)
    })
  test('of nobody who makes routers, or made up on the spot', () => {
    assert.equal(makerOf('3c:22:fb:12:34:56'), undefined)
    assert.equal(makerOf('02:00:00:12:34:56'), undefined)
  })
})
