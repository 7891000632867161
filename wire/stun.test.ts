import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import {
  formatBindingRequest,
  formatBindingResponse,
  formatRefusal,
  parseBindingRequest,
  parseBindingResponse,
  REFUSES_CHANGE,
} from './stun.ts'

/** RFC 5769 §2.2 and §2.3: the addresses of the test vectors, with their transaction. */
const TRANSACTION = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')
const V4 = { address: '192.0.2.1', port: 32853 }
const V6 = { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 }

/** A message with one more attribute in front of its others. */
function withFirst(message: Buffer, attribute: string): Buffer {
  const longer = Buffer.concat([message.subarray(0, 20), Buffer.from(attribute, 'hex'), message.subarray(20)])
  longer.writeUInt16BE(longer.length - 20, 2)
  return longer
}

describe('STUN', () => {
  it('asks in twenty bytes', () => {
    const asked = formatBindingRequest(TRANSACTION)
    assert.equal(asked.toString('hex'), '000100002112a442b7e7a701bc34d686fa87dfae')
    assert.deepEqual(parseBindingRequest(asked), { transaction: TRANSACTION, unknown: [] })
  })

  it('asks to be answered from elsewhere in twenty-eight (RFC 5780 §7.2)', () => {
    const asked = formatBindingRequest(TRANSACTION, { address: true, port: false })
    assert.equal(asked.toString('hex'), '000100082112a442b7e7a701bc34d686fa87dfae' + '0003000400000004')
    assert.deepEqual(parseBindingRequest(asked)?.change, { address: true, port: false })
    const both = formatBindingRequest(TRANSACTION, { address: true, port: true })
    assert.ok(both.toString('hex').endsWith('00000006'))
    const nothing = withFirst(formatBindingRequest(TRANSACTION), '0003000400000000')
    assert.deepEqual(parseBindingRequest(nothing), { transaction: TRANSACTION, unknown: [] })
  })

  it('reads and writes the mapped addresses of RFC 5769', () => {
    const v4 = formatBindingResponse(TRANSACTION, { mapped: V4 })
    assert.ok(v4.toString('hex').endsWith('002000080001a147e112a643'))
    assert.deepEqual(parseBindingResponse(v4, TRANSACTION)?.mapped, V4)
    const v6 = formatBindingResponse(TRANSACTION, { mapped: V6 })
    assert.ok(v6.toString('hex').endsWith('002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9'))
    assert.deepEqual(parseBindingResponse(v6, TRANSACTION), { mapped: V6, origin: undefined, other: undefined })
  })

  it('says where it answers and where else it can be asked, in less than three times the question', () => {
    const origin = { address: '198.51.100.20', port: 443 }
    const other = { address: '198.51.100.21', port: 3478 }
    const told = formatBindingResponse(TRANSACTION, { mapped: V4, origin, other })
    assert.ok(told.toString('hex').endsWith('802b0008000101bbc6336414' + '802c000800010d96c6336415'))
    assert.deepEqual(parseBindingResponse(told, TRANSACTION), { mapped: V4, origin, other })
    assert.ok(told.length < 3 * formatBindingRequest(TRANSACTION).length)
  })

  it('finds the address behind attributes that it does not know', () => {
    const longer = withFirst(formatBindingResponse(TRANSACTION, { mapped: V4 }), '8022000574657374310000ff')
    assert.deepEqual(parseBindingResponse(longer, TRANSACTION)?.mapped, V4)
  })

  it('names what it would have to understand and does not (RFC 8489 §14); who has a password elsewhere is not asked for it', () => {
    const asked = withFirst(withFirst(withFirst(formatBindingRequest(TRANSACTION), '7ffe0000'), '8022000161000000'), '0006000161000000')
    assert.deepEqual(parseBindingRequest(asked), { transaction: TRANSACTION, unknown: [0x7ffe] })
    const refused = formatRefusal(TRANSACTION, [0x7ffe])
    assert.equal(refused.toString('hex'), '011100102112a442b7e7a701bc34d686fa87dfae' + '0009000400000414' + '000a00027ffe0000')
    assert.ok(refused.length < 3 * asked.length)
    const many = Array.from({ length: 100 }, (_, index) => index + 0x4000)
    assert.ok(formatRefusal(TRANSACTION, many).length < 3 * 24)
    assert.equal(parseBindingResponse(formatRefusal(TRANSACTION, REFUSES_CHANGE), TRANSACTION), undefined)
  })

  it('takes no answer to another question, and no question for an answer', () => {
    const answer = formatBindingResponse(TRANSACTION, { mapped: V4 })
    assert.equal(parseBindingResponse(answer, randomBytes(12)), undefined)
    assert.equal(parseBindingRequest(answer), undefined)
    assert.equal(parseBindingResponse(formatBindingRequest(TRANSACTION), TRANSACTION), undefined)
    const broken = withFirst(answer, '80220040')
    assert.equal(parseBindingResponse(broken, TRANSACTION), undefined, 'an attribute longer than the message')
  })
})
