import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../../test/fuzz/random.ts'
import { Bucket } from './bucket.ts'
import { ReplyAllowance, STRANGERS_BYTES_PER_S } from './reply-allowance.ts'

const plenty = (): Bucket => new Bucket(STRANGERS_BYTES_PER_S, STRANGERS_BYTES_PER_S)

test('a stranger is sent three times what came from him, however it is cut', () => {
  const allowance = new ReplyAllowance(plenty())
  assert.equal(allowance.spend(1, 0), false, 'nothing came')
  // With 28 bytes of headers each: 100 came, 300 may go.
  allowance.heard(72, 0)
  assert.deepEqual(
    [allowance.spend(172, 1), allowance.spend(73, 2), allowance.spend(72, 3), allowance.spend(0, 4)],
    [true, false, true, false],
  )
})

test('a Jamulus ping, which comes back as long as it was, and the audio that follows pass untouched', () => {
  const allowance = new ReplyAllowance(plenty())
  allowance.heard(13, 0)
  assert.ok(allowance.spend(13, 20))
  for (let packet = 0; packet < 1000; packet++) {
    allowance.heard(300, 100 + packet * 2.7)
    assert.ok(allowance.spend(300, 101 + packet * 2.7))
  }
})

test('who goes on talking after eight answers is no stranger, until he falls silent', () => {
  const allowance = new ReplyAllowance(plenty())
  for (let round = 0; round < 8; round++) {
    allowance.heard(10, round * 30)
    assert.ok(allowance.isStranger(round * 30))
    assert.ok(allowance.spend(10, round * 30 + 1))
  }
  allowance.heard(10, 300)
  assert.equal(allowance.isStranger(300), false)
  assert.ok(allowance.spend(1_000_000, 300), 'the download of a game')
  assert.ok(allowance.spend(1_000_000, 15_300))
  assert.equal(allowance.spend(1, 15_301), false, 'silent for more than fifteen seconds')
  allowance.heard(10, 20_000)
  assert.deepEqual([allowance.spend(87, 20_000), allowance.spend(86, 20_000)], [false, true], 'he begins anew')
})

test('who only sends, or asks without being answered, stays a stranger', () => {
  const allowance = new ReplyAllowance(plenty())
  for (let packet = 0; packet < 100; packet++) allowance.heard(10, packet)
  assert.ok(allowance.isStranger(100))
})

test('all strangers together are sent a megabyte a second at most', () => {
  const strangers = plenty()
  let sent = 0
  for (let visitor = 0; visitor < 2000; visitor++) {
    const allowance = new ReplyAllowance(strangers)
    allowance.heard(972, 0)
    if (allowance.spend(2972, 0)) sent += 3000
  }
  assert.ok(sent > STRANGERS_BYTES_PER_S - 3000 && sent <= STRANGERS_BYTES_PER_S, String(sent))
  const later = new ReplyAllowance(strangers)
  later.heard(1000, 500)
  assert.ok(later.spend(3000, 500), 'half a second fills half a bucket')
})

test('whatever comes in whatever order, a stranger never gets more than three times', () => {
  fuzz(1, (random) => {
    const allowance = new ReplyAllowance(plenty())
    let [heard, sent, nowMs] = [0, 0, 0]
    for (let step = 0; step < 30; step++) {
      nowMs += random.int(3000)
      const bytes = random.int(1500)
      if (random.chance(0.5)) {
        heard += bytes + 28
        allowance.heard(bytes, nowMs)
      } else {
        const isStranger = allowance.isStranger(nowMs)
        if (allowance.spend(bytes, nowMs) && isStranger) sent += bytes + 28
      }
      assert.ok(sent <= heard * 3)
    }
  })
})
