import assert from 'node:assert/strict'
import { test } from 'node:test'
import { familyOfRelayOnlyName, relayOnlyName, serviceOfRelayOnlyName } from './relay-only.ts'
import { ServiceName } from './service.ts'

test('a service’s second name leads back to the service', () => {
  for (const name of ['web', 'a', 'a-b', 'x'.repeat(40)]) {
    assert.equal(serviceOfRelayOnlyName(relayOnlyName(name)), name)
    for (const family of ['ipv4', 'ipv6'] as const) {
      assert.equal(serviceOfRelayOnlyName(relayOnlyName(name, family)), name)
      assert.equal(familyOfRelayOnlyName(relayOnlyName(name, family)), family)
      assert.ok(relayOnlyName(name, family).length <= 63, 'one DNS label')
    }
    assert.equal(familyOfRelayOnlyName(relayOnlyName(name)), undefined)
  }
  for (const other of ['web', '', '--relay', 'relay', 'web-relay', 'web--relay-', 'web--relay.home', 'web--relay5'])
    assert.equal(serviceOfRelayOnlyName(other), undefined)
})

test('no service is called as another one’s second name', () => {
  assert.ok(ServiceName.safeParse('relay').success)
  assert.ok(ServiceName.safeParse('web-relay').success)
  for (const family of [undefined, 'ipv4', 'ipv6'] as const) assert.ok(!ServiceName.safeParse(relayOnlyName('web', family)).success)
})
