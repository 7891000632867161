import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { UsageError } from './command.ts'
import { readWrapping } from './read-wrapping.ts'

const wrapping: Wrapping = { v: 1, key: Buffer.alloc(32, 1).toString('base64'), wish: 'lock' }

const given = (...chunks: string[]): PassThrough => {
  const stream = new PassThrough()
  for (const chunk of chunks) stream.write(chunk)
  return stream
}

test('the first line is read, in however many pieces it comes, and the stream is let go', async () => {
  const line = `${JSON.stringify(wrapping)}\n`
  for (const stream of [given(line), given(line.slice(0, 5), line.slice(5)), given(`${line}more`)]) {
    assert.deepEqual(await readWrapping(stream), wrapping)
    assert.equal(stream.destroyed, true)
  }
  const ended = given(JSON.stringify(wrapping))
  ended.end()
  assert.deepEqual(await readWrapping(ended), wrapping)
})

test('another line, one without an end, and none at all are refused without being repeated', async () => {
  const key = 'secret-and-too-short'
  const refused = [JSON.stringify({ ...wrapping, key }), JSON.stringify({ ...wrapping, wish: 'keep' }), 'x', '', '{}']
  for (const line of refused)
    await assert.rejects(readWrapping(given(`${line}\n`)), (error: Error) => error instanceof UsageError && !error.message.includes(key))
  await assert.rejects(readWrapping(given('x'.repeat(2000))), UsageError)
  const silent = given()
  silent.end()
  await assert.rejects(readWrapping(silent), UsageError)
})

test('who is silent is not waited for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const waiting = assert.rejects(readWrapping(given()), UsageError)
  t.mock.timers.tick(10_000)
  await waiting
})
