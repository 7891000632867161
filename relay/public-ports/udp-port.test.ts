import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { freePort } from '../../test/ports.ts'
import { Bucket } from './bucket.ts'
import { sender, type TestHome, testHome } from './house.fixture.ts'
import { openUdpPort } from './udp-port.ts'
import { createVisitors, type VisitorLimits } from './visitors.ts'

async function house(context: TestContext, limits: Partial<VisitorLimits> = {}) {
  // Its lanes watch each other by the real clock: the test's leaps would look like a line that has died.
  const home = testHome(context)
  context.mock.timers.enable({ apis: ['setInterval'] })
  const port = await freePort('udp')
  const clock = { nowMs: 0 }
  const dropped: number[] = []
  const opened = await openUdpPort({
    hosts: ['127.0.0.1'],
    port,
    visitors: createVisitors({ ofAll: 1000, ofDevice: 1000, ofVisitor: 1000, ...limits })(),
    strangers: new Bucket(1_000_000, 1_000_000),
    openFlow: (peer) => home.relay.openFlow({ service: 'band', peer }),
    onDropped: (count) => dropped.push(count),
    now: () => clock.nowMs,
  })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= opened.close()
    return closing
  }
  context.after(close)
  const pass = (ms: number): void => {
    clock.nowMs += ms
    context.mock.timers.tick(5000)
  }
  return { home, port, clock, dropped, pass, close }
}

const heardBy = (home: TestHome, index: number, ...said: string[]): Promise<void> =>
  eventually(() => assert.deepEqual(home.flows[index]?.heard, said))
const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)
const hears = ({ heard }: { heard: string[] }, ...said: string[]): Promise<void> => eventually(() => assert.deepEqual(heard, said))

test('each visitor is a flow of his own, and answers find him', async (context) => {
  const { home, port } = await house(context)
  const [anna, ben] = [await sender(context, port), await sender(context, port)]
  anna.say('anna 1')
  await heardBy(home, 0, 'anna 1')
  ben.say('ben 1')
  await heardBy(home, 1, 'ben 1')
  assert.deepEqual(
    home.flows.map(({ meta }) => meta),
    [anna, ben].map(({ from }) => ({ service: 'band', peer: { address: '127.0.0.1', port: from } })),
  )
  home.flows[1]?.flow.send(Buffer.from('for ben'))
  home.flows[0]?.flow.send(Buffer.from('for anna'))
  await Promise.all([hears(anna, 'for anna'), hears(ben, 'for ben')])
  anna.say('anna 2')
  await heardBy(home, 0, 'anna 1', 'anna 2')
  assert.equal(home.flows.length, 2)
})

test('a stranger gets no more than three times his bytes back; what is held back is counted', async (context) => {
  const { home, port, dropped, pass } = await house(context)
  const visitor = await sender(context, port)
  visitor.say('x'.repeat(72))
  await heardBy(home, 0, 'x'.repeat(72))
  for (const text of ['a'.repeat(172), 'b'.repeat(73), 'c'.repeat(72), 'd']) home.flows[0]?.flow.send(Buffer.from(text))
  await hears(visitor, 'a'.repeat(172), 'c'.repeat(72))
  await eventually(() => {
    pass(0)
    assert.equal(sum(dropped), 2)
  })
})

test('a flow ends after two minutes without the visitor, whatever the service says meanwhile', async (context) => {
  const { home, port, pass } = await house(context)
  const visitor = await sender(context, port)
  visitor.say('hello')
  await heardBy(home, 0, 'hello')
  pass(120_000)
  home.flows[0]?.flow.send(Buffer.from('still here?'))
  await hears(visitor, 'still here?')
  assert.equal(home.relay.flowCount, 1)
  pass(1)
  assert.equal(home.relay.flowCount, 0)
  visitor.say('back again')
  await heardBy(home, 1, 'back again')
})

test('a flood of strangers pushes out its own, and nobody who is known', async (context) => {
  const { home, port, clock } = await house(context, { ofDevice: 3 })
  const known = await sender(context, port)
  for (let round = 0; round <= 8; round++) {
    known.say(`${round}`)
    await eventually(() => assert.equal(home.flows[0]?.heard.length, round + 1))
    home.flows[0]?.flow.send(Buffer.from('.'))
    await eventually(() => assert.equal(known.heard.length, round + 1))
  }
  for (let stranger = 1; stranger <= 10; stranger++) {
    const visitor = await sender(context, port)
    visitor.say('x')
    await heardBy(home, stranger, 'x')
    clock.nowMs += 100
  }
  assert.equal(home.relay.flowCount, 3)
  known.say('and on')
  await eventually(() => assert.equal(home.flows[0]?.heard.at(-1), 'and on'))
})

test('newcomers are let in at the pace that a home can bear', async (context) => {
  const { home, port, clock, dropped, pass } = await house(context)
  const visitors = await Promise.all(Array.from({ length: 210 }, () => sender(context, port)))
  for (const visitor of visitors) visitor.say('x')
  await eventually(() => {
    pass(0)
    assert.deepEqual([home.flows.length, sum(dropped)], [200, 10])
  })
  clock.nowMs += 20
  visitors.at(-1)?.say('once more')
  await heardBy(home, 200, 'once more')
})

test('a home that is gone, or that ends a flow, gets no more of it; a full lane drops and counts', async (context) => {
  const { home, port, dropped, pass } = await house(context)
  const visitor = await sender(context, port)
  visitor.say('one')
  await heardBy(home, 0, 'one')
  home.flows[0]?.flow.close()
  await eventually(() => assert.equal(home.relay.flowCount, 0))
  visitor.say('two')
  await heardBy(home, 1, 'two')
  home.relay.close('gone')
  visitor.say('three')
  await eventually(() => {
    pass(0)
    assert.deepEqual(dropped, [1])
  })
})

test('closing frees the port and ends every flow', async (context) => {
  const { home, port, close } = await house(context)
  ;(await sender(context, port)).say('x')
  await heardBy(home, 0, 'x')
  await close()
  assert.equal(home.relay.flowCount, 0)
  const options = { hosts: ['127.0.0.1'], port, strangers: new Bucket(1, 1), openFlow: () => undefined, onDropped: () => {} }
  const visitors = createVisitors({ ofAll: 1, ofDevice: 1, ofVisitor: 1 })()
  const again = await openUdpPort({ ...options, visitors })
  await assert.rejects(openUdpPort({ ...options, visitors }), { code: 'EADDRINUSE' })
  await again.close()
})
