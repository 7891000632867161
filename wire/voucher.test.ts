import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newIdentity } from './identity.ts'
import { checkVoucher, vouch } from './voucher.ts'

test('a voucher holds for this relay’s key, this domain, this label and this device, and for nothing else', () => {
  const [relay, other] = [newIdentity(), newIdentity()]
  const vouched = { domain: 'relay.example', label: 'amber-otter-42', deviceKey: newIdentity().publicKey }
  const signature = vouch(relay, vouched)
  assert.match(signature, /^[A-Za-z0-9_-]{86}$/)
  assert.equal(checkVoucher(relay.publicKey, vouched, signature), true)
  assert.equal(checkVoucher(other.publicKey, vouched, signature), false)
  for (const change of [{ domain: 'other.example' }, { label: 'amber-otter-43' }, { deviceKey: other.publicKey }])
    assert.equal(checkVoucher(relay.publicKey, { ...vouched, ...change }, signature), false)
  for (const wrong of ['', 'A'.repeat(86), signature.slice(1)]) assert.equal(checkVoucher(relay.publicKey, vouched, wrong), false)
})
