import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identityFromPem, identityToPem, newIdentity } from '../../wire/identity.ts'
import { noncesOf } from './nonces.ts'

test('the nonce of a mapping: twelve bytes, the same after a restart, and nobody else has it', () => {
  const identity = newIdentity()
  const nonceFor = noncesOf(identity)
  const nonce = nonceFor('tcp 192.168.1.10 40443')
  assert.equal(nonce.length, 12)
  assert.deepEqual(noncesOf(identityFromPem(identityToPem(identity)))('tcp 192.168.1.10 40443'), nonce)
  const others = [
    nonceFor('udp 192.168.1.10 40443'),
    nonceFor('upstream tcp 192.168.1.10 40443'),
    noncesOf(newIdentity())('tcp 192.168.1.10 40443'),
  ]
  for (const other of others) assert.notDeepEqual(other, nonce)
})
