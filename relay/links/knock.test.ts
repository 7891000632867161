import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createKnock } from './knock.ts'

test('who listens is there; who has gone is not, once it is asked again', async () => {
  const clock = { nowMs: 0 }
  const knock = createKnock(() => clock.nowMs)
  let visits = 0
  const server = net.createServer((socket) => {
    visits += 1
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = { address: '127.0.0.1', port: (server.address() as AddressInfo).port }
  assert.deepEqual(await Promise.all([knock(endpoint), knock(endpoint)]), [true, true])
  server.close()
  await once(server, 'close')
  assert.equal(visits, 1, 'asked once for both')
  assert.equal(await knock(endpoint), true, 'a moment ago')
  clock.nowMs += 3000
  assert.equal(await knock(endpoint), false)
})
