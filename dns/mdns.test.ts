import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TYPE } from './codes.ts'
import { browsed, keyOf, readMdns, writeMdnsQuestion } from './mdns.ts'
import { readMessage } from './message.ts'
import { uncompressed } from './names.ts'
import { u16 } from './records.ts'

test('a question for two types, as it goes to everybody', () => {
  assert.equal(
    Buffer.from(writeMdnsQuestion([browsed('_http._tcp'), browsed('_ipp._tcp')])).toString('hex'),
    '000000000002000000000000' + '055f68747470045f746370056c6f63616c00000c0001' + '045f697070045f746370056c6f63616c00000c0001',
  )
  assert.equal(readMessage(writeMdnsQuestion([browsed('_http._tcp')]))?.questions.length, 1)
})

interface Record {
  readonly name: readonly string[]
  readonly type: number
  readonly data: readonly number[]
  readonly class?: number
  readonly ttlS?: number
}

const record = ({ name, type, data, class: given = 0x8001, ttlS = 120 }: Record): number[] => [
  ...uncompressed(name),
  ...u16(type),
  ...u16(given),
  ...[0, 0, ...u16(ttlS)],
  ...u16(data.length),
  ...data,
]
const answer = (answers: Record[], additional: Record[] = [], flags = 0x8400): Buffer =>
  Buffer.from([
    0,
    0,
    ...u16(flags),
    0,
    0,
    ...u16(answers.length),
    0,
    0,
    ...u16(additional.length),
    ...answers.flatMap(record),
    ...additional.flatMap(record),
  ])

const HTTP = ['_http', '_tcp', 'local']
const RADIO = ['K\xc3\xbcche\u0007', ...HTTP]
const HOST = ['Radio', 'local']
const PTR = { name: HTTP, type: TYPE.PTR, data: uncompressed(RADIO), class: 1 }
const SRV = { name: RADIO, type: TYPE.SRV, data: [0, 0, 0, 0, 0x1f, 0x90, ...uncompressed(HOST)] }
const A = { name: HOST, type: TYPE.A, data: [192, 168, 1, 30] }
const TXT = { name: RADIO, type: TYPE.TXT, data: [0] }

test('an instance, where it listens, and its address, out of one answer', () => {
  assert.deepEqual(readMdns(answer([PTR], [SRV, TXT, A])), [
    { kind: 'instance', type: '_http._tcp', instance: RADIO, label: 'Küche' },
    { kind: 'place', instance: keyOf(RADIO), host: keyOf(['radio', 'local']), port: 8080 },
    { kind: 'address', host: keyOf(['radio', 'local']), address: '192.168.1.30' },
  ])
})

test('what is no answer, or says what it may not, is nothing', () => {
  const nothing: [string, Buffer][] = [
    ['a question', answer([PTR], [], 0)],
    ['a refusal', answer([PTR], [], 0x8405)],
    ['a goodbye', answer([{ ...PTR, ttlS: 0 }])],
    ['another class', answer([{ ...PTR, class: 3 }])],
    ['another domain', answer([{ ...PTR, name: ['_http', '_tcp', 'example'], data: uncompressed(['a', '_http', '_tcp', 'example']) }])],
    ['an instance of another type', answer([{ ...PTR, data: uncompressed(['a', '_ipp', '_tcp', 'local']) }])],
    ['a type that is none', answer([{ ...PTR, name: ['http', '_tcp', 'local'], data: uncompressed(['a', 'http', '_tcp', 'local']) }])],
    ['a pointer’s name with something behind it', answer([{ ...PTR, data: [...PTR.data, 1] }])],
    ['port 0', answer([{ ...SRV, data: [0, 0, 0, 0, 0, 0, ...uncompressed(HOST)] }])],
    ['a short place', answer([{ ...SRV, data: [0, 0, 0, 0, 1] }])],
    ['an address of five bytes', answer([{ ...A, data: [1, 2, 3, 4, 5] }])],
    ['nothing at all', Buffer.alloc(0)],
  ]
  for (const [name, bytes] of nothing) assert.deepEqual(readMdns(bytes), [], name)
})

test('a flood in one answer is cut', () => {
  assert.equal(readMdns(answer(Array.from({ length: 900 }, () => A))).length, 200)
})
