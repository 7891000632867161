/** What is asked and answered between a face and its engine. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import { ProblemError, problem } from './problem.ts'
import { channelPair, contract, house } from './rpc.fixture.ts'
import { call, connect } from './rpc.ts'

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
