import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { GatewayError } from './gateway.ts'
import { soon } from './let-in.fixture.ts'
import { keepSession } from './let-in.ts'

const ENDED = new Error('ended')

/** A router whose sessions are numbers, each as long in the making as a router thinks. */
function router() {
  const made: number[] = []
  const kept = keepSession<number>(
    async (signal) => {
      const session = made.push(made.length + 1)
      await sleep(20, undefined, { signal })
      return session
    },
    (error) => error === ENDED,
  )
  return { made, kept }
}

test('who opens the session may give up, and the others go on', async () => {
  const { made, kept } = router()
  const giving = new AbortController()
  const first = kept.within(async (session) => session, giving.signal)
  const others = [kept.within(async (session) => session, soon()), kept.within(async (session) => session, soon())]
  giving.abort()
  await assert.rejects(first, { name: 'AbortError' })
  assert.deepEqual(await Promise.all(others), [2, 2])
  assert.deepEqual(made, [1, 2])
})

test('a session that ended under several questions is opened once', async () => {
  const { made, kept } = router()
  const ask = async (session: number): Promise<number> => {
    if (session === 1) throw ENDED
    return session
  }
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => kept.within(ask, soon()))), [2, 2, 2])
  assert.deepEqual(made, [1, 2])
  await assert.rejects(
    kept.within(() => Promise.reject(ENDED), soon()),
    ENDED,
    'and is asked in twice at most',
  )
  assert.deepEqual(made, [1, 2, 3])
})

test('who is not known tries no second time; any other failure passes', async () => {
  for (const [reason, tries] of [
    ['stranger', 1],
    ['locked', 3],
  ] as const) {
    let tried = 0
    const kept = keepSession<number>(
      async () => {
        tried++
        throw new GatewayError('refused', reason, { reason })
      },
      () => false,
    )
    for (let round = 0; round < 3; round++)
      await assert.rejects(
        kept.within(async () => 0, soon()),
        { reason },
      )
    assert.equal(tried, tries, reason)
  }
})
