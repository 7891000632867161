import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerOf } from './peer.ts'

test('a peer’s address is told as everybody knows it, without what only this machine understands', () => {
  const cases: [string, string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
  ]
  for (const [remoteAddress, address] of cases) assert.deepEqual(peerOf({ remoteAddress, remotePort: 5 }), { address, port: 5 })
  assert.equal(peerOf({ remoteAddress: undefined, remotePort: undefined }), undefined)
})
