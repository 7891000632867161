import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVisitors } from './visitors.ts'

test('so many of one device, of one address, and of all', () => {
  const visitors = createVisitors({ ofAll: 5, ofDevice: 3, ofVisitor: 2 })
  const [mine, theirs] = [visitors(), visitors()]
  assert.deepEqual(
    ['198.18.0.1', '198.18.0.1', '198.18.0.1', '198.18.0.2', '198.18.0.3'].map((address) => mine.enter(address)),
    ['in', 'in', 'visitor', 'in', 'full'],
  )
  assert.deepEqual(
    ['198.18.0.1', '198.18.0.1', '198.18.0.2'].map((address) => theirs.enter(address)),
    ['in', 'in', 'full'],
    'a visitor’s share is one device’s; the whole is everybody’s',
  )
  mine.leave('198.18.0.1')
  assert.equal(theirs.enter('198.18.0.2'), 'in')
  assert.equal(mine.enter('198.18.0.1'), 'full')
})

test('an IPv6 line is one visitor, whatever it writes into the second half', () => {
  const mine = createVisitors({ ofAll: 9, ofDevice: 9, ofVisitor: 1 })()
  assert.equal(mine.enter('2001:db8:1:2::1'), 'in')
  assert.equal(mine.enter('2001:db8:1:2:ffff::7'), 'visitor')
  assert.equal(mine.enter('2001:db8:1:3::1'), 'in')
  mine.leave('2001:db8:1:2::1')
  assert.equal(mine.enter('2001:db8:1:2:ffff::7'), 'in')
})
