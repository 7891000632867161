/** A home moves to another computer, by its page. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { MAX_SEALED_LETTERS } from '../../protocol/contract.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { axe, browserForTests, clipboard, picture, speak, spoken, tabTo, withPage } from '../fakes/page-browser.ts'
import { HOUSES } from '../fakes/snapshots.ts'

browserForTests()

const CODE = '7KQ2-M4XW-9PZT-3HFA-6RCN-WD1E'
const SEALED = Buffer.from([0x50, 0x4c, 0, 0xff, 0x80])

for (const words of Object.values(LANGUAGES)) {
  const { page: said } = words.moving
  test(`${words.locale}: the file is made and saved, and its code shown this once`, async () => {
    await withPage({ snapshot: HOUSES.relayed, at: 'settings' }, async (page, host) => {
      await speak(page, words)
      host.on('exportHome', () => ({ fileName: 'home.porchlight', sealed: SEALED.toString('base64'), code: CODE, leftOut: ['film.mkv'] }))
      await tabTo(page, 'button', said.make)
      await page.keyboard.press('Enter')
      await spoken(page, said.made)
      assert.equal(await page.getByLabel(said.code).first().inputValue(), CODE)
      await page.getByText(words.moving.leftOut('film.mkv')).waitFor()
      assert.deepEqual(await axe(page), [])
      await page.getByRole('button', { name: said.copyCode }).click()
      await spoken(page, said.codeCopied)
      assert.equal(await clipboard(page), CODE)
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: said.save }).click()])
      assert.equal(download.suggestedFilename(), 'home.porchlight')
      assert.deepEqual(await readFile(await download.path()), SEALED)
    })
  })

  test(`${words.locale}: the new computer takes file and code, asks first, and says what is wrong with them`, async () => {
    await withPage({ snapshot: HOUSES.empty, at: 'settings' }, async (page, host) => {
      await speak(page, words)
      const give = async (bytes: number | Buffer) => {
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: said.choose }).click()])
        const buffer = typeof bytes === 'number' ? Buffer.alloc(bytes) : bytes
        await chooser.setFiles({ name: 'home.porchlight', mimeType: 'application/octet-stream', buffer })
      }
      const become = async () => {
        await page.getByRole('button', { name: `${said.become} ${words.page.services.of('home.porchlight')}` }).click()
        const question = page.getByRole('alertdialog', { name: said.question })
        await question.waitFor()
        return question
      }
      await page.getByRole('button', { name: said.fetch }).click()
      await give(MAX_SEALED_LETTERS)
      await page.getByText(said.tooLarge).waitFor()
      await give(SEALED)
      await page.getByText(said.chosen('home.porchlight')).waitFor()
      await page.getByLabel(said.code).fill(CODE)
      assert.deepEqual(await axe(page), [])
      await picture(page, `moving-${words.locale}`)
      await (await become()).getByRole('button', { name: said.keep }).click()
      assert.ok(!host.calls.some(({ name }) => name === 'importHome'))

      host.on('importHome', () => {
        throw new ProblemError(problem('recovery-code-mistyped', {}))
      })
      await (await become()).getByRole('button', { name: said.become, exact: true }).click()
      await page.getByText(words.problems['recovery-code-mistyped']({}).title).waitFor()
      host.on('importHome', () => ({}))
      await (await become()).getByRole('button', { name: said.become, exact: true }).click()
      await spoken(page, said.becoming)
      assert.deepEqual(host.calls.at(-1), {
        name: 'importHome',
        input: { fileName: 'home.porchlight', sealed: SEALED.toString('base64'), code: CODE },
      })
    })
  })
}
