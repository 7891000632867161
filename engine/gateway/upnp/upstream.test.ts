import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type FakeGateway, type FakeScript, startFakeGateway } from '../../../test/fakes/gateway.ts'
import { openUpnp, type UpnpGateway } from './client.ts'

const never = new AbortController().signal
/** Our router's address, as the one in front of it knows it. */
const ROUTER = '10.0.0.2'
const REQUEST = {
  protocol: 'tcp',
  internalAddress: ROUTER,
  internalPort: 40_443,
  externalPort: 443,
  lifetimeS: 3_600,
  description: 'Porchlight web',
} as const

async function open(t: TestContext, script: FakeScript, known = false): Promise<{ router: FakeGateway; gateway: UpnpGateway | null }> {
  const router = await startFakeGateway(script)
  t.after(() => router.close())
  const guesses = [
    { port: 1, path: '/rootDesc.xml' },
    { port: router.httpPort, path: '/igddesc.xml' },
  ]
  const gateway = await openUpnp({
    gatewayAddress: router.address,
    localAddress: '127.0.0.1',
    signal: never,
    upstream: { routerAddress: ROUTER },
    // What is known is read however short the search; what answers has time enough for a slow machine.
    tuning: { ssdpPort: router.ssdpPort, searchMs: known ? 700 : 20_000, answerMs: 20_000, knownPlaces: known ? guesses : [] },
  })
  return { router, gateway }
}

test('upstream: found by a unicast search, and mapped to our router', async (t) => {
  const { router, gateway } = await open(t, { externalAddress: '203.0.113.10' })
  assert.ok(gateway)
  assert.equal((await gateway.map(REQUEST, never)).internalAddress, ROUTER)
  assert.deepEqual(router.rules.get('TCP 443'), { client: ROUTER, internalPort: 40_443, leaseS: 3_600, description: 'Porchlight web' })
  await assert.rejects(gateway.map({ ...REQUEST, internalAddress: '127.0.0.1' }, never), { fault: 'refused', final: true })
})

test('upstream: one that answers no search is found where its make keeps its description', async (t) => {
  const { router, gateway } = await open(t, { announce: () => [] }, true)
  assert.deepEqual(gateway?.place, { port: router.httpPort, path: '/igddesc.xml' })
})

test('upstream: a web server that is no router, or none at all, is nothing, and no fault', async (t) => {
  for (const body of ['<html><body>Welcome</body></html>', '<root><device/></root>'])
    assert.equal((await open(t, { announce: () => [], description: { kind: 'raw', body } }, true)).gateway, null)
  assert.equal((await open(t, { announce: () => [], description: { kind: 'raw', status: 404, body: '' } }, true)).gateway, null)
})

test('upstream: nobody out on the internet is ever asked', async () => {
  const options = { gatewayAddress: '8.8.8.8', localAddress: '127.0.0.1', signal: never, upstream: { routerAddress: ROUTER } }
  await assert.rejects(openUpnp(options), { fault: 'refused', final: true })
})
