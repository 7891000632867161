import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type RecordFacts, recordSet, SETTLE_MS } from './records.ts'

const HOME4 = '203.0.113.7'
const HOME6 = '2001:db8:1::7'
const RELAY4 = '198.51.100.1'
const RELAY6 = '2001:db8:f::1'
const NOW_MS = 1_000_000_000
const BOTH = { ipv4: RELAY4, ipv6: RELAY6 }
const fresh = (address: string) => ({ address, sinceMs: NOW_MS })
const settling = (address: string) => ({ address, sinceMs: NOW_MS - SETTLE_MS + 1 })
const settled = (address: string) => ({ address, sinceMs: NOW_MS - SETTLE_MS })

interface Row {
  readonly situation: string
  readonly direct: RecordFacts['direct']
  readonly tunnelUp?: boolean
  readonly relay?: RecordFacts['relay']
  readonly a: string[]
  readonly aaaa: string[]
}

const rows: Row[] = [
  // Nothing is proven: everybody comes through the relay.
  { situation: 'no direct path', direct: {}, a: [RELAY4], aaaa: [RELAY6] },
  { situation: 'no direct path, tunnel down', direct: {}, tunnelUp: false, a: [RELAY4], aaaa: [RELAY6] },
  { situation: 'no direct path, relay on IPv4 only', direct: {}, relay: { ipv4: RELAY4 }, a: [RELAY4], aaaa: [] },
  { situation: 'no direct path, relay on IPv6 only', direct: {}, relay: { ipv6: RELAY6 }, a: [], aaaa: [RELAY6] },
  { situation: 'no direct path, relay address unknown', direct: {}, relay: {}, a: [], aaaa: [] },

  // Rule 3: with only IPv4 direct the relay's AAAA is withheld.
  { situation: 'IPv4 direct just now', direct: { ipv4: fresh(HOME4) }, a: [HOME4, RELAY4], aaaa: [] },
  { situation: 'IPv4 direct, not yet settled', direct: { ipv4: settling(HOME4) }, a: [HOME4, RELAY4], aaaa: [] },
  { situation: 'IPv4 direct, settled', direct: { ipv4: settled(HOME4) }, a: [HOME4], aaaa: [] },
  { situation: 'IPv4 direct, settled, tunnel down', direct: { ipv4: settled(HOME4) }, tunnelUp: false, a: [HOME4, RELAY4], aaaa: [] },
  { situation: 'IPv4 direct, relay on IPv6 only', direct: { ipv4: fresh(HOME4) }, relay: { ipv6: RELAY6 }, a: [HOME4], aaaa: [] },

  // Only IPv6 direct: who has no IPv6 still comes through the relay.
  { situation: 'IPv6 direct just now', direct: { ipv6: fresh(HOME6) }, a: [RELAY4], aaaa: [HOME6, RELAY6] },
  { situation: 'IPv6 direct, settled', direct: { ipv6: settled(HOME6) }, a: [RELAY4], aaaa: [HOME6] },
  { situation: 'IPv6 direct, settled, tunnel down', direct: { ipv6: settled(HOME6) }, tunnelUp: false, a: [RELAY4], aaaa: [HOME6, RELAY6] },
  { situation: 'IPv6 direct, relay on IPv4 only', direct: { ipv6: fresh(HOME6) }, relay: { ipv4: RELAY4 }, a: [RELAY4], aaaa: [HOME6] },

  // Both: each family settles for itself (rule 2).
  { situation: 'both just now', direct: { ipv4: fresh(HOME4), ipv6: fresh(HOME6) }, a: [HOME4, RELAY4], aaaa: [HOME6, RELAY6] },
  { situation: 'both settled', direct: { ipv4: settled(HOME4), ipv6: settled(HOME6) }, a: [HOME4], aaaa: [HOME6] },
  { situation: 'IPv4 settled, IPv6 new', direct: { ipv4: settled(HOME4), ipv6: fresh(HOME6) }, a: [HOME4], aaaa: [HOME6, RELAY6] },
  { situation: 'IPv6 settled, IPv4 new', direct: { ipv4: fresh(HOME4), ipv6: settled(HOME6) }, a: [HOME4, RELAY4], aaaa: [HOME6] },
  {
    situation: 'both settled, tunnel down',
    direct: { ipv4: settled(HOME4), ipv6: settled(HOME6) },
    tunnelUp: false,
    a: [HOME4, RELAY4],
    aaaa: [HOME6, RELAY6],
  },
  // A clock that went back is no reason to take the relay away early.
  { situation: 'a change in the future', direct: { ipv4: { address: HOME4, sinceMs: NOW_MS + 60_000 } }, a: [HOME4, RELAY4], aaaa: [] },
]

describe('which addresses stand', () => {
  for (const { situation, direct, tunnelUp = true, relay = BOTH, a, aaaa } of rows)
    test(situation, () => assert.deepEqual(recordSet({ direct, tunnelUp, relay, nowMs: NOW_MS }), { a, aaaa }))
})

test('home and relay stand side by side for ten minutes', () => assert.equal(SETTLE_MS, 600_000))
