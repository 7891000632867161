/** Pictures of every view in both themes and both languages, and of some on a phone and on a wall, for docs/design.md. They show a scripted house at
 *  a fixed time. `node --test test/proof/design.ts` writes docs/design/. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { describeLight, LANGUAGES } from '../../languages/index.ts'
import { lightOf, type Snapshot } from '../../protocol/snapshot.ts'
import { browserForTests, visit, withPage } from '../fakes/page-browser.ts'
import { fillHost, NOW_MS, SHOWCASE, VIEWS } from '../fakes/showcase.ts'
import { HOUSES, longNames } from '../fakes/snapshots.ts'

const folder = join(import.meta.dirname, '../../docs/design')
mkdirSync(folder, { recursive: true })
browserForTests()

const SCHEMES = ['light', 'dark'] as const
const HOME = { home: SHOWCASE, relayed: HOUSES.relayed, 'needs-you': HOUSES['needs-you'], empty: HOUSES.empty } as const

/** Once what it asks for is there. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.locator('.starting').waitFor({ state: 'detached' })
  await page.waitForTimeout(400)
}

const shoot = async (page: Page, name: string, fullPage = true): Promise<void> => {
  await settled(page)
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage, animations: 'disabled' })
}

for (const words of Object.values(LANGUAGES))
  test(`every view in ${words.name}`, async () => {
    const context = { locale: words.locale, viewport: { width: 1024, height: 800 }, timezoneId: 'Europe/Paris' }
    await withPage({ snapshot: SHOWCASE, context }, async (page, host) => {
      fillHost(host)
      await page.clock.setFixedTime(NOW_MS)
      await page.reload()
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        for (const { name, at } of VIEWS) {
          await visit(page, at)
          await page.locator('main h1').waitFor()
          await shoot(page, `${name}-${words.locale}-${colorScheme}`)
        }
      }
      await page.emulateMedia({ colorScheme: 'light' })
      await visit(page)
      for (const [name, snapshot] of Object.entries(HOME) as [string, Snapshot][]) {
        host.show(snapshot)
        await page.getByRole('heading', { level: 1, name: describeLight(lightOf(snapshot), false, words).headline }).waitFor()
        if (name !== 'home') await shoot(page, `${name}-${words.locale}`)
        for (const width of name === 'home' ? [360, 2560] : []) {
          await page.setViewportSize({ width, height: width === 360 ? 740 : 1440 })
          await shoot(page, `${name}-${words.locale}-${width}`, width === 360)
        }
        await page.setViewportSize({ width: 1024, height: 800 })
      }
      host.show(longNames)
      await page.setViewportSize({ width: 360, height: 740 })
      await shoot(page, `long-names-${words.locale}-360`)
    })
  })
