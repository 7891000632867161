/** What people see: the light in words, the main problem, and what happens when the engine goes away. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeLight, LANGUAGES } from '../../languages/index.ts'
import { type GuardState, Light, type ServiceView, type Snapshot } from '../../protocol/snapshot.ts'
import { axe, browserForTests, headline, picture, speak, spoken, themeFor, visit, withPage } from '../fakes/page-browser.ts'
import { HOUSES, house, jamulus, rehearsal, service } from '../fakes/snapshots.ts'

const { en } = LANGUAGES
const everyLanguage = Object.values(LANGUAGES)
browserForTests()

describe('the light', () => {
  for (const words of everyLanguage)
    test(`is told in ${words.name}, in the ${themeFor(words)} theme`, async (t) => {
      const context = { locale: words.locale, colorScheme: themeFor(words) }
      await withPage({ snapshot: HOUSES.checking, context }, async (page, host) => {
        for (const light of Light.options)
          await t.test(light, async () => {
            host.show(HOUSES[light])
            const { headline: text, sentence } = describeLight(light, false, words)
            await headline(page, text)
            await page.getByText(sentence, { exact: true }).waitFor()
            const counted = ['reachable', 'relayed', 'unreachable', 'needs-you'].includes(light)
            assert.equal(await page.getByText(/\d services? reachable|accessibles? sur \d/).count(), counted ? 1 : 0)
            assert.equal(await page.title(), `${text} · Porchlight`)
            assert.equal(await page.getAttribute('html', 'lang'), words.locale)
            assert.deepEqual(await axe(page), [])
            await picture(page, `${light}-${words.locale}`)
          })
      })
    })

  test('a rehearsal says that nothing is on the internet, and offers to join a relay', async () => {
    await withPage({ snapshot: rehearsal }, async (page, host) => {
      await page.getByRole('heading', { name: en.rehearsal.title }).waitFor()
      await headline(page, en.rehearsal.light.headline)
      assert.equal(await page.getByText(en.light.relayed.headline).count(), 0)
      await page.getByText(en.page.join.heading).click()
      assert.deepEqual(await axe(page), [])
      await page.getByRole('textbox', { name: en.page.join.label }).fill('https://relay.example')
      await page.getByRole('button', { name: en.page.join.submit }).click()
      await spoken(page, en.page.join.joined)
      assert.deepEqual(host.calls, [{ name: 'joinRelay', input: { relay: 'https://relay.example' } }])
    })
  })

  test('a website says that it is encrypted up to here, and what is known of foreign certificates: the worse of two looks', async () => {
    const cases: [ownNames: GuardState, certificateLog: GuardState, shown: GuardState][] = [
      ['own', 'own', 'own'],
      ['own', 'unchecked', 'unchecked'],
      ['foreign', 'unchecked', 'foreign'],
      ['own', 'off', 'off'],
    ]
    for (const [ownNames, certificateLog, shown] of cases) {
      const guard = { ownNames: { state: ownNames, atMs: 1 }, certificateLog: { state: certificateLog, atMs: 1 } }
      await withPage({ snapshot: house({ guard }), at: 'services/jeedom' }, async (page) => {
        const { encrypted, watched } = en.page.services
        await page
          .getByText(encrypted + watched[shown], { exact: true })
          .first()
          .waitFor()
      })
    }
    await withPage({ snapshot: house({ rehearsal: true }), at: 'services/jeedom' }, async (page) => {
      await page.getByText(en.page.services.encrypted, { exact: true }).first().waitFor()
    })
  })

  test('a service that is no website says that it can be read on the way, and the relay how far it is', async () => {
    const band: ServiceView = { ...jamulus, paths: [], best: { ipv4: 'tunnel', ipv6: null } }
    await withPage({ snapshot: house({ services: [service({ name: 'photos' }), band] }) }, async (page) => {
      for (const words of everyLanguage) {
        await speak(page, words)
        const { services, chain } = words.page
        await page.getByText(chain.relayIs.carrying + chain.delay(24)).waitFor()
        await visit(page, 'services/photos')
        await page.getByText(services.encrypted).waitFor()
        assert.equal(await page.getByText(services.readable).count(), 0)
        await visit(page, 'services/jamulus')
        await page.getByText(services.readable).waitFor()
        assert.deepEqual(await axe(page), [])
        await visit(page)
      }
    })
  })

  test('a change is shown without asking, and said politely', async () => {
    await withPage({ snapshot: HOUSES.reachable }, async (page, host) => {
      await headline(page, en.light.reachable.headline)
      host.show(HOUSES.relayed)
      await headline(page, en.light.relayed.headline)
      await spoken(page, en.light.relayed.headline)
      host.show(house({ services: [service({ name: 'photos' })] }))
      await headline(page, en.light.reachable.headline)
      await page.getByRole('heading', { level: 3, name: 'photos' }).waitFor()
      assert.equal(await page.getByRole('heading', { level: 3 }).count(), 1)
    })
  })

  test('"check now" asks the engine and says when it is done', async () => {
    await withPage({ snapshot: HOUSES['cannot-check'] }, async (page, host) => {
      let finish = () => {}
      host.on('checkNow', () => new Promise<void>((resolve) => (finish = resolve)))
      await page.getByRole('button', { name: en.page.light.checkNow }).click()
      const busy = page.getByRole('button', { name: en.page.light.checking })
      await busy.waitFor()
      await busy.press('Enter')
      finish()
      await spoken(page, en.page.light.checked)
      assert.deepEqual(
        host.calls.map(({ name }) => name),
        ['checkNow'],
      )
    })
  })
})

describe('the main problem', () => {
  test('is told with its cause, its consequence and its remedy; the others are folded', async () => {
    await withPage({ snapshot: HOUSES['needs-you'] }, async (page) => {
      const card = page.getByRole('region', { name: "jeedom isn't responding. Your connection is fine." })
      for (const part of ['Why', 'What it means', 'What to do']) await card.getByText(part, { exact: true }).first().waitFor()
      await card.getByText(/^Start jeedom on its machine/).waitFor()
      const folded = card.getByText('Your provider shares your IPv4 address.')
      assert.equal(await folded.isVisible(), false)
      await card.getByText('2 more remarks').click()
      await folded.click()
      await card.getByText(/ask your provider for an IPv4 address of your own/).waitFor()
      await picture(page, 'needs-you-unfolded')
    })
  })
})

describe('the connection to the engine', () => {
  /** The browser itself reports every failed connection; that is the point of these tests. */
  const expected = /WebSocket|Failed to load resource/

  test('is missed aloud when it drops, comes back by itself, and what was watched is watched again', async () => {
    await withPage({ snapshot: HOUSES.reachable, expected }, async (page, host) => {
      await headline(page, en.light.reachable.headline)
      host.drop(true)
      await page.getByRole('alert').getByRole('heading', { name: en.page.lost.title }).waitFor()
      await headline(page, en.light['cannot-check'].headline)
      await page.getByText(en.page.lost.stale).waitFor()
      await page.getByRole('heading', { level: 3, name: 'jeedom' }).waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'lost')
      await page.getByRole('button', { name: 'Pause (jeedom)' }).click()
      await page.getByText(en.page.noAnswer.title).waitFor()
      host.reopen()
      host.show(HOUSES.relayed)
      // Whichever comes first: its own next try, or ours.
      await Promise.any([headline(page, en.light.relayed.headline), page.getByRole('button', { name: en.page.lost.retry }).click()])
      await headline(page, en.light.relayed.headline)
      await page.getByText(en.page.lost.title).waitFor({ state: 'detached' })
      host.show(HOUSES.reachable)
      await headline(page, en.light.reachable.headline)
    })
  })

  test('that is no longer allowed says how to sign in again', async () => {
    await withPage({ snapshot: HOUSES.reachable, expected }, async (page, host) => {
      await headline(page, en.light.reachable.headline)
      host.signOut()
      await page.getByRole('heading', { name: en.page.refused.title }).waitFor()
    })
  })

  test('to an engine that speaks a newer contract asks to open the page again', async () => {
    await withPage({ snapshot: { ...HOUSES.reachable, v: 2 } as unknown as Snapshot }, async (page) => {
      await page.getByText('Porchlight was updated while this part stayed open.').waitFor()
    })
  })
})
