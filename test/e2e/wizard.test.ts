/** The five steps from a program at home to a link, as somebody takes them: by keyboard, in two languages, closed in the middle. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { describeFinding, describeProblem, LANGUAGES, type Words } from '../../languages/index.ts'
import { finding } from '../../protocol/finding.ts'
import type { FoundProgram } from '../../protocol/model/discovery.ts'
import { problem } from '../../protocol/problem.ts'
import { desktopStandIn } from '../fakes/desktop-stand-in.ts'
import { axe, browserForTests, clipboard, headline, picture, resize, spoken, tabTo, themeFor, withPage } from '../fakes/page-browser.ts'
import { overflowing } from '../fakes/page-overflow.ts'
import { house, rehearsal } from '../fakes/snapshots.ts'
import { BY_HAND, CODE, certificate, chooseJeedom, FRESH, furnish, next, openWizard, PROVEN, press, SHUT } from './wizard-house.ts'

const { en } = LANGUAGES
const { providers, wizard } = en
browserForTests()

const FIREWALL = problem('firewall-here', {
  name: 'nftables',
  protocol: 'TCP',
  port: '24443',
  command: 'sudo nft insert rule inet household input meta nfproto ipv4 tcp dport 24443 accept',
})
const DANGER = finding('default-login', { program: 'Jeedom', user: 'admin', password: 'admin' })
const FINE = finding('asks-login', {})

test('every step can be read by everybody, in both themes and languages, from a phone to a wall', async () => {
  await withPage({ snapshot: FRESH, context: { reducedMotion: 'reduce', colorScheme: 'light' } }, async (page, host) => {
    const home = furnish(host)
    const lookIn = async (words: Words, step: string): Promise<void> => {
      await page.emulateMedia({ colorScheme: themeFor(words) })
      home.change({ preferences: { ...FRESH.preferences, language: words === en ? 'en' : 'fr' } })
      await page.locator(`html[lang="${words.locale}"]`).waitFor()
      for (const width of [2560, 360, 1024]) {
        await resize(page, width, 900)
        assert.deepEqual(await page.evaluate(overflowing), [], `${step} at ${width} px (${words.locale})`)
      }
      assert.deepEqual(await axe(page), [], `${step} (${words.locale})`)
      await picture(page, `wizard-${step}-${words.locale}`)
    }
    const look = async (step: string): Promise<void> => {
      await lookIn(LANGUAGES.fr, step)
      await lookIn(en, step)
    }
    host.on('computer', () => ({ battery: true }))
    host.on('lookBefore', () => ({ problem: null, findings: [DANGER, FINE] }))
    await openWizard(page)
    await page.getByText(wizard.what.laptop.title).waitFor()
    await look('1-programs')
    await chooseJeedom(page)
    await page.getByText(describeFinding(DANGER, en).what).waitFor()
    await look('1-danger')
    await press(page, wizard.what.shareAnyway)
    await headline(page, wizard.network.title)
    await page.getByText(wizard.doors.own).click()
    await page.getByLabel(wizard.ownRelay.domain).fill('relay.example.org')
    await page.getByLabel(wizard.ownRelay.url).fill('https://files.example.org/porchlight-relay-linux.tar.gz')
    await page.getByLabel(wizard.ownRelay.sha256).fill('ab'.repeat(32))
    await press(page, wizard.ownRelay.see)
    await look('2-own')
    await page.getByText(wizard.doors.direct).click()
    await look('2-direct')
    await page.getByText(wizard.doors.code).click()
    await page.getByRole('textbox', { name: wizard.doors.field }).fill(CODE)
    await page.getByText('0011 2233 4455 6677 8899 aabb ccdd eeff').waitFor()
    await look('2-code')
    await next(page)
    await spoken(page, wizard.doors.joined)
    await look('2-joined')
    await next(page)
    await headline(page, wizard.way.title)
    await look('3-trying')
    home.ways(SHUT)
    home.change({ problems: [BY_HAND, FIREWALL] })
    await page.getByRole('code').waitFor()
    await look('3-by-hand')
    home.change({ problems: [] })
    home.ways(PROVEN)
    await page.getByText(wizard.guide.found).waitFor()
    await look('3-green')
    await next(page)
    home.change({
      certificates: [certificate('failed')],
      authority: { ...FRESH.authority, name: "Let's Encrypt", wanted: 'https://letsencrypt.org/t' },
    })
    await page.getByText(wizard.name.readTerms).waitFor()
    await press(page, wizard.name.other)
    await page.getByRole('heading', { name: providers.page.heading }).waitFor()
    await look('4-names')
    home.change({ certificates: [certificate('valid')], authority: FRESH.authority })
    await next(page)
    await headline(page, wizard.link.title)
    await page.getByRole('img', { name: wizard.link.qr }).waitFor()
    await look('5-link')
  })
})

describe('from nothing to a link', () => {
  test('by keyboard alone: what is new begins here, and every press is one that was meant', async () => {
    await withPage({ snapshot: FRESH }, async (page, host) => {
      const home = furnish(host)
      // As the app opens it: without a place behind the #.
      await page.goto('about:blank')
      await page.goto(host.url)
      await page.getByRole('heading', { level: 1, name: wizard.what.title }).and(page.locator(':focus')).waitFor()
      await tabTo(page, 'radio', 'Home Assistant')
      await page.keyboard.press('ArrowRight')
      await page.getByText(wizard.what.fine).waitFor()
      assert.deepEqual(host.calls.findLast(({ name }) => name === 'lookBefore')?.input, {
        ...{ target: 'http://localhost:80', name: 'jeedom', preset: 'jeedom' },
      })
      await tabTo(page, 'button', wizard.next)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: wizard.network.title }).and(page.locator(':focus')).waitFor()
      assert.deepEqual(
        host.calls.filter(({ name }) => name === 'addService').map(({ input }) => input),
        [{ target: 'http://localhost:80', name: 'jeedom', preset: 'jeedom' }],
      )
      await tabTo(page, 'textbox', wizard.doors.field)
      await page.keyboard.type(CODE)
      await page.keyboard.press('Enter')
      await spoken(page, wizard.doors.joined)
      home.ways(PROVEN)
      home.change({ certificates: [certificate('valid')] })
      for (const title of [wizard.way.title, wizard.name.title, wizard.link.title]) {
        await tabTo(page, 'button', wizard.next)
        await page.keyboard.press('Enter')
        await page.getByRole('heading', { level: 1, name: title }).and(page.locator(':focus')).waitFor()
      }
      await tabTo(page, 'button', wizard.link.copy)
      await page.keyboard.press('Enter')
      await spoken(page, wizard.link.copied)
      assert.equal(await clipboard(page), 'https://relay.example/s/k7dq2vxm4p3a')
      await tabTo(page, 'button', wizard.finish)
      await page.keyboard.press('Enter')
      await headline(page, en.light.reachable.headline)
      assert.equal(home.setup, null, 'nothing is kept of what is done')
    })
  })

  test('what was found at home is chosen by one press; programs that are there already are not offered', async () => {
    await withPage({ snapshot: FRESH }, async (page, host) => {
      furnish(host)
      host.finds({ done: false, found: [] }, { done: true, found: [FILMS, { ...FILMS, target: 'http://127.0.0.1:80', service: 'web' }] })
      await openWizard(page)
      assert.equal(await page.getByRole('list', { name: wizard.what.foundHere }).count(), 0)
      await press(page, en.discovery.look)
      await page.getByRole('button', { name: `${wizard.what.choose} (Jellyfin)` }).click()
      assert.equal(await page.getByLabel(wizard.what.target).inputValue(), FILMS.target)
      await page.getByText(wizard.what.fine).waitFor()
      await next(page)
      await headline(page, wizard.network.title)
      const added = host.calls.find(({ name }) => name === 'addService')
      assert.deepEqual(added?.input, { target: FILMS.target, name: 'jellyfin', preset: 'jellyfin' })
    })
  })
})

const FILMS: FoundProgram = {
  target: 'http://192.168.1.30:8096',
  name: 'jellyfin',
  title: 'Jellyfin',
  machine: 'living-room',
  preset: { id: 'jellyfin', name: 'Jellyfin', confidence: 'sure' },
  service: null,
}

describe('before anybody outside can come', () => {
  test('a danger is read first; who has read it decides', async () => {
    await withPage({ snapshot: FRESH }, async (page, host) => {
      furnish(host)
      host.on('lookBefore', () => ({ problem: null, findings: [DANGER] }))
      await openWizard(page)
      await chooseJeedom(page)
      await page.getByText(describeFinding(DANGER, en).what).waitFor()
      assert.equal(await page.getByRole('button', { name: wizard.next, exact: true }).count(), 0)
      host.on('lookBefore', () => ({ problem: null, findings: [FINE] }))
      await press(page, wizard.what.look)
      await page.getByText(wizard.what.fine).waitFor()
      await next(page)
      await headline(page, wizard.network.title)
    })
  })

  test('one that does not answer is said, and mistakes are told next to their field', async () => {
    await withPage({ snapshot: house(), at: 'add' }, async (page, host) => {
      furnish(host, house())
      await openWizard(page)
      await next(page)
      await page.getByText(wizard.what.nothing).waitFor()
      await page.getByText(wizard.what.other, { exact: true }).click()
      const target = page.getByLabel(wizard.what.target)
      await target.fill('http://192.168.1.20/admin?x=1')
      await page.getByLabel(wizard.what.name).fill('jeedom')
      await next(page)
      await page.getByText(/Write it like http:/).waitFor()
      await page.getByText(/You already have a service called jeedom/).waitFor()
      const silent = problem('service-refused', { service: 'nas', target: 'http://nas.local' })
      host.on('lookBefore', () => ({ problem: silent, findings: [] }))
      await page.getByLabel(wizard.what.name).fill('nas')
      await target.fill('nas.local')
      await next(page)
      await page.getByText(describeProblem(silent, en).title).waitFor()
      assert.equal(await target.inputValue(), 'http://nas.local')
      assert.equal(
        host.calls.some(({ name }) => name === 'addService'),
        false,
      )
      await press(page, wizard.what.addAnyway)
      await headline(page, wizard.network.title)
    })
  })

  test('a laptop is kept awake by one press, where the app is around the page', async () => {
    await withPage({ snapshot: FRESH }, async (page, host) => {
      furnish(host)
      host.on('computer', () => ({ battery: true }))
      await page.addInitScript(desktopStandIn)
      await openWizard(page)
      const { keepAwake } = en.dashboard.settings
      await page.getByRole('switch', { name: keepAwake, checked: false }).waitFor({ state: 'attached' })
      await page.getByText(keepAwake).click()
      await page.getByRole('switch', { name: keepAwake, checked: true }).waitFor({ state: 'attached' })
    })
  })
})

describe('nothing is lost', () => {
  test('when the window is closed and opened again in the middle, nor on the way back', async () => {
    await withPage({ snapshot: FRESH }, async (page, host) => {
      const home = furnish(host)
      await openWizard(page)
      await page.getByText(wizard.what.folder, { exact: true }).click()
      await page.getByLabel(wizard.what.whichFolder).fill('/srv/photos')
      // Who chooses another program from within the field means that one.
      await chooseJeedom(page)
      assert.equal(await page.getByLabel(wizard.what.target).inputValue(), 'http://localhost:80')
      await page.getByText(wizard.what.other, { exact: true }).click()
      await page.getByLabel(wizard.what.target).fill('http://192.168.1.20:8080')
      await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
      await page.getByLabel(wizard.what.name).fill('photos')
      await eventually(() => assert.equal(home.setup?.choice.name, 'photos'))
      await page.reload()
      assert.equal(await page.getByLabel(wizard.what.target).inputValue(), 'http://192.168.1.20:8080')
      assert.equal(await page.getByLabel(wizard.what.name).inputValue(), 'photos')
      await next(page)
      await headline(page, wizard.network.title)
      await page.getByText(wizard.doors.direct).click()
      await next(page)
      await headline(page, wizard.way.title)
      await page.reload()
      await headline(page, wizard.way.title)
      await press(page, wizard.back)
      await page.getByRole('radio', { name: wizard.doors.direct, checked: true }).waitFor()
      await press(page, wizard.back)
      await page.getByLabel(wizard.what.name).fill('pictures')
      await next(page)
      await headline(page, wizard.network.title)
      // What was added for the earlier choice gives way to this one.
      assert.deepEqual(
        host.calls.filter(({ name }) => name === 'removeService' || name === 'addService').map(({ name, input }) => [name, input.name]),
        [
          ['addService', 'photos'],
          ['removeService', 'photos'],
          ['addService', 'pictures'],
        ],
      )
      // Somebody removes it in another window: it is to be added again, and what was chosen is still there.
      home.change({ services: [] })
      await headline(page, wizard.what.title)
      assert.equal(await page.getByLabel(wizard.what.name).inputValue(), 'pictures')
    })
  })

  test('in a rehearsal it says so, and asks for no relay', async () => {
    await withPage({ snapshot: { ...rehearsal, services: [] } }, async (page, host) => {
      furnish(host, { ...rehearsal, services: [] })
      await openWizard(page)
      await page.getByRole('heading', { name: en.rehearsal.title }).waitFor()
      await chooseJeedom(page)
      await next(page)
      await headline(page, wizard.network.title)
      assert.equal(await page.getByRole('radio', { name: wizard.doors.direct }).count(), 0)
    })
  })
})
