import assert from 'node:assert/strict'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { mock, test } from 'node:test'
import { createLookup } from './lookup.ts'

const FOUR: LookupAddress = { address: '198.51.100.20', family: 4 }
const SIX: LookupAddress = { address: '2001:db8:200::20', family: 6 }
const silent = Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' })

/** What `net.connect` is told. */
const ask = (lookup: ReturnType<typeof createLookup>, options: LookupOptions = {}): Promise<unknown> =>
  new Promise((resolve, reject) =>
    lookup('relay.test', options, (error, address, family) =>
      error ? reject(error) : resolve(family === undefined ? address : [address, family]),
    ),
  )

test('the system is asked each time, in the family and the form that is wanted', async () => {
  const asked: number[] = []
  const lookup = createLookup(async (_host, { family }) => {
    asked.push(family)
    return family === 6 ? [SIX] : family === 4 ? [FOUR] : [SIX, FOUR]
  })
  assert.deepEqual(await ask(lookup, { all: true }), [SIX, FOUR])
  assert.deepEqual(await ask(lookup, { family: 4 }), [FOUR.address, 4])
  assert.deepEqual(await ask(lookup, { family: 'IPv6' }), [SIX.address, 6])
  assert.deepEqual(asked, [0, 4, 6])
})

test('while the resolver fails, what it last said holds; a new answer replaces it', async () => {
  let answer: LookupAddress[] | undefined = [FOUR]
  const lookup = createLookup(async () => {
    if (!answer) throw silent
    return answer
  })
  await ask(lookup)
  answer = undefined
  assert.deepEqual(await ask(lookup), [FOUR.address, 4])
  answer = [{ ...FOUR, address: '198.51.100.21' }]
  assert.deepEqual(await ask(lookup), ['198.51.100.21', 4])
  answer = undefined
  assert.deepEqual(await ask(lookup), ['198.51.100.21', 4])
})

test('a resolver that says nothing is not waited for by who has an older answer', async (t) => {
  let asked = 0
  const lookup = createLookup(() => (asked++ === 0 ? Promise.resolve([FOUR]) : new Promise(() => {})))
  await ask(lookup)
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const waiting = [ask(lookup), ask(lookup)]
  mock.timers.tick(1500)
  assert.deepEqual(await Promise.all(waiting), [
    [FOUR.address, 4],
    [FOUR.address, 4],
  ])
  assert.equal(asked, 2, 'the second question, which is still open, is asked once')
})

test('a name that was never resolved is the resolver’s error, and so is one without an address', async () => {
  await assert.rejects(
    ask(
      createLookup(() => Promise.reject(silent)),
      { all: true },
    ),
    { code: 'EAI_AGAIN' },
  )
  await assert.rejects(ask(createLookup(async () => [])), { code: 'ENOTFOUND' })
})
