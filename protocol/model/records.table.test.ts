/** The record-set planner as one readable table, which stands in docs/records.md: every combination of what it goes by. The file is looked
 *  over by people; this test holds the two together (`PORCHLIGHT_WRITE_TABLES=1` writes it anew). */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type RecordFacts, recordSet, SETTLE_MS } from './records.ts'

const FILE = new URL('../../docs/records.md', import.meta.url)
const NOW_MS = 1_000_000_000
const [HOME4, HOME6, RELAY4, RELAY6] = ['203.0.113.7', '2001:db8:1::7', '198.51.100.1', '2001:db8:f::1']
const WORDS: Readonly<Record<string, string>> = { [HOME4]: 'home', [HOME6]: 'home', [RELAY4]: 'relay', [RELAY6]: 'relay' }

const RELAYS: readonly [title: string, relay: RecordFacts['relay']][] = [
  ['The relay has both families', { ipv4: RELAY4, ipv6: RELAY6 }],
  ['The relay has IPv4 alone', { ipv4: RELAY4 }],
  ['The relay has IPv6 alone', { ipv6: RELAY6 }],
]
const PROVEN = { 'not direct': null, 'under 10 min': NOW_MS - SETTLE_MS + 1, '10 min and more': NOW_MS - SETTLE_MS } as const

const told = (addresses: readonly string[]): string => addresses.map((address) => WORDS[address]).join(', ') || '–'

function tableOf(relay: RecordFacts['relay']): string {
  const rows = Object.entries(PROVEN).flatMap(([title4, since4]) =>
    Object.entries(PROVEN).map(([title6, since6]) => {
      const direct = {
        ...(since4 !== null && { ipv4: { address: HOME4, sinceMs: since4 } }),
        ...(since6 !== null && { ipv6: { address: HOME6, sinceMs: since6 } }),
      }
      const cells = [true, false].flatMap((tunnelUp) => {
        const { a, aaaa } = recordSet({ direct, tunnelUp, relay, nowMs: NOW_MS })
        return [told(a), told(aaaa)]
      })
      return `| ${[title4, title6, ...cells].join(' | ')} |`
    }),
  )
  const head = '| IPv4 of the home | IPv6 of the home | A, tunnel up | AAAA, tunnel up | A, tunnel down | AAAA, tunnel down |'
  return [head, '|---|---|---|---|---|---|', ...rows].join('\n')
}

const tables = RELAYS.map(([title, relay]) => `## ${title}\n\n${tableOf(relay)}\n`).join('\n')

test('docs/records.md tells what the planner does, in every combination', () => {
  const [introduction = ''] = readFileSync(FILE, 'utf8').split('## ')
  if (process.env.PORCHLIGHT_WRITE_TABLES === '1') writeFileSync(FILE, introduction + tables)
  assert.equal(readFileSync(FILE, 'utf8').slice(introduction.length), tables)
})

test('in every combination: a home that is direct in IPv4 alone has no AAAA, and a name never loses its last address', () => {
  for (const [, relay] of RELAYS)
    for (const since4 of Object.values(PROVEN))
      for (const since6 of Object.values(PROVEN))
        for (const tunnelUp of [true, false]) {
          const direct = {
            ...(since4 !== null && { ipv4: { address: HOME4, sinceMs: since4 } }),
            ...(since6 !== null && { ipv6: { address: HOME6, sinceMs: since6 } }),
          }
          const { a, aaaa } = recordSet({ direct, tunnelUp, relay, nowMs: NOW_MS })
          if (since4 !== null && since6 === null) assert.deepEqual(aaaa, [])
          assert.ok(a.length + aaaa.length > 0)
          for (const set of [a, aaaa]) if (set.includes(HOME4) || set.includes(HOME6)) assert.equal(WORDS[set[0] ?? ''], 'home')
        }
})
