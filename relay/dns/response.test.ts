import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RCODE } from '../../dns/codes.ts'
import { nameOf } from '../../dns/names.ts'
import type { OwnedRecord, RecordData } from '../../dns/records.ts'
import type { Head } from './message.ts'
import { encodeResponse, type Response } from './response.ts'

const HEAD: Head = {
  id: 0xabcd,
  opcode: 0,
  recursionDesired: true,
  checkingDisabled: false,
  question: { name: ['A', 'Ex'], type: 1, class: 1 },
}
const QUESTION = '0141' + '024578' + '00' + '00010001'

const response = (...answers: OwnedRecord[]): Response => ({ rcode: RCODE.NOERROR, aa: true, answers, authority: [] })
const at = (owner: string, data: RecordData): OwnedRecord => ({ owner: nameOf(owner), record: { ...data, ttlS: 10 } })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const encoded = (answers: OwnedRecord[], head = HEAD): string => hex(encodeResponse(head, response(...answers), 65_535).bytes)

test('records, byte for byte', () => {
  const header = 'abcd' + '8500' + '0001' + '0001' + '0000' + '0000'
  const pointer = 'c00c'
  const table: [RecordData, string][] = [
    [{ type: 'A', address: '203.0.113.7' }, '0001' + '0001' + '0000000a' + '0004' + 'cb007107'],
    [{ type: 'AAAA', address: '2001:db8::7' }, '001c' + '0001' + '0000000a' + '0010' + '20010db8000000000000000000000007'],
    [{ type: 'TXT', text: 'hi' }, '0010' + '0001' + '0000000a' + '0003' + '026869'],
    [{ type: 'TXT', text: '' }, '0010' + '0001' + '0000000a' + '0001' + '00'],
    [{ type: 'CAA', critical: true, tag: 'issue', value: 'ca' }, '0101' + '0001' + '0000000a' + '0009' + '80' + '056973737565' + '6361'],
    [{ type: 'HINFO', cpu: 'RFC8482', os: '' }, '000d' + '0001' + '0000000a' + '0009' + '0752464338343832' + '00'],
    [{ type: 'HTTPS', alpn: [] }, '0041' + '0001' + '0000000a' + '0003' + '0001' + '00'],
    // RFC 9460 appendix D.2 has alpn="h2,h3-19" as 0001 0009 02 68 32 05 68 33 2d 31 39.
    [
      { type: 'HTTPS', alpn: ['h2', 'h3-19'] },
      '0041' + '0001' + '0000000a' + '0010' + '0001' + '00' + '0001' + '0009' + '026832' + '0568332d3139',
    ],
    // Both names end where the question's second label stands: offset 14.
    [{ type: 'NS', host: 'n.ex' }, '0002' + '0001' + '0000000a' + '0004' + '016e' + 'c00e'],
    [
      { type: 'SOA', primary: 'n.ex', mailbox: 'h.ex', serial: 0xffffffff, refreshS: 1, retryS: 2, expireS: 3, negativeTtlS: 30 },
      '0006' + '0001' + '0000000a' + '001c' + '016ec00e' + '0168c00e' + 'ffffffff' + '00000001' + '00000002' + '00000003' + '0000001e',
    ],
  ]
  for (const [data, golden] of table) assert.equal(encoded([at('a.ex', data)]), header + QUESTION + pointer + golden, data.type)
})

test('a name that shares nothing with the question is written out; the top of the zone is a pointer to its tail', () => {
  const header = 'abcd' + '8500' + '0001' + '0001' + '0000' + '0000'
  const tail = '0001' + '0001' + '0000000a' + '0004' + 'cb007107'
  assert.equal(encoded([at('b.yz', { type: 'A', address: '203.0.113.7' })]), `${header}${QUESTION}016202797a00${tail}`)
  assert.equal(encoded([at('ex', { type: 'A', address: '203.0.113.7' })]), `${header}${QUESTION}c00e${tail}`)
})

test('a long text is cut into strings of 255 bytes', () => {
  const bytes = encodeResponse(HEAD, response(at('a.ex', { type: 'TXT', text: 'x'.repeat(600) })), 65_535).bytes
  const data = Buffer.from(bytes).subarray(12 + 10 + 12)
  assert.deepEqual([data[0], data[256], data[512], data.length], [255, 255, 90, 603])
})

test('EDNS answers EDNS: our size, version 0, the extended code, DO as asked', () => {
  const head = { ...HEAD, edns: { udpBytes: 4096, dnssecOk: true } }
  const bad = encodeResponse(head, { ...response(), rcode: RCODE.BADVERS, aa: false }, 512)
  assert.equal(hex(bad.bytes), `abcd81000001000000000001${QUESTION}00002904d0010080000000`)
})

test('what does not fit goes empty with TC', () => {
  const head = { ...HEAD, edns: { udpBytes: 512, dnssecOk: false } }
  const many = Array.from({ length: 40 }, (_, index) => at('a.ex', { type: 'A', address: `203.0.113.${index}` }))
  const { bytes, truncated } = encodeResponse(head, response(...many), 512)
  assert.equal(truncated, true)
  assert.equal(hex(bytes), `abcd87000001000000000001${QUESTION}00002904d0000000000000`)
  assert.equal(encodeResponse(head, response(...many), 1232).truncated, false)
})

test('what only saves a question gives way before anything is truncated', () => {
  const head = { ...HEAD, edns: { udpBytes: 512, dnssecOk: false } }
  const additional = [at('ns.ex', { type: 'A', address: '203.0.113.1' })]
  const some = Array.from({ length: 28 }, (_, index) => at('a.ex', { type: 'A', address: `203.0.113.${index}` }))
  const counts = (bytes: Uint8Array): number[] => [...Buffer.from(bytes).subarray(4, 12)].filter((_, index) => index % 2 === 1)
  const roomy = encodeResponse(head, { ...response(...some), additional }, 1232)
  assert.deepEqual(counts(roomy.bytes), [1, 28, 0, 2])
  const narrow = encodeResponse(head, { ...response(...some), additional }, 12 + 10 + 28 * 16 + 11)
  assert.deepEqual([narrow.truncated, counts(narrow.bytes)], [false, [1, 28, 0, 1]])
})

test('a record that cannot be written is an error of ours, not a wrong answer', () => {
  const wrong: RecordData[] = [
    { type: 'A', address: '2001:db8::1' },
    { type: 'AAAA', address: '203.0.113.1' },
    { type: 'A', address: 'example' },
    { type: 'NS', host: `${'x'.repeat(64)}.ex` },
    { type: 'NS', host: 'a..ex' },
    { type: 'CAA', critical: false, tag: 'x'.repeat(256), value: '' },
    { type: 'TXT', text: 'x'.repeat(65_535) },
  ]
  for (const data of wrong) assert.throws(() => encoded([at('a.ex', data)]), RangeError)
})
