/** The operator's page in a real Chromium, on a relay as people start it. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { eventually } from '../../lab/eventually.ts'
import { launchChromium } from '../fakes/chromium.ts'
import { axe } from '../fakes/page-browser.ts'
import { folder } from '../folder.ts'
import { at, finish, relayCommand, startEngine, startRelay, statusOf, succeed } from '../loopback/programs.ts'

const PICTURES = join(import.meta.dirname, '../../test-results/operator')
const SECTIONS = {
  en: ['Health', 'Devices', 'Relay codes', 'Links and names'],
  fr: ['État', 'Appareils', 'Codes de relais', 'Liens et noms'],
}

/** Runs in the page: what sticks out of the window. The heads of a table are only heard where it stands in blocks. */
function overflowing(): string[] {
  const limit = document.documentElement.clientWidth
  const all = [...document.querySelectorAll('body *')].filter((element) => !element.closest('thead'))
  return all.filter((element) => element.getBoundingClientRect().right > limit + 1).map(({ tagName }) => tagName)
}

test('the operator looks after his relay without a mouse, a script or a cookie from elsewhere', async (t) => {
  mkdirSync(PICTURES, { recursive: true })
  const relay = await startRelay(t, { open: true })
  const data = folder(t)
  await startEngine(t, data, ...at(relay))
  await succeed('add', 'web', '--to', 'http://127.0.0.1:9', '--data', data)
  const { domain } = await eventually(async () => {
    const status = await statusOf(data)
    assert.equal(status.relay.state, 'connected')
    return status
  })
  const label = domain?.split('.')[0] ?? ''
  const operator = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await finish(relayCommand(...args, '--data', relay.data))
    assert.equal(code, 0, stderr)
    return stdout.trim()
  }
  const browser = await launchChromium()
  t.after(() => browser.close())

  const complaints: string[] = []
  const open = async (locale: string, width: number): Promise<Page> => {
    const context = await browser.newContext({ locale, viewport: { width, height: 900 }, javaScriptEnabled: true })
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    await page.goto(await operator('page'))
    return page
  }
  const check = async (page: Page, name: string): Promise<void> => {
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
    assert.deepEqual([await axe(page), await page.evaluate(overflowing)], [[], []], name)
  }

  const page = await open('en-GB', 1024)
  await check(page, 'health-en')
  await page.getByRole('link', { name: 'Devices' }).click()
  await page.getByText('✓ connected').waitFor()
  await page.getByRole('button', { name: `Suspend: ${label}` }).press('Enter')
  await page.getByRole('button', { name: `Let in again: ${label}` }).waitFor()
  await check(page, 'devices-en')
  await eventually(async () => assert.ok((await statusOf(data)).problems.some(({ code }) => code === 'relay-suspended')))
  await page.getByRole('button', { name: `Let in again: ${label}` }).click()
  await page.getByRole('button', { name: `Suspend: ${label}` }).waitFor()

  await page.getByRole('link', { name: 'Relay codes' }).click()
  await page.getByRole('button', { name: 'Make a relay code' }).click()
  assert.match((await page.getByRole('status').textContent()) ?? '', /plr1[a-z2-7]{50,}/)
  await check(page, 'codes-en')
  await page.getByRole('button', { name: /^Revoke: / }).click()
  await page.getByText('No relay code has been made.').waitFor()

  await page.getByRole('link', { name: 'Links and names' }).click()
  await page.getByLabel('Share link or name').fill(`web.${label}`)
  await page.getByLabel('Reason').fill('a copied shop')
  await page.getByRole('button', { name: 'Take down', exact: true }).click()
  await page.getByRole('button', { name: `Put back: web.${label}` }).waitFor()
  assert.match(await operator('takedowns'), new RegExp(`^web\\.${label}  since \\S+  a copied shop$`))
  await check(page, 'takedowns-en')

  const phone = await open('fr-FR', 360)
  for (const [index, section] of SECTIONS.fr.entries()) {
    await phone.getByRole('link', { name: section, exact: true }).click()
    await phone.getByRole('heading', { level: 1, name: section }).waitFor()
    await check(phone, `${SECTIONS.en[index]}-fr-360`)
  }
  assert.deepEqual(complaints, [])
})
