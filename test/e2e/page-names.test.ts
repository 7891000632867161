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
  ['gandi', 'Gandi LiveDNS'],
  ['duckdns', 'DuckDNS'],
  ['hetzner', 'Hetzner'],
  ['rfc2136', 'RFC 2136'],
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
    const sameAccount = page.getByLabel(say.page.sameAccount(kept.host))
    assert.ok(await sameAccount.isChecked(), 'what is known already is not asked for again')
    await page.getByText(say.page.sameAccount(kept.host)).click()
    const adding = page.locator('form').filter({ has: page.getByLabel(say.page.host, { exact: true }) })
    await adding.getByLabel(say.fields.token).fill('s3cret')
    assert.equal(await adding.getByLabel(say.fields.token).getAttribute('type'), 'password')
    await picture(page, 'names-add')
    assert.deepEqual(await axe(page), [])
    await page.getByRole('button', { name: say.page.submit }).click()
    await spoken(page, say.checked('new.duckdns.org', 'DuckDNS'))
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

/** What opens a name is in no list: only a form takes it, and another one replaces it. */
test('another password for a name, a provider that is searched for, another machine, and a name that somebody else keeps', async () => {
  const refused: KeptName = {
    ...{ ...kept, state: 'stopped', nextAtMs: null },
    failure: {
      problem: problem('name-credentials-refused', { host: kept.host, name: 'DuckDNS', reason: 'KO' }),
      ...{ evidence: 'KO', atMs: NOW },
    },
  }
  await withPage({ snapshot: { ...HOUSES.reachable, ownNames: [refused] }, at: 'names' }, async (page, host) => {
    host.on('nameProviders', () => ({ providers: PROVIDERS }))
    host.on('addName', () => ({ checked: false }))
    host.on('updateName', () => ({ checked: true }))
    const form = (called: string) => page.locator('form').filter({ has: page.getByRole('button', { name: called, exact: true }) })
    const [changing, adding] = [form(say.page.save), form(say.page.submit)]
    const sent = (called: string): unknown => host.calls.findLast(({ name }) => name === called)?.input

    await page.getByRole('button', { name: say.page.save }).click()
    await page.getByText(say.page.needed).waitFor()
    assert.equal(sent('updateName'), undefined, 'nothing is sent without it')
    await changing.getByLabel(say.fields.token).fill('n3w-t0ken')
    await page.getByRole('button', { name: say.page.save }).click()
    await spoken(page, say.checked(kept.host, 'DuckDNS'))
    assert.deepEqual(sent('updateName'), { host: kept.host, credentials: { token: 'n3w-t0ken' } })
    assert.equal(await changing.getByLabel(say.fields.token).inputValue(), '')

    await page.getByRole('button', { name: say.page.add }).click()
    await page.getByLabel(say.page.host, { exact: true }).fill('nas.example.org')
    await choose(page, say.page.keeper, say.page.other)
    assert.ok(await page.getByRole('button', { name: say.page.submit }).isDisabled(), 'nobody is chosen yet')
    await page.getByLabel(say.page.search).fill('hetz')
    assert.equal(await page.getByText('Gandi LiveDNS').count(), 0)
    await page.getByText('Hetzner', { exact: true }).click()
    await choose(page, say.page.leadsTo, say.page.machine)
    await page.getByLabel(say.page.suffix).fill('::5')
    await adding.getByLabel(say.fields.token).fill('s3cret')
    await picture(page, 'names-search')
    assert.deepEqual(await axe(page), [])
    await page.getByRole('button', { name: say.page.submit }).click()
    await spoken(page, say.unchecked('Hetzner'))
    const credentials = { token: 's3cret' }
    assert.deepEqual(sent('addName'), { host: 'nas.example.org', provider: 'hetzner', service: null, credentials, ipv6Suffix: '::5' })

    await page.getByLabel(say.page.search).fill('')
    assert.equal(await page.getByText('RFC 2136').isVisible(), false, 'it is for experts')
    await page.getByRole('button', { name: say.page.more, exact: true }).click()
    await page.getByText('RFC 2136').click()
    await adding.getByLabel(say.fields.token).waitFor()

    await page.getByLabel(say.page.host, { exact: true }).fill('hd.free.example')
    await choose(page, say.page.keeper, say.page.watched)
    await page.getByText(say.page.watchedHelp).waitFor()
    await choose(page, say.page.leadsTo, say.page.home)
    await page.getByRole('button', { name: say.page.submit }).click()
    await spoken(page, say.page.added('hd.free.example'))
    assert.deepEqual(sent('addName'), {
      ...{ host: 'hd.free.example', provider: 'watched', service: null, credentials: null, ipv6Suffix: null },
    })
  })
})
