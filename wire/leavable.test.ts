import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { pour } from '../test/lanes.ts'
import { Leavable } from './leavable.ts'

test('what TLS does not read is not read either, and comes when it does', async (t) => {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [far] = (await once(server, 'connection')) as [Socket]
  server.close()
  t.after(() => near.destroy())
  const way = new Leavable(far.on('error', () => {}))
  const said = pour(
    near.on('error', () => {}),
    32 << 20,
    1,
  )
  while (way.readableLength === 0) await turn()
  for (let still = 0, before = -1; still < 100; still = far.bytesRead === before ? still + 1 : 0) {
    before = far.bytesRead
    await turn()
  }
  assert.ok(way.readableLength > 0 && way.readableLength < 1 << 20, `${way.readableLength} bytes`)
  let heardBytes = 0
  way.on('data', (chunk: Buffer) => {
    heardBytes += chunk.length
  })
  await Promise.all([said, once(way, 'close')])
  assert.equal(heardBytes, 32 << 20)
})
