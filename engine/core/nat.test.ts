import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judge } from './nat.ts'

const HOME = {
  local: '192.168.1.10',
  claimed: '203.0.113.10',
  upstream: null,
  observed: '203.0.113.10',
  observedUdp: '203.0.113.10',
  openPorts: [443],
  closedPorts: [],
}

describe('the NAT verdict, and what it rests on', () => {
  const rows: readonly (readonly [string, Partial<Parameters<typeof judge>[0]>, string, readonly string[]])[] = [
    ['the router has the address that outsiders see', {}, 'single', ['router-says 203.0.113.10', 'outside-sees 203.0.113.10']],
    ['a provider’s shared range', { claimed: '100.64.0.10' }, 'carrier', ['router-says 100.64.0.10']],
    ['a private address outside: a second router', { claimed: '192.168.0.2' }, 'double', ['router-says 192.168.0.2']],
    [
      'a second router that says where it leads',
      { claimed: '192.168.0.2', upstream: '203.0.113.10' },
      'double',
      ['router-says 192.168.0.2', 'second-router-says 203.0.113.10', 'outside-sees 203.0.113.10'],
    ],
    [
      'a second router behind the provider’s NAT',
      { claimed: '192.168.0.2', upstream: '100.64.0.10' },
      'carrier',
      ['router-says 192.168.0.2', 'second-router-says 100.64.0.10'],
    ],
    [
      'another public address than outsiders see',
      { observed: '203.0.113.5' },
      'unsure',
      ['router-says 203.0.113.10', 'outside-sees 203.0.113.5'],
    ],
    [
      'datagrams that leave by another door',
      { observedUdp: '203.0.113.99' },
      'unsure',
      ['outside-sees 203.0.113.10', 'outside-sees-udp-from 203.0.113.99'],
    ],
    [
      'no datagrams at all, which says nothing of the router',
      { observedUdp: null },
      'single',
      ['router-says 203.0.113.10', 'outside-sees 203.0.113.10'],
    ],
    [
      'IPv4 carried over IPv6, seen at the router',
      { claimed: '192.0.0.2' },
      'ds-lite',
      ['our-address 192.168.1.10', 'router-says 192.0.0.2'],
    ],
    ['a phone’s own translator', { local: '192.0.0.4', claimed: null }, 'ds-lite', ['our-address 192.0.0.4', 'router-says null']],
    ['an iPhone’s hotspot', { local: '172.20.10.3', claimed: null, observed: '198.51.100.7' }, 'mobile', ['our-address 172.20.10.3']],
    ['an Android’s hotspot', { local: '192.168.43.20', claimed: null }, 'mobile', ['our-address 192.168.43.20']],
    [
      'some ports arrive and others do not',
      { openPorts: [20000], closedPorts: [443] },
      'shared-ports',
      ['router-says 203.0.113.10', 'outside-sees 203.0.113.10', 'open 20000 closed 443'],
    ],
    ['the router does not say', { claimed: null }, 'unknown', []],
    ['nobody outside has looked', { observed: undefined }, 'unknown', []],
  ]
  for (const [name, facts, verdict, evidence] of rows) it(name, () => assert.deepEqual(judge({ ...HOME, ...facts }), { verdict, evidence }))
})
