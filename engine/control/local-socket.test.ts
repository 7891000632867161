import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { folder, later } from '../../test/folder.ts'
import { connectLocalSocket, EngineFile, engineFile, openLocalSocket } from './local-socket.ts'

const onWindows = process.platform === 'win32'
const mode = (path: string): number => statSync(path).mode & 0o777
const described = (data: string) => EngineFile.parse(JSON.parse(readFileSync(engineFile(data), 'utf8')))

/** Says everything back. */
async function open(t: TestContext, data: string): Promise<{ close(): void }> {
  const socket = await openLocalSocket(data, (connection) => connection.on('error', () => {}).pipe(connection))
  later(t, () => socket.close())
  return socket
}

async function echo(data: string): Promise<string | undefined> {
  const socket = await connectLocalSocket(data)
  if (!socket) return undefined
  socket.write('hello')
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

test('a face finds the engine of a folder, and of no other', async (t) => {
  const data = folder(t)
  await open(t, data)
  assert.equal(await echo(data), 'hello')
  assert.equal(described(data).pid, process.pid)
  assert.equal(await echo(folder(t)), undefined)
})

test('its owner alone may speak with it', async (t) => {
  if (onWindows) return
  const data = folder(t)
  await open(t, data)
  assert.equal(mode(described(data).socket), 0o600)
  assert.equal(mode(engineFile(data)), 0o600)
})

test('closed: nothing is left, and whoever is connected is let go', async (t) => {
  const data = folder(t)
  const socket = await open(t, data)
  const path = described(data).socket
  const face = await connectLocalSocket(data)
  assert.ok(face)
  const gone = once(face.resume(), 'close')
  socket.close()
  await gone
  assert.ok(!existsSync(engineFile(data)))
  if (!onWindows) assert.ok(!existsSync(path))
  assert.equal(await echo(data), undefined)
})

test('what a killed engine left is replaced', async (t) => {
  const data = folder(t)
  const path = join(data, 'control.sock')
  writeFileSync(path, '')
  writeFileSync(engineFile(data), JSON.stringify({ v: 1, pid: 1, socket: path }))
  assert.equal(await echo(data), undefined)
  await open(t, data)
  assert.equal(await echo(data), 'hello')
})

test('a path that is too long for a socket has a short one elsewhere', async (t) => {
  const data = join(folder(t), 'x'.repeat(120))
  mkdirSync(data)
  await open(t, data)
  const { socket } = described(data)
  assert.ok(Buffer.byteLength(socket) <= 100, socket)
  if (!onWindows) {
    assert.equal(mode(socket), 0o600)
    assert.equal(mode(join(socket, '..')), 0o700)
  }
  assert.equal(await echo(data), 'hello')
})

test('an engine.json that is damaged or of another version leads nowhere', async (t) => {
  const data = folder(t)
  for (const text of ['', '{', 'null', '{"v":2,"pid":1,"socket":"/x"}', '{"v":1,"pid":1}', '{"v":1,"pid":1,"socket":""}']) {
    writeFileSync(engineFile(data), text)
    assert.equal(await connectLocalSocket(data).catch(() => 'thrown'), undefined, text)
  }
})
