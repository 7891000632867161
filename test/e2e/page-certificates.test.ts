/** Certificates on the page: what is to be agreed to, what is there, what went wrong, and a trial. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { problem } from '../../protocol/problem.ts'
import { type CertificateView, NO_AUTHORITY } from '../../protocol/snapshot.ts'
import { axe, browserForTests, choose, picture, speak, spoken, withPage } from '../fakes/page-browser.ts'
import { HOUSES } from '../fakes/snapshots.ts'

const { en } = LANGUAGES
const TERMS = 'https://letsencrypt.example/terms.pdf'
browserForTests()

const NOW = Date.UTC(2027, 2, 1, 12)
const DAY_MS = 86_400_000
const failure = { problem: problem('certificate-failed', { reason: 'directory-unreachable' }), atMs: NOW - 3_600_000 }
const wildcard: CertificateView = {
  ...{ name: '*.maison-dupont.relay.example', state: 'valid', source: 'ordered', service: null, issuer: "Let's Encrypt (E7)" },
  ...{ untilMs: NOW + 90 * DAY_MS, nextAtMs: NOW + 60 * DAY_MS, explanationUrl: null, failure: null },
}
const own: CertificateView = {
  ...wildcard,
  name: 'photos.example.org',
  service: 'jeedom',
  failure,
  explanationUrl: 'https://ca.example/why',
}
const authority = { ...NO_AUTHORITY, name: "Let's Encrypt", directory: 'https://ca.example/dir' }

test('terms are agreed to once; a trial tells its steps; a name of one’s own is added and removed', async () => {
  const asking = { ...HOUSES.reachable, authority: { ...authority, wanted: TERMS } }
  const holding = { ...HOUSES.reachable, authority, certificates: [wildcard, own] }
  await withPage({ snapshot: asking, at: 'names' }, async (page, host) => {
    const { certificates: say } = en
    await page.getByRole('heading', { name: say.page.heading }).waitFor()
    await picture(page, 'certificates-terms')
    assert.equal(await page.getByRole('link', { name: say.page.read }).getAttribute('href'), TERMS)
    host.on('agreeTerms', () => host.show(holding))
    await page.getByRole('button', { name: say.page.agree }).click()
    await spoken(page, say.page.agreed)
    assert.deepEqual(host.calls.at(-1), { name: 'agreeTerms', input: { url: TERMS } })

    await page
      .getByText(say.issuedBy(wildcard.issuer ?? ''))
      .first()
      .waitFor()
    await page.getByText('the certificate directory cannot be reached').waitFor()
    const step = { step: 'proven', name: 'maison-dupont.relay.example', by: 'dns-01', tookMs: 300 } as const
    host.on('tryCertificate', () => ({ directory: 'staging.example', steps: [step], reason: 'no TXT record' }))
    await page.getByRole('button', { name: say.page.test }).click()
    await spoken(page, say.page.tried)
    await page.getByText(say.trial.steps.proven(step.name, step.by)).waitFor()
    await page.getByText(say.trial.bad('"no TXT record"')).waitFor()

    await page.getByText(say.page.more).click()
    await page.getByLabel(say.page.ownName).fill('photos.example.org')
    await page.getByRole('button', { name: say.page.addName }).click()
    await spoken(page, say.page.added('photos.example.org'))
    assert.deepEqual(host.calls.at(-1), {
      name: 'addOwnName',
      input: { host: 'photos.example.org', service: 'jeedom', files: null },
    })
    await choose(page, say.page.directory, 'ZeroSSL')
    await page.getByLabel(say.page.keyId).fill('customer-7')
    await page.getByRole('button', { name: say.page.save }).click()
    await page.getByText(say.page.incomplete).waitFor()
    await choose(page, say.page.directory, say.page.other)
    await page.getByLabel(say.page.url).fill('https://ca.home.example/directory')
    await page.getByLabel(say.page.caFile).fill('/etc/ssl/home-ca.pem')
    await page.getByLabel(say.page.keyId).fill('')
    host.on('chooseAuthority', () => undefined)
    await page.getByRole('button', { name: say.page.save }).click()
    await spoken(page, say.page.chosen('https://ca.home.example/directory'))
    assert.deepEqual(host.calls.at(-1), {
      name: 'chooseAuthority',
      input: { directory: 'https://ca.home.example/directory', email: null, caFile: '/etc/ssl/home-ca.pem', external: null },
    })
    assert.deepEqual(await axe(page), [])
    for (const words of Object.values(LANGUAGES)) {
      await speak(page, words)
      await picture(page, `certificates-${words.locale}`)
    }
  })
})
