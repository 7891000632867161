/** What a device that was let in may do: its lanes, and what it asks. */
import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { Ask } from '../../wire/messages.ts'
import { Buckets } from '../public-ports/buckets.ts'
import { DEVICE, house } from './admission.fixture.ts'
import type { AdmissionOptions } from './admission.ts'

test('after four lanes and one that replaces another, one more is too many; a new session is not', async (context) => {
  const { device, presence } = await house(context)
  const lanes = []
  for (let count = 0; count < 5; count++) {
    const lane = await device()
    assert.equal((await lane.introduce()).m, 'welcome')
    lanes.push(lane)
  }
  assert.deepEqual(await (await device()).introduce(), { m: 'refused', code: 'busy' })
  assert.equal((await (await device()).introduce({ session: 'B'.repeat(22) })).m, 'welcome')
  await Promise.all(lanes.map(({ closed }) => closed))
  assert.equal(presence.isUp(DEVICE.publicKey), true)
})

test('a WebSocket’s lane is a lane like any other, but its address proves nothing: it may be a proxy’s', async (context) => {
  const { device, presence } = await house(context)
  const { introduce, ask } = await device(DEVICE, (session) => Duplex.from({ readable: session, writable: session }))
  assert.equal((await introduce()).m, 'welcome')
  assert.equal(presence.isUp(DEVICE.publicKey), true)
  assert.equal(presence.observedAddress(DEVICE.publicKey, 'ipv4'), undefined)
  assert.equal((await ask({ kind: 'challenge', action: 'set', value: 'x'.repeat(43) })).m, 'answer')
  const direct = await device()
  await direct.introduce()
  assert.equal(presence.observedAddress(DEVICE.publicKey, 'ipv4'), '127.0.0.1')
})

test('a computer that is about to sleep says so, and is let go as ever', async (context) => {
  const { device, presence } = await house(context)
  const { introduce, lane, ask, closed } = await device()
  await introduce()
  lane.sendControl({ m: 'sleep' })
  await ask({ kind: 'challenge', action: 'set', value: 'x'.repeat(43) })
  assert.equal(presence.asleepSinceMs(DEVICE.publicKey), undefined)
  lane.close('asleep')
  await closed
  await eventually(() => assert.ok(Math.abs((presence.asleepSinceMs(DEVICE.publicKey) ?? 0) - Date.now()) < 60_000))
})

test('a lane that leaves is given nothing new, and goes when what it carries has ended', async (context) => {
  const { device, presence } = await house(context)
  const { introduce, lane, visitor, closed } = await device()
  const label = String((await introduce()).label)
  const { publicKey } = DEVICE
  const meta = { host: `web.${label}.relay.example`, peer: { address: '198.51.100.9', port: 40_000 } }
  const carried = presence.openStream(publicKey, meta)
  const theirs = await visitor()
  lane.sendControl({ m: 'leave' })
  await eventually(() => assert.ok(presence.sessions().every(({ lanes }) => [...lanes].every(({ leaving }) => leaving))))
  assert.equal(presence.openStream(publicKey, meta), undefined)
  const fresh = await device()
  await fresh.introduce()
  presence.openStream(publicKey, meta)
  await fresh.visitor()
  theirs.end('bye')
  assert.equal(lane.closed, false)
  carried?.resume().end()
  await closed
  assert.equal(fresh.lane.closed, false)
})

test('questions are answered under their own number, by who asked', async (context) => {
  const { device } = await house(context)
  const { introduce, ask } = await device()
  const { label } = await introduce()
  const challenge: Ask = { kind: 'challenge', action: 'set', value: 'x'.repeat(43) }
  assert.deepEqual(await ask(challenge), { m: 'answer', id: 1, result: { key: DEVICE.publicKey, label, ask: challenge } })
})

test('a question that makes no sense is rejected, one that fails is answered, and the lane stands', async (context) => {
  const onAsk: AdmissionOptions['onAsk'] = async () => {
    throw new Error('the disk is full')
  }
  const { device, logged } = await house(context, { onAsk })
  const { introduce, ask, lane, next } = await device()
  await introduce()
  for (const wrong of [{ kind: 'nonsense' }, null, { kind: 'challenge', action: 'set', value: '' }, { kind: 'publish' }])
    assert.equal((await ask(wrong)).rejected, 'malformed')
  lane.sendControl({ m: 'device', id: 77 })
  assert.deepEqual(await next(), { m: 'answer', id: 77, rejected: 'malformed' })
  assert.equal((await ask({ kind: 'challenge', action: 'set', value: 'x'.repeat(43) })).rejected, 'internal')
  assert.match(logged.at(-1) ?? '', /^ask-failed .*the disk is full/)
})

test('what is no message of the protocol ends the lane', async (context) => {
  for (const message of [null, 7, 'hello', [], {}, { m: 'ask', id: 'one' }]) {
    const { device, presence } = await house(context)
    const { introduce, lane, closed } = await device()
    await introduce()
    lane.sendControl(message)
    await closed
    assert.equal(presence.isUp(DEVICE.publicKey), false)
  }
})

test('what is still being answered is given up when its lane ends', async (context) => {
  const asked = Promise.withResolvers<AbortSignal>()
  const onAsk: AdmissionOptions['onAsk'] = (_key, _label, _ask, signal) => {
    asked.resolve(signal)
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ result: {} })))
  }
  const { device } = await house(context, { onAsk })
  const { introduce, lane } = await device()
  await introduce()
  lane.sendControl({ m: 'ask', id: 1, ask: { kind: 'challenge', action: 'set', value: 'x'.repeat(43) } })
  const signal = await asked.promise
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
  lane.close('over')
  await aborted
})

test('a device that asks without end is ended; one that asks what a home asks is not', async (context) => {
  const { device } = await house(context, { onAsk: async () => ({ result: null }), questions: new Buckets(1 / 3600, 200, 100) })
  const busy = await device()
  await busy.introduce()
  for (let asked = 0; asked < 150; asked++) await busy.ask({ kind: 'probe' })
  assert.equal(busy.lane.closed, false)
  for (let asked = 0; asked < 400; asked++) busy.lane.sendControl({ m: 'ask', id: asked, ask: { kind: 'nonsense' } })
  assert.match(await busy.closed, /ended|gone|ECONNRESET/)
  const again = await device()
  await again.introduce()
  again.lane.sendControl({ m: 'ask', id: 1, ask: { kind: 'nonsense' } })
  for (let asked = 0; asked < 50; asked++) again.lane.sendControl({ m: 'ask', id: asked, ask: { kind: 'nonsense' } })
  assert.match(await again.closed, /ended|gone|ECONNRESET/, 'who comes again has no more to ask than before')
})
