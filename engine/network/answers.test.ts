import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { answersAt, heardAs } from './answers.ts'

test('who lets us in is there, and who refuses is there as well', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { signal } = new AbortController()
  assert.equal(await answersAt('127.0.0.1', port, signal), 'answers')
  server.close()
  await once(server, 'close')
  assert.equal(await answersAt('127.0.0.1', port, signal), 'answers')
})

test('nobody is where no way leads; and nothing is known of what is swallowed, or when nobody waits for it', async () => {
  assert.deepEqual(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', ''].map(heardAs), ['silent', 'silent', 'unknown', 'unknown'])
  assert.equal(await answersAt('127.0.0.1', 9, AbortSignal.abort()), 'unknown')
})
