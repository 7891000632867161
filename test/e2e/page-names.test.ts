/** Names of the owner's own on the page: the list, another one with a provider, and a domain whose records are set while one looks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import type { OwnDomain } from '../../protocol/model/own-domain.ts'
import { problem } from '../../protocol/problem.ts'
import { axe, browserForTests, choose, picture, speak, spoken, withPage } from '../fakes/page-browser.ts'
import { HOUSES } from '../fakes/snapshots.ts'

const { en } = LANGUAGES
const { providers: say, ownDomain } = en
browserForTests()

const NOW = Date.UTC(2027, 2, 1, 12)
const nowhere = { current: [], wanted: null }
const kept: KeptName = {
  ...{ host: 'dupont.duckdns.org', provider: 'duckdns', title: 'DuckDNS', service: 'jeedom', ipv6Suffix: null, state: 'waiting' },
  ...{ ipv4: { current: ['203.0.113.7'], wanted: '203.0.113.10' }, ipv6: nowhere, checkedAtMs: NOW, changedAtMs: NOW - 3_600_000 },
  failure: {
    problem: problem('name-limited', { host: 'dupont.duckdns.org', name: 'DuckDNS', until: String(NOW + 300_000) }),
    ...{ evidence: 'KO', atMs: NOW },
  },
  nextAtMs: NOW + 300_000,
  history: [{ family: 'ipv4', address: '203.0.113.7', atMs: NOW - 3_600_000 }],
}
const own: KeptName = {
  ...{ ...kept, host: 'www.example.org', provider: 'watched', title: 'watched', state: 'elsewhere' },
  ...{ ipv4: nowhere, changedAtMs: null, failure: null, nextAtMs: null, history: [] },
}
const record = { name: 'www.example.org', sub: 'www', isOptional: false, ttlS: null, found: [] }
const domain = (owner: OwnDomain['records'][number]['state']): OwnDomain => ({
  ...{ host: 'www.example.org', zone: 'example.org', nameServers: ['ns1.registrar.example', 'ns2.registrar.example'] },
  records: [
    { ...record, purpose: 'lead', type: 'CNAME', value: 'jeedom.maison-dupont.relay.example', state: 'waiting', ttlS: 3600 },
    {
      ...{ ...record, purpose: 'owner', type: 'TXT', sub: '_porchlight.www', value: `device=${'k'.repeat(43)}`, state: owner },
      found: owner === 'wrong' ? ['device=another'] : [],
    },
  ],
  findings: owner === 'right' ? [] : [{ finding: 'caa', detail: 'example.org: ca.example' }],
  relay: { state: owner === 'right' ? 'carried' : 'missing', untilMs: null },
})
const field = (id: 'token', isSecret: boolean) => ({ id, isSecret, isOptional: false })
const PROVIDERS = [
  ['zoneedit', 'ZoneEdit'],
  ['duckdns', 'DuckDNS'],
].map(([id = '', title = '']) => ({
  ...{ id, title, page: 'https://www.duckdns.org', fields: [field('token', true)], minPeriodS: 60, ttlS: 60 },
  ...{ families: ['ipv4' as const], canWithdraw: true, canCheck: false, canProve: true },
}))

test('names of one’s own: what became of each, another one with a provider, and records that get their ticks', async () => {
  const house = { ...HOUSES.reachable, ownNames: [kept, own] }
  await withPage({ snapshot: house, at: 'names' }, async (page, host) => {
    let owner: OwnDomain['records'][number]['state'] = 'wrong'
    host.on('checkOwnDomain', () => domain(owner))
    host.on('nameProviders', () => ({ providers: PROVIDERS }))
    host.on('addName', () => ({ checked: true }))
    host.on('testName', () => ({ checked: true }))
    host.on('removeName', () => ({ left: true }))
    await page.getByRole('heading', { name: say.page.heading }).waitFor()
    await page.getByText(say.evidence('KO')).waitFor()
    await page.getByText(say.should('203.0.113.10')).waitFor()
    await page.getByText(ownDomain.findings.caa('example.org: ca.example')).waitFor()
    await page.getByText(ownDomain.found('device=another')).waitFor()
    for (const words of Object.values(LANGUAGES)) {
      await speak(page, words)
      await picture(page, `names-${words.locale}`)
    }
    await speak(page, en)
    assert.deepEqual(await axe(page), [])

    owner = 'right'
    await spoken(page, ownDomain.done('www.example.org'))
    await page.getByText(ownDomain.relay.carried).waitFor()

    await page.getByRole('button', { name: say.page.add }).click()
    await page.getByLabel(say.page.host, { exact: true }).fill('new.duckdns.org')
    await choose(page, say.page.keeper, 'DuckDNS')
    await page.getByLabel(say.fields.token).fill('s3cret')
    assert.equal(await page.getByLabel(say.fields.token).getAttribute('type'), 'password')
    await picture(page, 'names-add')
    assert.deepEqual(await axe(page), [])
    await page.getByRole('button', { name: say.page.submit }).click()
    await spoken(page, say.page.added('new.duckdns.org'))
    const added = host.calls.findLast(({ name }) => name === 'addName')
    assert.deepEqual(added?.input, {
      ...{ host: 'new.duckdns.org', provider: 'duckdns', service: 'jeedom', credentials: { token: 's3cret' }, ipv6Suffix: null },
    })
    await page.getByRole('button', { name: `${say.page.remove} ${en.page.services.of(kept.host)}` }).click()
    await spoken(page, say.left(kept.host))
    await page.setViewportSize({ width: 360, height: 800 })
    await picture(page, 'names-narrow')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), 'nothing to be pushed sideways')
  })
})
