/** A program shows the grant of a link with each request. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AUNT, cookieOf, house, NOW, PLACE } from './access.fixture.ts'

test('a program shows the grant with each request, which is one use a day from each place', () => {
  const { judge, grants, uses, now } = house({})
  const grant = grants.grantOf(AUNT)
  assert.deepEqual(judge({ bearer: grant }), { isIn: true, bearer: true })
  assert.deepEqual(judge({ grant }), { isIn: true, bearer: false })
  assert.deepEqual(judge({ grant, isForeign: true }), { isIn: true, bearer: false }, 'no browser adds it by itself')
  assert.equal(uses.get(AUNT)?.uses, 1)
  judge({ grant, address: '203.0.113.8' })
  now.ms += 86_400_000
  judge({ grant })
  assert.equal(uses.get(AUNT)?.uses, 3)
  now.isDiskFull = true
  now.ms += 86_400_000
  assert.ok(judge({ grant }).isIn, 'nobody needs to count it')
})

test('a link for people is no key for programs', () => {
  for (const change of [{ maxUses: 5 }, { pinMac: 'x'.repeat(22) }, { endsAtMs: NOW }]) {
    const { judge, grants, refused } = house(change)
    assert.deepEqual(judge({ bearer: grants.grantOf(AUNT) }), { isIn: false, asks: 'program' })
    assert.deepEqual(refused, [{ address: PLACE, service: 'web', reason: 'grant', tried: grants.grantOf(AUNT) }])
  }
})

test('the token of the service itself is left to it, beside a visitor’s cookie', () => {
  const { judge, open, grants } = house({})
  const cookies = [cookieOf(open())]
  assert.deepEqual(judge({ cookies, bearer: 'A'.repeat(22) }), { isIn: true, bearer: false })
  assert.deepEqual(judge({ cookies, bearer: grants.grantOf(AUNT), isForeign: true }), { isIn: true, bearer: true })
})

test('the grant of a link stays ours when the service opens by something else, or to everybody', () => {
  const { judge, grants, mode } = house({})
  for (const access of ['public', 'addresses'] as const) {
    mode.web = access
    const asked = { address: '192.168.1.30', bearer: grants.grantOf(AUNT) }
    assert.deepEqual(
      [judge(asked), judge({ ...asked, bearer: 'A'.repeat(22) })].map((entry) => entry.isIn && entry.bearer),
      [true, false],
      access,
    )
  }
})
