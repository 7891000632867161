/** A device's CAA records, asked for by dig, and what an authority that goes by them would do. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { mayIssue, type Property, type Wish } from '../../test/fakes/caa.ts'
import { startDns } from '../dns/server.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import { newKey } from '../registry/values.fixture.ts'
import { createPresence } from '../tunnel/presence.ts'
import { createNames } from './names.ts'

const run = promisify(execFile)
const KEY = newKey()
const OURS: Wish = { name: '', issuer: 'ca.example', accountUri: 'https://ca.example/acct/1', method: 'dns-01' }

async function zone(context: TestContext) {
  const registry = temporaryRegistry(context)
  const presence = createPresence(() => {})
  const names = createNames({
    domain: 'relay.example',
    nameServers: [],
    addresses: { ipv4: '192.0.2.1' },
    registry,
    presence,
    ownChallenges: new Set(),
  })
  const { label } = registry.registerDevice(KEY, Date.now())
  names.publish(KEY, { services: [{ name: 'web', kind: 'http', links: [], direct: [] }], direct: [] })
  const over = new AbortController()
  const server = await startDns({ addresses: ['127.0.0.1'], port: 0, zone: names.zone, signal: over.signal })
  context.after(() => {
    over.abort()
    return server.closed
  })
  const caa = async (name: string): Promise<Property[]> => {
    const at = ['@127.0.0.1', '-p', String(server.port), '+norec', '+tries=1', '+timeout=5', '+short']
    const { stdout } = await run('dig', [...at, name, 'CAA'])
    return [...stdout.matchAll(/^0 (\w+) "(.*)"$/gm)].map(([, tag = '', value = '']) => ({ tag, value: value.replaceAll('\\;', ';') }))
  }
  return { names, device: `${label}.relay.example`, caa }
}

test('a device that said nothing has no CAA records, and leaves the question to the names above', async (context) => {
  const { device, caa } = await zone(context)
  assert.deepEqual(await caa(device), [])
})

test('only its wildcard, only by its account, only by DNS', async (context) => {
  const { names, device, caa } = await zone(context)
  names.setIssuance(KEY, { issuers: ['ca.example', 'other.example'], accountUri: OURS.accountUri })
  assert.deepEqual(await caa(device), [
    { tag: 'issue', value: ';' },
    { tag: 'issuewild', value: 'ca.example; accounturi=https://ca.example/acct/1; validationmethods=dns-01' },
    { tag: 'issuewild', value: 'other.example; accounturi=https://ca.example/acct/1; validationmethods=dns-01' },
  ])
  assert.deepEqual(await caa(`web.${device}`), [], 'the name of a service leaves it to its device')

  const may = (change: Partial<Wish>): Promise<boolean> => mayIssue({ ...OURS, name: `*.${device}`, ...change }, caa)
  assert.equal(await may({}), true)
  assert.equal(await may({ issuer: 'other.example' }), true)
  const others: Partial<Wish>[] = [
    { accountUri: 'https://ca.example/acct/2' },
    { issuer: 'stranger.example' },
    { method: 'http-01' },
    { name: device },
    { name: `web.${device}` },
    { name: `*.web.${device}`, issuer: 'stranger.example' },
  ]
  for (const other of others) assert.equal(await may(other), false, JSON.stringify(other))
})

test('another account replaces the first', async (context) => {
  const { names, device, caa } = await zone(context)
  names.setIssuance(KEY, { issuers: ['ca.example'], accountUri: OURS.accountUri })
  const accountUri = 'https://ca.example/acct/2'
  names.setIssuance(KEY, { issuers: ['ca.example'], accountUri })
  assert.equal(await mayIssue({ ...OURS, name: `*.${device}` }, caa), false)
  assert.equal(await mayIssue({ ...OURS, name: `*.${device}`, accountUri }, caa), true)
})
