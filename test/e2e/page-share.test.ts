/** Sharing a service: who may come in, and by which links. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { problem } from '../../protocol/problem.ts'
import type { LinkView } from '../../protocol/snapshot.ts'
import { axe, browserForTests, buttonSeen, choose, clipboard, picture, speak, spoken, tabTo, withPage } from '../fakes/page-browser.ts'
import { house, jamulus, service } from '../fakes/snapshots.ts'

const { en } = LANGUAGES
const { share, services } = en.page
const { tabs } = en.shell.service
const everyLanguage = Object.values(LANGUAGES)
browserForTests()

const link = (change: Partial<LinkView> = {}): LinkView => ({
  id: 'abcdefghijklmnop',
  label: '',
  url: 'https://relay.example/s/abcdefghijklmnop',
  alias: null,
  via: 'relay',
  createdAtMs: Date.UTC(2026, 0, 5, 18),
  endsAtMs: null,
  maxUses: null,
  uses: 0,
  lastUsedAtMs: null,
  registered: true,
  pin: false,
  locked: false,
  ...change,
})
const DAY_MS = 86_400_000
const AUNT = link({
  id: 'a'.repeat(16),
  label: 'tante Marie',
  url: `https://relay.example/s/${'a'.repeat(16)}#${'g'.repeat(22)}`,
  maxUses: 3,
  uses: 2,
  lastUsedAtMs: Date.now() - 2 * DAY_MS,
})
const LINKS = [
  link(),
  AUNT,
  link({ id: 'b'.repeat(16), label: 'the builders', endsAtMs: Date.now() - DAY_MS }),
  link({
    id: 'c'.repeat(16),
    label: 'the band',
    alias: 'https://relay.example/a/K7DQ-2VXM',
    registered: false,
    endsAtMs: Date.now() + DAY_MS,
  }),
  link({ id: 'd'.repeat(16), label: 'the alarm company', via: 'home', maxUses: 1, uses: 1 }),
]

describe('sharing', () => {
  test('shows each link with whom it is for and how far it has been used, in both languages and both themes', async () => {
    for (const width of [360, 1024])
      await withPage(
        {
          snapshot: house({ services: [service({ access: 'link', links: LINKS })] }),
          at: 'services/jeedom/share',
          context: { viewport: { width, height: 900 } },
        },
        async (page) => {
          for (const words of everyLanguage) {
            await speak(page, words)
            const dialog = page.getByRole('region', { name: words.page.share.links })
            await dialog.getByText(words.page.share.uses(2, 3)).waitFor()
            await dialog.getByText(words.page.share.notRegistered).waitFor()
            assert.equal(await dialog.getByText(words.page.share.over.ended, { exact: true }).count(), 1)
            assert.equal(await dialog.getByText(words.page.share.over['used-up'], { exact: true }).count(), 1)
            assert.equal(await dialog.getByRole('button', { name: words.page.share.copy }).count(), 3, 'what is over cannot be copied')
            for (const colorScheme of ['light', 'dark'] as const) {
              await page.emulateMedia({ colorScheme })
              if (width === 360) assert.deepEqual(await axe(page), [])
              await picture(page, `share-${words.locale}-${colorScheme}-${width}`)
            }
            const overflow = await dialog.evaluate((element) => element.scrollWidth > element.clientWidth + 1)
            assert.equal(overflow, false, 'nothing sticks out')
          }
        },
      )
  })

  test('by keyboard: a link is copied, and revoked after a question', async () => {
    await withPage({ snapshot: house({ services: [service({ access: 'link', links: LINKS })] }) }, async (page, host) => {
      await tabTo(page, 'link', `${share.open} (jeedom)`)
      await page.keyboard.press('Enter')
      await tabTo(page, 'button', `${share.copy} (tante Marie)`)
      const isShown = await buttonSeen(page, `${services.copied} (tante Marie)`)
      await page.keyboard.press('Enter')
      await isShown()
      assert.equal(await clipboard(page), AUNT.url)
      host.on('revokeLink', () => host.show(house({ services: [service({ access: 'link', links: [] })] })))
      await tabTo(page, 'button', `${share.revoke} (tante Marie)`)
      await page.keyboard.press('Enter')
      const question = page.getByRole('alertdialog', { name: share.revokeQuestion('tante Marie') })
      const keep = question.getByRole('button', { name: share.keep }).and(page.locator(':focus'))
      await keep.waitFor()
      assert.deepEqual(await axe(page), [])
      await page.keyboard.press('Escape')
      await question.waitFor({ state: 'hidden' })
      assert.deepEqual(host.calls, [], 'Escape keeps it')
      await page.keyboard.press('Enter')
      await keep.waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.getByText(share.none).waitFor()
      assert.deepEqual(host.calls, [{ name: 'revokeLink', input: { service: 'jeedom', id: AUNT.id } }])
    })
  })

  test('a new link is made as it was asked for, and is on the clipboard at once', async () => {
    await withPage(
      { snapshot: house({ services: [service({ access: 'link', links: [] })] }), at: 'services/jeedom/share' },
      async (page, host) => {
        host.on('addLink', () => {
          host.show(house({ services: [service({ access: 'link', links: [AUNT] })] }))
          return { id: AUNT.id }
        })
        await page.getByRole('textbox', { name: share.label }).fill(' tante Marie ')
        await choose(page, share.ends, share.endsAfter.week)
        const uses = page.getByRole('textbox', { name: share.most })
        await uses.fill('three')
        await page.getByRole('button', { name: share.submit }).click()
        await page.getByText(share.mostWrong(100_000)).waitFor()
        assert.deepEqual(host.calls, [])
        assert.deepEqual(await axe(page), [])
        await uses.fill('3')
        await page.getByRole('textbox', { name: en.access.pin }).fill('0471')
        await page.getByText(share.home).click()
        await page.getByRole('button', { name: share.submit }).click()
        await spoken(page, share.madeAndCopied)
        assert.equal(await clipboard(page), AUNT.url)
        const [{ name, input } = { name: '', input: {} as Record<string, unknown> }] = host.calls
        assert.ok(Math.abs(Number(input.endsAtMs) - Date.now() - 7 * DAY_MS) < 60_000)
        const wish = { service: 'jeedom', label: 'tante Marie', maxUses: 3, alias: false, via: 'home', pin: '0471' }
        assert.deepEqual([name, { ...input, endsAtMs: 0 }], ['addLink', { ...wish, endsAtMs: 0 }])
      },
    )
  })

  test('who may come in is changed, and a refusal is told', async () => {
    await withPage({ snapshot: house({ services: [service({ links: [link()] })] }) }, async (page, host) => {
      await page.getByRole('link', { name: `${share.open} (jeedom)` }).click()
      await page.getByRole('heading', { name: share.add }).waitFor()
      assert.equal(await page.getByRole('textbox', { name: share.most }).count(), 0, 'nobody counts where everybody may come in')
      await page.getByRole('checkbox', { name: share.alias }).waitFor()
      host.on('setAccess', () => host.show(house({ services: [service({ access: 'link', links: [link()] })] })))
      await page.getByRole('tab', { name: tabs.access }).click()
      await page.getByText(en.access.is.link).click()
      await spoken(page, en.access.changed.link('jeedom'))
      await page.getByRole('tab', { name: tabs.share }).click()
      await page.getByRole('checkbox', { name: share.home }).waitFor()
      assert.deepEqual(host.calls, [{ name: 'setAccess', input: { name: 'jeedom', access: 'link' } }])
      host.refuse('addLink', problem('links-full', { service: 'jeedom' }))
      await page.getByRole('button', { name: share.submit }).click()
      await page.getByRole('alert').getByText('There is no room for another link to jeedom.').waitFor()
    })
  })

  test('a password is chosen by keyboard, and a list of addresses under the other ways; both are said first and then count', async () => {
    const { access } = en
    await withPage({ snapshot: house({ services: [service({ links: [link()] })] }), at: 'services/jeedom/access' }, async (page, host) => {
      await page.getByRole('radio', { name: access.is.password }).focus()
      await page.keyboard.press('Space')
      const field = page.getByLabel(access.password, { exact: true })
      await page.getByText(access.pending(access.is.public)).waitFor()
      await field.fill('short')
      await page.keyboard.press('Enter')
      await page.getByText(access.passwordShort, { exact: true }).waitFor()
      assert.deepEqual([host.calls, await field.getAttribute('type')], [[], 'password'])
      assert.deepEqual(await axe(page), [])
      await picture(page, 'share-password-light-1024')
      host.on('setAccess', () => host.show(house({ services: [service({ access: 'password', hasPassword: true, links: [link()] })] })))
      await field.fill('correct horse battery')
      await page.keyboard.press('Enter')
      await spoken(page, access.changed.password('jeedom'))
      assert.equal(await page.getByLabel(access.newPassword).inputValue(), '')
      const allowed = [
        { entry: '203.0.113.0/24', addresses: null },
        { entry: 'marie.dyndns.example', addresses: ['198.51.100.7'] },
        { entry: 'gone.dyndns.example', addresses: [] },
      ]
      host.on('setAccess', () => host.show(house({ services: [service({ access: 'addresses', allowed, links: [link()] })] })))
      await page.getByText(access.more).click()
      await page.getByText(access.is.addresses).click()
      await page.getByRole('button', { name: access.apply }).click()
      await page.getByText(access.listEmpty).waitFor()
      await page.getByLabel(access.list).fill('203.0.113.0/24\nmarie.dyndns.example, gone.dyndns.example')
      await page.getByRole('button', { name: access.apply }).click()
      await page.getByText(access.leadsTo('marie.dyndns.example', '198.51.100.7')).waitFor()
      await page.getByText(access.leadsNowhere('gone.dyndns.example')).waitFor()
      assert.deepEqual(await axe(page), [])
      for (const [colorScheme, width] of [
        ['light', 360],
        ['dark', 1024],
      ] as const) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        await picture(page, `share-list-${colorScheme}-${width}`)
      }
      assert.deepEqual(host.calls, [
        { name: 'setAccess', input: { name: 'jeedom', access: 'password', password: 'correct horse battery' } },
        {
          name: 'setAccess',
          input: { name: 'jeedom', access: 'addresses', allowed: ['203.0.113.0/24', 'marie.dyndns.example', 'gone.dyndns.example'] },
        },
      ])
    })
  })

  test('who opened the link of a service that is no website is shown, and turned out', async () => {
    const admitted = [{ place: '2001:db8:7:1::/64', link: AUNT.id, untilMs: Date.now() + 3_600_000 }]
    await withPage(
      { snapshot: house({ services: [{ ...jamulus, access: 'link', links: [AUNT], admitted }] }), at: 'services/jamulus/access' },
      async (page, host) => {
        await page.getByText(en.access.rawLink).waitFor()
        await page.getByText('2001:db8:7:1::/64, by "tante Marie"').waitFor()
        assert.deepEqual(await axe(page), [])
        host.on('expel', () => host.show(house({ services: [{ ...jamulus, access: 'link', links: [AUNT] }] })))
        await page.getByRole('button', { name: `${en.access.expel} (2001:db8:7:1::/64)` }).click()
        await spoken(page, en.access.expelled('2001:db8:7:1::/64'))
        assert.deepEqual(host.calls, [{ name: 'expel', input: { service: 'jamulus', place: '2001:db8:7:1::/64' } }])
      },
    )
  })

  test('what is no website has links too, and no password', async () => {
    await withPage({ snapshot: house({ services: [{ ...jamulus, links: [link()] }] }), at: 'services/jamulus/access' }, async (page) => {
      await page.getByText(en.access.legend).waitFor()
      assert.equal(await page.getByRole('radio', { name: en.access.is.link }).count(), 1)
      assert.equal(await page.getByRole('radio', { name: en.access.is.password }).count(), 0)
    })
  })
})
