/** Looking for programs at home on the page: only when asked, shown as they come, added by one press. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import type { FoundProgram } from '../../protocol/model/discovery.ts'
import { axe, browserForTests, picture, speak, spoken, tabTo, withPage } from '../fakes/page-browser.ts'
import { house, service } from '../fakes/snapshots.ts'

browserForTests()

const FILMS: FoundProgram = {
  target: 'http://192.168.1.30:8096',
  name: 'jellyfin',
  title: 'Jellyfin',
  machine: 'living-room',
  preset: { id: 'jellyfin', name: 'Jellyfin', confidence: 'sure' },
  service: null,
}
const SITE: FoundProgram = {
  target: 'http://127.0.0.1:8099',
  name: 'mon-site',
  title: 'Mon site',
  machine: null,
  preset: null,
  service: null,
}
const PERHAPS: FoundProgram = {
  target: 'http://192.168.1.40:8123',
  name: 'web',
  title: '',
  machine: '192.168.1.40',
  preset: { id: 'home-assistant', name: 'Home Assistant', confidence: 'guess' },
  service: null,
}
const THERE: FoundProgram = { ...SITE, target: 'http://192.168.1.20:8080', name: 'jeedom-2', title: 'Jeedom', service: 'jeedom' }
const ALL = [FILMS, SITE, PERHAPS, THERE]

describe('programs at home', () => {
  test('are looked for when asked, in both languages and both themes, and never by themselves', async () => {
    for (const width of [360, 1024])
      await withPage({ snapshot: house(), at: 'add', context: { viewport: { width, height: 900 } } }, async (page, host) => {
        host.finds({ done: false, found: [] }, { done: false, found: [FILMS] }, { done: true, found: ALL })
        for (const words of Object.values(LANGUAGES)) {
          const { locale, discovery } = words
          await speak(page, words)
          const card = page.getByRole('region', { name: discovery.heading })
          await card.waitFor()
          if (locale === 'en') assert.equal(await card.getByRole('listitem').count(), 0)
          await card.getByRole('button', { name: discovery.look }).click()
          await card.getByText('Mon site', { exact: true }).waitFor()
          await spoken(page, discovery.found(4))
          assert.equal(await card.getByRole('listitem').count(), 4)
          await card.getByText(`Home Assistant${discovery.confidence.guess}`, { exact: true }).waitFor()
          await card.getByText(discovery.added('jeedom')).waitFor()
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            if (width === 360) assert.deepEqual(await axe(page), [])
            await card.scrollIntoViewIfNeeded()
            await picture(page, `nearby-${locale}-${colorScheme}-${width}`)
          }
          assert.equal(await card.evaluate((element) => element.scrollWidth > element.clientWidth + 1), false, 'nothing sticks out')
        }
      })
  })

  test('are added by the keyboard alone, as what they are known to be', async () => {
    const { discovery, page: words } = LANGUAGES.en
    await withPage({ snapshot: house(), at: 'add' }, async (page, host) => {
      host.finds({ done: true, found: [FILMS, PERHAPS] })
      host.on('addService', ({ name = '', target = '' }) => host.show(house({ services: [service({ name, target })] })))
      await tabTo(page, 'button', discovery.look)
      await page.keyboard.press('Enter')
      await page.getByText('living-room').waitFor()
      await tabTo(page, 'button', `${discovery.add} ${words.services.of('Jellyfin')}`)
      await page.keyboard.press('Enter')
      await spoken(page, words.services.added('jellyfin'))
      assert.deepEqual(host.calls.at(-1), { name: 'addService', input: { name: 'jellyfin', target: FILMS.target, preset: 'jellyfin' } })
      await page.getByRole('region', { name: discovery.heading }).getByText(discovery.added('jellyfin')).waitFor()
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'nearby')
    })
  })

  test('may be none, and a search can be stopped', async () => {
    const { discovery } = LANGUAGES.en
    await withPage({ snapshot: house(), at: 'add' }, async (page, host) => {
      host.finds({ done: false, found: [SITE] })
      await page.getByRole('button', { name: discovery.look }).click()
      await page.getByText('Mon site', { exact: true }).waitFor()
      await page.getByRole('button', { name: discovery.stop }).click()
      await page.getByRole('button', { name: discovery.look }).waitFor()
      host.finds({ done: true, found: [] })
      await page.getByRole('button', { name: discovery.look }).click()
      await page.getByText(discovery.nothing).first().waitFor()
    })
  })
})
