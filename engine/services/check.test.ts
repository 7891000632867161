import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { checkTarget } from './check.ts'

const { signal } = new AbortController()

/** A UDP service on loopback; `answer` says what comes back, null for nothing. On a slow machine it may be asked again meanwhile. */
async function service(answer: (bytes: Buffer) => Buffer | null) {
  const heard: string[] = []
  const socket = dgram.createSocket('udp4')
  socket.on('message', (bytes, from) => {
    heard.push(bytes.toString('hex'))
    const said = answer(bytes)
    if (said) socket.send(said, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  return { heard, target: { kind: 'udp', host: '127.0.0.1', port } as const, close: () => new Promise<void>((done) => socket.close(done)) }
}

test('a UDP service with a preset is asked in its own language', async () => {
  const echo = await service((bytes) => bytes)
  assert.equal(await checkTarget('band', echo.target, 'jamulus', signal), null)
  assert.deepEqual([...new Set(echo.heard)], ['0000e90300040040e2010093f3'])
  await echo.close()
  assert.equal((await checkTarget('band', echo.target, 'jamulus', signal))?.code, 'service-refused')
})

test('a lost datagram is sent again, and other words are no answer', async () => {
  let first = true
  const lossy = await service((bytes) => {
    if (!first) return bytes
    first = false
    return Buffer.from('who is there?')
  })
  assert.equal(await checkTarget('band', lossy.target, 'jamulus', signal), null)
  assert.ok(lossy.heard.length >= 2)
  await lossy.close()
})

test('silence is told as silence', async () => {
  const silent = await service(() => null)
  const found = await checkTarget('band', silent.target, 'jamulus', signal)
  assert.deepEqual([found?.code, found?.params.target], ['service-silent', `udp://127.0.0.1:${silent.target.port}`])
  await silent.close()
})

test('without a preset nothing is sent, and an aborted check ends at once', async () => {
  const silent = await service(() => null)
  assert.equal(await checkTarget('game', silent.target, undefined, signal), null)
  assert.equal(await checkTarget('game', silent.target, 'of-a-later-version', signal), null)
  assert.equal(await checkTarget('band', silent.target, 'jamulus', AbortSignal.abort()), null)
  assert.deepEqual(silent.heard, [])
  await silent.close()
})

test('a program that answers on the next port is asked there', async () => {
  const query = await service(() => Buffer.from('ffffffff41deadbeef', 'hex'))
  const target = { ...query.target, port: query.target.port - 1 }
  assert.equal(await checkTarget('game', target, 'valheim', signal), null)
  assert.deepEqual([...new Set(query.heard)], [`ffffffff54${Buffer.from('Source Engine Query\0').toString('hex')}`])
  await query.close()
  assert.equal((await checkTarget('game', target, 'valheim', signal))?.code, 'service-refused')
  assert.equal(await checkTarget('game', { ...target, port: 65535 }, 'valheim', signal), null, 'there is no port behind the last one')
})
