/** The relay's own dyndns2, asked by the engine's own client over TLS: each answer, and what the engine makes of it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { ProviderError, type Session } from '../../engine/names/provider.ts'
import { generic } from '../../engine/names/providers/generic.ts'
import { createSend } from '../../engine/names/send.ts'
import { parseRange, type Range } from '../../protocol/model/address.ts'
import { answerRouterName } from '../../relay/dyndns/router-names.ts'
import { createRouterUpdates } from '../../relay/dyndns/router-updates.ts'
import { createNames } from '../../relay/names/names.ts'
import { temporaryRegistry } from '../../relay/registry/registry.fixture.ts'
import { newKey } from '../../relay/registry/values.fixture.ts'
import { createPresence } from '../../relay/tunnel/presence.ts'

const DOMAIN = 'relay.example'
/** An answer with 127.0.0.1 means "not you" to a client of dyndns2. */
const HERE = '127.0.0.2'
const MOVED = '127.0.0.3'
const authority = await makeAuthority()
const { certPem, keyPem } = await issue(authority, { names: [DOMAIN] })

async function relay(t: TestContext) {
  const registry = temporaryRegistry(t)
  const key = newKey()
  const { label } = registry.registerDevice(key, 1)
  const presence = createPresence(() => {})
  const names = createNames({ domain: DOMAIN, nameServers: [], addresses: {}, registry, presence, ownChallenges: new Set() })
  const made = answerRouterName({ registry, domain: DOMAIN }, key, { kind: 'router-name', action: 'on', name: 'router' })
  const { host, password } = ('result' in made ? made.result : {}) as { host: string; password: string }
  const clock = { ms: 0 }
  const changes: string[] = []
  const updates = createRouterUpdates({
    ...{ registry, names, presence, publicRanges: [parseRange('127.0.0.0/8') as Range] },
    onChange: (changed) => changes.push(changed),
    ticks: () => clock.ms,
  })
  const server = https.createServer({ cert: certPem, key: keyPem }, (request, response) => {
    if (!updates.handle(request, response)) response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  /** From this address of the house. */
  const session = (from: string, secret = password): Session => {
    const agent = new https.Agent()
    agent.createConnection = () =>
      tls.connect({ host: '127.0.0.1', port, servername: DOMAIN, ca: authority.certPem, localAddress: from } as tls.ConnectionOptions)
    const credentials = { server: DOMAIN, user: 'router', password: secret }
    return { credentials, send: createSend({ agent }), signal: AbortSignal.timeout(60_000), now: Date.now }
  }
  const stands = (): string[] =>
    (names.zone.lookup(['router', label])?.records ?? []).map((record) => ('address' in record ? record.address : record.type))
  return { host, clock, changes, registry, key, session, stands }
}

const set = (host: string, ipv4: string, session: Session): Promise<void> => generic.set(host, { ipv4, ipv6: null }, session)
const fails = (trouble: ProviderError['trouble'], wire: string) => (error: unknown) =>
  error instanceof ProviderError && error.trouble === trouble && error.wire === wire

test('the address is taken, is not written again, and moves', async (t) => {
  const { host, session, stands, changes } = await relay(t)
  await set(host, HERE, session(HERE))
  assert.deepEqual([stands(), changes.length], [[HERE], 1])
  await set(host, HERE, session(HERE))
  assert.equal(changes.length, 1, 'the relay says nochg, and that is well too')
  await set(host, MOVED, session(MOVED))
  assert.deepEqual([stands(), changes.length], [[MOVED], 2])
})

test('an address of somebody else is not put there, and the client sees by the name servers that it is not', async (t) => {
  const { host, session, stands } = await relay(t)
  await set(host, '192.0.2.66', session(HERE))
  assert.deepEqual(stands(), [HERE])
})

test('what the relay refuses for good is final to the client', async (t) => {
  const { host, session, registry, key, stands } = await relay(t)
  await assert.rejects(set(host, HERE, session(HERE, 'guess')), fails('credentials', 'badauth'))
  await assert.rejects(set('router', HERE, session(HERE)), fails('name', 'notfqdn'))
  await assert.rejects(set(`router.other.${DOMAIN}`, HERE, session(HERE)), fails('credentials', 'badauth'))
  registry.suspendDevice(key, 5)
  await assert.rejects(set(host, HERE, session(HERE)), fails('abuse', 'abuse'))
  assert.deepEqual(stands(), [])
})

test('a flood is abuse, which the client takes for final', async (t) => {
  const { host, session } = await relay(t)
  for (let time = 0; time < 10; time++) await set(host, HERE, session(HERE))
  await assert.rejects(
    set(host, HERE, session(HERE)),
    (error) => error instanceof ProviderError && error.trouble === 'abuse' && error.final,
  )
})
