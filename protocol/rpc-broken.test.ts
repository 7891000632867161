/** The channel between a face and its engine breaks, or one of them means no good. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { fuzz } from '../test/fuzz/random.ts'
import { contract, house, type TestContract } from './rpc.fixture.ts'
import { type Channel, type Client, connect, type Handlers, serve } from './rpc.ts'

/** What a subscription that is begun now is told of its end. */
async function endsOf(client: Client<TestContract>): Promise<Error[]> {
  const ended: Error[] = []
  const stop = client.count(
    { from: 1 },
    () => {},
    (error) => ended.push(error),
  )
  await turn()
  stop()
  return ended
}

describe('the channel closes', () => {
  test('everything pending fails, everything running is stopped, and nothing is sent any more', async () => {
    const { face, engine, signals, releases, emitters, stopped, faults } = house()
    const client = connect(face, contract)
    const ended: Error[] = []
    const calls = [client.wait({}), client.wait({})].map((each) => assert.rejects(each, /closed the connection/))
    client.count(
      { from: 1 },
      () => {},
      (error) => ended.push(error),
    )
    await turn()
    engine.close()
    await Promise.all(calls)
    assert.equal(ended.length, 1)
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    )
    assert.equal(stopped(), 1)
    // A send on the closed channel would throw here, and a rejected promise that nobody awaits would end the test run.
    for (const release of releases) release()
    emitters[0]?.({ n: 2 })
    await turn()
    assert.deepEqual(faults, [])
  })

  test('whoever asks afterwards is told the same', async () => {
    const { face, engine } = house()
    const client = connect(face, contract)
    engine.close()
    await assert.rejects(client.add({ a: 1, b: 1 }), /closed the connection/)
    assert.equal((await endsOf(client)).length, 1)
  })

  test('a live handler whose first value ends the channel is stopped', () => {
    const stopped: string[] = []
    let message: ((message: unknown) => void) | undefined
    let close: (() => void) | undefined
    const channel: Channel = {
      send: () => close?.(),
      onMessage: (listener) => {
        message = listener
      },
      onClose: (listener) => {
        close = listener
      },
    }
    const count: Handlers<TestContract>['count'] = (_input, emit) => {
      emit({ n: 1 })
      return () => stopped.push('count')
    }
    serve(channel, { count: contract.count }, { count }, assert.ifError)
    message?.({ id: 1, call: 'count', input: { from: 1 } })
    assert.deepEqual(stopped, ['count'])
  })

  test('a channel that cannot send fails the call, and leaves no timer that throws later', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const client = connect(
      {
        send: () => {
          throw new Error('cannot be cloned')
        },
        onMessage: () => {},
        onClose: () => {},
      },
      contract,
    )
    await assert.rejects(client.add({ a: 1, b: 1 }), /cannot be cloned/)
    t.mock.timers.tick(60_000)
    assert.equal((await endsOf(client)).length, 1)
  })
})

describe('a hostile face', () => {
  test('has at most 64 open at once, and stopping a call does not free its place before its handler is done', async () => {
    const { face, signals, releases } = house()
    for (let id = 1; id <= 70; id++) face.send({ id, call: 'wait', input: {} })
    await turn()
    assert.equal(signals.length, 64)
    assert.equal(face.heard.length, 6)
    for (let id = 1; id <= 70; id++) face.send({ id, stop: true })
    for (let id = 101; id <= 110; id++) face.send({ id, call: 'wait', input: {} })
    await turn()
    assert.equal(signals.length, 64)
    assert.ok(signals.every(({ aborted }) => aborted))
    for (const release of releases) release()
    await turn()
    face.send({ id: 200, call: 'add', input: { a: 1, b: 1 } })
    await turn()
    assert.deepEqual(face.heard.at(-1), { id: 200, value: { sum: 2 } })
  })

  test('cannot open as many subscriptions as it likes; a stopped one frees its place', async () => {
    const { face, emitters, stopped } = house()
    for (let id = 1; id <= 100; id++) face.send({ id, call: 'count', input: { from: id } })
    await turn()
    assert.equal(emitters.length, 64)
    face.send({ id: 1, stop: true })
    face.send({ id: 101, call: 'count', input: { from: 101 } })
    await turn()
    assert.equal(emitters.length, 65)
    assert.equal(stopped(), 1)
  })

  test('cannot use one id twice', async () => {
    const { face, signals } = house()
    face.send({ id: 1, call: 'wait', input: {} })
    face.send({ id: 1, call: 'wait', input: {} })
    await turn()
    assert.equal(signals.length, 1)
    assert.match(JSON.stringify(face.heard), /does not fit/)
  })

  test('says anything, and nothing throws', async () => {
    const faults: unknown[] = []
    let listener: ((message: unknown) => void) | undefined
    const sent: unknown[] = []
    serve(
      {
        send: (message) => sent.push(message),
        onMessage: (each) => {
          listener = each
        },
        onClose: () => {},
      },
      contract,
      { add: ({ a, b }) => ({ sum: a + b }), wait: () => ({}), fail: () => ({}), count: () => () => {} },
      (error) => faults.push(error),
    )
    fuzz(1, (random) => {
      const shaped = { id: random.int(200), call: random.pick([...Object.keys(contract), 'x', '__proto__']), input: random.json() }
      listener?.(
        random.pick([
          random.json(),
          shaped,
          { id: random.json(), stop: true },
          { ...shaped, stop: random.json() },
          undefined,
          shaped.input,
        ]),
      )
    })
    await turn()
    assert.deepEqual(faults, [])
    assert.ok(sent.length > 0)
  })
})

test('a hostile engine says anything, and nothing throws', async () => {
  let listener: ((message: unknown) => void) | undefined
  const client = connect(
    {
      send: () => {},
      onMessage: (each) => {
        listener = each
      },
      onClose: () => {},
    },
    contract,
  )
  let open = 0
  fuzz(2, (random) => {
    for (; open < 5; open++)
      client.count(
        { from: 1 },
        () => {},
        () => {
          open -= 1
        },
      )
    const shaped = { id: random.int(20_000), value: random.json(), problem: random.json() }
    listener?.(
      random.pick([random.json(), shaped, { id: shaped.id, value: shaped.value }, { id: shaped.id, problem: shaped.problem }, null]),
    )
  })
  await turn()
})
