import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import { cut } from './cut.ts'

/** Both ends of a connection. */
async function pair(): Promise<{ near: net.Socket; far: net.Socket }> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  const [near] = await once(server, 'connection')
  server.close()
  return { near, far }
}

test('the other side sees a reset', async () => {
  const { near, far } = await pair()
  const [closed, reset] = [once(near, 'close'), once(far, 'error')]
  cut(near)
  await closed
  const [error] = await reset
  assert.equal(error.code, 'ECONNRESET')
})

test('a connection whose end is just being sent is closed all the same', async () => {
  const { near, far } = await pair()
  far.resume()
  const closed = [near, far].map((end) => new Promise((resolve) => end.on('error', () => undefined).once('close', resolve)))
  near.end()
  process.nextTick(() => cut(near))
  await Promise.all(closed)
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap'),
    [],
  )
})
