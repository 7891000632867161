/** What is to be read before a service is shared. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { describeFinding, LANGUAGES } from '../../languages/index.ts'
import { type Finding, finding } from '../../protocol/finding.ts'
import type { PresetFacts } from '../../protocol/model/preset.ts'
import { axe, browserForTests, clipboard, picture, spoken, tabTo, withPage } from '../fakes/page-browser.ts'
import { house, service } from '../fakes/snapshots.ts'

const { en } = LANGUAGES
/** Each language once, in another theme and width. */
const LOOKS = [
  { words: LANGUAGES.en, colorScheme: 'light', width: 1024 },
  { words: LANGUAGES.fr, colorScheme: 'dark', width: 360 },
] as const
browserForTests()

const JEEDOM: PresetFacts = {
  id: 'jeedom',
  name: 'Jeedom',
  icon: 'house',
  kind: 'http',
  port: 80,
  recognise: {},
  advice: 'own-login',
  login: 'own',
  defaultLogins: [{ user: 'admin', password: 'admin', path: '/', form: {}, accepted: {}, refused: {}, source: 'https://jeedom.example/' }],
  sources: ['https://jeedom.example/'],
  readOn: '2026-11-21',
}
const PRESETS = { presets: [JEEDOM] }

const facts = { program: 'Jeedom', user: 'admin', password: 'admin' }
const DANGER = finding('default-login', facts)
const KNOWN = finding('default-login-known', facts)
const rest = [
  finding('setting-missing', {
    program: 'Jeedom',
    need: 'trusted-proxy',
    where: 'trusted_proxies',
    name: 'jeedom.relay.example',
    ours: '192.168.1.10',
  }),
  finding('login-in-clear-at-home', {}),
  finding('as-expected', { program: 'Jeedom' }),
]
const withFindings = (...findings: Finding[]) =>
  house({ services: [service({ preset: 'jeedom', safety: { atMs: Date.now() - 120_000, findings } })] })

describe('before it is shared', () => {
  test('a danger is read once before the link can be copied, and blocks nobody who has read it', async () => {
    await withPage({ snapshot: withFindings(DANGER, ...rest) }, async (page, host) => {
      const {
        safety,
        page: { services },
      } = en
      const copy = `${services.copyLink} ${services.of('jeedom')}`
      await page.evaluate(() => navigator.clipboard.writeText('before'))
      await tabTo(page, 'button', copy)
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('alertdialog', { name: safety.copyQuestion('jeedom') })
      await dialog.getByText(describeFinding(DANGER, en).what).waitFor()
      assert.deepEqual(await axe(page), [])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      assert.equal(await clipboard(page), 'before')
      await page.getByRole('button', { name: copy }).click()
      await dialog.getByRole('button', { name: safety.copyAnyway }).click()
      await spoken(page, services.linkCopied('jeedom'))
      assert.equal(await clipboard(page), service().shareLink)
      // Nor is it asked again after a reload; a danger of another kind is.
      await page.reload()
      await page.evaluate(() => navigator.clipboard.writeText('before'))
      await page.getByRole('button', { name: copy }).click()
      await spoken(page, services.linkCopied('jeedom'))
      host.show(withFindings(finding('unclaimed', { program: 'Jeedom' })))
      await page.getByText(services.copied).waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: copy }).click()
      await dialog.waitFor()
    })
  })

  test('a warning is shown, and holds nothing back', async () => {
    await withPage({ snapshot: withFindings(KNOWN, ...rest) }, async (page) => {
      await page.getByText(en.safety.summary.warning).waitFor()
      await page.getByRole('button', { name: en.page.services.copyLink }).click()
      await spoken(page, en.page.services.linkCopied('jeedom'))
    })
  })

  test('it is looked at again, and the default login tried only after a question', async () => {
    await withPage({ snapshot: withFindings(KNOWN, ...rest) }, async (page, host) => {
      const { safety } = en
      host.on('checkService', () => ({ atMs: Date.now(), findings: [] }))
      const looks = () => host.calls.filter(({ name }) => name === 'checkService').map(({ input }) => input)
      await page.getByRole('link', { name: safety.open }).click()
      await page.getByRole('button', { name: safety.check }).click()
      await spoken(page, safety.checked('jeedom'))
      assert.deepEqual(looks(), [{ name: 'jeedom', tryDefaultLogins: false }])
      await page.getByRole('button', { name: safety.tryLogin }).click()
      const question = page.getByRole('alertdialog', { name: safety.tryQuestion('Jeedom') })
      await question.getByRole('button', { name: safety.keep }).click()
      assert.equal(looks().length, 1)
      await page.getByRole('button', { name: safety.tryLogin }).first().click()
      await question.getByRole('button', { name: safety.tryLogin }).click()
      await eventually(() => assert.deepEqual(looks()[1], { name: 'jeedom', tryDefaultLogins: true }))
    })
  })

  for (const { words, colorScheme, width } of LOOKS)
    test(`everything that was found, in words (${words.locale})`, async () => {
      const context = { locale: words.locale, colorScheme, viewport: { width, height: 900 } }
      await withPage({ snapshot: withFindings(DANGER, KNOWN, ...rest), context }, async (page, host) => {
        host.on('presets', () => PRESETS)
        await page.reload()
        await page.getByRole('link', { name: words.safety.open }).click()
        for (const found of [DANGER, KNOWN, ...rest]) await page.getByText(describeFinding(found, words).what).first().waitFor()
        assert.deepEqual(await axe(page), [])
        await picture(page, `safety-${words.locale}`)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        assert.equal(wide, 0, 'nothing is cut off')
      })
    })
})
