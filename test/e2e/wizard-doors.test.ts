/** The wizard's doors to the internet, with a relay and without, and what is given away at its end: a name, and who may come in. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { LANGUAGES } from '../../languages/index.ts'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import { problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { axe, browserForTests, choose, clipboard, headline, picture, spoken, withPage } from '../fakes/page-browser.ts'
import { house } from '../fakes/snapshots.ts'
import { BY_HAND, CODE, certificate, chooseJeedom, FRESH, furnish, next, openWizard, press } from './wizard-house.ts'

const { en } = LANGUAGES
const { providers, wizard } = en
browserForTests()

describe('the three doors', () => {
  test('a relay code with a slip of the hand is caught here, and what the relay refuses is told', async () => {
    await withPage({ snapshot: FRESH }, async (page, host) => {
      furnish(host)
      await openWizard(page)
      await chooseJeedom(page)
      await next(page)
      await headline(page, wizard.network.title)
      await next(page)
      await page.getByText(wizard.doors.missing).waitFor()
      await page.getByRole('textbox', { name: wizard.doors.field }).fill('plr1abcdefgh')
      await next(page)
      await page.getByText(/This relay code has a mistake in it/).waitFor()
      assert.equal(
        host.calls.some(({ name }) => name === 'joinRelay'),
        false,
      )
      host.refuse('joinRelay', problem('relay-code-used', { relay: 'relay.example' }))
      await page.getByRole('textbox', { name: wizard.doors.field }).fill(`porchlight://join/${CODE}`)
      await page.getByText('0011 2233 4455 6677 8899 aabb ccdd eeff').waitFor()
      await next(page)
      await page
        .getByRole('alert')
        .getByText(/relay code/)
        .first()
        .waitFor()
      await headline(page, wizard.network.title)
    })
  })

  test('one’s own relay: the text for the server is copied, and the code that it prints is pasted', async () => {
    await withPage({ snapshot: FRESH }, async (page, host) => {
      furnish(host)
      await openWizard(page)
      await chooseJeedom(page)
      await next(page)
      await page.getByText(wizard.doors.own).click()
      await page.getByLabel(wizard.ownRelay.domain).fill('Relay.example.org')
      await page.getByLabel(wizard.ownRelay.url).fill('https://files.example.org/relay.tar.gz')
      await page.getByLabel(wizard.ownRelay.sha256).fill('ab'.repeat(32))
      await press(page, wizard.ownRelay.copy)
      await spoken(page, wizard.ownRelay.copied)
      assert.match(await clipboard(page), /^#cloud-config\n[\s\S]*--domain relay\.example\.org/)
      await press(page, wizard.ownRelay.copyCommand)
      await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith('sudo sh'))
      await page.getByRole('textbox', { name: wizard.doors.field }).fill(CODE)
      await next(page)
      await spoken(page, wizard.doors.joined)
    })
  })

  test('without a relay, and with a router that tells nothing, the owner’s phone proves the rule that he has made; before it nothing is called reachable', async () => {
    const SILENT: Snapshot = { ...FRESH, gateway: { ...FRESH.gateway, externalIPv4: null } }
    await withPage({ snapshot: SILENT, context: { reducedMotion: 'reduce' } }, async (page, host) => {
      const home = furnish(host, SILENT)
      host.on('beginProof', () => ({ addresses: ['http://203.0.113.7:443/.porchlight/phone/abc'], untilMs: Date.now() + 600_000 }))
      await openWizard(page)
      await chooseJeedom(page)
      await next(page)
      await page.getByText(wizard.doors.direct).click()
      for (const loss of wizard.direct.losses) await page.getByText(loss).waitFor()
      await next(page)
      await headline(page, wizard.way.title)
      home.ways([{ rung: 'manual', family: 'ipv4', phase: 'blocked', problem: 'forward-by-hand' }], 'unknown')
      home.change({ problems: [problem('no-relay', {}), BY_HAND] })
      await page.getByRole('heading', { name: wizard.guide.titleUnseen('Livebox 6') }).waitFor()
      await page.getByText(wizard.guide.unseen).waitFor()
      assert.equal(await page.getByText(wizard.guide.waiting).count(), 0, 'nobody looks')
      await next(page)
      await press(page, wizard.name.takeBareUnknown)
      await spoken(page, wizard.name.bareTaken)
      assert.deepEqual(host.calls.at(-1), { name: 'addOwnName', input: { host: 'ipv4', service: 'jeedom', files: null } })
      await next(page)
      await headline(page, wizard.link.title)
      await page.getByText(wizard.link.notYet).waitFor()
      const address = page.getByLabel(wizard.phone.home)
      for (const [typed, wrong] of [
        ['192.168.1.1', wizard.phone.homeInside],
        ['100.72.3.4', wizard.phone.homeShared],
      ] as const) {
        await address.fill(typed)
        await press(page, wizard.phone.begin)
        await page.getByText(wrong).waitFor()
      }
      await address.fill('203.0.113.7')
      await press(page, wizard.phone.begin)
      await page.getByRole('img', { name: wizard.phone.qr }).waitFor()
      const begun = host.calls.findLast(({ name }) => name === 'beginProof')
      assert.deepEqual(begun?.input, { service: 'jeedom', address: '203.0.113.7' })
      assert.deepEqual(await axe(page), [])
      await picture(page, 'wizard-5-phone')
      const atMs = Date.now()
      const verdict = { outcome: 'reachable', atMs, untilMs: atMs + 86_400_000 } as const
      home.ways([{ rung: 'manual', family: 'ipv4', phase: 'confirmed', outside: { address: '203.0.113.7', port: 443 }, verdict }])
      await page.getByText(/^Proven with your phone now\. That counts until /).waitFor()
      await page.getByText(wizard.link.noneDirect).waitFor()
      home.change({ services: home.snapshot.services.map((one) => ({ ...one, publicUrl: 'https://203.0.113.7/' })) })
      await page.getByText(wizard.link.ready).waitFor()
    })
  })
})

describe('the last two steps', () => {
  const JOINED = house({ services: [] })
  /** From the first step to the fourth, where everything is there already. */
  const toTheName = async (page: Page, program: string): Promise<void> => {
    await openWizard(page)
    await page.getByText(program, { exact: true }).click()
    await next(page)
    await headline(page, wizard.network.title)
    await next(page)
    await next(page)
    await headline(page, wizard.name.title)
  }

  test('a name is asked about while it is typed, and taken with Next; one from a provider opens on request and is tried harmlessly', async () => {
    await withPage({ snapshot: JOINED }, async (page, host) => {
      const home = furnish(host, JOINED)
      host.on('nameProviders', () => ({ providers: [DUCKDNS] }))
      host.on('addName', () => ({ checked: true }))
      await toTheName(page, 'Jeedom')
      const field = page.getByLabel(wizard.name.label)
      assert.equal(await field.inputValue(), 'maison-dupont')
      await field.fill('chez nous')
      await page.getByText(en.names.standing.free('chez-nous')).waitFor()
      await page.getByText('https://jeedom.chez-nous.relay.example/').waitFor()

      assert.equal(await page.getByLabel(providers.page.host, { exact: true }).isVisible(), false)
      await press(page, wizard.name.other)
      await page.getByLabel(providers.page.host, { exact: true }).fill('dupont.duckdns.org')
      await choose(page, providers.page.keeper, 'DuckDNS')
      await page.getByText(providers.where.duckdns ?? '').waitFor()
      await page.getByLabel(providers.fields.token).fill('s3cret')
      assert.deepEqual(await axe(page), [])
      await page.keyboard.press('Enter')
      await spoken(page, providers.checked('dupont.duckdns.org', 'DuckDNS'))
      await headline(page, wizard.name.title)
      assert.deepEqual(host.calls.find(({ name }) => name === 'addName')?.input, {
        ...{ host: 'dupont.duckdns.org', provider: 'duckdns', service: 'jeedom', credentials: { token: 's3cret' }, ipv6Suffix: null },
      })
      home.change({ ownNames: [KEPT], certificates: [{ ...certificate('valid'), name: KEPT.host, service: 'jeedom' }] })
      await page.getByText(providers.states.ok).first().waitFor()
      await next(page)
      await headline(page, wizard.link.title)
      assert.deepEqual(host.calls.find(({ name }) => name === 'rename')?.input, { name: 'chez-nous' })
      await page.getByText(`https://${KEPT.host}/`, { exact: true }).waitFor()
    })
  })

  test('who may open it is said without leaving; what is no website is an address, to be pasted where its program wants it', async () => {
    await withPage({ snapshot: JOINED }, async (page, host) => {
      furnish(host, JOINED)
      await toTheName(page, 'Jamulus')
      await next(page)
      await headline(page, wizard.link.titleAddress)
      await press(page, wizard.link.copyAddress)
      await spoken(page, wizard.link.copied)
      assert.equal(await clipboard(page), 'jamulus.maison-dupont.relay.example:22124')
      await page.getByText(wizard.link.share.jamulus('jamulus.maison-dupont.relay.example:22124')).waitFor()
    })
    await withPage({ snapshot: JOINED }, async (page, host) => {
      furnish(host, JOINED)
      await toTheName(page, 'Jeedom')
      await next(page)
      await page.getByText(en.access.is.password, { exact: true }).click()
      await page.getByRole('textbox', { name: en.access.password }).fill('correct horse')
      await page.keyboard.press('Enter')
      await spoken(page, en.access.changed.password('jeedom'))
      await headline(page, wizard.link.title)
      assert.deepEqual(host.calls.findLast(({ name }) => name === 'setAccess')?.input, {
        ...{ name: 'jeedom', access: 'password', password: 'correct horse' },
      })
    })
  })
})

const DUCKDNS = {
  ...{ id: 'duckdns', title: 'DuckDNS', page: 'https://www.duckdns.org', minPeriodS: 60, ttlS: 60, families: ['ipv4'] },
  ...{ fields: [{ id: 'token', isSecret: true, isOptional: false }], canWithdraw: true, canCheck: true, canProve: true },
}
const KEPT: KeptName = {
  ...{ host: 'dupont.duckdns.org', provider: 'duckdns', title: 'DuckDNS', service: 'jeedom', ipv6Suffix: null, state: 'ok' },
  ...{ ipv4: { current: ['203.0.113.7'], wanted: '203.0.113.7' }, ipv6: { current: [], wanted: null }, checkedAtMs: 0 },
  ...{ changedAtMs: null, failure: null, nextAtMs: null, history: [] },
}
