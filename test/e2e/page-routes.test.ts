/** What few need of a service: paths that lead elsewhere, certificates at home, and what a TCP service is told of its visitors. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { formatFingerprint } from '../../protocol/model/service.ts'
import { problem } from '../../protocol/problem.ts'
import { axe, browserForTests, headline, picture, speak, spoken, tabTo, withPage } from '../fakes/page-browser.ts'
import { house, service } from '../fakes/snapshots.ts'

const { en } = LANGUAGES
const { routes } = en
browserForTests()

const [OLD, NEW] = ['ab'.repeat(32), 'cd'.repeat(32)]
const facts = { service: 'jeedom/nas', target: 'https://192.168.1.30:5001', detail: 'nas.local', until: String(Date.UTC(2031, 3, 6)) }
const replaced = problem('certificate-replaced', { ...facts, ours: formatFingerprint(OLD), theirs: formatFingerprint(NEW) })
const ZM = { prefix: '/zm', target: 'http://192.168.1.40:80', strip: false, pin: null, problem: null }
const NAS = { prefix: '/nas', target: 'https://192.168.1.30:5001', strip: true, pin: OLD, problem: replaced }

describe('paths of a service', () => {
  test('stand in their order, with what is amiss, in both languages, both themes and on a telephone', async () => {
    for (const width of [360, 1024])
      await withPage(
        {
          snapshot: house({ services: [service({ routes: [ZM, NAS] })] }),
          at: 'services/jeedom/expert',
          context: { viewport: { width, height: 900 } },
        },
        async (page) => {
          for (const words of Object.values(LANGUAGES)) {
            await speak(page, words)
            const dialog = page.getByRole('region', { name: words.routes.paths })
            await dialog.getByText(words.routes.shared).waitFor()
            assert.deepEqual(await dialog.locator('li strong').allTextContents(), ['/nas', '/zm', words.routes.everythingElse])
            for (const colorScheme of ['light', 'dark'] as const) {
              await page.emulateMedia({ colorScheme })
              if (width === 360) assert.deepEqual(await axe(page), [])
              await picture(page, `routes-${words.locale}-${colorScheme}-${width}`)
            }
            assert.equal(await dialog.evaluate((element) => element.scrollWidth > element.clientWidth + 1), false, 'nothing sticks out')
          }
        },
      )
  })

  test('by keyboard: one is added, and removed after a question', async () => {
    await withPage({ snapshot: house({ services: [service()] }), at: 'services/jeedom/expert' }, async (page, host) => {
      host.on('addRoute', () => host.show(house({ services: [service({ routes: [ZM] })] })))
      host.on('removeRoute', () => host.show(house({ services: [service()] })))
      await tabTo(page, 'textbox', routes.prefix)
      await page.keyboard.type('zm')
      await tabTo(page, 'textbox', routes.target)
      await page.keyboard.type('192.168.1.40')
      await page.keyboard.press('Enter')
      await page.getByText(/cannot be a path here/).waitFor()
      assert.deepEqual(host.calls, [])
      await page.keyboard.press('Home')
      await page.keyboard.type('/')
      await page.keyboard.press('Enter')
      await spoken(page, routes.added('/zm'))
      const added = { service: 'jeedom', prefix: '/zm', target: 'http://192.168.1.40', strip: false }
      assert.deepEqual(host.calls.at(-1), { name: 'addRoute', input: added })
      await tabTo(page, 'button', `${routes.remove} (/zm)`)
      await page.keyboard.press('Enter')
      await page.getByRole('alertdialog', { name: routes.removeQuestion('/zm') }).waitFor()
      assert.deepEqual(await axe(page), [])
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await spoken(page, routes.removed('/zm'))
      assert.deepEqual(host.calls.at(-1), { name: 'removeRoute', input: { service: 'jeedom', prefix: '/zm' } })
    })
  })
})

describe('a certificate that nobody vouches for', () => {
  const shown = { fingerprint: NEW, subject: 'nas.local', notAfterMs: Date.UTC(2031, 3, 6) }

  test('is shown before the service is added, and added with it once it is accepted; without, nothing is', async () => {
    await withPage({ snapshot: house({ services: [] }), at: 'add' }, async (page, host) => {
      host.on('lookAtCertificate', () => ({ certificate: shown }))
      host.on('addService', ({ name = '' }) => host.show(house({ services: [service({ name })] })))
      const { wizard } = en
      host.on('lookBefore', () => ({ problem: null, findings: [] }))
      await page.getByText(wizard.what.other, { exact: true }).click()
      await page.getByLabel(wizard.what.target).fill('https://nas.local')
      // Its name follows the address.
      await page.getByLabel(wizard.what.name).focus()
      await page.getByText(wizard.what.fine).waitFor()
      await page.getByRole('button', { name: wizard.next, exact: true }).click()
      const dialog = page.getByRole('alertdialog', { name: routes.certificate.question('https://nas.local') })
      await dialog.getByText(formatFingerprint(NEW)).waitFor()
      // The button that waits turns for ever, and the look waits until nothing moves.
      await page.emulateMedia({ reducedMotion: 'reduce' })
      assert.deepEqual(await axe(page), [])
      await picture(page, 'certificate-question')
      await page.keyboard.press('Escape')
      await page.getByText(/nobody has accepted yet/).waitFor()
      assert.equal(
        host.calls.some(({ name }) => name === 'addService'),
        false,
      )
      await page.getByRole('button', { name: wizard.next, exact: true }).click()
      await dialog.getByRole('button', { name: routes.certificate.accept }).click()
      await headline(page, wizard.network.title)
      const added = host.calls.find(({ name }) => name === 'addService')
      assert.deepEqual(added?.input, { name: 'nas', target: 'https://nas.local', pin: NEW })
    })
  })

  test('and is another one than before: the card has the one action', async () => {
    const found = problem('certificate-replaced', { ...replaced.params, service: 'jeedom' } as typeof replaced.params &
      typeof facts & { ours: string; theirs: string })
    const down = service({ state: 'unreachable', problem: found })
    await withPage({ snapshot: house({ services: [down], problems: [found] }) }, async (page, host) => {
      host.on('acceptCertificate', () => host.show(house({ services: [service()] })))
      await picture(page, 'certificate-replaced')
      await page.getByRole('button', { name: `${routes.certificate.accept} (jeedom)` }).click()
      const dialog = page.getByRole('alertdialog', { name: routes.certificate.question(facts.target) })
      await dialog.getByText(formatFingerprint(NEW)).waitFor()
      await dialog.getByRole('button', { name: routes.certificate.accept }).click()
      await spoken(page, routes.certificate.accepted)
      const input = { name: 'jeedom', prefix: null, fingerprint: formatFingerprint(NEW) }
      assert.deepEqual(host.calls.at(-1), { name: 'acceptCertificate', input })
    })
  })
})

test('a TCP service can be told its visitors', async () => {
  const ssh = (proxyProtocol: boolean) => service({ kind: 'tcp', target: 'tcp://192.168.1.20:22', publicUrl: null, proxyProtocol })
  await withPage({ snapshot: house({ services: [ssh(false)] }), at: 'services/jeedom/expert' }, async (page, host) => {
    host.on('setProxyProtocol', () => host.show(house({ services: [ssh(true)] })))
    await page.getByText(routes.proxyProtocol, { exact: true }).click()
    await page.getByRole('switch', { name: routes.proxyProtocol, checked: true }).waitFor()
    assert.deepEqual(await axe(page), [])
    assert.deepEqual(host.calls, [{ name: 'setProxyProtocol', input: { name: 'jeedom', on: true } }])
  })
})

test('a service is kept to the relay by a switch, which says when nobody would get in that way', async () => {
  await withPage({ snapshot: house({ services: [service({ access: 'lan' })] }), at: 'services/jeedom/expert' }, async (page, host) => {
    for (const words of Object.values(LANGUAGES)) {
      const { routes, access, shell } = words
      await speak(page, words)
      host.show(house({ services: [service({ access: 'lan' })] }))
      await page.getByText(routes.relayOnlyAtHome).waitFor()
      host.on('setRelayOnly', () => host.show(house({ services: [service({ access: 'lan', relayOnly: true })] })))
      await page.getByText(routes.relayOnly, { exact: true }).click()
      await page.getByText(access.nobody).waitFor()
      assert.deepEqual(host.calls.at(-1), { name: 'setRelayOnly', input: { name: 'jeedom', on: true } })
      assert.deepEqual(await axe(page), [])
      // Where the other half of it is chosen, the same is said.
      await page.getByRole('tab', { name: shell.service.tabs.access }).click()
      await page.getByText(access.nobody).waitFor()
      await page.getByRole('tab', { name: shell.service.tabs.expert }).click()
    }
  })
})
