import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Duplex, duplexPair } from 'node:stream'
import { test } from 'node:test'
import { random } from '../../test/fuzz/random.ts'
import { lineChannel } from './lines.ts'

interface Ends {
  readonly channel: ReturnType<typeof lineChannel>
  readonly near: Duplex
  readonly far: Duplex
  readonly heard: unknown[]
}

function ends(): Ends {
  const [near, far] = duplexPair()
  const channel = lineChannel(near)
  const heard: unknown[] = []
  channel.onMessage((message) => heard.push(message))
  far.on('error', () => {})
  return { channel, near, far, heard }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('messages arrive whole and in order, however the bytes are cut', async () => {
  const sent = [{ id: 1, call: 'status' }, 'é 漢 🙂 \n \u2028', null, [1, { two: 'three' }], 0, '']
  const bytes = Buffer.from(sent.map((message) => `${JSON.stringify(message)}\n`).join(''))
  for (let seed = 0; seed < 50; seed++) {
    const { far, heard } = ends()
    for (const piece of random(seed).pieces(bytes, 5)) far.write(piece)
    await settled()
    assert.deepEqual(heard, sent)
  }
})

test('both ends speak it', async () => {
  const { channel, far, heard } = ends()
  const other = lineChannel(far)
  const answers: unknown[] = []
  other.onMessage((message) => answers.push(message))
  channel.send({ question: 'two\nlines?' })
  other.send({ answer: 42 })
  await settled()
  assert.deepEqual([answers, heard], [[{ question: 'two\nlines?' }], [{ answer: 42 }]])
})

test('what is no JSON ends the conversation, and nothing after it is heard', async () => {
  for (const line of ['{', '', 'undefined', 'NaN', "{'id':1}"]) {
    const { near, far, heard } = ends()
    far.write(`{"id":1}\n${line}\n{"id":2}\n`)
    await once(near, 'close')
    assert.deepEqual(heard, [{ id: 1 }], line)
  }
})

test('a line without an end fills no memory', async () => {
  const { near, far, heard } = ends()
  const piece = Buffer.alloc(256 * 1024, 'x')
  for (let written = 0; written <= 5 * 1024 * 1024 && !near.destroyed; written += piece.length) {
    far.write(piece)
    await settled()
  }
  assert.ok(near.destroyed)
  assert.deepEqual(heard, [])
})

test('a face that does not read is let go', async () => {
  const { channel, near } = ends()
  const closed = once(near, 'close')
  for (let sent = 0; sent < 20 && !near.destroyed; sent++) channel.send('x'.repeat(1024 * 1024))
  await closed
  channel.send('into the void')
})

test('a conversation that ended says so once, and takes nothing more', async () => {
  const { channel, near, far } = ends()
  let closed = 0
  channel.onClose(() => {
    closed += 1
  })
  far.destroy()
  near.destroy(new Error('broken'))
  await settled()
  channel.send('into the void')
  assert.equal(closed, 1)
})
