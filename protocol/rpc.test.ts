import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import { fuzz } from '../test/fuzz/random.ts'
import { ProblemError, problem } from './problem.ts'
import { type Channel, call, connect, type Handlers, live, serve } from './rpc.ts'

const contract = {
  add: call(z.object({ a: z.number(), b: z.number() }), z.object({ sum: z.number() })),
  wait: call(z.object({}), z.object({})),
  fail: call(z.object({ how: z.string() }), z.object({})),
  count: live(z.object({ from: z.int() }), z.object({ n: z.int() })),
}
type TestContract = typeof contract

interface End extends Channel {
  /** Everything the other end sent to this one. */
  readonly heard: unknown[]
  close(): void
}

/** Two ends; messages cross as JSON, one microtask later, in order, as over a socket. */
function channelPair(): [End, End] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const closers: (() => void)[] = []
  let open = true
  const close = () => {
    if (!open) return
    open = false
    for (const closer of closers) closer()
  }
  const end = (own: number): End => ({
    heard: [],
    send(message) {
      if (!open) throw new Error('sent on a closed channel')
      const text = JSON.stringify(message)
      queueMicrotask(() => {
        if (!open) return
        ends[1 - own]?.heard.push(JSON.parse(text))
        for (const listener of listeners[1 - own] ?? []) listener(JSON.parse(text))
      })
    },
    onMessage: (listener) => listeners[own]?.push(listener),
    onClose: (listener) => closers.push(listener),
    close,
  })
  const ends: [End, End] = [end(0), end(1)]
  return ends
}

function house(overrides: Partial<Handlers<TestContract>> = {}) {
  const [face, engine] = channelPair()
  const faults: unknown[] = []
  const emitters: ((value: { n: number }) => void)[] = []
  const signals: AbortSignal[] = []
  const releases: (() => void)[] = []
  let stopped = 0
  const handlers: Handlers<TestContract> = {
    add: ({ a, b }) => ({ sum: a + b }),
    wait: (_input, signal) => {
      signals.push(signal)
      return new Promise((resolve) => releases.push(() => resolve({})))
    },
    fail: ({ how }) => {
      if (how === 'problem') throw new ProblemError(problem('name-taken', { name: 'web' }))
      throw new Error('secret: /root/key')
    },
    count: ({ from }, emit) => {
      emitters.push(emit)
      emit({ n: from })
      return () => {
        stopped += 1
      }
    },
    ...overrides,
  }
  serve(engine, contract, handlers, (error) => faults.push(error))
  return { face, engine, faults, emitters, signals, releases, stopped: () => stopped }
}

describe('calls', () => {
  test('answer, also many at once and out of order', async () => {
    const { face, releases } = house()
    const client = connect(face, contract)
    const waiting = client.wait({})
    assert.deepEqual(await client.add({ a: 2, b: 3 }), { sum: 5 })
    assert.deepEqual(await Promise.all([1, 2, 3].map((n) => client.add({ a: n, b: n }))), [{ sum: 2 }, { sum: 4 }, { sum: 6 }])
    releases[0]?.()
    assert.deepEqual(await waiting, {})
  })

  test('a problem crosses with its code and facts, and is no fault', async () => {
    const { face, faults } = house()
    await assert.rejects(connect(face, contract).fail({ how: 'problem' }), (error) => {
      assert.ok(error instanceof ProblemError)
      assert.deepEqual(error.problem, problem('name-taken', { name: 'web' }))
      return true
    })
    assert.deepEqual(faults, [])
  })

  test('a fault is reported at home and crosses without its text', async () => {
    const { face, faults } = house()
    await assert.rejects(connect(face, contract).fail({ how: 'fault' }), (error) => {
      assert.ok(error instanceof ProblemError)
      assert.equal(error.problem.code, 'internal')
      return true
    })
    assert.equal(faults.length, 1)
    assert.ok(!JSON.stringify(face.heard).includes('secret'))
  })

  test('what the engine does not know, and what does not fit, is answered and not run', async () => {
    const { face } = house({ add: () => assert.fail('ran') })
    const newer = connect(face, { ...contract, later: call(z.object({}), z.object({})) })
    await assert.rejects(newer.later({}), (error) => error instanceof ProblemError && /does not know/.test(error.message))
    await assert.rejects(
      newer.add({ a: 1, b: 'x' as never }),
      (error) => error instanceof ProblemError && /does not fit/.test(error.message),
    )
  })

  test('names that every object has are no calls', async () => {
    const { face } = house()
    const names = ['toString', 'constructor', '__proto__', 'hasOwnProperty']
    for (const [id, name] of names.entries()) face.send({ id, call: name, input: {} })
    await turn()
    assert.equal(face.heard.length, names.length)
    assert.ok(face.heard.every((answer) => JSON.stringify(answer).includes('does not know')))
  })

  test('a call without an input is answered', async () => {
    const { face } = house()
    face.send({ id: 5, call: 'wait' })
    await turn()
    assert.match(JSON.stringify(face.heard), /"id":5,"problem".*does not fit/)
  })

  test('an answer outside the contract fails the call at once', async () => {
    for (const answer of [
      { value: { sum: 'five' } },
      { value: null },
      {},
      { problem: { code: 'from-a-newer-engine', severity: 'critical', params: {} } },
      { problem: null },
    ]) {
      const [face, engine] = channelPair()
      engine.onMessage((message) => engine.send({ id: (message as { id: number }).id, ...answer }))
      await assert.rejects(connect(face, contract).add({ a: 1, b: 1 }), /outside the contract/, JSON.stringify(answer))
    }
  })

  test('extra fields of an answer do not come through', async () => {
    const { face } = house({ add: () => ({ sum: 1, more: 2 }) })
    assert.deepEqual(await connect(face, contract).add({ a: 1, b: 1 }), { sum: 1 })
  })
})

describe('timeouts', () => {
  test('ten seconds unless told, then the engine hears that nobody waits', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { face, signals } = house()
    const client = connect(face, contract)
    const slow = assert.rejects(client.wait({}), /did not answer "wait" within 10 s/)
    await turn()
    t.mock.timers.tick(9_999)
    assert.equal(signals[0]?.aborted, false)
    t.mock.timers.tick(1)
    await slow
    await turn()
    assert.equal(signals[0]?.aborted, true)
    const quick = assert.rejects(client.wait({}, 50), /within 0.05 s/)
    t.mock.timers.tick(50)
    await quick
  })

  test('an answer in time leaves no timer, and one that comes too late is dropped', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const [face, engine] = channelPair()
    const client = connect(face, contract)
    const slow = assert.rejects(client.wait({}), /did not answer/)
    t.mock.timers.tick(10_000)
    await slow
    engine.send({ id: 1, value: {} })
    const answered = client.add({ a: 1, b: 1 })
    engine.send({ id: 2, value: { sum: 2 } })
    assert.deepEqual(await answered, { sum: 2 })
    t.mock.timers.tick(60_000)
    await turn()
    assert.deepEqual(
      engine.heard.filter((message) => (message as { stop?: boolean }).stop),
      [{ id: 1, stop: true }],
    )
  })
})

describe('live values', () => {
  test('flow until stopped, and none afterwards', async () => {
    const { face, emitters, stopped } = house()
    const seen: number[] = []
    const stop = connect(face, contract).count({ from: 1 }, ({ n }) => seen.push(n))
    await turn()
    emitters[0]?.({ n: 2 })
    await turn()
    stop()
    emitters[0]?.({ n: 3 })
    await turn()
    assert.equal(stopped(), 1)
    const heard = face.heard.length
    emitters[0]?.({ n: 4 })
    await turn()
    stop()
    await turn()
    assert.deepEqual(seen, [1, 2])
    assert.equal(face.heard.length, heard, 'an emitter that goes on after its stop is not listened to')
    assert.equal(stopped(), 1)
  })

  test('a handler that throws ends its subscription with a problem', async () => {
    const { face, faults } = house({
      count: () => {
        throw new Error('broken')
      },
    })
    const ended: Error[] = []
    connect(face, contract).count(
      { from: 1 },
      () => assert.fail('a value'),
      (error) => ended.push(error),
    )
    await turn()
    assert.equal(ended.length, 1)
    assert.ok(ended[0] instanceof ProblemError)
    assert.equal(faults.length, 1)
  })

  test('a value outside the contract ends it once, and the engine is told to stop', async () => {
    const { face, emitters, stopped } = house()
    const ended: Error[] = []
    connect(face, contract).count(
      { from: 1 },
      () => {},
      (error) => ended.push(error),
    )
    await turn()
    for (let n = 0; n < 3; n++) emitters[0]?.({ n: n + 0.5 })
    await turn()
    assert.equal(ended.length, 1)
    assert.match(ended[0]?.message ?? '', /outside the contract/)
    assert.equal(stopped(), 1)
  })

  test('a stop handler that throws is a fault, not the end of the others', async () => {
    const { face, engine, faults, signals } = house({
      count: () => () => {
        throw new Error('cannot stop')
      },
    })
    const client = connect(face, contract)
    client.count({ from: 1 }, () => {})
    client.count({ from: 2 }, () => {})()
    const waiting = assert.rejects(client.wait({}), /closed/)
    await turn()
    engine.close()
    await waiting
    assert.equal(faults.length, 2)
    assert.equal(signals[0]?.aborted, true)
  })
})

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
    const ended: Error[] = []
    const stop = client.count(
      { from: 1 },
      () => {},
      (error) => ended.push(error),
    )
    await turn()
    stop()
    assert.equal(ended.length, 1)
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
    const ended: Error[] = []
    const stop = client.count(
      { from: 1 },
      () => {},
      (error) => ended.push(error),
    )
    await turn()
    stop()
    assert.equal(ended.length, 1)
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
