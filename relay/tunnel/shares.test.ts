import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createShares, fairLimit, type ShareLimits } from './shares.ts'

const MB = 1_000_000

test('what is fair: who carries less keeps it, the others share the rest', () => {
  const rows: readonly [number[], number, number][] = [
    [[10, 10], 20, Number.POSITIVE_INFINITY],
    [[10, 10], 10, 5],
    [[1, 100], 51, 50],
    [[1, 2, 100, 200], 63, 30],
    [[100], 90, 90],
    [[], 10, Number.POSITIVE_INFINITY],
  ]
  for (const [rates, total, expected] of rows) assert.equal(fairLimit(rates, total), expected, `${rates} of ${total}`)
})

/** Devices that send a piece of 64 KB as soon as the one before it has passed, but no more than so many bytes a second. */
function room(context: TestContext, limits: ShareLimits, busy = (_bytesPerS: number): number => 0) {
  context.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] })
  const clock = { nowMs: 0, carried: 0 }
  const shares = createShares(limits, { now: () => clock.nowMs, busy: () => busy(clock.carried * 10) })
  context.after(() => shares.stop())
  const PIECE = 65_536
  const device = (bytesPerS: number) => {
    const share = shares.enter()
    const own = { share, sent: 0, total: 0, waits: false }
    return Object.assign(own, {
      step(ms: number): void {
        own.sent = Math.min(bytesPerS * 0.05, own.sent + (bytesPerS * ms) / 1000)
        while (!own.waits && own.sent >= PIECE) {
          own.sent -= PIECE
          own.waits = true
          share.pass(PIECE, () => {
            own.waits = false
            own.total += PIECE
            clock.carried += PIECE
          })
        }
      },
    })
  }
  /** Lets so many seconds pass; gives what each carried in the last one, in MB. */
  const pass = (devices: readonly ReturnType<typeof device>[], seconds: number): number[] => {
    let before: number[] = []
    for (let ms = 0; ms < seconds * 1000; ms += 2) {
      if (ms === (seconds - 1) * 1000) before = devices.map(({ total }) => total)
      clock.nowMs += 2
      for (const each of devices) each.step(2)
      context.mock.timers.tick(2)
      if (ms % 100 === 98) clock.carried = 0
    }
    return devices.map(({ total }, index) => (total - (before[index] ?? 0)) / MB)
  }
  return { shares, device, pass }
}

test('a relay with room holds nobody back', (context) => {
  const { device, pass } = room(context, { lineBytesPerS: 125 * MB })
  const [one, other] = pass([device(100 * MB), device(10 * MB)], 3)
  assert.ok((one ?? 0) > 95 && (other ?? 0) > 9, `${one} ${other}`)
})

test('on a full line those who take most are held to what is left, and who takes little keeps it all', (context) => {
  const { device, pass } = room(context, { lineBytesPerS: 125 * MB })
  const honest = device(12 * MB)
  const [kept = 0, ...greedy] = pass([honest, device(100 * MB), device(80 * MB)], 10)
  assert.ok(kept > 11.5, `${kept}`)
  for (const rate of greedy) assert.ok(rate > 40 && rate < 66, `${greedy}`)
  const [first = 0, second = 0] = greedy
  assert.ok(Math.abs(first - second) < 10, 'alike')
})

test('who is alone takes nothing from anybody; and a limit falls away when it is not needed', (context) => {
  const { device, pass } = room(context, { lineBytesPerS: 100 * MB })
  const greedy = device(200 * MB)
  assert.ok((pass([greedy], 2)[0] ?? 0) > 190)
  const other = device(40 * MB)
  const [held = 0] = pass([greedy, other], 5)
  assert.ok(held < 80, `${held}`)
  other.share.leave()
  assert.ok((pass([greedy], 5)[0] ?? 0) > 190)
})

test('a busy processor counts only where bytes can be what keeps it busy', (context) => {
  const { device, pass } = room(context, {}, () => 1)
  const [honest = 0, other = 0] = pass([device(12 * MB), device(2 * MB)], 3)
  assert.ok(honest > 11.5 && other > 1.9, `${honest} ${other}`)
})

test('and then holds back as a full line does', (context) => {
  const { device, pass } = room(context, {}, (bytesPerS) => (bytesPerS > 300 * MB ? 1 : 0.5))
  const [honest = 0, greedy = 0] = pass([device(12 * MB), device(600 * MB)], 5)
  assert.ok(honest > 11.5 && greedy < 400, `${honest} ${greedy}`)
})

test('what its operator allows a device is never exceeded; datagrams beyond are lost', (context) => {
  const { shares, device, pass } = room(context, { deviceBytesPerS: 5 * MB })
  const [capped = 0] = pass([device(50 * MB)], 3)
  assert.ok(capped > 4.5 && capped < 5.2, `${capped}`)
  const share = shares.enter()
  context.mock.timers.tick(100)
  pass([], 1)
  let passed = 0
  while (share.passNow(1000)) passed += 1000
  assert.ok(passed >= 0.5 * MB && passed < 0.51 * MB, `${passed}`)
})

test('who leaves lets go of what was held back', (context) => {
  const { shares, pass } = room(context, { deviceBytesPerS: MB })
  pass([], 1)
  const share = shares.enter()
  let gone = 0
  for (let n = 0; n < 10; n++) share.pass(200_000, () => gone++)
  assert.ok(gone < 10)
  share.leave()
  assert.equal(gone, 10)
})
