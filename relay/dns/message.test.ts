import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RCODE, TYPE } from '../../dns/codes.ts'
import { parseQuery } from './message.ts'
import { queryBytes } from './query.fixture.ts'

const QUERY = queryBytes({ name: 'WeB.relay.example', type: TYPE.A, edns: 1232 })

function patched(change: (bytes: Buffer) => Buffer | undefined): ReturnType<typeof parseQuery> {
  const bytes = Buffer.from(QUERY)
  return parseQuery(change(bytes) ?? bytes)
}

test('a question is read byte for byte', () => {
  // 1234 · RD · 1 question · 1 additional · 3 WeB 5 relay 7 example 0 · A · IN · root OPT 1232
  const golden = '123401000001000000000001' + '0357654205' + '72656c6179076578616d706c6500' + '00010001' + '00002904d0000000000000'
  assert.equal(QUERY.toString('hex'), golden)
  assert.deepEqual(parseQuery(Buffer.from(golden, 'hex')), {
    kind: 'query',
    query: {
      id: 0x1234,
      opcode: 0,
      recursionDesired: true,
      checkingDisabled: false,
      question: { name: ['WeB', 'relay', 'example'], type: 1, class: 1 },
      edns: { udpBytes: 1232, dnssecOk: false },
    },
  })
})

test('the root, a full-length name, and bytes that are no letters are names too', () => {
  const named = (name: string) => parseQuery(queryBytes({ name, type: 1 }))
  const root = named('')
  assert.deepEqual(root.kind === 'query' && root.query.question.name, [])
  const label = 'a'.repeat(63)
  const full = [label, label, label, 'b'.repeat(61)].join('.')
  const long = named(full)
  assert.equal(long.kind === 'query' && long.query.question.name.join('.'), full)
  assert.equal(named(`${full}b`).kind, 'error', 'one byte over 255')
  const odd = named('a\u0000\u00ff b.example')
  assert.equal(odd.kind === 'query' && odd.query.question.name[0], 'a\u0000\u00ff b')
})

test('an answer, or too little to answer, meets silence', () => {
  for (const bytes of [Buffer.alloc(0), QUERY.subarray(0, 11), Buffer.alloc(4097)]) assert.equal(parseQuery(bytes).kind, 'silent')
  assert.equal(parseQuery(queryBytes({ name: 'relay.example', type: 1, flags: 0x8180 })).kind, 'silent')
})

test('what is not one well-formed question is refused', () => {
  const table: [string, (bytes: Buffer) => Buffer | undefined][] = [
    ['no question', (bytes) => void bytes.writeUInt16BE(0, 4)],
    ['two questions', (bytes) => void bytes.writeUInt16BE(2, 4)],
    ['an answer in a query', (bytes) => void bytes.writeUInt16BE(1, 6)],
    ['an authority in a query', (bytes) => void bytes.writeUInt16BE(1, 8)],
    ['two additional records', (bytes) => void bytes.writeUInt16BE(2, 10)],
    ['an additional record announced, none there', (bytes) => bytes.subarray(0, -11)],
    ['bytes after the end', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
    ['bytes after a question alone', (bytes) => void bytes.writeUInt16BE(0, 10)],
    ['a name that points to itself', (bytes) => void bytes.writeUInt16BE(0xc00c, 12)],
    ['a label type that never was', (bytes) => void bytes.writeUInt8(0x41, 12)],
    ['a label past the end', (bytes) => void bytes.writeUInt8(63, 22)],
    ['no end of the name', (bytes) => bytes.subarray(0, 20)],
    ['no room for the class', (bytes) => bytes.subarray(0, 32)],
    ['a question for OPT', (bytes) => void bytes.writeUInt16BE(41, 31)],
    ['another additional type', (bytes) => void bytes.writeUInt16BE(250, 36)],
    ['an OPT with an owner', (bytes) => void bytes.writeUInt8(1, 35)],
    ['an option longer than the record', (bytes) => Buffer.concat([bytes.subarray(0, -2), Buffer.from('0004000a0009', 'hex')])],
    ['half an option', (bytes) => Buffer.concat([bytes.subarray(0, -2), Buffer.from('0002000a', 'hex')])],
  ]
  for (const [title, change] of table) {
    const parsed = patched(change)
    assert.equal(parsed.kind === 'error' && parsed.rcode, RCODE.FORMERR, title)
  }
})

test('other operations are not implemented, other EDNS versions are named', () => {
  for (const opcode of [1, 2, 4, 5, 6, 15]) {
    const parsed = patched((bytes) => void bytes.writeUInt8(opcode << 3, 2))
    assert.equal(parsed.kind === 'error' && parsed.rcode, RCODE.NOTIMP)
    assert.equal(parsed.kind === 'error' && parsed.head.opcode, opcode)
  }
  const newer = patched((bytes) => void bytes.writeUInt8(1, 41))
  assert.equal(newer.kind === 'error' && newer.rcode, RCODE.BADVERS)
  assert.ok(newer.kind === 'error' && newer.head.edns && newer.head.question)
})

test('options are allowed and ignored', () => {
  const withCookie = patched((bytes) => Buffer.concat([bytes.subarray(0, -2), Buffer.from('000c000a00080102030405060708', 'hex')]))
  assert.equal(withCookie.kind, 'query')
})
