import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Gateway, GatewayError, type Mapping } from './gateway.ts'
import { openRouter } from './router.ts'

const RULE: Mapping = {
  via: 'pcp',
  protocol: 'tcp',
  internalAddress: '192.168.1.10',
  internalPort: 24443,
  externalPort: 443,
  lifetimeS: 600,
  description: 'Porchlight',
}
const never = new AbortController().signal
const refusal = (by: string): GatewayError => new GatewayError('refused', `${by} does not end the rules of other addresses`)

/** What each protocol does when it is asked to take the rule back. */
async function routerOf(pcp: () => Promise<void>, upnp?: () => Promise<void>) {
  const gateway = (via: Gateway['via'], unmap: () => Promise<void>, more: Partial<Gateway> = {}): Gateway => ({
    via,
    address: '192.168.1.1',
    name: null,
    externalAddress: async () => null,
    map: async (request) => ({ ...request, via }),
    inspect: async () => 'unknown',
    unmap,
    ...more,
  })
  const gateways = [gateway('pcp', pcp), ...(upnp ? [gateway('upnp', upnp, { rules: async () => [] })] : [])]
  const openers = gateways.map((each) => ({ family: 'ipv4' as const, open: async () => each }))
  const router = await openRouter('192.168.1.1', openers, never, () => {})
  assert.ok(router)
  await new Promise(setImmediate)
  return router
}

test('a rule for an address that is ours no more is taken back through the table that everybody shares', async () => {
  let ended = 0
  const router = await routerOf(
    () => Promise.reject(refusal('PCP')),
    async () => void ended++,
  )
  await router.unmap(RULE, never)
  assert.equal(ended, 1)
  router.close()
})

test('and stays where nobody else may end it', async () => {
  const strict = await routerOf(
    () => Promise.reject(refusal('PCP')),
    () => Promise.reject(refusal('UPnP')),
  )
  await assert.rejects(strict.unmap(RULE, never), /UPnP does not end/)
  strict.close()
  const alone = await routerOf(() => Promise.reject(refusal('PCP')))
  await assert.rejects(alone.unmap(RULE, never), /PCP does not end/)
  alone.close()
})

test('its line is what it says now: PCP has it from memory, and silence says nothing', async () => {
  const says = async (...claims: readonly (readonly [Gateway['via'], string | null | Error])[]): Promise<boolean | null> => {
    const openers = claims.map(([via, claim]) => ({
      family: 'ipv4' as const,
      open: async (): Promise<Gateway> => ({
        ...{ via, address: '192.168.1.1', name: null },
        externalAddress: async () => {
          if (claim instanceof Error) throw claim
          return claim
        },
        map: async (request) => ({ ...request, via }),
        inspect: async () => 'unknown',
        unmap: async () => {},
      }),
    }))
    const router = await openRouter('192.168.1.1', openers, never, () => {})
    await new Promise(setImmediate)
    const found = await router?.hasLine(never)
    router?.close()
    return found ?? null
  }
  const silent = new GatewayError('silent', 'no answer')
  assert.equal(await says(['pcp', '203.0.113.10'], ['natpmp', null]), false)
  assert.equal(await says(['pcp', '203.0.113.10'], ['upnp', '203.0.113.10']), true)
  assert.equal(await says(['natpmp', silent], ['upnp', new GatewayError('no-internet', 'no line')]), false)
  assert.equal(await says(['pcp', '203.0.113.10'], ['natpmp', silent]), null)
})
