import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { duplexPair, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import tls from 'node:tls'
import { authority, HOST, openBackend, openDoor, text } from './test-door.ts'

const SIZE_BYTES = 200 * 1024 * 1024
const PIECE_BYTES = 64 * 1024
/** Visitor, door and backend share this process: buffers on every side, and what the collector has not yet taken. */
const MAX_GROWTH_BYTES = 120 * 1024 * 1024

/** A long body that is nowhere in memory, and never repeats. */
function* pieces(): Generator<Buffer> {
  for (let at = 0; at < SIZE_BYTES; at += PIECE_BYTES) {
    const piece = Buffer.alloc(PIECE_BYTES, at & 0xff)
    piece.writeUInt32BE(at, 0)
    yield piece
  }
}

const EXPECTED = createHash('sha256')
for (const piece of pieces()) EXPECTED.update(piece)
const expected = EXPECTED.digest('hex')

async function digest(stream: AsyncIterable<Buffer>): Promise<{ hash: string; peakBytes: number }> {
  const hash = createHash('sha256')
  let peakBytes = 0
  for await (const chunk of stream) {
    hash.update(chunk)
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }
  return { hash: hash.digest('hex'), peakBytes }
}

test('200 MB go down and up, over TCP and out of the tunnel, whole and in constant memory', async (t) => {
  const { target } = await openBackend(t, async (request, response) => {
    if (request.method === 'GET') await pipeline(Readable.from(pieces()), response)
    else response.end(JSON.stringify(await digest(request)))
  })
  const { door, agent } = await openDoor(t, target)
  const throughTunnel = () => {
    const [home, visitor] = duplexPair()
    door.accept(home, { address: '198.18.0.10', port: 1 })
    return tls.connect({ socket: visitor, servername: HOST, ca: authority.certPem })
  }
  const ways: https.RequestOptions[] = [{ agent }, { createConnection: throughTunnel }]
  const beforeBytes = process.memoryUsage.rss()
  const judge = ({ hash, peakBytes }: { hash: string; peakBytes: number }) => {
    assert.equal(hash, expected)
    assert.ok(peakBytes - beforeBytes < MAX_GROWTH_BYTES, `grew by ${peakBytes - beforeBytes}`)
  }
  for (const way of ways) {
    const down = https.get({ ...way, path: '/', headers: { host: HOST } })
    const [answer] = (await once(down, 'response')) as [IncomingMessage]
    judge(await digest(answer))
    const up = https.request({ ...way, path: '/', method: 'PUT', headers: { host: HOST, 'content-length': SIZE_BYTES } })
    const [[receipt]] = (await Promise.all([once(up, 'response'), pipeline(Readable.from(pieces()), up)])) as unknown as [[IncomingMessage]]
    judge(JSON.parse(await text(receipt)))
  }
})

test('a backend that is faster than its visitor is held back', async (t) => {
  let offeredBytes = 0
  const { target } = await openBackend(t, async (_, response) => {
    const counted = function* () {
      for (const piece of pieces()) {
        offeredBytes += piece.length
        yield piece
      }
    }
    await pipeline(Readable.from(counted()), response)
  })
  const { agent } = await openDoor(t, target)
  const request = https.get({ agent, path: '/', headers: { host: HOST } })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  let takenBytes = 0
  let aheadBytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    takenBytes += chunk.length
    aheadBytes = Math.max(aheadBytes, offeredBytes - takenBytes)
    // Everybody else has a turn between two chunks.
    for (let turn = 0; turn < 5; turn += 1) await setImmediate()
  }
  assert.equal(takenBytes, SIZE_BYTES)
  assert.ok(aheadBytes < 32 * 1024 * 1024, `${aheadBytes} bytes were taken ahead of the visitor`)
})
