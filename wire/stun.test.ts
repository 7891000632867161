import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { fuzz } from '../test/fuzz/random.ts'
import { formatBindingRequest, formatBindingResponse, parseBindingRequest, parseBindingResponse } from './stun.ts'

/** RFC 5769 §2.2 and §2.3: the addresses of the test vectors, with their transaction. */
const TRANSACTION = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')

describe('STUN', () => {
  it('asks in twenty bytes', () => {
    const asked = formatBindingRequest(TRANSACTION)
    assert.equal(asked.toString('hex'), '000100002112a442b7e7a701bc34d686fa87dfae')
    assert.deepEqual(parseBindingRequest(asked), TRANSACTION)
  })

  it('reads and writes the mapped addresses of RFC 5769', () => {
    const v4 = formatBindingResponse(TRANSACTION, { address: '192.0.2.1', port: 32853 })
    assert.ok(v4.toString('hex').endsWith('002000080001a147e112a643'))
    assert.deepEqual(parseBindingResponse(v4, TRANSACTION), { address: '192.0.2.1', port: 32853 })
    const v6 = formatBindingResponse(TRANSACTION, { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 })
    assert.ok(v6.toString('hex').endsWith('002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9'))
    assert.deepEqual(parseBindingResponse(v6, TRANSACTION), { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 })
  })

  it('finds the address behind attributes that it does not know', () => {
    const answer = formatBindingResponse(TRANSACTION, { address: '192.0.2.1', port: 32853 })
    const software = Buffer.from('8022000574657374310000ff', 'hex')
    const longer = Buffer.concat([answer.subarray(0, 20), software, answer.subarray(20)])
    longer.writeUInt16BE(longer.length - 20, 2)
    assert.equal(parseBindingResponse(longer, TRANSACTION)?.address, '192.0.2.1')
  })

  it('takes no answer to another question, and no question for an answer', () => {
    const answer = formatBindingResponse(TRANSACTION, { address: '192.0.2.1', port: 1 })
    assert.equal(parseBindingResponse(answer, randomBytes(12)), undefined)
    assert.equal(parseBindingRequest(answer), undefined)
    assert.equal(parseBindingResponse(formatBindingRequest(TRANSACTION), TRANSACTION), undefined)
  })

  it('is never confused by damaged datagrams', () =>
    fuzz(5769, (chance) => {
      const samples = [formatBindingRequest(TRANSACTION), formatBindingResponse(TRANSACTION, { address: '192.0.2.1', port: 9 })]
      const damaged = Buffer.from(chance.mutated(chance.pick(samples)))
      parseBindingRequest(damaged)
      const read = parseBindingResponse(damaged, TRANSACTION)
      if (read) assert.ok(read.port >= 0 && read.port < 65536)
    }))
})
