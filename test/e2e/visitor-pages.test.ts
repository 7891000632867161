/** What visitors see who are not at the service yet: the relay's pages behind a share link, and the home's own. In a real Chromium. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import https from 'node:https'
import { after, before, describe, type TestContext, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { createBanList } from '../../engine/bans/ban-list.ts'
import { createVisitors } from '../../engine/bans/visitors.ts'
import type { Gate } from '../../engine/proxy/gate.ts'
import { HOST, listenOn, openBackend, openDoor, wildcard } from '../../engine/proxy/test-door.ts'
import type { Destination } from '../../relay/links/links.ts'
import { LINK_WORDS } from '../../relay/links/words.ts'
import { ID, type Known, serve, WEB } from '../../relay/pages/pages.fixture.ts'
import { launchChromium } from '../fakes/chromium.ts'
import { axe, picture } from '../fakes/page-browser.ts'

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } }
const SINCE_MS = Date.now() - 26 * 3_600_000
const GAME: Known = { ...WEB, kind: 'udp', preset: 'jamulus', host: 'band.amber-otter-42.relay.example', port: 20123 }
const away = (asleep: boolean) => ({ sinceMs: SINCE_MS, asleep })
const DESTINATIONS: Readonly<Record<string, Destination>> = {
  away: { ...WEB, away: away(false) },
  asleep: { ...WEB, away: away(true) },
  gone: { state: 'unknown' },
  ended: { state: 'ended' },
  address: GAME,
  'address-asleep': { ...GAME, away: away(true) },
  'address-nowhere': { ...GAME, port: undefined },
}
const GRANT = 'g'.repeat(22)

let browser: Browser
before(async () => {
  mkdirSync('test-results/page', { recursive: true })
  browser = await launchChromium([`--host-resolver-rules=MAP ${HOST} 127.0.0.1`])
})
after(() => browser?.close())

/** A window, and what its console complained about. */
async function open(t: TestContext, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ locale: 'en-GB', ignoreHTTPSErrors: true, ...options })
  t.after(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  const expected = /Failed to load resource/
  page.on('console', (message) => message.type() === 'error' && !expected.test(message.text()) && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { page, complaints }
}

/** On a phone and a desk; by day in English, by night in French: the colours of a page are the same in every language. */
async function looksGood(page: Page, name: string): Promise<void> {
  const colorScheme = name.endsWith('-fr') ? 'dark' : 'light'
  await page.emulateMedia({ colorScheme })
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport)
    if (size === 'phone') assert.deepEqual(await axe(page), [], `${name} ${colorScheme}`)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${size} fits`)
    await picture(page, `visitor-${name}-${size}-${colorScheme}`)
  }
}

describe('the pages behind a share link', () => {
  for (const locale of ['en-GB', 'fr-FR'])
    test(`are readable on a phone and a desk: ${locale}`, async (t) => {
      const { page, complaints } = await open(t, { locale })
      for (const [name, destination] of Object.entries(DESTINATIONS)) {
        const { url } = await serve(t, destination)
        await page.goto(`${url}/s/${ID}`)
        await looksGood(page, `${name}-${locale.slice(0, 2)}`)
      }
      assert.deepEqual(complaints, [])
    })

  test('tell the time as the visitor’s own clock does, and in UTC without scripts', async (t) => {
    const destination: Destination = { ...WEB, away: { sinceMs: Date.UTC(2026, 6, 14, 21, 30), asleep: true } }
    const { url } = await serve(t, destination)
    for (const [options, shown] of [
      [{ locale: 'fr-FR', timezoneId: 'Europe/Paris' }, 'le 14 juillet 2026 à 23:30'],
      [{ locale: 'en-GB', timezoneId: 'Asia/Tokyo' }, '15 July 2026 at 06:30'],
      [{ locale: 'en-GB', timezoneId: 'Asia/Tokyo', javaScriptEnabled: false }, '14 July 2026 at 21:30 UTC'],
    ] as const) {
      const { page } = await open(t, options)
      await page.goto(`${url}/s/${ID}`)
      assert.equal(await page.locator('time').textContent(), shown)
    }
  })

  test('an address is copied by a button, and can be selected without scripts', async (t) => {
    const { url } = await serve(t, GAME)
    const { page } = await open(t, { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.goto(`${url}/s/${ID}`)
    await page.getByRole('button', { name: LINK_WORDS.en.copy }).click()
    await page.getByRole('status').getByText(LINK_WORDS.en.copied).waitFor()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'band.amber-otter-42.relay.example:20123')
    const { page: plain } = await open(t, { javaScriptEnabled: false })
    await plain.goto(`${url}/s/${ID}`)
    assert.equal(await plain.getByRole('button').count(), 0)
    assert.equal(await plain.getByText(LINK_WORDS.en.addressIn.jamulus ?? '').count(), 1)
    assert.equal(await plain.locator('code').evaluate((code) => getComputedStyle(code).userSelect), 'all')
  })

  test('go on by themselves once somebody is home, with what stands behind the #; so does "Try again"', async (t) => {
    const served = await serve(t, { ...GAME, away: away(true) })
    for (const how of ['by itself', 'by hand']) {
      served.destination = { ...GAME, away: away(true) }
      const { page } = await open(t)
      // For whom it goes on by hand no time passes: it would go on by itself meanwhile.
      if (how === 'by hand') await page.clock.install()
      if (how === 'by hand') await page.clock.pauseAt(Date.now() + 60_000)
      await page.goto(`${served.url}/s/${ID}#${GRANT}`)
      await page.getByText(LINK_WORDS.en.waiting).waitFor()
      served.destination = GAME
      if (how === 'by hand') await page.getByRole('link', { name: LINK_WORDS.en.tryAgain }).click()
      await page.getByText(LINK_WORDS.en.isHere).waitFor()
      assert.equal(new URL(page.url()).hash, `#${GRANT}`, how)
    }
  })

  test('nothing moves on them', async (t) => {
    const { url } = await serve(t, { ...WEB, away: away(false) })
    const { page } = await open(t)
    await page.goto(`${url}/s/${ID}`)
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0)
  })
})

describe('what a visitor sees when the service is not there', () => {
  for (const locale of ['en-GB', 'fr-FR'])
    test(`says so in his language, on a phone and a desk: ${locale}`, async (t) => {
      const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port: 1 })
      const { page } = await open(t, { locale })
      const answer = await page.goto(`https://${HOST}:${door.port}/photos`)
      assert.equal(answer?.status(), 502)
      await page.getByRole('heading', { name: /not running|pas démarré/ }).waitFor()
      await looksGood(page, `not-running-${locale.slice(0, 2)}`)
    })

  test('a service that shows a certificate nobody has accepted is shown to nobody', async (t) => {
    const own = https.createServer({ cert: wildcard.certPem, key: wildcard.keyPem }, () => assert.fail('nothing is sent there'))
    const door = await openDoor(t, { kind: 'https', host: '127.0.0.1', port: await listenOn(t, own), pin: null })
    const { page } = await open(t, { locale: 'fr-FR' })
    assert.equal((await page.goto(`https://${HOST}:${door.port}/`))?.status(), 502)
    await page.getByRole('heading', { name: /pas été reconnu/ }).waitFor()
    await picture(page, 'visitor-not-verified-fr')
  })
})

describe('the home’s own page', () => {
  async function home(t: TestContext) {
    const { target } = await openBackend(t, (request, response) => response.end(`the service at ${request.url}`))
    const asked: string[] = []
    const door = await openDoor(t, target, {
      route: (host) => (host === HOST ? { service: 'web', target, isGated: true } : undefined),
      gate: {
        judge: ({ cookies }) => (cookies.includes('in') ? { isIn: true, bearer: false } : { isIn: false, asks: 'link' }),
        admitBeside: () => false,
        signIn: async () => ({ refused: 'wrong' }),
        open(_service, grant) {
          asked.push(grant)
          return grant === GRANT ? { cookie: 'in', maxAgeS: 60 } : { refused: 'used-up' }
        },
      },
    })
    return { url: `https://${HOST}:${door.port}/.porchlight/open`, asked }
  }

  test('takes the grant by itself, and leaves nothing of it in the address or the history', async (t) => {
    const { url, asked } = await home(t)
    const { page, complaints } = await open(t)
    await page.goto(`${url}#${GRANT}`)
    await page.getByText('the service at /').waitFor()
    assert.deepEqual(asked, [GRANT])
    assert.equal(await page.evaluate(() => history.length), 2, 'about:blank, and the service')
    await page.reload()
    await page.getByText('the service at /').waitFor()
    assert.deepEqual([asked, complaints], [[GRANT], []])
  })

  test('takes it by hand where no script runs', async (t) => {
    const { url, asked } = await home(t)
    const { page } = await open(t, { javaScriptEnabled: false, locale: 'fr-FR' })
    await page.goto(`${url}#${GRANT}`)
    await page.getByLabel('Ce qui suit le # dans votre lien').fill(` ${GRANT} `)
    await page.getByRole('button', { name: 'Ouvrir' }).click()
    await page.getByText('the service at /').waitFor()
    assert.deepEqual(asked, [GRANT])
  })

  for (const locale of ['en-GB', 'fr-FR'])
    test(`is readable on a phone and a desk: ${locale}`, async (t) => {
      const { url } = await home(t)
      const { page } = await open(t, { locale })
      await page.goto(url)
      await looksGood(page, `open-${locale.slice(0, 2)}`)
      await page.goto(`${url}#wrong`)
      await page.getByRole('heading', { name: /used up|déjà servi/ }).waitFor()
      await looksGood(page, `used-up-${locale.slice(0, 2)}`)
    })
})

describe('who is shut out', () => {
  for (const locale of ['en-GB', 'fr-FR'])
    test(`reads why, until when and his own address, and is in again as soon as he is let in: ${locale}`, async (t) => {
      const bans = createBanList()
      const visitors = createVisitors({ bans, isExempt: () => false, onBan: () => undefined })
      const { target } = await openBackend(t, ({ url }, response) => {
        response.statusCode = url === '/' ? 200 : 404
        response.end('the service')
      })
      const { port } = await openDoor(t, target, { enter: visitors.enter })
      const { page } = await open(t, { locale })
      await page.goto(`https://${HOST}:${port}/`)
      await page.evaluate(async () => {
        for (const path of ['.env', '.git/config', 'wp-login.php', 'phpmyadmin/', 'adminer.php', 'xmlrpc.php']) await fetch(`/${path}`)
      })
      await page.reload()
      await page.getByText(locale === 'fr-FR' ? 'dans 10 minutes' : 'in 10 minutes').waitFor()
      await page.getByText('127.0.0.1').waitFor()
      await looksGood(page, `banned-${locale.slice(0, 2)}`)
      bans.lift('127.0.0.1', Date.now())
      await page.reload()
      await page.getByText('the service').waitFor()
    })
})

describe('the pages at the door of a service that not everybody may open', () => {
  const beside = ['game--relay4.device.example', 'game--relay6.device.example']
  for (const locale of ['en-GB', 'fr-FR'])
    test(`are readable on a phone and a desk, with no script at all: ${locale}`, async (t) => {
      const { target } = await openBackend(t, (_request, response) => response.end('the service'))
      let asks: 'password' | 'address' | 'home' = 'password'
      const gate: Gate = {
        judge: ({ cookies }) => (cookies.includes('in') ? { isIn: true, bearer: false } : { isIn: false, asks }),
        open: (service, _grant, pin) => {
          if (service === 'game') return { untilMs: Date.now() + 12 * 3_600_000, ticket: 'x' }
          return pin === '0471' ? { cookie: 'in', maxAgeS: 60 } : { refused: pin === '' ? 'pin-needed' : 'pin-wrong' }
        },
        admitBeside: () => false,
        signIn: async (_service, password) => (password === 'right' ? { cookie: 'in', maxAgeS: 60 } : { refused: 'wrong' }),
      }
      let isGame = false
      const endpoint = { address: 'game.device.example', port: 20123, beside }
      const door = await openDoor(t, target, {
        gate,
        route: (host) =>
          host === HOST ? { service: isGame ? 'game' : 'web', target, isGated: true, ...(isGame && { endpoint }) } : undefined,
      })
      const { page, complaints } = await open(t, { locale })
      const at = (path: string): string => `https://${HOST}:${door.port}${path}`
      const language = locale.slice(0, 2)
      const button = page.getByRole('button')
      for (asks of ['address', 'home'] as const) {
        await page.goto(at('/'))
        await looksGood(page, `door-${asks}-${language}`)
      }
      asks = 'password'
      await page.goto(at('/deep'))
      await page.locator('#password').fill('wrong')
      await button.click()
      await page.getByRole('alert').waitFor()
      await looksGood(page, `door-password-${language}`)
      await page.locator('#password').fill('right')
      await page.keyboard.press('Enter')
      await page.getByText('the service').waitFor()
      assert.equal(page.url(), at('/deep'))
      await page.goto(at('/.porchlight/leave'))
      await looksGood(page, `door-leave-${language}`)
      await button.click()
      await button.waitFor({ state: 'detached' })
      await page.goto(at('/.porchlight/open'))
      await page.locator('#grant').fill(GRANT)
      await button.click()
      await page.locator('#pin').fill('1111')
      await button.click()
      await page.getByRole('alert').waitFor()
      await looksGood(page, `door-pin-${language}`)
      isGame = true
      await page.goto(at('/.porchlight/open'))
      await page.locator('#grant').fill(GRANT)
      await button.click()
      await page.getByText('game.device.example:20123').waitFor()
      assert.equal(await page.locator('script').count(), 0)
      await looksGood(page, `door-admitted-${language}`)
      assert.deepEqual(complaints, [])
    })
})
