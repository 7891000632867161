/** What somebody is told to set for his domain, and what is said of what he has set. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DomainFacts, domainFindings, forbiddenBy, judgeRecord, type PlannedRecord, recordsFor, type Said } from './own-domain.ts'

const KEY = 'k'.repeat(43)
const RELAY = { ipv4: '198.51.100.20', ipv6: '2001:db8:200::20' }
const ACCOUNT = 'https://ca.example/acct/1'
const JOINED: DomainFacts = {
  ...{ host: 'www.example.org', zone: 'example.org', deviceKey: KEY, home: ['203.0.113.10'] },
  ...{ alias: 'web.amber-otter-42.relay.test', domain: 'amber-otter-42.relay.test', relay: RELAY, issuer: null, issuers: [] },
}
const told = (change: Partial<DomainFacts>): string[] =>
  recordsFor({ ...JOINED, ...change }).map(({ purpose, type, sub, value }) => `${purpose} ${type} ${sub} ${value}`)

test('which records lead a domain here', () => {
  const owner = (sub: string): string => `owner TXT ${sub} device=${KEY}`
  const rows: [Partial<DomainFacts>, string[]][] = [
    [{}, ['lead CNAME www web.amber-otter-42.relay.test', owner('_porchlight.www')]],
    [{ host: 'example.org' }, [`lead A @ ${RELAY.ipv4}`, `lead6 AAAA @ ${RELAY.ipv6}`, owner('_porchlight')]],
    [
      { host: 'a.b.example.org', zone: null },
      ['lead CNAME a.b.example.org web.amber-otter-42.relay.test', owner('_porchlight.a.b.example.org')],
    ],
    [
      { host: '*.example.org' },
      [
        'lead CNAME * web.amber-otter-42.relay.test',
        owner('_porchlight'),
        'proof CNAME _acme-challenge _acme-challenge.amber-otter-42.relay.test',
      ],
    ],
    [{ alias: null, domain: null, relay: null }, ['lead A www 203.0.113.10']],
    [{ alias: null, domain: null, relay: null, home: ['2001:db8:1::10'] }, ['lead6 AAAA www 2001:db8:1::10']],
    [{ alias: null, domain: null, relay: null, home: [] }, []],
    [
      { host: 'example.org', issuer: { name: 'ca.example', accountUri: ACCOUNT } },
      [
        `lead A @ ${RELAY.ipv4}`,
        `lead6 AAAA @ ${RELAY.ipv6}`,
        owner('_porchlight'),
        `bind CAA @ 0 issue "ca.example; accounturi=${ACCOUNT}"`,
      ],
    ],
  ]
  for (const [change, records] of rows) assert.deepEqual(told(change), records, JSON.stringify(change))
  assert.deepEqual(domainFindings({ ...JOINED, host: 'example.org' }), ['apex'])
  assert.deepEqual(domainFindings({ ...JOINED, alias: null, relay: null, home: [] }), ['no-way'])
})

test('what stands is right, missing, wrong or on its way', () => {
  const [lead, owner] = recordsFor(JOINED) as [PlannedRecord, PlannedRecord]
  const said = (one: Partial<Said>): Said => ({ values: [], alias: null, addresses: [], ...one })
  const accepted = { addresses: ['203.0.113.10', '198.51.100.20', '2001:db8:200::20'] }
  const right = said({ alias: 'WEB.amber-otter-42.relay.test.' })
  const rows: [PlannedRecord, Said[], string][] = [
    [lead, [], 'unknown'],
    [lead, [said({})], 'missing'],
    [lead, [right, right], 'right'],
    [lead, [right, said({})], 'waiting'],
    [lead, [said({ alias: 'parking.example.net', addresses: ['192.0.2.1'] })], 'wrong'],
    [lead, [said({ addresses: ['203.0.113.10'] })], 'right'],
    [lead, [said({ addresses: ['203.0.113.10', '192.0.2.1'] })], 'wrong'],
    [lead, [said({ alias: 'flattened.example.net', addresses: ['198.51.100.20', '2001:db8:200::20'] })], 'right'],
    [owner, [said({ values: [`device=${KEY}`, 'v=spf1 -all'] })], 'right'],
    [owner, [said({ values: ['device=another'] })], 'wrong'],
    [owner, [said({})], 'missing'],
  ]
  for (const [record, answers, state] of rows)
    assert.equal(judgeRecord(record, answers, accepted).state, state, JSON.stringify([record.type, answers]))
})

test('who may give certificates, by the set of CAA records that counts', () => {
  const ours = { host: 'www.example.org', issuers: ['letsencrypt.org'], accountUri: ACCOUNT }
  const issue = (value: string, tag = 'issue') => ({ tag, value })
  const rows: [ReturnType<typeof issue>[], object, string | null][] = [
    [[], {}, null],
    [[issue('mailto:a@example.org', 'iodef')], {}, null],
    [[issue('letsencrypt.org')], {}, null],
    [[issue('digicert.com')], {}, 'digicert.com'],
    [[issue('digicert.com'), issue('LetsEncrypt.org')], {}, null],
    [[issue(';')], {}, '–'],
    [[issue(';')], { issuers: [] }, '–'],
    [[issue('digicert.com')], { issuers: [] }, null],
    [[issue(`letsencrypt.org; accounturi=${ACCOUNT}`)], {}, null],
    [[issue('letsencrypt.org; accounturi=https://ca.example/acct/2')], {}, 'letsencrypt.org'],
    [[issue('letsencrypt.org'), issue(';', 'issuewild')], {}, null],
    [[issue('letsencrypt.org'), issue(';', 'issuewild')], { host: '*.example.org' }, '–'],
    [[issue('digicert.com'), issue('letsencrypt.org', 'issuewild')], { host: '*.example.org' }, null],
  ]
  for (const [set, change, by] of rows) assert.equal(forbiddenBy(set, { ...ours, ...change }), by, JSON.stringify([set, change]))
})
