import assert from 'node:assert/strict'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { requestText } from '../http/write.ts'
import type { BackendCall } from './backend-connection.ts'
import { createBackends } from './backends.ts'

test('connections that are kept for the next request are given up in another network, and running ones are not', async (t) => {
  // However slow this machine is, neither side gives up what is kept meanwhile.
  t.mock.timers.enable({ apis: ['setInterval'] })
  const connections = new Set<unknown>()
  const held = Promise.withResolvers<void>()
  const server = http.createServer(async ({ url }, response) => {
    if (url === '/held') await held.promise
    response.end('here')
  })
  server.keepAliveTimeout = 0
  server.on('connection', (socket) => connections.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const backends = createBackends({ isOwnListener: () => false, lanPrefixes: () => [], declaredPublic: [] })
  t.after(() => {
    backends.close()
    server.close()
  })
  const target = { kind: 'http', host: '127.0.0.1', port: (server.address() as AddressInfo).port } as const
  const get = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let body = ''
      const call: BackendCall = {
        method: 'GET',
        head: requestText('GET', path, 'Host: web\r\n'),
        body: 'none',
        isUpgrade: false,
        isOver: false,
        connected: () => undefined,
        informed: () => undefined,
        answered: () => undefined,
        received(chunk) {
          body += chunk
          return true
        },
        ended: () => resolve(body),
        drained: () => undefined,
        failed: reject,
        switched: reject,
      }
      backends.request(target, call, false)
    })
  await get('/')
  await get('/')
  assert.equal(connections.size, 1)
  const running = get('/held')
  await get('/')
  assert.equal(connections.size, 2)
  backends.dropIdle()
  held.resolve()
  assert.equal(await running, 'here')
  await Promise.all([get('/'), get('/')])
  assert.equal(connections.size, 3)
})
