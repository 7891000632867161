import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRange, type Range } from '../../protocol/model/address.ts'
import { placesOf } from './keep-upstream.ts'

const AT_HOME = [parseRange('192.168.1.0/24') as Range]
const sought = (routerAddress: string) => ({
  network: { ipv4: { gateway: '192.168.1.1', localAddress: '192.168.1.10' } },
  sought: { routerAddress, observedAddress: '203.0.113.10' },
})

describe('where a second router is asked for', () => {
  const rows: readonly (readonly [string, string | null, string, readonly string[]])[] = [
    ['at the hop after our own', '10.7.0.1', '192.168.0.2', ['10.7.0.1']],
    ['where no tool shows it, at the two usual places', null, '192.168.0.2', ['192.168.0.1', '192.168.0.254']],
    ['not at our own router’s address there', null, '192.168.0.254', ['192.168.0.1']],
    ['not out on the internet', '203.0.113.1', '192.168.0.2', []],
    ['not in the provider’s shared range', '100.64.0.1', '10.0.0.2', []],
    ['not at home, where a router that confuses its two sides would send us', null, '192.168.1.7', []],
    ['not our own router', '192.168.1.1', '192.168.0.2', []],
  ]
  for (const [name, hop, routerAddress, places] of rows)
    it(name, () => assert.deepEqual(placesOf(hop, sought(routerAddress), AT_HOME), places))
})
