import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type FakePcp, type FakePcpScript, patched, pcpRefusal, startFakePcp } from '../../../test/fakes/pcp-server.ts'
import type { Gateway, MapRequest } from '../gateway.ts'
import { fake, never, OURS, PATIENT, REQUEST } from './client.fixture.ts'
import { mappingKey, openPcp, type PcpOptions, type Tuning } from './client.ts'

/** For routers that never do. */
const HASTY = { firstWaitMs: 10, tries: 3 }
const NONCE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)

async function open(t: TestContext, router: FakePcp, tuning: Partial<Tuning> = {}, options: Partial<PcpOptions> = {}) {
  const gateway = await openPcp({
    gatewayAddress: '127.0.0.1',
    localAddress: OURS,
    signal: never,
    nonceFor: () => NONCE,
    tuning: { port: router.port, announcePort: router.announcePort, restartWaitMs: 0, search: PATIENT, patience: PATIENT, ...tuning },
    ...options,
  })
  t.after(() => gateway?.close?.())
  return gateway
}

async function found(t: TestContext, router: FakePcp, tuning: Partial<Tuning> = {}, options: Partial<PcpOptions> = {}): Promise<Gateway> {
  const gateway = await open(t, router, tuning, options)
  assert.ok(gateway)
  return gateway
}

type OnRequest = NonNullable<FakePcpScript['onRequest']>

/** Answers a MAP in its own way, and everything else properly. */
const onMap =
  (change: (request: Buffer, proper: Buffer) => ReturnType<OnRequest>): OnRequest =>
  (request, proper) =>
    request[1] === 1 ? change(request, proper) : undefined

test('pcp: map, renew, look and take away', async (t) => {
  const router = await fake(t)
  const gateway = await found(t, router)
  assert.deepEqual([gateway.via, gateway.address, gateway.name], ['pcp', '127.0.0.1', null])
  assert.equal(await gateway.externalAddress(never), null)
  const mapping = await gateway.map(REQUEST, never)
  assert.deepEqual(mapping, { ...REQUEST, externalAddress: '203.0.113.10', via: 'pcp' })
  assert.equal(await gateway.externalAddress(never), '203.0.113.10')
  assert.deepEqual(await gateway.map(mapping, never), mapping)
  assert.equal(await gateway.inspect(mapping, never), 'present')
  assert.deepEqual([...router.rules.keys()], ['6 8443'])
  await gateway.unmap(mapping, never)
  assert.deepEqual([...router.rules.keys()], [])
  await gateway.unmap(mapping, never)
  assert.equal(await gateway.inspect(mapping, never), 'present', 'a look makes a lost rule anew')
})

test('pcp: requests carry our own address, the nonce of the mapping, and what was granted before', async (t) => {
  const keys: string[] = []
  const nonceFor = (key: string) => {
    keys.push(key)
    return NONCE
  }
  const router = await fake(t)
  const gateway = await found(t, router, {}, { nonceFor })
  const mapping = await gateway.map({ ...REQUEST, protocol: 'udp', exactPort: true }, never)
  await gateway.unmap(mapping, never)
  assert.deepEqual(keys, [mappingKey(mapping), mappingKey(mapping)])
  assert.equal(keys[0], 'udp 127.0.0.1 8443')
  const [announce, map, unmap] = router.requests.map((request) => request.toString('hex'))
  const ours = '00000000000000000000ffff7f000001'
  assert.equal(announce, `0200000000000000${ours}`)
  assert.equal(map, `0201000000001c20${ours}0102030405060708090a0b0c1100000020fb01bb00000000000000000000ffff0000000002000000`)
  assert.equal(unmap, `0201000000000000${ours}0102030405060708090a0b0c1100000020fb000000000000000000000000ffff00000000`)
  await gateway.map(mapping, never)
  assert.equal(router.requests.at(-1)?.toString('hex', 44, 60), '00000000000000000000ffffcb00710a')
})

test('pcp: what the router grants counts, not what was asked for', async (t) => {
  const router = await fake(t, { onRequest: onMap((_, proper) => [patched(patched(proper, 42, 0x23, 0x29), 4, 0, 0, 0, 120)]) })
  const gateway = await found(t, router)
  const { externalPort, lifetimeS } = await gateway.map(REQUEST, never)
  assert.deepEqual([externalPort, lifetimeS], [9001, 120])
})

test('pcp: a rule whose port another one has is foreign, and what the router makes instead is taken back', async (t) => {
  const router = await fake(t, { onRequest: onMap((_, proper) => [patched(proper, 42, 0x23, 0x29)]) })
  const gateway = await found(t, router)
  assert.equal(await gateway.inspect({ ...REQUEST, via: 'pcp' }, never), 'foreign')
  assert.equal(router.rules.size, 0)
})

test('pcp: a rule with another nonce is not ours to renew', async (t) => {
  const router = await fake(t)
  const first = await found(t, router)
  const mapping = await first.map(REQUEST, never)
  const forgetful = await found(t, router, {}, { nonceFor: () => NONCE.map((byte) => byte ^ 1) })
  await assert.rejects(forgetful.map(REQUEST, never), { fault: 'refused', wire: 2, retryAfterS: 1800 })
  await assert.rejects(forgetful.unmap(mapping, never), { fault: 'refused', wire: 2 })
  assert.equal(await forgetful.inspect(mapping, never), 'foreign')
  const kept = await found(t, router)
  await kept.unmap(mapping, never)
  assert.equal(router.rules.size, 0)
})

const REFUSALS: [result: number, fault: string, final: boolean, state: string][] = [
  [1, 'refused', true, 'unknown'],
  [2, 'refused', true, 'foreign'],
  [3, 'refused', true, 'unknown'],
  [4, 'refused', true, 'unknown'],
  [5, 'refused', true, 'unknown'],
  [6, 'refused', true, 'unknown'],
  [7, 'no-internet', false, 'unknown'],
  [8, 'full', false, 'unknown'],
  [9, 'refused', true, 'unknown'],
  [10, 'full', false, 'unknown'],
  [11, 'conflict', false, 'foreign'],
  [12, 'refused', true, 'unknown'],
  [13, 'refused', true, 'unknown'],
  [99, 'refused', false, 'unknown'],
]
test('pcp: every refusal is a fault with its code, and how long it lasts', async (t) => {
  for (const [result, fault, final, state] of REFUSALS) {
    const router = await fake(t, { onRequest: onMap((request, proper) => [pcpRefusal(request, result, 30, proper.readUInt32BE(8))]) })
    const gateway = await found(t, router)
    const reason = result === 12 ? 'nat-between' : undefined
    await assert.rejects(gateway.map(REQUEST, never), { name: 'GatewayError', fault, final, wire: result, retryAfterS: 30, reason })
    assert.equal(await gateway.inspect({ ...REQUEST, via: 'pcp' }, never), state, String(result))
  }
})

test('pcp: nothing to delete is no failure where the router calls it so', async (t) => {
  const router = await fake(t, { onRequest: onMap((request, proper) => [pcpRefusal(request, 8, 30, proper.readUInt32BE(8))]) })
  await (await found(t, router)).unmap({ ...REQUEST, via: 'pcp' }, never)
})

test('pcp: answers to others, from others, and none at all are passed over until the right one comes', async (t) => {
  const router = await fake(t, {
    onRequest: onMap((request, proper) => [
      patched(proper, 24, 0xff), // another nonce
      patched(proper, 36, 17), // another protocol
      patched(proper, 40, 0, 1), // another port
      patched(proper, 4, 0, 0, 0, 0), // the late answer to a deletion
      patched(proper, 1, 0x80), // an ANNOUNCE
      request, // an echo
      proper.subarray(0, 40),
      Buffer.concat([proper, Buffer.alloc(1100)]),
      Buffer.alloc(60_000, 0x82),
      Buffer.alloc(0),
      { stranger: patched(proper, 42, 0, 80) },
      proper,
    ]),
  })
  const mapping = await (await found(t, router)).map(REQUEST, never)
  assert.equal(mapping.externalPort, 443)
})

test('pcp: a deletion is not taken for done by a late answer of the time before', async (t) => {
  let deletions = 0
  const router = await fake(t, {
    onRequest: onMap((request, proper) => {
      if (request.readUInt32BE(4) > 0) return undefined
      deletions += 1
      return deletions === 1 ? [patched(proper, 4, 0, 0, 14, 16)] : [proper]
    }),
  })
  const gateway = await found(t, router, { patience: { firstWaitMs: 30, tries: 8 } })
  await gateway.unmap(await gateway.map(REQUEST, never), never)
  assert.ok(deletions >= 2)
})

test('pcp: a lost question is asked again with the same bytes', async (t) => {
  let asked = 0
  const lossy: OnRequest = () => {
    asked += 1
    return asked % 3 === 0 ? undefined : []
  }
  const router = await fake(t, { onRequest: lossy })
  const patience = { firstWaitMs: 20, tries: 8 }
  const gateway = await found(t, router, { search: patience, patience })
  await gateway.map(REQUEST, never)
  const maps = router.requests.filter((request) => request[1] === 1).map((request) => request.toString('hex'))
  assert.ok(maps.length >= 2)
  assert.equal(new Set(maps).size, 1)
})

test('pcp: silence, strangers and garbage are told apart', async (t) => {
  const rows: [string, OnRequest, string][] = [
    ['silent', onMap(() => []), 'silent'],
    ['answered by others only', onMap((_, proper) => [{ stranger: proper }]), 'silent'],
    ['with a wrong nonce only', onMap((_, proper) => [patched(proper, 30, 0)]), 'silent'],
    ['cut off', onMap((_, proper) => [proper.subarray(0, 59)]), 'garbled'],
    ['noisy', onMap(() => [Buffer.from('SSH-2.0-dropbear\r\n')]), 'garbled'],
    ['giving port 0', onMap((_, proper) => [patched(proper, 42, 0, 0)]), 'garbled'],
    ['with an older firmware now', onMap(() => [Buffer.of(0, 129, 0, 1, 0, 0, 0, 9)]), 'garbled'],
  ]
  for (const [what, onRequest, fault] of rows) {
    const router = await fake(t, { onRequest })
    const gateway = await found(t, router, { patience: HASTY })
    await assert.rejects(gateway.map(REQUEST, never), { name: 'GatewayError', fault }, what)
  }
})

test('pcp: routers that are none', async (t) => {
  const nothing = await fake(t, { onRequest: () => [] })
  assert.equal(await open(t, nothing, { search: HASTY }), null, 'silence')
  assert.equal(nothing.requests.length, HASTY.tries)
  const older = await fake(t, { speaks: 'natpmp' })
  assert.equal(await open(t, older), null, 'NAT-PMP only')
  assert.equal(older.requests.length, 1, 'known at once')
  const newer = await fake(t, { onRequest: () => [Buffer.of(3, 0x80, 0, 1, 0, 0, 0, 0)] })
  assert.equal(await open(t, newer), null, 'a version to come')
  const gone = await startFakePcp()
  gone.close()
  assert.equal(await open(t, gone), null, 'a closed port')
})

test('pcp: routers that speak it and are of no use', async (t) => {
  const mismatch = await fake(t, { onRequest: (request, proper) => [pcpRefusal(request, 12, 0, proper.readUInt32BE(8))] })
  await assert.rejects(open(t, mismatch), { fault: 'refused', wire: 12, final: true, reason: 'nat-between', retryAfterS: undefined })
  const noise = await fake(t, { onRequest: () => [Buffer.alloc(30, 2)] })
  await assert.rejects(open(t, noise, { search: HASTY }), { fault: 'garbled' })
  const modest = await fake(t, { onRequest: (request, proper) => [pcpRefusal(request, 4, 0, proper.readUInt32BE(8))] })
  assert.ok(await open(t, modest), 'one without ANNOUNCE may have MAP all the same')
})

test('pcp: only our own address, real ports and a time are asked for', async (t) => {
  const router = await fake(t)
  const gateway = await found(t, router)
  const wrong: Partial<MapRequest>[] = [
    { internalAddress: '192.168.1.20' },
    { internalPort: 0 },
    { externalPort: 0 },
    { externalPort: 65_536 },
    { internalPort: 1.5 },
    { lifetimeS: 0 },
    { lifetimeS: 2 ** 32 },
  ]
  for (const part of wrong) {
    const request = { ...REQUEST, ...part }
    await assert.rejects(gateway.map(request, never), { fault: 'refused', final: true }, JSON.stringify(part))
    await assert.rejects(gateway.inspect({ ...request, via: 'pcp' }, never), { fault: 'refused', final: true })
    await assert.rejects(gateway.unmap({ ...request, via: 'pcp' }, never), { fault: 'refused', final: true })
  }
  assert.equal(router.requests.length, 1)
})

test('pcp: a signal ends a search and a question with its reason, and closing ends them all', async (t) => {
  const router = await fake(t, { onRequest: onMap(() => []) })
  const stop = new AbortController()
  const gateway = await found(t, router)
  const asked = gateway.map(REQUEST, stop.signal)
  const alsoAsked = gateway.map({ ...REQUEST, protocol: 'udp' }, never)
  setImmediate(() => stop.abort(new Error('enough')))
  await assert.rejects(asked, /enough/)
  await assert.rejects(open(t, router, {}, { signal: stop.signal }), /enough/)
  await assert.rejects(gateway.map(REQUEST, stop.signal), /enough/)
  gateway.close?.()
  gateway.close?.()
  await assert.rejects(alsoAsked, { fault: 'silent' })
  await assert.rejects(gateway.map(REQUEST, never), { fault: 'silent' })
})
