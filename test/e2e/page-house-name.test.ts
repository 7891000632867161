/** How a house gets another name: by keys alone, with what is said of it while it is typed. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { axe, browserForTests, picture, spoken, tabTo, typeFast, withPage } from '../fakes/page-browser.ts'
import { house } from '../fakes/snapshots.ts'

const { en, fr } = LANGUAGES
browserForTests()

describe('the name of the house', () => {
  test('is changed without a mouse, and while it is typed it is said whether it may be had', async () => {
    const called = (domain: string, names: Partial<Snapshot['names']>) => house({ domain, names: { ...house().names, ...names } })
    const until = Date.UTC(2027, 0, 5, 18, 0)
    await withPage({ snapshot: house(), at: 'names' }, async (page, host) => {
      const { names } = en
      // Between two letters as little time passes as the test says, however slow the machine is.
      await page.clock.install()
      host.on('checkName', ({ name }) => (name === 'paypa1' ? { state: 'imitates', brand: 'paypal' } : { state: 'free' }))
      await tabTo(page, 'button', names.change)
      await page.keyboard.press('Enter')
      const field = page.getByRole('textbox', { name: names.label })
      await field.and(page.locator(':focus')).waitFor()
      const said = page.getByRole('status').filter({ hasText: /./ })

      await typeFast(page, 'paypa1')
      await said.getByText(names.standing.imitates('paypa1', 'paypal')).waitFor()
      await picture(page, 'name-refused')
      await page.keyboard.press('Control+A')
      await typeFast(page, '-x')
      await said.getByText(names.standing.malformed()).waitFor()
      await page.keyboard.press('Control+A')
      await typeFast(page, 'Chez nous')
      await said.getByText(names.standing.free('chez-nous')).waitFor()
      assert.deepEqual(await axe(page), [])
      assert.deepEqual(
        host.calls.filter(({ name }) => name === 'checkName').map(({ input }) => input.name),
        ['paypa1', 'chez-nous'],
        'not at every letter',
      )

      host.refuse('rename', problem('label-taken', { name: 'chez-nous' }))
      await page.keyboard.press('Enter')
      await page.getByRole('alert').getByText(names.standing.taken('chez-nous')).waitFor()
      const former = [{ domain: 'maison-dupont.relay.example', untilMs: until }]
      host.on('rename', () => host.show(called('chez-nous.relay.example', { label: 'chez-nous', former })))
      await page.keyboard.press('Enter')
      await spoken(page, names.changed('chez-nous'))
      await page.getByRole('heading', { name: names.heading }).and(page.locator(':focus')).waitFor()
      await page.getByText(/maison-dupont\.relay\.example goes on leading to you until/).waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'name-changed')

      host.show(called('maison-dupont.relay.example', { next: 'chez-nous.relay.example' }))
      await page.getByText(names.next('chez-nous.relay.example')).waitFor()
    })
  })

  test('is kept with one key, in French too; who types nothing is told to', async () => {
    await withPage({ snapshot: house(), at: 'names', context: { locale: 'fr-FR' } }, async (page, host) => {
      const { names } = fr
      host.on('checkName', () => ({ state: 'reserved' }))
      await tabTo(page, 'button', names.change)
      await page.keyboard.press('Enter')
      await page.getByRole('textbox', { name: names.label }).and(page.locator(':focus')).waitFor()
      await page.keyboard.press('Enter')
      await page.getByText(names.missing).waitFor()
      await page.keyboard.type('www')
      await page.getByText(names.standing.reserved('www')).waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'nom-reserve')
      await tabTo(page, 'button', names.keep)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: names.heading }).and(page.locator(':focus')).waitFor()
      assert.ok(!host.calls.some(({ name }) => name === 'rename'))
    })
  })
})
