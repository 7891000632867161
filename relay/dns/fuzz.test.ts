/** Foreign bytes, 20,000 messages from a fixed seed: nothing throws, and an answer is always a fitting one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuery } from './message.ts'
import { queryBytes, ZONE } from './query.fixture.ts'
import { respond } from './respond.ts'

const RUNS = 20_000
const SEED = 20_260_801

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): (count: number) => number {
  let state = seed
  return (count) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }
}

const SEEDS = [
  queryBytes({ name: 'web.amber-otter-42.relay.example', type: 1 }),
  queryBytes({ name: 'huge.relay.example', type: 16, edns: 4096 }),
  queryBytes({ name: 'relay.example', type: 6, edns: 1232 }),
  queryBytes({ name: 'nobody.relay.example', type: 255, edns: 0 }),
  queryBytes({ name: '', type: 2 }),
]

function mutated(pick: (count: number) => number): Buffer {
  if (pick(8) === 0) return Buffer.from(Array.from({ length: pick(80) }, () => pick(256)))
  let bytes = Buffer.from(SEEDS[pick(SEEDS.length)] ?? '')
  for (let change = pick(4); change > 0 && bytes.length > 0; change--) {
    const at = pick(bytes.length)
    const kind = pick(5)
    if (kind === 0) bytes[at] = pick(256)
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8))
    else if (kind === 2) bytes = bytes.subarray(0, at)
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(pick(256)), bytes.subarray(at)])
    else bytes = Buffer.concat([bytes, bytes.subarray(at)])
  }
  return bytes
}

test(`${RUNS} messages, seed ${SEED}`, () => {
  const pick = randomFrom(SEED)
  const seen: Record<string, number> = {}
  for (let run = 0; run < RUNS; run++) {
    const bytes = mutated(pick)
    const parsed = parseQuery(bytes)
    seen[parsed.kind] = (seen[parsed.kind] ?? 0) + 1
    for (const way of ['udp', 'slip', 'tcp'] as const) {
      const reply = respond(bytes, ZONE, way)
      const context = `${way} ${bytes.toString('hex')}`
      assert.equal(reply === undefined, parsed.kind === 'silent', context)
      if (!reply) continue
      assert.equal(reply.fault, undefined, context)
      const out = Buffer.from(reply.bytes)
      assert.deepEqual(out.subarray(0, 2), bytes.subarray(0, 2), context)
      assert.equal((out[2] ?? 0) >> 7, 1, context)
      if (parsed.kind === 'query') {
        const question = bytes.subarray(12, bytes.length - (parsed.query.edns ? 11 : 0))
        assert.deepEqual(out.subarray(12, 12 + Math.min(question.length, 17)), question.subarray(0, 17), context)
      }
      if (way === 'udp') assert.ok(out.length <= 1232, context)
      if (way === 'slip') assert.ok(out.length <= bytes.length, context)
    }
  }
  for (const kind of ['query', 'error', 'silent']) assert.ok((seen[kind] ?? 0) > RUNS / 50, `${kind}: ${seen[kind]}`)
})
