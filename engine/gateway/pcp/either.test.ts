import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type FakePcpScript, patched, pcpRefusal, startFakePcp } from '../../../test/fakes/pcp-server.ts'
import type { PcpOptions } from './client.ts'
import { openPcpOrNatpmp } from './either.ts'

const never = new AbortController().signal

async function open(t: TestContext, script: FakePcpScript, options: Partial<PcpOptions> = {}) {
  const router = await startFakePcp(script)
  t.after(() => router.close())
  const gateway = await openPcpOrNatpmp({
    gatewayAddress: '127.0.0.1',
    localAddress: '127.0.0.1',
    signal: never,
    nonceFor: () => new Uint8Array(12),
    tuning: {
      port: router.port,
      announcePort: router.announcePort,
      search: { firstWaitMs: 300, tries: 3 },
      patience: { firstWaitMs: 2_000, tries: 2 },
    },
    ...options,
  })
  t.after(() => gateway?.close?.())
  return { gateway, versions: router.requests.map((request) => request[0]) }
}

const isPcp = (request: Buffer) => request[0] === 2

test('either: PCP where both are spoken, and NAT-PMP is not even asked', async (t) => {
  const { gateway, versions } = await open(t, {})
  assert.equal(gateway?.via, 'pcp')
  assert.deepEqual(versions, [2])
})

test('either: NAT-PMP at once where PCP is refused', async (t) => {
  const { gateway, versions } = await open(t, { speaks: 'natpmp' })
  assert.equal(gateway?.via, 'natpmp')
  assert.deepEqual(versions, [2, 0])
  assert.equal(await gateway?.externalAddress(never), '203.0.113.10')
})

test('either: NAT-PMP also where PCP is met with silence', async (t) => {
  const { gateway } = await open(t, { onRequest: (request) => (isPcp(request) ? [] : undefined) })
  assert.equal(gateway?.via, 'natpmp')
})

test('either: PCP also where it needs a second question and NAT-PMP says no', async (t) => {
  let asked = 0
  const { gateway } = await open(t, {
    onRequest(request, proper) {
      if (!isPcp(request)) return [patched(proper, 3, 2)]
      asked += 1
      return asked < 3 ? [] : undefined
    },
  })
  assert.equal(gateway?.via, 'pcp')
})

test('either: neither is no gateway', async (t) => {
  assert.equal((await open(t, { onRequest: () => [] })).gateway, null)
})

test('either: what the router says against it is heard', async (t) => {
  const mismatch = open(t, { onRequest: (request, proper) => [pcpRefusal(request, 12, 0, proper.readUInt32BE(8))] })
  await assert.rejects(mismatch, { fault: 'refused', wire: 12 })
  await assert.rejects(
    open(t, { speaks: 'natpmp', onRequest: (request, proper) => (isPcp(request) ? undefined : [patched(proper, 3, 2)]) }),
    {
      fault: 'refused',
      wire: 2,
    },
  )
})

test('either: a signal ends both with its reason', async (t) => {
  const stop = new AbortController()
  const onRequest = () => {
    stop.abort(new Error('enough'))
    return []
  }
  const opened = open(t, { onRequest }, { signal: stop.signal })
  await assert.rejects(opened, /enough/)
})
