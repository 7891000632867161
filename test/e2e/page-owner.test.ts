/** What an owner does besides sharing, without a mouse, once in each language and theme: reads what was, asks for help, sees who is here, sets things. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { secretsIn, supportBundle } from '../../engine/run/support-bundle.ts'
import { describeHappening, percent } from '../../languages/format.ts'
import { describeEntry, LANGUAGES } from '../../languages/index.ts'
import { shareReachable, type VisitorsView } from '../../protocol/model/history.ts'
import { desktopStandIn } from '../fakes/desktop-stand-in.ts'
import { axe, browserForTests, clipboard, headline, spoken, tabTo, themeFor, withPage } from '../fakes/page-browser.ts'
import { fillHost, historyOf, LOG, NOW_MS, SHOWCASE } from '../fakes/showcase.ts'

const everyLanguage = Object.values(LANGUAGES)
browserForTests()

const settingFor = (words: (typeof everyLanguage)[number], at: string) => ({
  snapshot: SHOWCASE,
  at,
  context: { locale: words.locale, colorScheme: themeFor(words) },
})

/** Takes the next choice of a select, by the keys. */
async function chooseNext(page: Page, label: string): Promise<void> {
  await tabTo(page, 'button', label)
  await page.keyboard.press('Enter')
  await page.getByRole('option').and(page.locator(':focus')).waitFor()
  for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key)
  await page.getByRole('listbox').waitFor({ state: 'detached' })
}

describe('an owner', () => {
  for (const words of everyLanguage)
    test(`reads thirty days, the log that matters, and what he would give to who helps (${words.name})`, async () => {
      const past = historyOf(60)
      const { history: told, log: sayLog, bundle } = words.dashboard
      await withPage(settingFor(words, 'history'), async (page, host) => {
        fillHost(host)
        host.on('history', () => past)
        host.on('supportBundle', () =>
          supportBundle({ snapshot: SHOWCASE, log: LOG, secrets: secretsIn(SHOWCASE), startedAtMs: NOW_MS, nowMs: NOW_MS }),
        )
        await page.reload()
        const timeline = page.getByRole('region', { name: told.timeline })
        const share = shareReachable(
          past.spans.filter(({ service }) => service === 'photos'),
          0,
          NOW_MS,
        )
        await timeline
          .getByText(`${told.share(percent(share ?? 0, words))}, ${told.down(1)}`)
          .first()
          .waitFor()
        for (const state of ['direct', 'relayed', 'unreachable', 'asleep'] as const)
          await timeline.getByText(words.history.states[state], { exact: true }).waitFor()
        const events = page.getByRole('region', { name: told.events })
        // One of each kind: another way, another address, another relay, a problem, this computer.
        for (const event of past.events.slice(0, 5)) await events.getByText(describeHappening(event, words)).first().waitFor()
        assert.equal(await events.getByRole('listitem').count(), 50)
        await tabTo(page, 'button', told.older)
        await page.keyboard.press('Enter')
        await events.getByRole('listitem').nth(59).waitFor()

        await tabTo(page, 'button', sayLog.heading)
        await page.keyboard.press('Enter')
        for (const entry of LOG) await page.getByText(describeEntry(entry, words), { exact: true }).waitFor()
        await chooseNext(page, sayLog.level)
        const started = page.getByText(describeEntry(LOG.at(-1) ?? assert.fail(), words), { exact: true })
        await started.waitFor({ state: 'detached' })
        await page.getByRole('img', { name: words.log.levels.warning }).waitFor()
        await chooseNext(page, sayLog.subject)
        await page.getByText(words.log.none).waitFor()
        assert.deepEqual(await axe(page), [])

        await tabTo(page, 'button', bundle.make)
        await page.keyboard.press('Enter')
        const shown = await page.getByRole('textbox', { name: bundle.label }).inputValue()
        for (const secret of secretsIn(SHOWCASE)) assert.ok(!shown.includes(secret), secret)
        assert.match(shown, /jeedom/)
        await tabTo(page, 'button', bundle.copy)
        await page.keyboard.press('Enter')
        await spoken(page, bundle.copied)
        assert.equal(await clipboard(page), shown)
        await tabTo(page, 'button', bundle.save)
        const [saved] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
        assert.equal(await readFile(await saved.path(), 'utf8'), shown, 'what was read is what is saved')
        assert.deepEqual(await axe(page), [])
      })
    })

  for (const words of everyLanguage)
    test(`sees who is here while they come and go, and shuts one out (${words.name})`, async () => {
      const { hereNow } = words.dashboard
      await withPage(settingFor(words, 'visitors'), async (page, host) => {
        fillHost(host)
        await page.reload()
        const here = page.getByRole('region', { name: hereNow.heading })
        await here.getByText('198.51.100.7', { exact: true }).waitFor()
        await here.getByText(hereNow.relayed).first().waitFor()
        const visitor = { direct: true, sinceMs: NOW_MS, connections: 1, bytesIn: 1000, bytesOut: 2_000_000 }
        const coming: VisitorsView = {
          services: [{ service: 'photos', visitors: 1, connections: 1 }],
          longest: [{ service: 'photos', place: '203.0.113.99', ...visitor }],
        }
        host.receives(coming)
        await here.getByText('203.0.113.99', { exact: true }).waitFor()
        assert.equal(await here.getByText('198.51.100.7', { exact: true }).count(), 0, 'who has gone is not shown')
        assert.deepEqual(await axe(page), [])
        await tabTo(page, 'button', `${hereNow.shutOut} ${words.page.services.of('203.0.113.99')}`)
        await page.keyboard.press('Enter')
        await spoken(page, words.bans.page.wasShutOut('203.0.113.99'))
        await here.getByRole('heading').and(page.locator(':focus')).waitFor()
        assert.deepEqual(host.calls.at(-1), { name: 'ban', input: { address: '203.0.113.99', forS: null } })
        host.receives({ services: [], longest: [] })
        await here.getByText(hereNow.nobody).waitFor()
      })
    })

  for (const words of everyLanguage)
    test(`sets quiet hours, the app and expert values, goes back to defaults, and restarts (${words.name})`, async () => {
      const { settings } = words.dashboard
      const { expert } = words
      const guided = { ...SHOWCASE.gateway, guide: { router: 'livebox', chosen: true } }
      const photos = SHOWCASE.services.map((one) => (one.name === 'photos' ? { ...one, uploadLimitMb: 500 } : one))
      const changed = { ...SHOWCASE, gateway: guided, services: photos }
      await withPage({ ...settingFor(words, 'settings'), snapshot: changed }, async (page, host) => {
        await page.addInitScript(desktopStandIn)
        await page.reload()
        await headline(page, words.shell.places.settings)
        await page.getByRole('textbox', { name: settings.from }).fill('25:00')
        await page.keyboard.press('Enter')
        await page.getByText(settings.timeWrong).waitFor()
        await page.keyboard.press('Control+A')
        await page.keyboard.type('21:15')
        await page.keyboard.press('Enter')
        await spoken(page, settings.saved)
        await tabTo(page, 'switch', settings.startAtLogin)
        await page.keyboard.press('Space')
        await page.getByRole('switch', { name: settings.startAtLogin, checked: true }).waitFor()

        await tabTo(page, 'button', expert.heading)
        await page.keyboard.press('Enter')
        const of = words.page.services.of
        await page.getByText(expert.byDefault(expert.guideByDefault)).waitFor()
        assert.equal(await page.getByRole('button', { name: `${expert.reset} ${of(expert.authority)}` }).count(), 0, 'it is the default')
        assert.deepEqual(await axe(page), [])
        host.on('chooseRouter', () => {})
        await tabTo(page, 'button', `${expert.reset} ${of(expert.guide)}`)
        await page.keyboard.press('Enter')
        await spoken(page, expert.wasReset(expert.guide))
        host.on('setUploadLimit', () => host.show(SHOWCASE))
        const limit = `${expert.uploadLimit} ${of('photos')}`
        await tabTo(page, 'button', `${expert.reset} ${of(limit)}`)
        await page.keyboard.press('Enter')
        await spoken(page, expert.wasReset(limit))
        await tabTo(page, 'textbox', expert.mail.label)
        await page.keyboard.type('anna')
        await page.keyboard.press('Enter')
        await page.getByText(expert.mail.wrong).waitFor()
        await page.keyboard.type('@home.example')
        await page.keyboard.press('Enter')
        await spoken(page, expert.mail.saved)

        await tabTo(page, 'button', settings.restart)
        await page.keyboard.press('Enter')
        const question = page.getByRole('alertdialog', { name: settings.restartQuestion })
        await question.waitFor()
        assert.deepEqual(await axe(page), [])
        await page.keyboard.press('Escape')
        await question.waitFor({ state: 'hidden' })
        await page.keyboard.press('Enter')
        await question.waitFor()
        await page.keyboard.press('Tab')
        await page.keyboard.press('Enter')
        await spoken(page, settings.restarted)
        assert.deepEqual(
          host.calls.map(({ name, input }) => [name, input]),
          [
            ['setPreferences', { language: null, quietHours: { from: '21:15', to: '07:00' } }],
            ['chooseRouter', { router: null }],
            ['setUploadLimit', { name: 'photos', mb: null }],
            ['chooseAuthority', { directory: SHOWCASE.authority.directory, email: 'anna@home.example', caFile: null, external: null }],
            ['restart', {}],
          ],
        )
      })
    })
})
