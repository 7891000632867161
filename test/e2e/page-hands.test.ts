/** What people do: with the keyboard alone, with what they type, with a service. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeProblem, LANGUAGES } from '../../languages/index.ts'
import type { BansView } from '../../protocol/model/ban.ts'
import { problem } from '../../protocol/problem.ts'
import {
  axe,
  browserForTests,
  buttonSeen,
  clipboard,
  headline,
  picture,
  ring,
  spoken,
  tabTo,
  visit,
  withPage,
} from '../fakes/page-browser.ts'
import { HOUSES, house, jamulus, service } from '../fakes/snapshots.ts'

const { en, fr } = LANGUAGES
browserForTests()

describe('with the keyboard alone', () => {
  test('the link of a service is copied, it is paused, resumed, kept and at last removed', async () => {
    await withPage({ snapshot: house() }, async (page, host) => {
      const { services } = en.page
      host.on('pauseService', () => host.show(house({ services: [service({ state: 'paused' })] })))
      host.on('resumeService', () => host.show(HOUSES.relayed))
      host.on('removeService', () => host.show(HOUSES.empty))
      await headline(page, en.light.reachable.headline)
      await tabTo(page, 'button', `${services.copyLink} (jeedom)`)
      assert.equal(await ring(page), 'solid')
      const isShown = await buttonSeen(page, services.copied)
      await page.keyboard.press('Space')
      await spoken(page, services.linkCopied('jeedom'))
      await isShown()
      assert.equal(await clipboard(page), service().shareLink)

      await tabTo(page, 'button', `${services.pause} (jeedom)`)
      await page.keyboard.press('Enter')
      await spoken(page, services.paused('jeedom'))
      await headline(page, en.light.paused.headline)
      await tabTo(page, 'button', `${services.resume} (jeedom)`)
      await page.keyboard.press('Enter')
      await spoken(page, services.resumed('jeedom'))

      await visit(page, 'services/jeedom')
      await tabTo(page, 'button', `${services.remove} (jeedom)`)
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('alertdialog', { name: services.removeQuestion('jeedom') })
      await dialog.waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'remove-question')
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      const remove = page.getByRole('button', { name: `${services.remove} (jeedom)` })
      await remove.and(page.locator(':focus')).waitFor()
      await page.keyboard.press('Enter')
      await dialog.waitFor()
      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'hidden' })
      await remove.and(page.locator(':focus')).waitFor()
      assert.equal(
        host.calls.some(({ name }) => name === 'removeService'),
        false,
        'Escape and Enter both keep it',
      )
      await page.keyboard.press('Enter')
      await dialog.waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await spoken(page, services.removed('jeedom'))
      await headline(page, en.light.empty.headline)
      assert.deepEqual(host.calls.at(-1), { name: 'removeService', input: { name: 'jeedom' } })
    })
  })

  test('the focus is back as soon as a question is gone, before the next frame', async () => {
    await withPage({ snapshot: house(), at: 'services/jeedom' }, async (page) => {
      const remove = page.getByRole('button', { name: `${en.page.services.remove} (jeedom)` })
      await remove.focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('alertdialog')
      await dialog.getByRole('button', { name: en.page.services.keep }).and(page.locator(':focus')).waitFor()
      await page.evaluate(() => {
        globalThis.requestAnimationFrame = () => 0
      })
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      await page.keyboard.press('Enter')
      await dialog.waitFor()
    })
  })

  test('the language is switched, and remembered', async () => {
    await withPage({ snapshot: HOUSES.relayed, at: 'settings' }, async (page) => {
      await tabTo(page, 'radio', en.dashboard.settings.system)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await headline(page, fr.shell.places.settings)
      await tabTo(page, 'link', fr.shell.places.home)
      await page.keyboard.press('Enter')
      await headline(page, fr.light.relayed.headline)
      await page.reload()
      await headline(page, fr.light.relayed.headline)
      await page.getByRole('button', { name: 'Copier le lien de partage (jeedom)' }).waitFor()
    })
  })
})

describe('what is typed', () => {
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

const relay = (name: string, serves: boolean) =>
  ({ url: `https://${name}.example`, state: 'connected', transport: 'direct', rttMs: 24, serves }) as const

describe('with several relays', () => {
  test('one is left at once; the last one only after a question, because every link hangs on it', async () => {
    const [one, two] = [relay('one', true), relay('two', false)]
    await withPage({ snapshot: house({ relays: [one, two] }), at: 'settings' }, async (page, host) => {
      const { relays, services, chain } = en.page
      const left = (): unknown[] => host.calls.filter(({ name }) => name === 'leaveRelay').map(({ input }) => input.relay)
      await page.getByText(`two.example: ${chain.relayIs.ready}${chain.delay(24)}`).waitFor()
      host.on('leaveRelay', () => host.show(house({ relays: [two] })))
      await tabTo(page, 'button', `${relays.leave} ${services.of('one.example')}`)
      await page.keyboard.press('Enter')
      await spoken(page, relays.left('one.example'))
      assert.deepEqual(left(), [one.url])

      host.on('leaveRelay', () => host.show(HOUSES.empty))
      await tabTo(page, 'button', `${relays.leave} ${services.of('two.example')}`)
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('alertdialog', { name: relays.leaveQuestion('two.example') })
      await dialog.waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'leave-question')
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      assert.deepEqual(left(), [one.url])
      await tabTo(page, 'button', `${relays.leave} ${services.of('two.example')}`)
      await page.keyboard.press('Enter')
      await dialog.waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await spoken(page, relays.left('two.example'))
      assert.deepEqual(left(), [one.url, two.url])
    })
  })
})

describe('alerts', () => {
  test('are added, tested and removed without a mouse', async () => {
    const alert = { id: 'abcdefgh', kind: 'mail', to: 'me@home.example', state: 'unconfirmed', reason: null } as const
    const relays = house({ relays: [relay('one', true)] })
    await withPage({ snapshot: relays, at: 'settings' }, async (page, host) => {
      const { alerts: words, page: shown, reasons } = en
      const calls = (): unknown[] =>
        host.calls.filter(({ name }) => name.endsWith('Alert') || name === 'testAlerts').map(({ input }) => input)
      await tabTo(page, 'textbox', words.page.label)
      await page.keyboard.type('me at home')
      await page.keyboard.press('Enter')
      await page.getByText('Alerts cannot be sent to "me at home".').waitFor()
      assert.deepEqual(calls(), [])
      await page.keyboard.press('Control+A')
      await page.keyboard.type('me@home.example')
      host.on('addAlert', () => host.show({ ...relays, alerts: [alert] }))
      await page.keyboard.press('Enter')
      await spoken(page, words.page.added('me@home.example'))
      await page.getByText(words.states.unconfirmed).waitFor()
      host.on('testAlerts', () => host.show({ ...relays, alerts: [{ ...alert, state: 'failing', reason: 'ECONNREFUSED' }] }))
      await tabTo(page, 'button', words.page.test)
      await page.keyboard.press('Enter')
      await page.getByText(`${words.states.failing} (${reasons.ECONNREFUSED})`).waitFor()
      assert.deepEqual(await axe(page), [])
      await picture(page, 'alerts')
      host.on('removeAlert', () => host.show(relays))
      await tabTo(page, 'button', `${words.page.remove} ${shown.services.of('me@home.example')}`)
      await page.keyboard.press('Enter')
      await spoken(page, words.page.removed('me@home.example'))
      assert.deepEqual(calls(), [{ to: 'me@home.example', language: 'en' }, {}, { id: 'abcdefgh' }])
    })
  })
})

describe('who is shut out', () => {
  test('stands there with the reason, is let in again, and another is shut out, without a mouse', async () => {
    const place = '203.0.113.77'
    const sinceMs = Date.UTC(2026, 0, 5, 18, 0)
    const scanned = { place, reason: 'scan', service: 'web', count: 5, sinceMs, untilMs: sinceMs + 600_000 } as const
    const own = { place: '2001:db8:1:2::/64', reason: 'owner', service: null, count: 0, sinceMs, untilMs: null } as const
    const shut = (bans: BansView) => ({ ...HOUSES.reachable, bans })
    for (const words of [LANGUAGES.fr, en])
      await withPage(
        { snapshot: shut({ total: 102, newest: [scanned, own] }), at: 'visitors', context: { locale: words.locale } },
        async (page, host) => {
          const { reasons, more, forGood, page: told } = words.bans
          await page.getByText(reasons.scan).first().waitFor()
          await page.getByText(forGood).first().waitFor()
          await page.getByText(more(100)).waitFor()
          assert.deepEqual(await axe(page), [])
          await picture(page, `bans-${words.locale}`)
          host.on('unban', () => host.show(shut({ total: 1, newest: [own] })))
          await tabTo(page, 'button', `${told.letIn} ${words.page.services.of(place)}`)
          await page.keyboard.press('Enter')
          await spoken(page, told.wasLetIn(place))
          await page.getByRole('heading', { name: told.heading }).and(page.locator(':focus')).waitFor()

          await tabTo(page, 'textbox', told.label)
          await page.keyboard.type('my neighbour')
          await page.keyboard.press('Enter')
          await page.getByText(describeProblem(problem('ban-address-invalid', { address: 'my neighbour' }), words).title).waitFor()
          await page.keyboard.press('Control+A')
          await page.keyboard.type('198.51.100.9')
          await page.keyboard.press('Enter')
          await spoken(page, told.wasShutOut('198.51.100.9'))
          assert.deepEqual(
            host.calls.filter(({ name }) => name === 'ban' || name === 'unban').map(({ input }) => input),
            [{ address: place }, { address: '198.51.100.9', forS: null }],
          )
        },
      )
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
      await page.getByRole('article', { name: 'jeedom' }).waitFor()
      const addresses = await page.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
      assert.deepEqual(
        addresses.filter((address) => !address.startsWith('#')),
        [],
      )
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
