import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { after, describe, test } from 'node:test'
import { type ConnectionOptions, connect, createServer, type TlsOptions } from 'node:tls'
import { drained, lanePair, pour } from '../test/lanes.ts'
import { tlsHouse } from '../test/tls-pair.ts'
import type { LaneStream } from './lane-stream.ts'
import { pump } from './pump.ts'
import { readInto } from './read-into.ts'

const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
await once(server, 'listening')
const house = await tlsHouse({ allowHalfOpen: true })
after(() => {
  server.close()
  house.close()
})

/** Near end, far end; what a server accepted is the far one. */
async function tcp(): Promise<[Socket, Socket]> {
  const near = net.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown]
  for (const socket of [near, far]) socket.on('error', () => {})
  return [near, far]
}

async function secure(): Promise<[Socket, Socket]> {
  const { client, server: far } = await house.pair()
  return [client, far]
}

const kinds = { tcp, tls: secure }

describe('reading into one buffer', () => {
  for (const [name, connect] of Object.entries(kinds)) {
    test(`${name}: Node really does so, for what a server accepted`, async () => {
      const [near, far] = await connect()
      const buffers = new Set<ArrayBufferLike>()
      let bytes = 0
      readInto(far, (piece) => {
        buffers.add(piece.buffer)
        bytes += piece.length
        return true
      })
      const ended = once(far, 'end')
      await pour(near, 2_000_000, 1)
      await ended
      assert.equal(bytes, 2_000_000)
      // What came before the first turn may lie in a buffer of its own.
      assert.ok(buffers.size <= 2, `${buffers.size} buffers`)
      near.destroy()
      far.destroy()
    })

    test(`${name}: false pauses it, resume goes on, and nothing is lost`, async () => {
      const [near, far] = await connect()
      const parts: Buffer[] = []
      readInto(far, (piece) => {
        parts.push(Buffer.from(piece))
        setImmediate(() => far.resume())
        return false
      })
      const ended = once(far, 'end')
      const text = Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`).join('')
      near.end(text)
      await ended
      assert.equal(Buffer.concat(parts).toString(), text)
      near.destroy()
      far.destroy()
    })
  }

  test('what came before is read first', async () => {
    const [near, far] = await tcp()
    far.pause()
    far.unshift(Buffer.from('hello, '))
    near.end('world')
    const parts: string[] = []
    readInto(far, (piece) => parts.push(piece.toString()) > 0)
    await once(far, 'end')
    assert.equal(parts.join(''), 'hello, world')
    near.destroy()
    far.destroy()
  })

  test('what is no socket is read as ever', async () => {
    const stream = Duplex.from(['a', 'b', 'c'].map((text) => Buffer.from(text)))
    const parts: string[] = []
    readInto(stream, (piece) => parts.push(piece.toString()) > 0)
    await once(stream, 'end')
    assert.equal(parts.join(''), 'abc')
  })
})

describe('pumping', () => {
  for (const [name, connect] of Object.entries(kinds))
    test(`${name}: every byte, and the end`, async () => {
      const [source, from] = await connect()
      const [to, sink] = await connect()
      pump(from, to)
      const [sent, seen] = await Promise.all([pour(source, 5_000_000, 7), drained(sink)])
      assert.equal(seen, sent)
      for (const socket of [source, from, to, sink]) socket.destroy()
    })

  test('TLS inside the streams of a lane, as the front door has it: nothing is overwritten while the lane reads on', async () => {
    const { client, server: relayEnd } = await house.pair()
    const inner = createServer({ ...house.certificate, allowHalfOpen: true } as TlsOptions, (visitor) => {
      visitor.on('error', () => {})
      pump(visitor, visitor)
    })
    const { relay } = lanePair([relayEnd, client], (stream) => void inner.emit('connection', stream))
    const echoed = async (seed: number): Promise<void> => {
      const stream = relay.open({ seed }) as LaneStream
      const visitor = connect({
        socket: stream,
        servername: 'relay.test',
        ca: house.certificate.cert,
        allowHalfOpen: true,
      } as ConnectionOptions)
      await once(visitor, 'secureConnect')
      const [sent, seen] = await Promise.all([pour(visitor, 300_000, seed), drained(visitor)])
      assert.equal(seen, sent)
    }
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(echoed))
    relay.close('done')
  })

  test('what nobody takes is not read for long', async () => {
    const [source, from] = await tcp()
    const [to, sink] = await tcp()
    sink.pause()
    pump(from, to)
    source.write(Buffer.alloc(64 << 20))
    for (let still = 0, before = -1; still < 100; still = from.bytesRead === before ? still + 1 : 0) {
      before = from.bytesRead
      await new Promise(setImmediate)
    }
    assert.ok(to.writableLength <= 512 << 10, `${to.writableLength} bytes wait`)
    // And once it is taken, all of it comes.
    source.end()
    let bytes = 0
    sink.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    sink.resume()
    await once(sink, 'end')
    assert.equal(bytes, 64 << 20)
    for (const socket of [source, from, to, sink]) socket.destroy()
  })

  test('many small writes within a turn leave as one', async () => {
    const written: number[] = []
    const to = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.length)
        done()
      },
    })
    const from = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    pump(from, to)
    for (let n = 0; n < 100; n++) from.push(Buffer.alloc(10))
    from.push(null)
    await once(to, 'finish')
    assert.deepEqual(written, [1000])
  })
})
