import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relayOnlyName, serviceOfRelayOnlyName } from './relay-only.ts'
import { ServiceName } from './service.ts'

test('a service’s second name leads back to the service', () => {
  for (const name of ['web', 'a', 'a-b', 'x'.repeat(40)]) {
    assert.equal(serviceOfRelayOnlyName(relayOnlyName(name)), name)
    assert.ok(relayOnlyName(name).length <= 63, 'one DNS label')
  }
  for (const other of ['web', '', '--relay', 'relay', 'web-relay', 'web--relay-', 'web--relay.home'])
    assert.equal(serviceOfRelayOnlyName(other), undefined)
})

test('no service is called as another one’s second name', () => {
  assert.ok(ServiceName.safeParse('relay').success)
  assert.ok(ServiceName.safeParse('web-relay').success)
  assert.ok(!ServiceName.safeParse(relayOnlyName('web')).success)
})
