/** The built page in a real Chromium on a scripted engine, and what tests do with it. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { launchChromium } from './chromium.ts'
import { type PageHost, startPageHost } from './page-host.ts'

const root = join(import.meta.dirname, '../..')
const pictures = join(root, 'test-results/page')
/** What goes into the page; it is built once for all test files that find it so, and apart from dist/. */
const SOURCES = ['renderer/**/*', 'languages/**/*.ts', 'protocol/**/*.ts', 'assets/icon.svg', 'vite.config.ts', 'package.json']
const built = join(root, `test-results/page-build-${hashOfSources()}`)

function hashOfSources(): string {
  const files = globSync(SOURCES, { cwd: root, withFileTypes: true, exclude: ['**/*.test.ts'] }).filter((entry) => entry.isFile())
  const hash = createHash('sha256')
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort()) hash.update(`\0${file}\0`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

/** Two files may build it at the same time: whoever is first puts it there. */
async function buildOnce(): Promise<void> {
  if (existsSync(built)) return
  const mine = `${built}-${process.pid}`
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: mine } })
  try {
    renameSync(mine, built)
  } catch (error) {
    if (!existsSync(built)) throw error
    rmSync(mine, { recursive: true })
  }
}

let browser: Browser

/** Builds the page where that is still to be done, and has a browser for the tests of this file. */
export function browserForTests(): void {
  before(async () => {
    mkdirSync(pictures, { recursive: true })
    await buildOnce()
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
  })
}

export interface Setting {
  readonly snapshot: Snapshot
  /** The view to open: `names`, `services/jeedom/share`; home where nothing is said. */
  readonly at?: string
  readonly context?: BrowserContextOptions
  /** What the console may complain about in this test. */
  readonly expected?: RegExp
  readonly clipboard?: boolean
}

/** Opens the page on a scripted engine, does the test, and fails it on anything the console complained about. */
export async function withPage(
  { snapshot, at = '', context: options, expected = /^$/, clipboard = true }: Setting,
  act: (page: Page, host: PageHost) => Promise<void>,
): Promise<void> {
  const host = await startPageHost(built, snapshot)
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1024, height: 800 }, ...options })
  const complaints: string[] = []
  try {
    if (clipboard) await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(host.url).origin })
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.addInitScript(() =>
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error('CSP', violatedDirective, blockedURI),
      ),
    )
    await page.goto(`${host.url}#/${at}`)
    await act(page, host)
  } finally {
    await context.close()
    await host.stop()
  }
  assert.deepEqual(
    complaints.filter((text) => !expected.test(text)),
    [],
  )
}

/** Goes to another view, as a link would: `names`, `services/jeedom/share`; nothing for home. The one before is gone when it resolves. */
export const visit = (page: Page, where = '') =>
  page.evaluate(async (hash) => {
    if (location.hash === hash) return
    const gone = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }))
    location.hash = hash
    await gone
  }, `#/${where}`)

/** Where in the page somebody is. Playwright's own word for it comes later than what the page shows. */
export const whereIn = (page: Page): Promise<string> => page.evaluate(() => location.hash)

/** Makes the window so large; resolves when the page has been drawn so: charts follow a frame later. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height })
  await page.waitForFunction((width) => innerWidth === width, width)
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

/** From now on watches for a button with this name, and tells when there has been one: what is shown for a moment is gone before a slow test has
 *  looked. */
export async function buttonSeen(page: Page, name: string): Promise<() => Promise<void>> {
  const watched = await page.evaluateHandle((name) => {
    let isSeen = false
    const look = (): void => {
      isSeen ||= [...document.querySelectorAll('button')].some(({ textContent }) => textContent.includes(name))
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    return () => isSeen
  }, name)
  return async () => void (await page.waitForFunction((isSeen) => isSeen(), watched))
}

/** Types a letter every 100 ms of the page's own clock, however long it takes: `page.clock` has to be installed. */
export async function typeFast(page: Page, text: string): Promise<void> {
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 60_000))
  for (const letter of text) {
    await page.keyboard.type(letter)
    await page.clock.runFor(100)
  }
  await page.clock.resume()
}

/** Switches the language where its owner would, and comes back; where it is spoken already, nothing is to be done. */
export async function speak(page: Page, { name, locale }: { readonly name: string; readonly locale: string }): Promise<void> {
  if ((await page.getAttribute('html', 'lang')) === locale) return
  const there = (await whereIn(page)).replace(/^#\/?/, '')
  await visit(page, 'settings')
  await page.getByText(name, { exact: true }).click()
  await page.locator(`html[lang="${locale}"]`).waitFor()
  await visit(page, there)
}

/** Opens a select by its label and takes one of its choices. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

export const headline = (page: Page, text: string) => page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor()
export const spoken = (page: Page, text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor({ state: 'attached' })
export const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

/** Each screen is looked at in both languages and in both themes, once each: colours do not change with the words. */
export const themeFor = ({ locale }: { readonly locale: string }): 'light' | 'dark' => (locale === 'en' ? 'light' : 'dark')

/** What axe finds, as "rule: element". Colours are compared once they have settled. */
export async function axe(page: Page): Promise<string[]> {
  // One whose element is gone has not finished, and no longer matters.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)))
  // Its legacy mode is for pages without foreign frames: it judges where it stands instead of opening a second page for it.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true, animations: 'disabled' })
}

/** Walks with Tab until the element with this accessible name has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, role: 'button' | 'textbox' | 'link' | 'radio' | 'tab' | 'switch', name: string): Promise<void> {
  const goal = page.getByRole(role, { name }).first()
  for (let steps = 0; steps < 60; steps++) {
    if (await goal.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab never reaches the ${role} "${name}"`)
}

export const ring = (page: Page) => page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)
