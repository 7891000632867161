import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessage, readName, writeQuestion } from './message.ts'
import { nameOf } from './names.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

// 1234 · QR AA · one question, one answer · 3 www 2 ex 0 · A · IN · pointer to 12 · A · IN · 10 s · 4 bytes
const ANSWER = hex('1234 8400 0001 0001 0000 0000  03777777 026578 00 0001 0001  c00c 0001 0001 0000000a 0004 cb007107')

test('an answer is read, its owner through a pointer', () => {
  const message = readMessage(ANSWER)
  assert.ok(message?.isAnswer && message.authoritative && !message.truncated)
  const [record] = message.answers
  assert.deepEqual(record?.owner, ['www', 'ex'])
  assert.deepEqual([record?.type, record?.ttlS, [...(record?.data ?? [])]], [1, 10, [203, 0, 113, 7]])
})

test('a question of ours is a message', () => {
  const message = readMessage(writeQuestion(7, nameOf('a.ex'), 16))
  assert.deepEqual([message?.id, message?.isAnswer, message?.questions], [7, false, [{ name: ['a', 'ex'], type: 16, class: 1 }]])
})

test('what is not one whole message is nothing', () => {
  const table: [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['a header cut', ANSWER.subarray(0, 11)],
    ['data cut', ANSWER.subarray(0, -1)],
    ['bytes behind', Buffer.concat([ANSWER, Buffer.of(0)])],
    ['more records announced', hex(ANSWER.toString('hex').replace('00010001', '0001ffff'))],
    ['a pointer to itself', hex('1234 8400 0001 0000 0000 0000 c00c 0001 0001')],
    ['a pointer forwards', hex('1234 8400 0001 0000 0000 0000 c012 0001 0001 00')],
    ['a pointer into the header', hex('1234 8400 0001 0000 0000 0000 c000 0001 0001')],
    ['a label type that never was', hex('1234 8400 0001 0000 0000 0000 4161 00 0001 0001')],
  ]
  for (const [title, bytes] of table) assert.equal(readMessage(bytes), undefined, title)
})

test('names are bounded, in length and in pointers', () => {
  const long = Buffer.concat([Buffer.alloc(12), ...Array.from({ length: 4 }, () => Buffer.from(`\x3f${'a'.repeat(63)}`)), Buffer.of(0)])
  assert.equal(readName(long, 12), undefined, '256 bytes')
  assert.equal(readName(long, 12 + 64)?.name.length, 3)
  // Pointer after pointer, each one step back.
  const chain = Buffer.concat([
    Buffer.alloc(12),
    Buffer.of(0),
    ...Array.from({ length: 20 }, (_, i) => Buffer.of(0xc0, i === 0 ? 12 : 11 + 2 * i)),
  ])
  assert.deepEqual(readName(chain, 13 + 2 * 15)?.name, [])
  assert.equal(readName(chain, 13 + 2 * 16), undefined)
})
