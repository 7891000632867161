import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import type { Guest } from '../../protocol/model/guest.ts'
import type { Service } from '../core/service-state.ts'
import { RELAY, situation } from '../core/situation.fixture.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { type FrontDoorInput, openFrontDoor } from './front-door.ts'

const GUEST: Guest = { secured() {}, beginRequest: () => undefined, endRequest() {}, answered() {}, malformed() {}, leave() {} }

/** A website of the owner's, and its front door. */
async function website(t: TestContext, answer: http.RequestListener, change: Partial<State> = {}) {
  const backend = http.createServer(answer).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const authority = await makeAuthority()
  const pair = await issue(authority, { names: ['photos.example'] })
  const target = { kind: 'http', host: '127.0.0.1', port: (backend.address() as AddressInfo).port } as const
  const service: Service = { name: 'photos', target, paused: false, access: 'public', links: [], uploadLimitMb: 1 }
  const state: State = { ...EMPTY_STATE, services: [service], ownNames: [{ host: 'photos.example', service: 'photos' }], ...change }
  const certificates: Partial<FrontDoorInput['certificates']> = {
    certificateFor: () => pair,
    heldSinceMs: () => undefined,
    authority: () => 'named',
  }
  const events: string[] = []
  const door = openFrontDoor({
    state: () => state,
    visitors: { enter: () => GUEST } as unknown as FrontDoorInput['visitors'],
    certificates: certificates as FrontDoorInput['certificates'],
    probes: {} as FrontDoorInput['probes'],
    access: {} as FrontDoorInput['access'],
    forbidden: { isOwnListener: () => false, lanPrefixes: () => [] },
    dispatch: ({ type }) => void events.push(type),
  })
  const { port } = await door.listen('127.0.0.1', 0)
  t.after(async () => {
    await door.close()
    backend.close()
    backend.closeAllConnections()
  })
  const upload = async (bytes: number): Promise<number | undefined> => {
    const common = { host: '127.0.0.1', port, servername: 'photos.example', ca: authority.certPem, agent: false }
    const request = https.request({ ...common, method: 'POST', headers: { host: 'photos.example' } })
    request.on('error', () => undefined).end(Buffer.alloc(bytes))
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.resume()
    return response.statusCode
  }
  return { upload, events }
}

test('under a name of the owner’s own a service takes no larger uploads than under its usual one', async (t) => {
  const { upload } = await website(t, (request, response) => request.resume().on('end', () => response.end('taken')))
  assert.deepEqual([await upload(900_000), await upload(1_100_000)], [200, 413])
})

test('a visitor who is answered shows that a service is back, but not where it is its answers that are wrong', async (t) => {
  for (const [code, told] of [
    ['service-refused', ['target-up']],
    ['service-unavailable', []],
    ['service-no-answer', []],
  ] as const) {
    const found = { code, severity: 'critical', params: {} } as const
    const { upload, events } = await website(t, (_request, response) => response.writeHead(502).end('away'), {
      targets: { photos: { phase: 'down', problem: found, nextAtMs: 0 } },
    })
    assert.equal(await upload(1), 502)
    assert.deepEqual(events, told, code)
  }
})

test('a service that is kept to the relay is answered out of the tunnel, and under none of its names on a connection to ourselves', async (t) => {
  const authority = await makeAuthority()
  const hosts = ['diary.example', 'diary.amber-otter-42.relay.test', 'diary--relay.amber-otter-42.relay.test']
  const pair = await issue(authority, { names: hosts })
  const target = { kind: 'http', host: '127.0.0.1', port: 9 } as const
  const diary: Service = { name: 'diary', target, paused: false, access: 'public', links: [], relayOnly: true }
  let state: State = { ...situation(...RELAY), services: [diary], ownNames: [{ host: 'diary.example', service: 'diary' }] }
  const certificates = { certificateFor: () => pair, heldSinceMs: () => undefined, authority: () => 'named' }
  const door = openFrontDoor({
    state: () => state,
    visitors: { enter: () => GUEST } as unknown as FrontDoorInput['visitors'],
    certificates: certificates as unknown as FrontDoorInput['certificates'],
    probes: {} as FrontDoorInput['probes'],
    access: {} as FrontDoorInput['access'],
    forbidden: { isOwnListener: () => false, lanPrefixes: () => [] },
    dispatch: () => undefined,
  })
  const { port } = await door.listen('127.0.0.1', 0)
  t.after(() => door.close())
  const isShown = async (servername: string, isDirect: boolean): Promise<boolean> => {
    const [ours, theirs] = duplexPair()
    if (!isDirect) door.accept(theirs, { address: '198.51.100.9', port: 50_000 })
    const socket = tls.connect({ socket: isDirect ? net.connect(port, '127.0.0.1') : ours, servername, ca: authority.certPem })
    const { promise, resolve } = Promise.withResolvers<boolean>()
    socket.once('secureConnect', () => resolve(true)).once('error', () => resolve(false))
    return await promise.finally(() => socket.destroy())
  }
  for (const host of hosts) assert.deepEqual([await isShown(host, true), await isShown(host, false)], [false, true], host)
  state = { ...state, services: [{ ...diary, relayOnly: false }] }
  for (const host of hosts) assert.deepEqual([await isShown(host, true), await isShown(host, false)], [true, true], host)
})
