import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { checkTarget } from './check.ts'
import { PRESETS } from './presets/index.ts'
import { jamulus } from './presets/jamulus.ts'

const { signal } = new AbortController()

/** A UDP service on loopback; `answer` says what comes back, null for nothing. */
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
  assert.deepEqual(echo.heard, ['0000e90300040040e2010093f3'])
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
  assert.equal(lossy.heard.length, 2)
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

test('presets are found by their id', () => {
  assert.equal(PRESETS.get('jamulus'), jamulus)
  for (const [id, preset] of PRESETS) assert.equal(preset.id, id)
})
