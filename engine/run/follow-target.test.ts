import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, macAt } from './follow-target.ts'

const SERVER = '00:16:3e:0a:0b:0c'
const REPEATER = '00:16:3e:ff:ff:01'
const HOUSE = [
  { address: '192.168.1.20', mac: SERVER },
  { address: '192.168.1.30', mac: REPEATER },
  { address: '192.168.1.31', mac: REPEATER },
]

test('a machine is known by its address on the link, and found by it', () => {
  assert.equal(macAt('192.168.1.20', HOUSE), SERVER)
  assert.equal(addressOf(SERVER, HOUSE), '192.168.1.20')
  assert.equal(macAt('192.168.1.21', HOUSE), undefined)
  assert.equal(addressOf('00:16:3e:00:00:00', HOUSE), undefined)
})

test('machines behind a repeater share its address, so that none of them is ever taken for another', () => {
  assert.equal(macAt('192.168.1.30', HOUSE), undefined)
  assert.equal(addressOf(REPEATER, HOUSE), undefined)
})
