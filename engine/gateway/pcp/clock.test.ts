import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { FakePcp } from '../../../test/fakes/pcp-server.ts'
import type { Gateway } from '../gateway.ts'
import { fake, never, OURS, PATIENT, REQUEST } from './client.fixture.ts'
import { openPcp } from './client.ts'

async function found(t: TestContext, router: FakePcp, onRestart: () => void): Promise<Gateway> {
  const gateway = await openPcp({
    gatewayAddress: '127.0.0.1',
    localAddress: OURS,
    signal: never,
    nonceFor: () => new Uint8Array(12),
    onRestart,
    tuning: { port: router.port, announcePort: router.announcePort, restartWaitMs: 0, search: PATIENT, patience: PATIENT },
  })
  t.after(() => gateway?.close?.())
  assert.ok(gateway)
  return gateway
}

/** Resolves at the first restart that the client reports. */
function watched(): { onRestart: () => void; restarted: Promise<unknown>; count: () => number } {
  const events = new EventTarget()
  let count = 0
  return {
    restarted: once(events, 'restart'),
    count: () => count,
    onRestart() {
      count += 1
      events.dispatchEvent(new Event('restart'))
    },
  }
}

test('pcp: a clock that began anew shows in any answer, and the address is no longer known', async (t) => {
  const router = await fake(t)
  const { onRestart, restarted, count } = watched()
  const gateway = await found(t, router, onRestart)
  await gateway.map(REQUEST, never)
  await gateway.check?.(never)
  assert.equal(count(), 0)
  router.reboot()
  await gateway.check?.(never)
  assert.equal(await gateway.externalAddress(never), null)
  await restarted
  await gateway.check?.(never)
  assert.equal(count(), 1)
})

test('pcp: a restart that is announced to all is confirmed by the router before it is believed', async (t) => {
  const router = await fake(t)
  const { onRestart, restarted, count } = watched()
  await found(t, router, onRestart)
  router.reboot()
  for (let times = 0; times < 3; times += 1) await router.announce('pcp')
  await restarted
  assert.equal(count(), 1)
  assert.equal(router.requests.length, 2)
})

test('pcp: announcements that lie, say nothing new or are none cost at most one question', async (t) => {
  const asked = watched()
  const router = await fake(t, {
    onRequest: () => {
      asked.onRestart()
      return undefined
    },
  })
  const { onRestart, count } = watched()
  const gateway = await found(t, router, onRestart)
  await router.announce('pcp')
  await router.announce('natpmp')
  await router.multicast(Buffer.from('NOTIFY * HTTP/1.1\r\n'))
  const lie = Buffer.alloc(24)
  lie.set([2, 0x80])
  await router.multicast(lie)
  while (asked.count() < 2) await new Promise((resolve) => setImmediate(resolve))
  await gateway.check?.(never)
  assert.equal(count(), 0)
  assert.ok(router.requests.length <= 3)
})
