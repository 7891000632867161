import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connectEngine } from './engine-channel.ts'

let folder: string
let server: Server
let path: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'channel-'))
  path = join(folder, 'engine.sock')
  server = createServer().listen(path)
  await once(server, 'listening')
})

after(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

async function pair() {
  const accepted = once(server, 'connection')
  const channel = await connectEngine(path)
  const [socket] = (await accepted) as [Socket]
  const messages: unknown[] = []
  channel.onMessage((message) => messages.push(message))
  const closed = new Promise<void>((resolve) => channel.onClose(resolve))
  return { channel, socket, messages, closed }
}

test('messages are lines, however they are cut', async () => {
  const { socket, messages, closed } = await pair()
  const bytes = Buffer.from('{"a":1}\n{"b":"é"}\n[]\n')
  for (const byte of bytes.subarray(0, 15)) socket.write(Buffer.of(byte))
  socket.end(bytes.subarray(15))
  await closed
  assert.deepEqual(messages, [{ a: 1 }, { b: 'é' }, []])
})

test('what we send is one line a message', async () => {
  const { channel, socket, closed } = await pair()
  channel.send({ id: 1, call: 'snapshot', input: { text: 'a\nb' } })
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  assert.equal(chunk.toString(), '{"id":1,"call":"snapshot","input":{"text":"a\\nb"}}\n')
  channel.close()
  await closed
})

test('an engine that does not read is given up before its messages fill our memory', async () => {
  const { channel, socket, closed } = await pair()
  socket.pause()
  const message = { text: 'x'.repeat(60_000) }
  let sent = 0
  let isOver = false
  void closed.then(() => {
    isOver = true
  })
  while (!isOver && sent < 1000) {
    channel.send(message)
    sent++
    await new Promise(setImmediate)
  }
  assert.ok(isOver && sent < 200, `${sent} messages`)
})

test('no JSON ends the connection', async () => {
  const { socket, messages, closed } = await pair()
  socket.write('{"a":1}\nHTTP/1.1 400 Bad Request\n{"b":2}\n')
  await closed
  assert.deepEqual(messages, [{ a: 1 }])
})

test('a line without an end ends the connection instead of filling the memory', async () => {
  const { socket, messages, closed } = await pair()
  socket.on('error', () => {}) // it is cut off while it writes
  const chunk = Buffer.alloc(1 << 20, 0x61)
  const pour = () => {
    if (!socket.destroyed) socket.write(chunk, pour)
  }
  pour()
  await closed
  assert.deepEqual(messages, [])
  socket.destroy()
})

test('who has accepted before we could look has accepted, however late it is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const connecting = connectEngine(path)
  t.mock.timers.tick(60_000)
  const channel = await connecting
  channel.close()
})

test('nobody there is an error', async () => {
  await assert.rejects(connectEngine(join(folder, 'nobody.sock')), /ENOENT/)
})
