import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fuzz, random } from '../test/fuzz/random.ts'
import { identityFromPem, newIdentity } from './identity.ts'
import {
  answerProbe,
  checkProbeAnswer,
  formatProbeQuestion,
  mayBeProbe,
  PROBE_ANSWER_BYTES,
  PROBE_QUESTION_BYTES,
  parseProbeQuestion,
} from './probe.ts'

const source = random(1)
const question = { id: source.bytes(16), challenge: source.bytes(32) }
const binding = source.bytes(32)
const none = Buffer.alloc(0)
const engine = newIdentity()

test('bytes, for ever', () => {
  const bytes = formatProbeQuestion({ id: Buffer.alloc(16, 0x11), challenge: Buffer.alloc(32, 0x22) })
  assert.equal(bytes.toString('hex'), `504c50524f424531${'11'.repeat(16)}${'22'.repeat(32)}`)
  assert.equal(bytes.length, PROBE_QUESTION_BYTES)
  // Ed25519 is deterministic: the key of RFC 8032 §7.1 test 1 over the statement, as any other implementation signs it.
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const known = identityFromPem(`-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----\n`)
  const answer = answerProbe(known, { id: Buffer.alloc(16, 0x11), challenge: Buffer.alloc(32, 0x22) }, Buffer.alloc(32, 0x33))
  assert.equal(
    answer.toString('hex'),
    'fcf27b746255c4b2ad37f3114968a4a1edeb762b60aa827b716fcbe229e69a767e7c9a841980b3c6ab47ebe1f297978eaa2c1988c5847b6d6fbccf97a5f7fc02',
  )
})

describe('a question', () => {
  test('round trip; the parts are copies', () => {
    const bytes = formatProbeQuestion(question)
    const parsed = parseProbeQuestion(bytes)
    assert.deepEqual(parsed, question)
    bytes.fill(0)
    assert.deepEqual(parsed, question)
  })
  test('ids and challenges of other lengths are not written', () => {
    for (const length of [0, 15, 17, 32]) assert.throws(() => formatProbeQuestion({ ...question, id: Buffer.alloc(length) }), RangeError)
    for (const length of [0, 16, 31, 33])
      assert.throws(() => formatProbeQuestion({ ...question, challenge: Buffer.alloc(length) }), RangeError)
  })
  test('any other length or beginning is none', () => {
    const bytes = formatProbeQuestion(question)
    for (let length = 0; length < bytes.length; length++) assert.equal(parseProbeQuestion(bytes.subarray(0, length)), undefined)
    assert.equal(parseProbeQuestion(Buffer.concat([bytes, Buffer.alloc(1)])), undefined)
    for (let at = 0; at < 8; at++) {
      const wrong = Buffer.from(bytes)
      wrong[at] = (wrong[at] ?? 0) ^ 0x20
      assert.equal(parseProbeQuestion(wrong), undefined)
    }
  })
  test('a forwarder waits exactly as long as a question may still come', () => {
    const bytes = formatProbeQuestion(question)
    for (let length = 0; length <= bytes.length; length++) assert.equal(mayBeProbe(bytes.subarray(0, length)), true)
    for (const text of ['G', 'GET / HTTP/1.1\r\n', 'PLPROBE2', 'SSH-2.0-', 'PRI * HTTP/2.0', 'P\0', '\x16\x03\x01'])
      assert.equal(mayBeProbe(Buffer.from(text)), false, text)
    assert.equal(mayBeProbe(Buffer.concat([bytes, Buffer.alloc(1)])), false)
  })
  test('anything else never throws', () => {
    const bytes = formatProbeQuestion(question)
    fuzz(1, (random) => {
      const hostile = random.chance(0.5) ? random.mutated(bytes) : random.bytes(random.int(80))
      const parsed = parseProbeQuestion(hostile)
      if (parsed) assert.deepEqual(formatProbeQuestion(parsed), hostile)
      if (parsed) assert.ok(mayBeProbe(hostile))
    })
  })
})

describe('an answer', () => {
  const answer = answerProbe(engine, question, binding)
  test('is the engine’s, with and without TLS', () => {
    assert.equal(answer.length, PROBE_ANSWER_BYTES)
    assert.equal(checkProbeAnswer(engine.publicKey, question, binding, answer), true)
    assert.equal(checkProbeAnswer(engine.publicKey, question, none, answerProbe(engine, question, none)), true)
  })
  test('counts for nobody else, no other question and no other session', () => {
    assert.equal(checkProbeAnswer(newIdentity().publicKey, question, binding, answer), false)
    assert.equal(checkProbeAnswer(engine.publicKey, { ...question, id: Buffer.alloc(16) }, binding, answer), false)
    assert.equal(checkProbeAnswer(engine.publicKey, { ...question, challenge: Buffer.alloc(32) }, binding, answer), false)
    assert.equal(checkProbeAnswer(engine.publicKey, question, Buffer.alloc(32), answer), false)
    assert.equal(checkProbeAnswer(engine.publicKey, question, none, answer), false, 'an answer over TLS is none without')
    assert.equal(
      checkProbeAnswer(engine.publicKey, question, binding, answerProbe(engine, question, none)),
      false,
      'nor the other way round',
    )
  })
  test('hostile answers and keys are wrong, and never throw', () => {
    for (const length of [0, 1, 63, 65, 128])
      assert.equal(checkProbeAnswer(engine.publicKey, question, binding, Buffer.alloc(length)), false)
    for (const key of ['', 'x', '\0', 'A'.repeat(43), 'A'.repeat(10_000)])
      assert.equal(checkProbeAnswer(key, question, binding, answer), false)
    fuzz(
      2,
      (random) => {
        const wrong = random.mutated(answer)
        if (!wrong.equals(answer)) assert.equal(checkProbeAnswer(engine.publicKey, question, binding, wrong), false)
      },
      // A verification takes 0.1 ms; most mutations change the length and cost nothing.
      Number(process.env.PORCHLIGHT_FUZZ_RUNS ?? 20_000),
    )
  })
})
