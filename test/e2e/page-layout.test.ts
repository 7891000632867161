/** From a phone to a wall: nothing overflows, nothing is cut off, nothing moves for those who ask for it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeLight, LANGUAGES } from '../../languages/index.ts'
import { lightOf } from '../../protocol/snapshot.ts'
import { axe, browserForTests, headline, picture, speak, themeFor, visit, withPage } from '../fakes/page-browser.ts'
import { fillHost, historyOf, NOW_MS, SHOWCASE, VIEWS } from '../fakes/showcase.ts'
import { HOUSES, house, longNames, rehearsal, service } from '../fakes/snapshots.ts'

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
            await page.setViewportSize({ width, height: 800 })
            // Charts follow the width a frame later.
            await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
            assert.deepEqual(await page.evaluate(overflowing), [], `${name} at ${width} px`)
          }
          assert.deepEqual(await axe(page), [], name)
        }
      })
    })

  test('fifty services and ten thousand rows of history are never drawn at once', async () => {
    const services = Array.from({ length: 50 }, (_, i) => service({ name: `service-${i}` }))
    await withPage({ snapshot: HOUSES.checking }, async (page, host) => {
      fillHost(host)
      host.on('history', () => historyOf(10_000))
      await headline(page, en.light.checking.headline)
      await page.evaluate(() => {
        const tasks: number[] = []
        Object.assign(globalThis, { tasks })
        new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
      })
      const long = () => page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks.splice(0).length)
      host.show(house({ services }))
      await page.getByRole('article').nth(49).waitFor({ state: 'attached' })
      await long()
      // One service changes at a time, as they do.
      for (let i = 0; i < 5; i++) {
        host.show(house({ services: services.map((one, j) => (j === i ? { ...one, state: 'checking' } : one)) }))
        await page.getByRole('article').nth(i).getByText(en.serviceLight.checking).waitFor({ state: 'attached' })
      }
      await page.mouse.wheel(0, 8000)
      const whileUsed = await long()
      await visit(page, 'history')
      await page.getByRole('button', { name: en.dashboard.history.older }).waitFor()
      await long()
      await page.mouse.wheel(0, 4000)
      await page.getByRole('button', { name: en.dashboard.history.older }).click()
      await page.locator('.events li').nth(99).waitFor({ state: 'attached' })
      console.log(`long tasks: ${whileUsed} while 50 services change, ${await long()} while history is read`)
      assert.equal(await page.locator('.events li').count(), 100, 'ten thousand rows are never drawn at once')
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

/** Runs in the page: elements that stick out of the window, or whose text does not fit into them. */
function overflowing(): string[] {
  const limit = document.documentElement.clientWidth
  return [...document.querySelectorAll('body *')]
    .filter(
      (element) =>
        !element.closest('.hidden, .skip, [data-react-aria-prevent-focus], [style*="clip"]') &&
        getComputedStyle(element).display !== 'inline',
    )
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && element.tagName !== 'INPUT'
      return width > 0 && (left < -1 || right > limit + 1 || cut)
    })
    .map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 60)}`)
}
