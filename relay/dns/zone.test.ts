import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RCODE, TYPE } from '../../dns/codes.ts'
import { nameOf } from '../../dns/names.ts'
import type { OwnedRecord } from '../../dns/records.ts'
import { tableZone, ZONE } from './query.fixture.ts'
import { answer, NEGATIVE_TTL_S } from './zone.ts'

const ask = (name: string, type: number, klass = 1) => answer({ name: nameOf(name), type, class: klass }, ZONE)

function brief({ record }: OwnedRecord): string {
  if (record.type === 'A' || record.type === 'AAAA') return record.address
  if (record.type === 'TXT') return record.text
  if (record.type === 'NS') return record.host
  if (record.type === 'CAA') return record.value
  return record.type
}

const CNAME = 5
const FOUND: [name: string, type: number, answers: string[]][] = [
  ['relay.example', TYPE.A, ['203.0.113.1']],
  ['relay.example', TYPE.AAAA, ['2001:db8::1']],
  ['relay.example', TYPE.SOA, ['SOA']],
  ['relay.example', TYPE.NS, ['ns1.relay.example', 'ns2.relay.example']],
  ['relay.example', TYPE.CAA, ['ca.example']],
  ['relay.example', TYPE.ANY, ['HINFO']],
  ['web.amber-otter-42.relay.example', TYPE.A, ['198.51.100.7', '203.0.113.1']],
  ['WEB.Amber-Otter-42.RELAY.exAMPLE', TYPE.A, ['198.51.100.7', '203.0.113.1']],
  ['web.amber-otter-42.relay.example', TYPE.ANY, ['HINFO']],
  ['web.amber-otter-42.relay.example', TYPE.HTTPS, ['HTTPS']],
  ['amber-otter-42.relay.example', TYPE.CAA, ['ca.example; validationmethods=dns-01']],
  ['_acme-challenge.amber-otter-42.relay.example', TYPE.TXT, ['token-one']],
]

test('what stands in the zone is answered, whatever the letter case', () => {
  for (const [name, type, answers] of FOUND) {
    const response = ask(name, type)
    assert.deepEqual([response.rcode, response.aa, response.authority], [RCODE.NOERROR, true, []], name)
    assert.deepEqual(response.answers.map(brief), answers, name)
    for (const { owner } of response.answers) assert.equal(owner.join('.'), name, 'the asker’s own letter case')
  }
})

test('name servers of this zone come with their addresses, others without', () => {
  const glue = ask('relay.example', TYPE.NS).additional ?? []
  assert.deepEqual(
    glue.map((record) => [record.owner.join('.'), brief(record)]),
    [['ns1.relay.example', '203.0.113.1']],
  )
  const elsewhere = answer({ name: nameOf('relay.example'), type: TYPE.NS, class: 1 }, { ...ZONE, nameServers: ['ns.example.org'] })
  assert.deepEqual([elsewhere.answers.length, elsewhere.additional], [1, undefined])
})

const NODATA: [string, number][] = [
  ['relay.example', TYPE.TXT],
  ['relay.example', TYPE.HTTPS],
  ['amber-otter-42.relay.example', TYPE.A],
  ['web.amber-otter-42.relay.example', TYPE.AAAA],
  ['web.amber-otter-42.relay.example', CNAME],
  ['web.amber-otter-42.relay.example', TYPE.SOA],
  ['between.relay.example', TYPE.A],
  ['between.relay.example', TYPE.ANY],
]
const NXDOMAIN: [string, number][] = [
  ['nobody.relay.example', TYPE.A],
  ['web.nobody.relay.example', TYPE.ANY],
  ['x.deep.between.relay.example', TYPE.A],
]

test('a name without such data, and no such name, are told apart, both with the SOA for 30 s at most', () => {
  const rows = [...NODATA.map((row) => [...row, RCODE.NOERROR] as const), ...NXDOMAIN.map((row) => [...row, RCODE.NXDOMAIN] as const)]
  for (const [name, type, rcode] of rows) {
    const response = ask(name, type)
    assert.deepEqual([response.rcode, response.aa, response.answers], [rcode, true, []], name)
    const [soa, ...rest] = response.authority
    assert.deepEqual(rest, [])
    assert.equal(soa?.owner.join('.'), 'relay.example')
    assert.ok(soa?.record.type === 'SOA' && soa.record.negativeTtlS === NEGATIVE_TTL_S && soa.record.ttlS <= 30 && NEGATIVE_TTL_S <= 30)
  }
})

test('what is not ours to answer is refused', () => {
  const rows: [string, number, number?][] = [
    ['example', TYPE.A],
    ['', TYPE.NS],
    ['relay.example.org', TYPE.A],
    ['notrelay.example', TYPE.A],
    ['relay.example', TYPE.A, 3],
    ['version.bind', TYPE.TXT, 3],
    ['relay.example', TYPE.A, 255],
    ['relay.example', 252],
    ['relay.example', 251],
  ]
  for (const [name, type, klass] of rows)
    assert.deepEqual(ask(name, type, klass), { rcode: RCODE.REFUSED, aa: false, answers: [], authority: [] }, name)
})

test('an empty view still answers for the zone’s own top', () => {
  const empty = { ...tableZone('relay.example', {}), lookup: () => undefined }
  const top = answer({ name: nameOf('relay.example'), type: TYPE.SOA, class: 1 }, empty)
  const record = top.answers[0]?.record
  assert.ok(record?.type === 'SOA')
  assert.deepEqual([record.primary, record.mailbox, record.serial], ['ns1.relay.example', 'hostmaster.relay.example', 7])
  assert.equal(answer({ name: nameOf('relay.example'), type: TYPE.A, class: 1 }, empty).rcode, RCODE.NOERROR)
})

test('a dot inside a label does not make two', () => {
  assert.equal(answer({ name: ['web.amber-otter-42', 'relay.example'], type: TYPE.A, class: 1 }, ZONE).rcode, RCODE.REFUSED)
})

test('what only another server can tell is a failure, which is not remembered as "no such name"', () => {
  const zone = { ...ZONE, lookup: () => ({ records: [], askAnother: true }) as const }
  const response = answer({ name: nameOf('web.amber-otter-42.relay.example'), type: TYPE.A, class: 1 }, zone)
  assert.deepEqual(response, { rcode: RCODE.SERVFAIL, aa: false, answers: [], authority: [] })
})
