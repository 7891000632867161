import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fuzz, type Random } from '../test/fuzz/random.ts'
import { frameHeader } from '../test/lanes.ts'
import {
  creditFrame,
  FrameError,
  FrameReader,
  FrameType,
  frame,
  HEADER_BYTES,
  MAX_CONTROL_BYTES,
  MAX_DATA_BYTES,
  MAX_DATAGRAM_BYTES,
} from './frames.ts'

interface Read {
  type: FrameType
  stream: number
  payload: string
}

/** Reads pieces; consecutive data pieces of one stream are put together, as they belong. */
function readAll(pieces: readonly Buffer[]): Read[] {
  const out: Read[] = []
  const reader = new FrameReader((type, stream, payload) => {
    const last = out.at(-1)
    const text = payload.toString('hex')
    if (type === FrameType.data && last?.type === type && last.stream === stream) last.payload += text
    else out.push({ type, stream, payload: text })
  })
  for (const piece of pieces) reader.push(piece)
  return out
}

const TYPES = Object.values(FrameType)
const LENGTHS: Record<FrameType, [least: number, most: number]> = {
  0: [0, 65536],
  1: [0, 1024],
  2: [0, 16384],
  3: [4, 4],
  4: [0, 0],
  5: [0, 0],
  6: [8, 8],
  7: [8, 8],
  8: [0, 1024],
  9: [0, 65507],
  10: [32, 32],
  11: [0, 0],
}

describe('bytes, for ever', () => {
  const golden: [string, Buffer, string][] = [
    ['control', frame(FrameType.control, 0, Buffer.from('{"m":1}')), '00000007000000007b226d223a317d'],
    ['open', frame(FrameType.open, 1, Buffer.from('{}')), '01000002000000017b7d'],
    ['data', frame(FrameType.data, 0x01020304, Buffer.from('hi')), '02000002010203046869'],
    ['the longest data', frameHeader(FrameType.data, 9, MAX_DATA_BYTES), '0200400000000009'],
    ['the longest control', frameHeader(FrameType.control, 0, MAX_CONTROL_BYTES), '0001000000000000'],
    ['credit', creditFrame(2, 65_536), '030000040000000200010000'],
    ['the largest credit', creditFrame(0xffffffff, 0xffffffff), '03000004ffffffffffffffff'],
    ['end', frame(FrameType.end, 3), '0400000000000003'],
    ['reset', frame(FrameType.reset, 4), '0500000000000004'],
    ['ping', frame(FrameType.ping, 0, Buffer.from('12345678')), '06000008000000003132333435363738'],
    ['pong', frame(FrameType.pong, 0, Buffer.alloc(8)), '07000008000000000000000000000000'],
    ['flow', frame(FrameType.flow, 5, Buffer.from('{}')), '08000002000000057b7d'],
    ['datagram', frame(FrameType.datagram, 5, Buffer.of(0, 255)), '090000020000000500ff'],
    ['an empty datagram', frame(FrameType.datagram, 5), '0900000000000005'],
    ['bypass', frame(FrameType.bypass, 7, Buffer.alloc(32, 1)), `0a00002000000007${'01'.repeat(32)}`],
    ['switch', frame(FrameType.switch, 7), '0b00000000000007'],
    ['the longest datagram', frameHeader(FrameType.datagram, 6, MAX_DATAGRAM_BYTES), '0900ffe300000006'],
  ]
  for (const [name, bytes, hex] of golden) test(name, () => assert.equal(bytes.toString('hex'), hex))
})

test('a frame that the other side would not take is not written', () => {
  for (const type of TYPES) {
    const [, most] = LENGTHS[type]
    assert.equal(frameHeader(type, 1, most).length, HEADER_BYTES)
    assert.throws(() => frameHeader(type, 1, most + 1), RangeError)
    assert.throws(() => frame(type, 1, Buffer.alloc(most + 1)), RangeError)
  }
})

describe('the reader', () => {
  const all = Buffer.concat([
    frame(FrameType.control, 0, Buffer.from('{"m":"hello"}')),
    frame(FrameType.open, 1, Buffer.from('{}')),
    frame(FrameType.data, 1, Buffer.from('some bytes')),
    frame(FrameType.data, 1),
    creditFrame(1, 5),
    frame(FrameType.ping, 0, Buffer.from('pingping')),
    frame(FrameType.pong, 0, Buffer.from('pongpong')),
    frame(FrameType.end, 1),
    frame(FrameType.reset, 1),
    frame(FrameType.flow, 2, Buffer.from('{}')),
    frame(FrameType.datagram, 2, Buffer.from('one datagram')),
    frame(FrameType.datagram, 2),
  ])
  const whole = readAll([all])

  test('reads every type', () => {
    assert.deepEqual(
      whole.map(({ type }) => type),
      [0, 1, 2, 3, 6, 7, 4, 5, 8, 9, 9],
    )
    assert.equal(whole[2]?.payload, Buffer.from('some bytes').toString('hex'))
  })
  test('reads the same however the bytes are cut in two', () => {
    for (let at = 0; at <= all.length; at++) assert.deepEqual(readAll([all.subarray(0, at), all.subarray(at)]), whole, `cut at ${at}`)
  })
  test('reads the same however the bytes are cut in three', () => {
    for (let first = 0; first < all.length; first += 3)
      for (let second = first; second < all.length; second++)
        assert.deepEqual(readAll([all.subarray(0, first), all.subarray(first, second), all.subarray(second)]), whole)
  })
  test('reads the same byte by byte, when each byte lies in a buffer that is used again', () => {
    const out: Read[] = []
    const reader = new FrameReader(
      (type, stream, payload) => type !== FrameType.data && out.push({ type, stream, payload: payload.toString('hex') }),
    )
    const slab = Buffer.alloc(1)
    for (const byte of all) {
      slab[0] = byte
      reader.push(slab)
    }
    assert.deepEqual(
      out,
      whole.filter(({ type }) => type !== FrameType.data),
    )
  })
  test('hands data on at once, in the pieces it arrives in', () => {
    const pieces: string[] = []
    const reader = new FrameReader((_type, _stream, payload) => pieces.push(payload.toString()))
    reader.push(frameHeader(FrameType.data, 1, 10))
    reader.push(Buffer.from('abc'))
    assert.deepEqual(pieces, ['abc'])
    reader.push(Buffer.from('defghij'))
    assert.deepEqual(pieces, ['abc', 'defghij'])
  })

  test('each length that a type may have, and none beyond', () => {
    for (const type of TYPES) {
      const [least, most] = LENGTHS[type]
      for (const length of new Set([0, 1, 3, 4, 5, 7, 8, 9, most - 1, most, most + 1, 1025, 16385, 65508, 65537, 0xffffff])) {
        if (length < 0) continue
        const header = Buffer.alloc(8)
        header.writeUInt32BE(type * 0x1000000 + length)
        const push = () => new FrameReader(() => {}).push(header)
        if (length >= least && length <= most) push()
        else assert.throws(push, FrameError, `type ${type}, ${length} bytes`)
      }
    }
  })
  test('no other types', () => {
    for (let type = TYPES.length; type < 256; type++)
      assert.throws(() => new FrameReader(() => {}).push(Buffer.of(type, 0, 0, 0, 0, 0, 0, 1)), FrameError)
  })
})

describe('hostile bytes', () => {
  const anyFrame = (random: Random): Buffer => {
    const type = random.pick(TYPES)
    const [least, most] = LENGTHS[type]
    return frame(type, random.pick([0, 1, 2, random.int(2 ** 32)]), random.bytes(least + random.int(Math.min(60, most - least + 1))))
  }

  test('good frames in any pieces come out as they went in', () => {
    fuzz(1, (random) => {
      const frames = Array.from({ length: 1 + random.int(6) }, () => anyFrame(random))
      const bytes = Buffer.concat(frames)
      assert.deepEqual(readAll(random.pieces(bytes, 20)), readAll([bytes]))
    })
  })

  test('whatever comes, the reader throws FrameError or nothing, and hands on no more than came', () => {
    fuzz(2, (random) => {
      const bytes = random.chance(0.3)
        ? random.bytes(random.int(100))
        : random.mutated(Buffer.concat([anyFrame(random), anyFrame(random), anyFrame(random)]))
      let handed = 0
      const reader = new FrameReader((type, stream, payload) => {
        handed += payload.length
        assert.ok(payload.length <= LENGTHS[type][1] && stream <= 0xffffffff)
      })
      try {
        for (const piece of random.pieces(bytes, 30)) reader.push(piece)
      } catch (error) {
        assert.ok(error instanceof FrameError, String(error))
      }
      assert.ok(handed <= bytes.length)
    })
  })

  test('a payload in tiny pieces keeps none of the buffers they came in', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const reader = new FrameReader(() => {})
    reader.push(frameHeader(FrameType.control, 0, MAX_CONTROL_BYTES))
    const slabs: WeakRef<Buffer>[] = []
    for (let piece = 0; piece < 500; piece++) {
      const slab = Buffer.allocUnsafeSlow(16_384)
      slabs.push(new WeakRef(slab))
      reader.push(slab.subarray(0, 1))
      // A weak reference holds on until the turn ends.
      if (piece % 100 === 99) await turn()
    }
    await turn()
    collect()
    assert.ok(slabs.filter((slab) => slab.deref() !== undefined).length < 5)
    reader.push(Buffer.alloc(1))
  })
})
