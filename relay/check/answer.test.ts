import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../../test/fuzz/random.ts'
import { canonical, readAnswer } from './answer.ts'

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : Buffer.from(part))))
const text = (value: string): number[] => [value.length, ...Buffer.from(value)]

/** What bind9 answers to `NS relay.test` for a zone that delegates it: names from byte 12 and 40 on are pointed at. */
const REFERRAL = bytes(
  'abcd 8000 0001 0000 0001 0003', // id, an answer, one question, one authority record, three additional ones
  [...text('Relay'), ...text('test'), 0],
  '0002 0001',
  'c00c 0002 0001 00000005 0005', // relay.test NS
  [...text('ns'), 0xc0, 12],
  'c028 0001 0001 00000005 0004 c6336414', // ns.relay.test A 198.51.100.20
  'c028 001c 0001 00000005 0010 20010db8020000000000000000000020',
  '00 0029 04d0 00000000 0000', // OPT
)
const CAA = bytes('abcd 8400 0000 0001 0000 0000', [...text('test'), 0], '0101 0001 00000005 0017 00', [
  ...text('ISSUE'),
  ...Buffer.from('elsewhere.exampl'),
])

test('a referral with its glue', () => {
  assert.deepEqual(readAnswer(REFERRAL, 0xabcd), {
    rcode: 0,
    authoritative: false,
    truncated: false,
    answers: [],
    authority: [{ owner: 'relay.test', type: 'NS', host: 'ns.relay.test' }],
    additional: [
      { owner: 'ns.relay.test', type: 'A', address: '198.51.100.20' },
      { owner: 'ns.relay.test', type: 'AAAA', address: '2001:db8:200::20' },
    ],
  })
})

test('CAA records, whose tags have no case', () => {
  assert.deepEqual(readAnswer(CAA, 0xabcd)?.answers, [{ owner: 'test', type: 'CAA', tag: 'issue', value: 'elsewhere.exampl' }])
  assert.equal(readAnswer(CAA, 0xabcd)?.authoritative, true)
})

test('another question’s answer, a question, and what is cut short are no answers', () => {
  assert.equal(readAnswer(REFERRAL, 0xabce), undefined)
  assert.equal(readAnswer(bytes('abcd 0000 0000 0000 0000 0000'), 0xabcd), undefined)
  for (let length = 0; length < REFERRAL.length; length++) assert.equal(readAnswer(REFERRAL.subarray(0, length), 0xabcd), undefined)
})

test('names that point at themselves, forwards, or never end', () => {
  const named = (name: string): Buffer => bytes('abcd 8000 0000 0001 0000 0000', name, '0001 0001 00000005 0004 c6336414')
  for (const name of ['c00c', 'c00e', 'c0ff', '01 61 c00c', '40 61', `${'3f'.padEnd(128, '61')}`.repeat(5)])
    assert.equal(readAnswer(named(name), 0xabcd), undefined, name)
})

test('any bytes at all', () => {
  fuzz(20_261_121, (random) => {
    const answer = readAnswer(random.mutated(random.pick([REFERRAL, CAA])), 0xabcd)
    for (const { owner } of answer?.additional ?? []) assert.ok(owner.length <= 255)
  })
})

test('an address has one text', () => {
  assert.equal(canonical('2001:DB8:0:0::20'), '2001:db8::20')
  assert.equal(canonical('198.51.100.20'), '198.51.100.20')
})
