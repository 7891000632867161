import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyHead } from './proxy-protocol.ts'

const START = '0d0a0d0a000d0a515549540a21'

test('golden bytes', () => {
  const rows: [from: string, to: string, bytes: string][] = [
    ['198.18.0.10', '203.0.113.10', '11000c c612000a cb00710a d431 0050'],
    ['::ffff:198.18.0.10', '::ffff:203.0.113.10', '11000c c612000a cb00710a d431 0050'],
    ['2001:db8:9::a', '2001:db8:1::10', '210024 20010db800090000000000000000000a 20010db8000100000000000000000010 d431 0050'],
    // The two families do not mix in one head, and a tunnel does not say which address the visitor came to.
    ['198.18.0.10', '2001:db8:1::10', '11000c c612000a 00000000 d431 0050'],
    ['2001:db8:9::a', '', '210024 20010db800090000000000000000000a 00000000000000000000000000000000 d431 0050'],
  ]
  for (const [from, to, bytes] of rows) {
    const head = proxyHead({ address: from, port: 54_321 }, { address: to, port: 80 })
    assert.equal(head.toString('hex'), START + bytes.replaceAll(' ', ''), `${from} to ${to}`)
  }
  assert.throws(() => proxyHead({ address: 'visitor.example', port: 1 }, { address: '', port: 1 }), TypeError)
})
