import assert from 'node:assert/strict'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { freePort } from '../../test/ports.ts'
import { newIdentity } from '../../wire/identity.ts'
import type { Happening } from '../core/events.ts'
import { createProbes } from '../reach/probes.ts'
import type { Context } from './context.ts'
import { listen } from './listen.ts'
import { createRawVisitors } from './raw-visitors.ts'
import { openUnsaved } from './unsaved.ts'

const TARGET = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const

function house(t: TestContext) {
  const ports: Record<string, number> = {}
  const settings = {
    current: { ports },
    change: (change: { ports: Record<string, number> }) => void Object.assign(ports, change.ports),
  }
  const context = {
    settings,
    unsaved: openUnsaved(
      () => {},
      () => assert.fail('nothing is unsaved here'),
    ),
    listening: new Map(),
    rawVisitors: createRawVisitors(),
    probes: createProbes(newIdentity()),
    forbidden: {},
    access: { admits: () => true },
    rechecks: new Set(),
    log: () => {},
    state: () => ({ services: [] }),
  } as unknown as Context
  /** Listens for a raw service until it is ended. */
  const begin = (family: 'ipv4' | 'ipv6', port: number) => {
    const happened: Happening[] = []
    const aborter = new AbortController()
    const exposure = { id: 'ssh', protocol: 'tcp', port, exactPort: false, transport: 'tcp', services: [] } as const
    const common = { kind: 'listen', exposure, target: TARGET } as const
    const effect = family === 'ipv4' ? ({ ...common, family } as const) : ({ ...common, family, address: '::1' } as const)
    const heard = Promise.withResolvers<Happening>()
    const emit = (happening: Happening): void => {
      happened.push(happening)
      heard.resolve(happening)
    }
    const over = listen(context, effect, emit, aborter.signal)
    t.after(() => aborter.abort())
    return {
      happened,
      heard: heard.promise,
      end: () => {
        aborter.abort()
        return over
      },
    }
  }
  return { begin, ports }
}

test('a service that is paused and resumed at once listens where it did, in both families', async (t) => {
  const { begin } = house(t)
  const port = await freePort('tcp', '::1')
  for (const family of ['ipv4', 'ipv6'] as const) {
    const first = begin(family, port)
    const where = await first.heard
    // The one begins before the other has let go: once while it listens, and once while it is still about to.
    const ended = first.end()
    const second = begin(family, port)
    const endedToo = second.end()
    const third = begin(family, port)
    assert.deepEqual(await third.heard, where, family)
    await Promise.all([ended, endedToo, third.end()])
  }
})

test('our own port is chosen once, out of the way of outgoing connections, and left only while somebody else has it', async (t) => {
  const { begin, ports } = house(t)
  const first = begin('ipv4', 22)
  const heard = await first.heard
  assert.ok(heard.type === 'listening' && heard.port >= 20_000 && heard.port < 30_000)
  assert.deepEqual(ports, { 'ssh ipv4': heard.port })
  await first.end()
  const other = net.createServer().listen(heard.port, '0.0.0.0')
  await new Promise((resolve) => other.once('listening', resolve))
  const second = begin('ipv4', 22)
  const elsewhere = await second.heard
  assert.ok(elsewhere.type === 'listening' && elsewhere.port !== heard.port)
  await second.end()
  await new Promise((resolve) => other.close(resolve))
})
