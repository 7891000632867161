/** From a phone to a wall: nothing overflows, nothing is cut off, nothing moves for those who ask for it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeLight, LANGUAGES } from '../../languages/index.ts'
import { lightOf } from '../../protocol/snapshot.ts'
import { axe, browserForTests, headline, picture, resize, speak, themeFor, visit, withPage } from '../fakes/page-browser.ts'
import { overflowing } from '../fakes/page-overflow.ts'
import { fillHost, NOW_MS, SHOWCASE, VIEWS } from '../fakes/showcase.ts'
import { HOUSES, longNames, rehearsal } from '../fakes/snapshots.ts'

const { en, fr } = LANGUAGES
const everyLanguage = Object.values(LANGUAGES)
browserForTests()

describe('the layout', () => {
  for (const width of [360, 1024, 2560])
    test(`nothing overflows or is cut off at ${width} px`, async () => {
      const houses = { long: longNames, needs: HOUSES['needs-you'], empty: HOUSES.empty, rehearsal }
      await withPage({ snapshot: HOUSES.checking, context: { viewport: { width, height: 900 } } }, async (page, host) => {
        for (const words of everyLanguage) {
          await speak(page, words)
          for (const [name, snapshot] of Object.entries(houses)) {
            host.show(HOUSES.checking)
            await headline(page, words.light.checking.headline)
            host.show(snapshot)
            await headline(page, describeLight(lightOf(snapshot), snapshot.rehearsal, words).headline)
            await picture(page, `${name}-${words.locale}-${width}`)
            for (const summary of await page.locator('.summary').all()) if (await summary.isVisible()) await summary.click()
            assert.deepEqual(await page.evaluate(overflowing), [])
          }
        }
        await page.evaluate(() => document.styleSheets[0]?.insertRule('.facts { white-space: nowrap; width: 120vw }'))
        host.show(longNames)
        await headline(page, fr.light['needs-you'].headline)
        assert.notDeepEqual(await page.evaluate(overflowing), [], 'what does not fit is found')
      })
    })

  for (const words of everyLanguage)
    test(`every view in ${words.name}: nothing is cut off at any size, and everybody can use it in the ${themeFor(words)} theme`, async () => {
      await withPage({ snapshot: SHOWCASE, context: { locale: words.locale, colorScheme: themeFor(words) } }, async (page, host) => {
        fillHost(host)
        await page.clock.setFixedTime(NOW_MS)
        await page.reload()
        for (const { name, at } of VIEWS) {
          await visit(page, at)
          await page.locator(`main:not(:has(.starting)) h1`).waitFor()
          for (const width of [2560, 1024, 360]) {
            await resize(page, width, 800)
            assert.deepEqual(await page.evaluate(overflowing), [], `${name} at ${width} px`)
          }
          assert.deepEqual(await axe(page), [], name)
        }
      })
    })

  test('motion stops for those who ask for it', async () => {
    await withPage({ snapshot: HOUSES.reachable, context: { reducedMotion: 'reduce' } }, async (page, host) => {
      host.on('checkNow', () => new Promise(() => {}))
      await page.getByRole('button', { name: en.page.light.checkNow }).click()
      await page.getByRole('button', { name: en.page.light.checking }).waitFor()
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0)
    })
  })
})
