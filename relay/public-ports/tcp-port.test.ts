import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { drained, pour } from '../../test/lanes.ts'
import { freePort } from '../../test/ports.ts'
import { caller, type TestHome, testHome } from './house.fixture.ts'
import { openTcpPort } from './tcp-port.ts'
import { createVisitors, type VisitorLimits } from './visitors.ts'

async function house(context: TestContext, limits: Partial<VisitorLimits> = {}) {
  const home = testHome(context)
  const port = await freePort('tcp')
  const opened = await openTcpPort({
    hosts: ['127.0.0.1'],
    port,
    visitors: createVisitors({ ofAll: 100, ofDevice: 100, ofVisitor: 100, ...limits })(),
    openStream: (peer) => home.relay.open({ service: 'shell', peer }),
  })
  context.after(() => opened.close())
  return { home, port, close: () => opened.close() }
}

const streamOf = ({ streams }: TestHome, index = 0) =>
  eventually(() => {
    const stream = streams[index]?.stream
    assert.ok(stream)
    return stream
  })

test('a visitor is a stream to the home, which may speak first, and knows who he is', async (context) => {
  const { home, port } = await house(context)
  const { socket } = await caller(context, port)
  const stream = await streamOf(home)
  assert.deepEqual(home.streams[0]?.meta, { service: 'shell', peer: { address: '127.0.0.1', port: socket.localPort } })
  stream.write('SSH-2.0-home\r\n')
  assert.equal(String((await once(socket, 'data'))[0]), 'SSH-2.0-home\r\n')
  const [up, down] = [drained(stream), drained(socket)]
  const [sent, answered] = await Promise.all([pour(socket, 3_000_000, 1), pour(stream, 3_000_000, 2)])
  assert.deepEqual([await up, await down], [sent, answered])
})

test('each half ends on its own: who has said everything may still be listening', async (context) => {
  const { home, port } = await house(context)
  const { socket, left } = await caller(context, port)
  const stream = await streamOf(home)
  socket.end('that is all')
  const said: Buffer[] = []
  for await (const chunk of stream) said.push(chunk)
  assert.equal(Buffer.concat(said).toString(), 'that is all')
  stream.end('thank you')
  assert.equal(String((await once(socket, 'data'))[0]), 'thank you')
  assert.equal(await left, 'ended')
})

test('a reset on one side is a reset on the other, never a polite end', async (context) => {
  const { home, port } = await house(context)
  const one = await caller(context, port)
  ;(await streamOf(home)).destroy()
  assert.equal(await one.left, 'ECONNRESET')
  const two = await caller(context, port)
  const stream = await streamOf(home, 1)
  two.socket.resetAndDestroy()
  await new Promise((resolve) => stream.once('close', resolve))
  assert.equal(stream.readableEnded, false)
})

test('a lane that is lost, and a port that is closed, reset everybody', async (context) => {
  const { home, port, close } = await house(context)
  const one = await caller(context, port)
  await streamOf(home)
  home.engine.close('gone')
  assert.equal(await one.left, 'ECONNRESET')
  const nobodyHome = await caller(context, port)
  assert.equal(await nobodyHome.left, 'ECONNRESET', 'there is no lane to open a stream on')
  await close()
  await assert.rejects(caller(context, port), { code: 'ECONNREFUSED' })
})

test('a visitor beyond his share is turned away at once, without a stream, and may come when another has left', async (context) => {
  const { home, port } = await house(context, { ofVisitor: 2 })
  const [first] = [await caller(context, port), await caller(context, port)]
  await streamOf(home, 1)
  assert.equal(await (await caller(context, port)).left, 'ECONNRESET')
  assert.equal(home.streams.length, 2)
  first.socket.resetAndDestroy()
  await eventually(() => assert.equal(home.relay.streamCount, 1))
  await caller(context, port)
  await streamOf(home, 2)
})

test('a port that is taken is said, at whichever address, and nothing is left open', async (context) => {
  const { port } = await house(context)
  const options = { visitors: createVisitors({ ofAll: 1, ofDevice: 1, ofVisitor: 1 })(), openStream: () => undefined }
  await assert.rejects(openTcpPort({ ...options, hosts: ['127.0.0.2', '127.0.0.1'], port }), { code: 'EADDRINUSE' })
  await (await openTcpPort({ ...options, hosts: ['127.0.0.2'], port })).close()
})
