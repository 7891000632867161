/** How a relay is reached where the short way is shut, and that no detour weakens the proof of who is at the other end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Transport } from '../../protocol/snapshot.ts'
import { httpProxy } from '../../test/fakes/http-proxy.ts'
import { middlebox } from '../../test/fakes/middlebox.ts'
import { fakeRelay } from '../../test/fakes/relay.ts'
import { tlsInspector } from '../../test/fakes/tls-inspector.ts'
import { later } from '../../test/folder.ts'
import { freePort } from '../../test/ports.ts'
import { newIdentity } from '../../wire/identity.ts'
import { TUNNEL_ALPN } from '../../wire/messages.ts'
import { call, refused } from './dial.fixture.ts'

const ALL: readonly Transport[] = ['direct', 'websocket', 'proxy']

/** A port that takes connections and says nothing. */
async function silentPort(t: TestContext): Promise<number> {
  const sockets: net.Socket[] = []
  const server = net.createServer((socket) => void sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  later(t, () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('each way alone: let in, with a proof that is bound to the session with the relay itself', async (t) => {
  const relay = await fakeRelay(t)
  const proxy = await httpProxy(t, { leadsTo: relay.port })
  for (const transport of ALL) {
    const dialled = await call(t, relay, { transports: [transport], findProxy: async () => proxy.url })
    assert.equal(dialled.transport, transport)
    assert.equal(dialled.relayKey, relay.identity.publicKey)
  }
  assert.deepEqual(proxy.asked, [{ authority: `${relay.host}:${relay.port}`, authorization: undefined }])
  assert.equal(relay.devices.length, 3)
})

test('the direct way is taken where it stands, and nobody asks for a proxy', async (t) => {
  const relay = await fakeRelay(t)
  const findProxy = (): never => assert.fail('asked for a proxy')
  assert.equal((await call(t, relay, { transports: ALL, findProxy })).transport, 'direct')
})

test('who blocks our protocol lets a WebSocket pass', async (t) => {
  const relay = await fakeRelay(t)
  const box = await middlebox(t, relay.port)
  box.blocks = TUNNEL_ALPN
  const { transport } = await call(t, { ...relay, port: box.port }, { transports: ALL })
  assert.deepEqual([transport, box.cut], ['websocket', 1])
})

test('a server that strips our protocol from TLS lets a WebSocket pass', async (t) => {
  const relay = await fakeRelay(t, {
    tls: { ALPNProtocols: undefined, ALPNCallback: ({ protocols }) => protocols.find((one) => one === 'http/1.1') },
  })
  assert.equal((await call(t, relay, { transports: ALL })).transport, 'websocket')
})

test('where only a proxy leads out, the proxy is taken: also past ports that swallow everything', async (t) => {
  const relay = await fakeRelay(t)
  const proxy = await httpProxy(t, { leadsTo: relay.port })
  for (const port of [await freePort(), await silentPort(t)]) {
    const dialled = await call(t, { ...relay, port }, { transports: ALL, findProxy: async () => proxy.url })
    assert.equal(dialled.transport, 'proxy')
  }
})

test('a proxy that wants a name and a password gets them from its URL, and nobody else sees them', async (t) => {
  const relay = await fakeRelay(t)
  const proxy = await httpProxy(t, { leadsTo: relay.port, password: { name: 'ann', password: 's@cret' } })
  const away = { ...relay, port: await freePort() }
  const [knowing, wrong] = [new URL(proxy.url), new URL(proxy.url)]
  Object.assign(knowing, { username: 'ann', password: 's@cret' })
  Object.assign(wrong, { username: 'ann', password: 'guess' })
  assert.equal((await call(t, away, { transports: ALL, findProxy: async () => knowing })).transport, 'proxy')
  for (const url of [proxy.url, wrong]) {
    const attempt = call(t, away, { transports: ALL, findProxy: async () => url })
    await refused(attempt, 'proxy-refused', /^407$/)
    await assert.rejects(attempt, (error) => !JSON.stringify([error, String(error)]).includes('guess'))
  }
  assert.doesNotMatch(JSON.stringify(relay.devices), /cret/)
})

test('a proxy that says no, one that does not get there either, and one that is not there', async (t) => {
  const relay = await fakeRelay(t)
  const away = { ...relay, port: await freePort() }
  const through = (url: URL) => call(t, away, { transports: ALL, findProxy: async () => url })
  await refused(through((await httpProxy(t, { leadsTo: relay.port, refuses: 403 })).url), 'proxy-refused', /^403$/)
  await refused(through((await httpProxy(t, { leadsTo: relay.port, refuses: 503 })).url), 'relay-unreachable', /ECONNREFUSED/)
  await refused(through(new URL(`http://127.0.0.1:${await freePort()}`)), 'relay-unreachable', /ECONNREFUSED/)
  await refused(call(t, away, { transports: ALL }), 'relay-unreachable', /ECONNREFUSED/)
})

test('who opens TLS on the way is found out by every way, and no other way is tried instead', async (t) => {
  const relay = await fakeRelay(t)
  const inspector = await tlsInspector(t, relay.host, relay.port)
  const away = { host: relay.host, port: inspector.port, caPem: inspector.authority.certPem }
  const proxy = await httpProxy(t, { leadsTo: inspector.port })
  for (const transport of ALL) await refused(call(t, away, { transports: [transport], findProxy: async () => proxy.url }), 'tls-inspected')
  await refused(call(t, away, { transports: ALL, findProxy: async () => assert.fail('tried another way') }), 'tls-inspected')
  assert.deepEqual(relay.devices, [])
})

test('another relay behind the proxy hears nothing of us, nor does one whose certificate nobody vouches for', async (t) => {
  const relay = await fakeRelay(t)
  const proxy = await httpProxy(t, { leadsTo: relay.port })
  const change = { transports: ['proxy'], findProxy: async () => proxy.url } as const
  await refused(call(t, relay, { ...change, pin: { kind: 'key', key: newIdentity().publicKey } }), 'relay-changed')
  await refused(call(t, { host: relay.host, port: relay.port }, change), 'relay-untrusted', /VERIFY|SELF_SIGNED/)
  assert.deepEqual(relay.devices, [])
})

test('called off on the way: nothing is left behind', async (t) => {
  const relay = await fakeRelay(t)
  const silent = await silentPort(t)
  for (const transport of ALL) {
    const aborter = new AbortController()
    const findProxy = async () => new URL(`http://127.0.0.1:${silent}`)
    const calling = call(t, { ...relay, port: silent }, { transports: [transport], findProxy, signal: aborter.signal })
    setTimeout(() => aborter.abort(), 50)
    await refused(calling, 'relay-unreachable')
  }
})
