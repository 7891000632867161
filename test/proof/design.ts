/** Pictures of every view in both themes and both languages, and of some on a phone, on a wall and in more contrast, for docs/design.md. They show a
 *  scripted house at a fixed time. `npm run proof -- --part design` writes docs/design/; nothing may overflow or be cut off in any of them. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { describeLight, LANGUAGES } from '../../languages/index.ts'
import { lightOf, type Snapshot } from '../../protocol/snapshot.ts'
import { BY_HAND, CODE, certificate, FRESH, furnish, openWizard, PROVEN, SHUT } from '../e2e/wizard-house.ts'
import { browserForTests, headline, spoken, visit, withPage } from '../fakes/page-browser.ts'
import { overflowing } from '../fakes/page-overflow.ts'
import { fillHost, NOW_MS, SHOWCASE, VIEWS } from '../fakes/showcase.ts'
import { HOUSES, longNames } from '../fakes/snapshots.ts'

const folder = join(import.meta.dirname, '../../docs/design')
mkdirSync(folder, { recursive: true })
browserForTests()

const SCHEMES = ['light', 'dark'] as const
const PHONE = { width: 360, height: 740 }
const DESK = { width: 1024, height: 800 }
const WALL = { width: 2560, height: 1440 }
/** Home, as it looks when something is different. */
const STATES: Readonly<Record<string, Snapshot>> = {
  relayed: HOUSES.relayed,
  'needs-you': HOUSES['needs-you'],
  unreachable: HOUSES.unreachable,
  empty: HOUSES.empty,
}

/** What was proven is proven by the pictures' own clock. */
const today = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  services: snapshot.services.map((one) => (one.provenAtMs === null ? one : { ...one, provenAtMs: NOW_MS - 180_000 })),
})

/** Once what it asks for is there. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  // The header stays where one looks, which would be in the middle of a whole page.
  await page.evaluate(() => window.scrollTo(0, 0))
  await page.locator('.starting').waitFor({ state: 'detached' })
  await page.waitForTimeout(400)
}

async function shoot(page: Page, name: string, fullPage = true): Promise<void> {
  await settled(page)
  assert.deepEqual(await page.evaluate(overflowing), [], name)
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage, animations: 'disabled' })
}

for (const words of Object.values(LANGUAGES))
  test(`every view in ${words.name}`, async () => {
    const { locale } = words
    const context = { locale, viewport: DESK, timezoneId: 'Europe/Paris' }
    // The browser itself reports that the connection is gone, as the last picture wants it.
    await withPage({ snapshot: SHOWCASE, context, expected: /WebSocket|Failed to load resource/ }, async (page, host) => {
      fillHost(host)
      await page.clock.setFixedTime(NOW_MS)
      await page.reload()
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        for (const { name, at } of VIEWS) {
          await visit(page, at)
          await page.locator('main h1').waitFor()
          await shoot(page, `${name}-${locale}-${colorScheme}`)
        }
      }
      await page.emulateMedia({ colorScheme: 'light', contrast: 'more' })
      await visit(page)
      await shoot(page, `home-${locale}-contrast`)
      await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference' })
      await page.setViewportSize(WALL)
      await shoot(page, `home-${locale}-2560`, false)
      await page.setViewportSize(PHONE)
      await shoot(page, `home-${locale}-360`)
      for (const at of ['history', 'settings']) {
        await visit(page, at)
        await shoot(page, `${at}-${locale}-360`)
      }
      await visit(page)
      host.show(today(longNames))
      await shoot(page, `long-names-${locale}-360`)
      await page.setViewportSize(DESK)
      for (const [name, snapshot] of Object.entries(STATES)) {
        host.show(today(snapshot))
        await page.getByRole('heading', { level: 1, name: describeLight(lightOf(snapshot), false, words).headline }).waitFor()
        await shoot(page, `${name}-${locale}`)
      }
      host.show(SHOWCASE)
      host.drop(true)
      await page.getByText(words.page.lost.title).waitFor()
      await shoot(page, `lost-${locale}`)
    })
  })

for (const words of Object.values(LANGUAGES))
  test(`every step of the wizard in ${words.name}`, async () => {
    const { locale, wizard } = words
    await withPage({ snapshot: FRESH, context: { locale, viewport: DESK, timezoneId: 'Europe/Paris' } }, async (page, host) => {
      const home = furnish(host)
      const shootStep = async (step: string): Promise<void> => {
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme })
          await shoot(page, `wizard-${step}-${locale}-${colorScheme}`)
        }
        await page.setViewportSize(PHONE)
        await shoot(page, `wizard-${step}-${locale}-360`)
        await page.setViewportSize(DESK)
      }
      const next = () => page.getByRole('button', { name: wizard.next, exact: true }).click()
      await openWizard(page)
      await page.getByText('Jeedom', { exact: true }).click()
      await page.getByText(wizard.what.fine).waitFor()
      await shootStep('1-program')
      await next()
      await headline(page, wizard.network.title)
      await page.getByRole('textbox', { name: wizard.doors.field }).fill(CODE)
      await shootStep('2-network')
      await next()
      await spoken(page, wizard.doors.joined)
      await next()
      await headline(page, wizard.way.title)
      home.ways(SHUT)
      home.change({ problems: [BY_HAND] })
      await shootStep('3-way')
      home.change({ problems: [], certificates: [certificate('valid')] })
      home.ways(PROVEN)
      await next()
      await headline(page, wizard.name.title)
      await shootStep('4-name')
      await next()
      await headline(page, wizard.link.title)
      await page.getByRole('img', { name: wizard.link.qr }).waitFor()
      await shootStep('5-link')
    })
  })
