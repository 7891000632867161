/** By which way lanes come, and how they change over to a better one. */
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { TUNNEL_ALPN } from '../../wire/messages.ts'
import { httpProxy } from '../fakes/http-proxy.ts'
import { middlebox } from '../fakes/middlebox.ts'
import { homeHere, relayHere, visit } from './tunnel-ends.ts'

const CHALLENGE = { kind: 'challenge', action: 'set', value: 'v'.repeat(43) } as const
const never = new AbortController().signal

test('where our protocol is blocked, a WebSocket carries visitors; when it is not any more, new ones go direct and nobody is cut off', async (t) => {
  const relay = await relayHere(t)
  const box = await middlebox(t, relay.port)
  box.blocks = TUNNEL_ALPN
  const home = homeHere(t, relay, { port: box.port })
  await eventually(() => assert.deepEqual(home.transports, ['websocket']))
  const label = home.welcomes[0]?.label ?? ''
  const early = await visit(t, relay.port, label)
  await early.echo('by a WebSocket')
  assert.deepEqual(await home.tunnel.ask(CHALLENGE, never), {})

  box.blocks = undefined
  await eventually(() => assert.deepEqual(home.transports, ['websocket', 'direct']), { timeoutMs: 60_000 })
  const left = (): number => relay.logged.filter((line) => line.includes('left for another')).length
  await early.echo('still here')
  const late = await visit(t, relay.port, label)
  await late.echo('by TLS')
  assert.deepEqual(await home.tunnel.ask(CHALLENGE, never), {})
  assert.equal(left(), 0)
  early.end()
  await eventually(() => assert.equal(left(), 1))
  await late.echo('and on')
  assert.deepEqual([home.welcomes.length, home.waiting], [1, []])
})

test('through a proxy alone: visitors and questions; nobody is looked at where only the proxy is', async (t) => {
  const relay = await relayHere(t)
  const proxy = await httpProxy(t, { leadsTo: relay.port })
  const box = await middlebox(t, relay.port)
  box.blocks = '\x16'
  const home = homeHere(t, relay, { port: box.port, proxy: proxy.url })
  await eventually(() => assert.deepEqual(home.transports, ['proxy']))
  const visitor = await visit(t, relay.port, home.welcomes[0]?.label ?? '')
  await visitor.echo('through the proxy')
  assert.deepEqual(await home.tunnel.ask(CHALLENGE, never), {})
  // What the relay sees is the proxy's address, so that it must not be looked at as if it were the home's.
  const probe = { kind: 'probe', id: 'i'.repeat(22), via: 'direct', family: 'ipv4', transport: 'tls', port: 443 } as const
  await assert.rejects(home.tunnel.ask(probe, never), { reason: 'no-address' })
})

test('a WebSocket outlives the half minute that a page’s connection has', async (t) => {
  const relay = await relayHere(t)
  const box = await middlebox(t, relay.port)
  box.blocks = TUNNEL_ALPN
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const home = homeHere(t, relay, { port: box.port })
  while (home.transports.length === 0) await new Promise((resolve) => setImmediate(resolve))
  mock.timers.tick(31_000)
  assert.deepEqual(await home.tunnel.ask(CHALLENGE, never), {})
  assert.deepEqual(home.waiting, [])
})
