import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NetworkFacts } from './gateway-address.ts'
import { type NetworkChange, type WatchOptions, watchNetwork } from './watch.ts'

const home = (localAddress: string): NetworkFacts => ({ ipv4: { gateway: '192.168.1.1', localAddress, interfaceName: 'eth0' } })
const HOME = home('192.168.1.10')
const OTHER = home('192.168.1.11')

/** One step a look: what is found (or 'fails'), how long the pause then really takes, and the sign, where there is one. */
interface Step {
  find: NetworkFacts | null | 'fails'
  pauseMs?: number
  sign?: string
}

async function watched(steps: readonly Step[], options: Partial<WatchOptions> = {}) {
  const changes: NetworkChange[] = []
  const stop = new AbortController()
  let nowMs = 1_000_000
  let look = 0
  let asked = 0
  await watchNetwork({
    onChange: (change) => changes.push(change),
    signal: stop.signal,
    everyMs: 2_000,
    find: async () => {
      asked += 1
      const found = steps[look]?.find
      if (found === undefined || found === 'fails') throw new Error('the tool failed')
      return found
    },
    clock: {
      nowMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += steps[look]?.pauseMs ?? ms
        look += 1
        if (look === steps.length) stop.abort()
      },
    },
    sign: null,
    ...options,
  })
  return { changes, asked }
}

test('watch: the first facts, then each change, and nothing in between', async () => {
  const { changes } = await watched([{ find: HOME }, { find: HOME }, { find: null }, { find: null }, { find: OTHER }])
  assert.deepEqual(changes, [
    { facts: HOME, woke: false },
    { facts: null, woke: false },
    { facts: OTHER, woke: false },
  ])
})

test('watch: a machine that slept is told of, even when the network is the same', async () => {
  const { changes } = await watched([{ find: HOME, pauseMs: 3_600_000 }, { find: HOME }, { find: HOME }])
  assert.deepEqual(changes, [
    { facts: HOME, woke: false },
    { facts: HOME, woke: true },
  ])
})

test('watch: a pause somewhat too long, or a clock set back, is no sleep', async () => {
  const { changes } = await watched([{ find: HOME, pauseMs: 3_900 }, { find: HOME, pauseMs: -50_000 }, { find: HOME }])
  assert.equal(changes.length, 1)
})

test('watch: a look that fails changes nothing, and a sleep noticed meanwhile is told with the next facts', async () => {
  const { changes } = await watched([{ find: HOME, pauseMs: 99_000 }, { find: 'fails' }, { find: HOME }])
  assert.deepEqual(changes, [
    { facts: HOME, woke: false },
    { facts: HOME, woke: true },
  ])
})

test('watch: where asking is dear, it is asked when the sign changed or after fifteen looks', async () => {
  const steps: Step[] = Array.from({ length: 20 }, () => ({ find: HOME }))
  let sign = 0
  const signs = [...Array(18).fill('a'), 'b', 'b']
  const { asked } = await watched(steps, { sign: () => signs[sign++] ?? '' })
  assert.equal(asked, 3)
})

test('watch: a real signal ends a real pause', async () => {
  const stop = new AbortController()
  const seen: NetworkChange[] = []
  const watch = watchNetwork({
    onChange: (change) => {
      seen.push(change)
      setImmediate(() => stop.abort())
    },
    signal: stop.signal,
    everyMs: 3_600_000,
    find: async () => HOME,
  })
  await watch
  assert.equal(seen.length, 1)
})
