/** Lanes over real TLS on loopback. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { random } from '../test/fuzz/random.ts'
import { drained, lanePair, pour } from '../test/lanes.ts'
import { type TlsHouse, tlsHouse } from '../test/tls-pair.ts'
import type { LaneStream } from './lane-stream.ts'
import { WINDOW_BYTES } from './limits.ts'

describe('a lane over TLS', () => {
  let house: TlsHouse
  before(async () => {
    house = await tlsHouse()
  })
  after(() => house.close())

  async function lanes(onStream?: (stream: LaneStream) => void) {
    const { client, server } = await house.pair()
    return { ...lanePair([server, client], onStream), client, server }
  }

  test('64 streams at once carry what was written, both ways', async () => {
    const source = random(1)
    const upward: Promise<[sent: string, seen: string]>[] = []
    const { relay, engine, closed } = await lanes((stream) => {
      const seed = 1000 + stream.id
      upward.push(Promise.all([pour(stream, source.int(200_000), seed), drained(stream)]))
    })
    const downward = Array.from({ length: 64 }, (_, index) => {
      const stream = relay.open({ index }) as LaneStream
      return Promise.all([pour(stream, source.int(200_000), index), drained(stream)])
    })
    const near = await Promise.all(downward)
    const far = await Promise.all(upward)
    assert.equal(far.length, 64)
    for (const [index, [sent, seen]] of near.entries()) assert.deepEqual([far[index]?.[1], far[index]?.[0]], [sent, seen])
    assert.deepEqual([relay.streamCount, engine.streamCount], [0, 0])
    assert.deepEqual(closed, { relay: [], engine: [] })
    relay.close('done')
  })

  test('20 MB arrive whole, while a stream that nobody reads stands still beside them', async () => {
    const far: LaneStream[] = []
    const { relay } = await lanes((stream) => far.push(stream))
    const still = relay.open({}) as LaneStream
    still.write(Buffer.alloc(WINDOW_BYTES * 4))
    const bulk = relay.open({}) as LaneStream
    while (far.length < 2) await turn()
    const [sent, seen] = await Promise.all([pour(bulk, 20_000_000, 3), drained(far[1] as LaneStream)])
    assert.equal(seen, sent)
    assert.ok((far[0]?.readableLength ?? 0) <= WINDOW_BYTES)
    relay.close('done')
  })

  test('one that carries as much as it can is not taken for one that chatters', async () => {
    const { relay, closed } = await lanes((stream) => stream.resume())
    const stream = relay.open({}) as LaneStream
    const piece = Buffer.alloc(1_048_576)
    const isOver = once(stream, 'close')
    for (let sent = 0; sent < 600 && !stream.destroyed; sent++)
      if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), isOver])
    assert.deepEqual(closed, { relay: [], engine: [] })
    relay.close('done')
  })

  test('a half stays open when the other has ended', async () => {
    const { relay } = await lanes((stream) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => stream.end(`you said ${Buffer.concat(parts)}`))
    })
    const stream = relay.open({}) as LaneStream
    stream.end('good evening')
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    assert.equal(Buffer.concat(parts).toString(), 'you said good evening')
    relay.close('done')
  })

  test('when the connection breaks, every stream at both ends does', async () => {
    const far: LaneStream[] = []
    const { relay, engine, client, closed } = await lanes((stream) => far.push(stream))
    const near = Array.from({ length: 30 }, () => relay.open({}) as LaneStream)
    for (const stream of near) stream.write(Buffer.alloc(WINDOW_BYTES))
    while (far.length < 30) await turn()
    client.destroy()
    const codes = await Promise.all(
      [...near, ...far].map((stream) =>
        stream.closed ? stream.errored : new Promise<Error | null>((resolve) => stream.once('close', () => resolve(stream.errored))),
      ),
    )
    assert.deepEqual(new Set(codes.map((error) => (error as NodeJS.ErrnoException | null)?.code)), new Set(['ECONNRESET']))
    assert.deepEqual([relay.closed, engine.closed, closed.relay.length, closed.engine.length], [true, true, 1, 1])
  })
})
