/** The page in a real Chromium, against a scripted engine: what people see, what the keyboard alone can do, and what axe finds. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { describeLight, LANGUAGES } from '../../languages/index.ts'
import { problem } from '../../protocol/problem.ts'
import { Light, lightOf, type Snapshot } from '../../protocol/snapshot.ts'
import { type PageHost, startPageHost } from '../fakes/page-host.ts'
import { HOUSES, house, jamulus, longNames, rehearsal, service } from '../fakes/snapshots.ts'

const root = join(import.meta.dirname, '../..')
const pictures = join(root, 'test-results/page')
/** Built afresh and apart from dist/, which others may be serving. */
const built = join(root, 'test-results/page-build')
const { en, fr } = LANGUAGES
const everyLanguage = [en, fr]

let browser: Browser

before(async () => {
  mkdirSync(pictures, { recursive: true })
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: built } })
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
})
after(() => browser?.close())

interface Setting {
  readonly snapshot: Snapshot
  readonly context?: BrowserContextOptions
  /** What the console may complain about in this test. */
  readonly expected?: RegExp
  readonly clipboard?: boolean
}

/** Opens the page on a scripted engine, does the test, and fails it on anything the console complained about. */
async function withPage(
  { snapshot, context: options, expected = /^$/, clipboard = true }: Setting,
  act: (page: Page, host: PageHost) => Promise<void>,
): Promise<void> {
  const host = await startPageHost(built, snapshot)
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1024, height: 800 }, ...options })
  const complaints: string[] = []
  try {
    if (clipboard) await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(host.url).origin })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.addInitScript(() =>
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error('CSP', violatedDirective, blockedURI),
      ),
    )
    await page.goto(host.url)
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

const headline = (page: Page, text: string) => page.getByRole('heading', { level: 1, name: text, exact: true }).waitFor()
const spoken = (page: Page, text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor({ state: 'attached' })
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

/** What axe finds, as "rule: element". Colours are compared once they have settled. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)))
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true, animations: 'disabled' })
}

/** Walks with Tab until the element with this accessible name has the focus, as a person without a mouse does. */
async function tabTo(page: Page, role: 'button' | 'textbox' | 'link' | 'radio', name: string): Promise<void> {
  const goal = page.getByRole(role, { name })
  for (let steps = 0; steps < 60; steps++) {
    if (await goal.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab never reaches the ${role} "${name}"`)
}

const ring = (page: Page) => page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)

describe('the light', () => {
  for (const light of Light.options)
    test(`${light} is told in both languages and both themes`, async () => {
      await withPage({ snapshot: HOUSES[light] }, async (page) => {
        for (const words of everyLanguage) {
          await page.getByRole('radio', { name: words.name }).check()
          const { headline: text, sentence } = describeLight(light, false, words)
          await headline(page, text)
          await page.getByText(sentence, { exact: true }).waitFor()
          const counted = ['reachable', 'relayed', 'unreachable', 'needs-you'].includes(light)
          assert.equal(await page.getByText(/\d services? reachable|accessibles? sur \d/).count(), counted ? 1 : 0)
          assert.equal(await page.title(), `${text} · Porchlight`)
          assert.equal(await page.getAttribute('html', 'lang'), words.locale)
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            assert.deepEqual(await axe(page), [])
            await picture(page, `${light}-${words.locale}-${colorScheme}`)
          }
        }
      })
    })

  test('a rehearsal says that nothing is on the internet, and offers to join a relay', async () => {
    await withPage({ snapshot: rehearsal }, async (page, host) => {
      await page.getByRole('heading', { name: en.rehearsal.title }).waitFor()
      await headline(page, en.rehearsal.light.headline)
      assert.equal(await page.getByText(en.light.relayed.headline).count(), 0)
      await page.getByText(en.page.join.heading).click()
      assert.deepEqual(await axe(page), [])
      await page.getByLabel(en.page.join.label).fill('https://relay.example')
      await page.getByRole('button', { name: en.page.join.submit }).click()
      await spoken(page, en.page.join.joined)
      assert.deepEqual(host.calls, [{ name: 'joinRelay', input: { relay: 'https://relay.example' } }])
    })
  })

  test('a change is shown without asking, and said politely', async () => {
    await withPage({ snapshot: HOUSES.reachable }, async (page, host) => {
      await headline(page, en.light.reachable.headline)
      host.show(HOUSES.relayed)
      await headline(page, en.light.relayed.headline)
      await spoken(page, en.light.relayed.headline)
      host.show(house({ services: [service({ name: 'photos' })] }))
      await headline(page, en.light.reachable.headline)
      await page.getByRole('heading', { level: 3, name: 'photos' }).waitFor()
      assert.equal(await page.getByRole('heading', { level: 3 }).count(), 1)
    })
  })

  test('"check now" asks the engine and says when it is done', async () => {
    await withPage({ snapshot: HOUSES['cannot-check'] }, async (page, host) => {
      let finish = () => {}
      host.on('checkNow', () => new Promise((resolve) => (finish = resolve)))
      await page.getByRole('button', { name: en.page.light.checkNow }).click()
      const busy = page.getByRole('button', { name: en.page.light.checking })
      await busy.waitFor()
      await busy.press('Enter')
      finish()
      await spoken(page, en.page.light.checked)
      assert.deepEqual(
        host.calls.map(({ name }) => name),
        ['checkNow'],
      )
    })
  })
})

describe('the main problem', () => {
  test('is told with its cause, its consequence and its remedy; the others are folded', async () => {
    await withPage({ snapshot: HOUSES['needs-you'] }, async (page) => {
      const card = page.getByRole('region', { name: "jeedom isn't responding. Your connection is fine." })
      for (const part of ['Why', 'What it means', 'What to do']) await card.getByText(part, { exact: true }).first().waitFor()
      await card.getByText(/^Start jeedom on its machine/).waitFor()
      const folded = card.getByText('Your provider shares your IPv4 address.')
      assert.equal(await folded.isVisible(), false)
      await card.getByText('2 more remarks').click()
      await folded.click()
      await card.getByText(/ask your provider for an IPv4 address of your own/).waitFor()
      await picture(page, 'needs-you-unfolded')
    })
  })
})

describe('with the keyboard alone', () => {
  test('a service is added, its link copied, it is paused, resumed, kept and at last removed', async () => {
    await withPage({ snapshot: HOUSES.empty }, async (page, host) => {
      const { add, services } = en.page
      host.on('addService', ({ name = '', target = '' }) => host.show(house({ services: [service({ name, target })] })))
      host.on('pauseService', () => host.show(house({ services: [service({ state: 'paused' })] })))
      host.on('resumeService', () => host.show(HOUSES.relayed))
      host.on('removeService', () => host.show(HOUSES.empty))
      await headline(page, en.light.empty.headline)

      await tabTo(page, 'textbox', add.name)
      assert.equal(await ring(page), 'solid')
      await page.keyboard.type('Jeedom')
      await tabTo(page, 'textbox', add.target)
      await page.keyboard.type('192.168.1.20:8080')
      await page.keyboard.press('Enter')
      await spoken(page, services.added('jeedom'))
      assert.deepEqual(host.calls.at(-1), { name: 'addService', input: { name: 'jeedom', target: 'http://192.168.1.20:8080' } })

      await page.evaluate(() => (document.activeElement as HTMLElement).blur())
      await tabTo(page, 'button', `${services.copyLink} (jeedom)`)
      await page.keyboard.press('Space')
      await spoken(page, services.linkCopied('jeedom'))
      await page.getByRole('button', { name: services.copied }).waitFor()
      assert.equal(await clipboard(page), service().shareLink)

      await tabTo(page, 'button', `${services.pause} (jeedom)`)
      await page.keyboard.press('Enter')
      await spoken(page, services.paused('jeedom'))
      await headline(page, en.light.paused.headline)
      await tabTo(page, 'button', `${services.resume} (jeedom)`)
      await page.keyboard.press('Enter')
      await spoken(page, services.resumed('jeedom'))

      await tabTo(page, 'button', `${services.remove} (jeedom)`)
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: services.removeQuestion('jeedom') })
      await dialog.waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'remove-question')
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'hidden' })
      assert.equal(
        host.calls.some(({ name }) => name === 'removeService'),
        false,
        'Escape and Enter both keep it',
      )
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await spoken(page, services.removed('jeedom'))
      await headline(page, en.light.empty.headline)
      assert.deepEqual(host.calls.at(-1), { name: 'removeService', input: { name: 'jeedom' } })
    })
  })

  test('the language is switched, and remembered', async () => {
    await withPage({ snapshot: HOUSES.relayed }, async (page) => {
      await tabTo(page, 'radio', 'English')
      await page.keyboard.press('ArrowRight')
      await headline(page, fr.light.relayed.headline)
      await page.reload()
      await headline(page, fr.light.relayed.headline)
      await page.getByRole('button', { name: 'Copier le lien de partage (jeedom)' }).waitFor()
    })
  })
})

describe('what is typed', () => {
  test('mistakes are told next to their field, and nothing is sent', async () => {
    await withPage({ snapshot: HOUSES.empty }, async (page, host) => {
      const { add } = en.page
      await page.getByRole('button', { name: add.submit }).click()
      const name = page.getByRole('textbox', { name: add.name })
      const target = page.getByRole('textbox', { name: add.target })
      const told = async (field: typeof name) => {
        const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ')
        return page.locator(`[id="${ids.at(-1)}"]`).innerText()
      }
      assert.equal(await told(name), add.nameMissing)
      assert.equal(await name.evaluate((element) => element === document.activeElement), true)
      await name.fill('été')
      await target.fill('http://192.168.1.20/admin?x=1')
      await page.getByRole('button', { name: add.submit }).click()
      assert.match(await told(name), /"été" cannot be used as a name/)
      assert.match(await told(target), /Write it like http:/)
      assert.equal(await target.getAttribute('aria-invalid'), 'true')
      assert.deepEqual(await axe(page), [])
      await picture(page, 'mistakes')
      assert.deepEqual(host.calls, [])
    })
  })

  test('what the engine refuses stands next to the field it is about, and goes when that is changed', async () => {
    await withPage({ snapshot: HOUSES.reachable }, async (page, host) => {
      const { add } = en.page
      host.refuse('addService', problem('name-taken', { name: 'jeedom' }))
      const name = page.getByRole('textbox', { name: add.name })
      await name.fill('jeedom')
      await page.getByRole('textbox', { name: add.target }).fill('http://192.168.1.20:8080')
      await page.getByRole('button', { name: add.submit }).click()
      await page.getByText(/You already have a service called jeedom/).waitFor()
      assert.equal(await name.getAttribute('aria-invalid'), 'true')
      await name.fill('photos')
      await page.getByText(/You already have a service/).waitFor({ state: 'detached' })
      host.refuse('addService', problem('disk-full', { path: '/data' }))
      await page.getByRole('button', { name: add.submit }).click()
      await page.getByRole('alert').getByText('The disk is full.').waitFor()
    })
  })

  test('a relay code with a slip of the hand is caught here; one that was used is told by the relay', async () => {
    await withPage({ snapshot: HOUSES.empty }, async (page, host) => {
      const { join: words } = en.page
      const field = page.getByRole('textbox', { name: words.label })
      await field.fill('plr1abcdefgh')
      await field.press('Enter')
      await page.getByText(/This relay code has a mistake in it/).waitFor()
      assert.deepEqual(host.calls, [])
      host.refuse('joinRelay', problem('relay-code-used', { relay: 'relay.example' }))
      await field.fill('https://relay.example')
      await field.press('Enter')
      await page.getByRole('alert').getByText('This relay code was already used.').waitFor()
      host.on('joinRelay', () => host.show(HOUSES.reachable))
      await field.press('Enter')
      await headline(page, en.light.reachable.headline)
      assert.equal(await field.count(), 0)
    })
  })

  test('a fault inside the engine keeps its text to itself', async () => {
    await withPage({ snapshot: HOUSES.reachable }, async (page, host) => {
      host.refuse('pauseService', problem('internal', { detail: 'see the log' }))
      await page.getByRole('button', { name: 'Pause (jeedom)' }).click()
      await page.getByRole('alert').getByText('Something went wrong inside Porchlight.').waitFor()
    })
  })
})

describe('a service', () => {
  test('that is no website has an address to copy, and nothing to open', async () => {
    await withPage({ snapshot: house({ services: [jamulus] }) }, async (page) => {
      await page.getByRole('button', { name: 'Copy address (jamulus)' }).click()
      assert.equal(await clipboard(page), 'jamulus.maison-dupont.relay.example:22124')
      assert.equal(await page.getByRole('link', { name: /Open/ }).count(), 0)
    })
  })

  test('opens in a new tab that learns nothing about this page', async () => {
    await withPage({ snapshot: HOUSES.relayed }, async (page) => {
      const link = page.getByRole('link', { name: 'Open (jeedom)' })
      assert.equal(await link.getAttribute('href'), 'https://jeedom.maison-dupont.relay.example/')
      assert.equal(await link.getAttribute('target'), '_blank')
      assert.equal(await link.getAttribute('rel'), 'noopener noreferrer')
    })
  })

  test('whose address is no web address is never a link', async () => {
    await withPage({ snapshot: house({ services: [service({ publicUrl: 'javascript:alert(1)' })] }) }, async (page) => {
      await page.getByRole('heading', { level: 3, name: 'jeedom' }).waitFor()
      assert.equal(await page.getByRole('link').count(), 0)
    })
  })

  test('shows its link for copying by hand when the browser forbids the clipboard', async () => {
    await withPage({ snapshot: HOUSES.relayed, clipboard: false }, async (page) => {
      await page.evaluate(() =>
        Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject(new Error('denied')) }),
      )
      await page.getByRole('button', { name: 'Copy share link (jeedom)' }).click()
      await page.getByRole('alert').getByText('https://relay.example/s/jeedom#k7dq2vxm4p').waitFor()
    })
  })
})

describe('the connection to the engine', () => {
  /** The browser itself reports every failed connection; that is the point of these tests. */
  const expected = /WebSocket|Failed to load resource/

  test('is missed aloud when it drops, comes back by itself, and what was watched is watched again', async () => {
    await withPage({ snapshot: HOUSES.reachable, expected }, async (page, host) => {
      await headline(page, en.light.reachable.headline)
      host.drop(true)
      await page.getByRole('alert').getByRole('heading', { name: en.page.lost.title }).waitFor()
      await headline(page, en.light['cannot-check'].headline)
      await page.getByText(en.page.lost.stale).waitFor()
      await page.getByRole('heading', { level: 3, name: 'jeedom' }).waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'lost')
      await page.getByRole('button', { name: 'Pause (jeedom)' }).click()
      await page.getByText(en.page.noAnswer.title).waitFor()
      host.reopen()
      host.show(HOUSES.relayed)
      // Whichever comes first: its own next try, or ours.
      await Promise.any([headline(page, en.light.relayed.headline), page.getByRole('button', { name: en.page.lost.retry }).click()])
      await headline(page, en.light.relayed.headline)
      await page.getByText(en.page.lost.title).waitFor({ state: 'detached' })
      host.show(HOUSES.reachable)
      await headline(page, en.light.reachable.headline)
    })
  })

  test('that is no longer allowed says how to sign in again', async () => {
    await withPage({ snapshot: HOUSES.reachable, expected }, async (page, host) => {
      await headline(page, en.light.reachable.headline)
      host.signOut()
      await page.getByRole('heading', { name: en.page.refused.title }).waitFor()
    })
  })

  test('to an engine that speaks a newer contract asks to open the page again', async () => {
    await withPage({ snapshot: { ...HOUSES.reachable, v: 2 } as unknown as Snapshot }, async (page) => {
      await page.getByText('Porchlight was updated while this part stayed open.').waitFor()
    })
  })
})

describe('the layout', () => {
  for (const width of [360, 1024, 2560])
    test(`nothing overflows or is cut off at ${width} px`, async () => {
      const houses = { long: longNames, needs: HOUSES['needs-you'], empty: HOUSES.empty, rehearsal }
      await withPage({ snapshot: HOUSES.checking, context: { viewport: { width, height: 900 } } }, async (page, host) => {
        for (const words of everyLanguage) {
          await page.getByRole('radio', { name: words.name }).check()
          for (const [name, snapshot] of Object.entries(houses)) {
            host.show(HOUSES.checking)
            await headline(page, words.light.checking.headline)
            host.show(snapshot)
            await headline(page, describeLight(lightOf(snapshot), snapshot.rehearsal, words).headline)
            await picture(page, `${name}-${words.locale}-${width}`)
            for (const summary of await page.locator('summary').all()) if (await summary.isVisible()) await summary.click()
            assert.deepEqual(await page.evaluate(overflowing), [])
          }
        }
        await page.evaluate(() => document.styleSheets[0]?.insertRule('.facts { white-space: nowrap; width: 120vw }'))
        host.show(longNames)
        await headline(page, fr.light['needs-you'].headline)
        assert.notDeepEqual(await page.evaluate(overflowing), [], 'what does not fit is found')
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
    .filter((element) => !element.closest('.hidden, dialog:not([open])') && getComputedStyle(element).display !== 'inline')
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && element.tagName !== 'INPUT'
      return width > 0 && (left < -1 || right > limit + 1 || cut)
    })
    .map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 60)}`)
}
