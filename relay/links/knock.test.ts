import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { mock, type TestContext, test } from 'node:test'
import { createKnock } from './knock.ts'

// How long somebody is waited for passes where a test lets it.
mock.timers.enable({ apis: ['setTimeout'] })

async function house(t: TestContext) {
  const visits: net.Socket[] = []
  const server = net.createServer((socket) => void visits.push(socket.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { visits, server, endpoint: { address: '127.0.0.1', port: (server.address() as AddressInfo).port } }
}

test('who listens is there; who has gone is not, once it is asked again', async (t) => {
  const clock = { nowMs: 0 }
  const knock = createKnock(() => clock.nowMs)
  const { visits, server, endpoint } = await house(t)
  assert.deepEqual(await Promise.all([knock(endpoint), knock(endpoint)]), [true, true])
  server.close()
  await once(server, 'close')
  assert.equal(visits.length, 1, 'asked once for both')
  assert.equal(await knock(endpoint), true, 'a moment ago')
  clock.nowMs += 3000
  assert.equal(await knock(endpoint), false)
})

test('who had opened while the relay stood still is there', async (t) => {
  const asked = createKnock()((await house(t)).endpoint)
  setImmediate(() => mock.timers.tick(1500))
  assert.equal(await asked, true)
})
