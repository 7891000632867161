/** The password of a service. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { house, MINUTE_MS, PASSWORD, PLACE } from './access.fixture.ts'

test('the password lets a browser in for thirty days, and a new one ends that', async () => {
  const { access, mode, admits, now } = house()
  mode.web = 'password'
  const stay = await access.signIn('web', PASSWORD, PLACE, true)
  assert.ok('cookie' in stay && stay.maxAgeS === 30 * 86_400)
  assert.ok(admits('web', stay.cookie))
  assert.ok(!admits('photos', stay.cookie), 'another service has another password')
  mode.web = 'link'
  assert.ok(!admits('web', stay.cookie))
  mode.web = 'password'
  mode.version = 'second'
  assert.ok(!admits('web', stay.cookie))
  mode.version = 'first'
  now.ms += 30 * 86_400_000
  assert.ok(!admits('web', stay.cookie))
})

test('a password is not guessed: six tries from a place, then one a minute; a thousand places no more than a few', async () => {
  const { access, mode, now, refused } = house()
  mode.web = 'password'
  const guess = async (address: string, text = 'wrong', isDirect = true) => {
    const stay = await access.signIn('web', text, address, isDirect)
    return 'cookie' in stay ? 'in' : stay.refused
  }
  for (let index = 0; index < 6; index++) assert.equal(await guess(PLACE), 'wrong')
  assert.equal(await guess(PLACE, PASSWORD), 'busy')
  assert.equal(refused.length, 6, 'what was not looked at is no guess')
  now.ms += MINUTE_MS
  assert.equal(await guess(PLACE, PASSWORD), 'in')
  let looked = 0
  for (let index = 0; index < 1000; index++) looked += (await guess(`2001:db8:${index.toString(16)}::1`)) === 'wrong' ? 1 : 0
  assert.ok(looked >= 90 && looked <= 102, String(looked))
  assert.equal(await guess('198.51.100.1', PASSWORD), 'busy')
  assert.equal(await guess('192.168.1.30', PASSWORD, false), 'busy', 'a relay says that he is in the owner’s own network')
  assert.equal(await guess('192.168.1.30', PASSWORD), 'in', 'the owner in his own network')
  assert.equal(await guess(PLACE, PASSWORD), 'in', 'who has known it before')
})

test('nobody knows the password of a service that has none, or asks for none', async () => {
  const { access, mode } = house()
  assert.deepEqual(await access.signIn('web', PASSWORD, PLACE, true), { refused: 'wrong' })
  mode.web = 'password'
  mode.version = undefined
  assert.deepEqual(await access.signIn('web', PASSWORD, PLACE, true), { refused: 'wrong' })
  assert.deepEqual(await access.signIn('nobody', PASSWORD, PLACE, true), { refused: 'wrong' })
})
