import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { axe, headline, picture, spoken, tabTo, visit } from '../fakes/page-browser.ts'
import { openBrowser } from './browser.ts'
import { MARKER, openHouse } from './house.ts'

const { en } = LANGUAGES
/** From a rule taken away to its loss proven from outside. */
const PATIENCE_MS = 40_000

describe('the page of a real engine, in a real browser', () => {
  it('tells the truth live, from the first service to a visitor’s window', async () => {
    const house = await openHouse()
    const { lab } = house
    const [home, visitor] = [lab.host('home'), lab.host('visitor')]
    try {
      await house.startRelay()
      const engine = await house.startEngine('--relay', await house.relayCode())
      const address = /^ready (\S+)$/m.exec(engine.stdout())?.[1] ?? ''
      const owner = await openBrowser(lab, home, [])
      const context = await owner.newContext({ viewport: { width: 1024, height: 900 }, locale: 'en-GB' })
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE_MS)
      const complaints: string[] = []
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(address)
      await headline(page, en.light.empty.headline)

      await tabTo(page, 'link', en.shell.add)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: en.shell.add }).waitFor()
      await tabTo(page, 'textbox', en.page.add.name)
      await page.keyboard.type('photos')
      await tabTo(page, 'textbox', en.page.add.target)
      await page.keyboard.type('http://192.168.1.20:8080')
      await page.keyboard.press('Enter')
      await spoken(page, en.page.services.added('photos'))
      await visit(page)
      await headline(page, en.light.reachable.headline)
      assert.deepEqual(await axe(page), [])
      await picture(page, 'real-reachable')

      await lab.router.setUpnp(false)
      await headline(page, en.light.relayed.headline)
      await page.getByText(en.path.rung.tunnel).first().waitFor()
      await picture(page, 'real-relayed')

      const guest = await openBrowser(lab, visitor, [await lab.issuingRoots(), lab.caFile])
      const window = await guest.newPage()
      const shared = (await house.service('photos')).shareLink ?? ''
      await window.goto(shared)
      assert.match((await window.textContent('body')) ?? '', new RegExp(MARKER))
      assert.match(window.url(), /^https:\/\/photos\.[a-z0-9-]+\.relay\.test\/$/)
      await guest.close()

      await house.nginx.stop()
      await headline(page, en.light['needs-you'].headline)
      await picture(page, 'real-needs-you')
      assert.deepEqual(complaints, [])
      await owner.close()
    } finally {
      await house.close()
    }
  })
})
