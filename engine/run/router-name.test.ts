import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '../../protocol/problem.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import { askRouterName } from './router-name.ts'

const MADE = { host: 'router.otter.relay.example', password: 'abc', ipv4: null, ipv6: null, changedAtMs: null }
const { signal } = new AbortController()

type Asked = Pick<Context, 'state' | 'relays' | 'log'>

/** An engine whose relay answers so; `phase`: how it stands with that relay. */
function engine(answer: () => unknown, phase = 'connected', httpsPort = 443) {
  const asked: unknown[] = []
  const tunnel = {
    ask: async (question: unknown) => {
      asked.push(question)
      return answer()
    },
  }
  const relay = { phase, url: 'https://relay.example', known: { host: 'relay.example', httpsPort } }
  const context = { state: () => ({ relay }), relays: new Map([[relay.url, { tunnel }]]), log: () => {} } as unknown as Asked
  return { asked, context }
}
const refused = (reason: string) => () => Promise.reject(new AskRejected(reason))
const fails = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code

test('the relay makes the name, and the router’s form gets where to update it', async () => {
  const { asked, context } = engine(() => MADE)
  assert.deepEqual(await askRouterName(context, { action: 'on', name: 'router' }, signal), {
    ...MADE,
    updateUrl: 'https://relay.example/nic/update',
  })
  await askRouterName(context, { action: 'show', name: 'ignored' }, signal)
  assert.deepEqual(asked, [
    { kind: 'router-name', action: 'on', name: 'router' },
    { kind: 'router-name', action: 'show' },
  ])
  const elsewhere = engine(() => MADE, 'connected', 8443)
  assert.equal((await askRouterName(elsewhere.context, { action: 'off' }, signal)).updateUrl, 'https://relay.example:8443/nic/update')
})

test('why there is none', async () => {
  const on = { action: 'on', name: 'router' } as const
  const rows: [string, Asked, string][] = [
    ['no relay', engine(() => MADE, 'connecting').context, 'no-relay'],
    ['a service is called so', engine(refused('name-taken')).context, 'router-name-taken'],
    ['a relay that knows nothing of it', engine(refused('malformed')).context, 'router-name-unsupported'],
    ['too often', engine(refused('rate-limited')).context, 'relay-busy'],
    ['an answer of another shape', engine(() => ({ host: 7 })).context, 'relay-busy'],
  ]
  for (const [title, context, code] of rows) await assert.rejects(askRouterName(context, on, signal), fails(code), title)
  const { asked, context } = engine(() => MADE)
  for (const name of ['', 'Router', 'a.b', 'web--relay'])
    await assert.rejects(askRouterName(context, { action: 'on', name }, signal), fails('name-invalid'), name)
  assert.deepEqual(asked, [])
})
