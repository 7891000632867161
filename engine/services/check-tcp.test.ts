import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Target } from '../../protocol/model/service.ts'
import { freePort } from '../../test/ports.ts'
import { checkTarget } from './check.ts'

const never = new AbortController().signal

async function listening(t: TestContext): Promise<number> {
  const server = net.createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

const at = (port: number, change: Partial<Target> = {}): Target => ({ kind: 'http', host: '127.0.0.1', port, ...change })

test('a service that takes connections is up, of whatever kind, by address or by name', async (t) => {
  const port = await listening(t)
  for (const kind of ['http', 'https', 'tcp'] as const) assert.equal(await checkTarget('web', at(port, { kind }), undefined, never), null)
  assert.equal(await checkTarget('web', at(port, { host: 'localhost' }), undefined, never), null)
})

test('a service that refuses', async () => {
  const port = await freePort()
  const found = await checkTarget('web', at(port), undefined, never)
  assert.deepEqual([found?.code, found?.params], ['service-refused', { service: 'web', target: `http://127.0.0.1:${port}` }])
})

test('a machine that does not answer', async (t) => {
  // A socket whose queue is full and that nobody accepts from keeps the next caller waiting, as a machine that is off does; the kernel's
  // queue has no size that a test could rely on, so the silence is the socket's own.
  t.mock.method(net, 'connect', () => new net.Socket().setTimeout(20))
  const found = await checkTarget('web', at(8080), undefined, never)
  assert.deepEqual([found?.code, found?.params], ['service-silent', { service: 'web', target: 'http://127.0.0.1:8080' }])
})

test('a machine that no way leads to', async (t) => {
  t.mock.method(net, 'connect', () => {
    const socket = new net.Socket()
    setImmediate(() => socket.destroy(Object.assign(new Error('no way'), { code: 'EHOSTUNREACH' })))
    return socket
  })
  assert.equal((await checkTarget('web', at(8080), undefined, never))?.code, 'service-silent')
})

test('a name that nobody has', async () => {
  // Never asked of the network (RFC 6761 §6.4).
  const found = await checkTarget('web', at(80, { host: 'nas.invalid' }), undefined, never)
  assert.deepEqual([found?.code, found?.params], ['service-not-found', { service: 'web', host: 'nas.invalid' }])
  assert.equal((await checkTarget('game', at(1, { kind: 'udp', host: 'nas.invalid' }), undefined, never))?.code, 'service-not-found')
})

test('called off: an answer at once', async (t) => {
  const sockets: net.Socket[] = []
  t.mock.method(net, 'connect', () => {
    const socket = new net.Socket()
    sockets.push(socket)
    return socket
  })
  const aborter = new AbortController()
  const asked = checkTarget('web', at(8080), undefined, aborter.signal)
  aborter.abort()
  assert.equal(await asked, null)
  assert.ok(sockets.every((socket) => socket.destroyed))
})
