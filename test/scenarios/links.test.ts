import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { MARKER } from './house.ts'
import { type LinkHouse, openLinkHouse } from './link-house.ts'
import { browsersAreLed } from './links-browsers.ts'
import { gatesOpen } from './links-gates.ts'
import { homePeopleAreLed } from './links-inside.ts'
import { ODD_WEBSITES, startOddWebsites } from './odd-websites.ts'

describe('share links', () => {
  let opened: LinkHouse
  const home = (): LinkHouse => opened
  before(async () => {
    opened = await openLinkHouse()
  })
  after(async () => await opened?.close())

  browsersAreLed(home)

  it('is made while the relay is away, says that it does not work yet, and works when the relay is back', async () => {
    const { house, listed, registered } = home()
    await home().relay.stop()
    await eventually(async () => assert.equal((await house.status()).relay.state, 'waiting'))
    const made = await house.tryPorchlight('link', 'add', 'web', '--label', 'for Aunt Marie')
    const url = made.stdout.trim()
    assert.match(url, /^https:\/\/relay\.test\/s\/[a-z2-7]{16}$/)
    assert.match(made.stderr, /Not registered yet/)
    const given = (await house.service()).shareLink ?? ''
    assert.deepEqual([(await listed(url)).registered, (await listed(given)).registered], [false, true])
    home().relay = await house.startRelay()
    await registered(url)
    assert.match((await house.visit(url, '--location')).body, new RegExp(MARKER))
  })

  homePeopleAreLed(home)

  it('can be dictated, but not guessed', async () => {
    const { house, link, registered } = home()
    const [url = '', alias = ''] = await link('--alias')
    assert.match(alias, /^https:\/\/relay\.test\/a\/[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    await registered(url)
    assert.match((await house.visit(alias.toLowerCase().replace(/-(....)$/, '$1'), '--location')).body, new RegExp(MARKER))
    const guesses = Array.from({ length: 25 }, (_, index) => `https://relay.test/a/0000-00${String(index).padStart(2, '0')}`)
    // The right one comes at once after them: every ten seconds one may ask again.
    const asked = [...guesses, alias].flatMap((each) => ['-o', '/dev/null', each])
    const { stdout } = await house.lab.host('visitor').exec('curl', ['-s', '--cacert', house.lab.caFile, '-w', '%{http_code} ', ...asked])
    const codes = stdout.trim().split(' ')
    assert.ok(codes.includes('404'), stdout)
    assert.deepEqual(codes.slice(-2), ['429', '429'], stdout)
    assert.match((await house.visit(url, '--location')).body, new RegExp(MARKER))
  })

  it('ends by itself, and when it is revoked', async () => {
    const { house, link, listed } = home()
    // Where the command takes longer than that, it says so, and is told a later end.
    const endsSoon = () => link('--expires', `${new Date(Date.now() + 3000).toISOString().slice(0, 19)}Z`)
    const [url = ''] = await eventually(endsSoon)
    await eventually(async () => assert.equal((await house.visit(url)).status, 410))
    const [other = ''] = await link()
    await eventually(async () => assert.equal((await house.visit(other)).status, 303))
    await house.porchlight('link', 'revoke', 'web', (await listed(other)).id)
    await eventually(async () => assert.equal((await house.visit(other)).status, 404))
  })

  gatesOpen(home)

  it('of a service that would show too much warns before it is given away', async () => {
    const { house } = home()
    const running = await startOddWebsites(house.lab)
    for (const [name, { to, ...odd }] of Object.entries(ODD_WEBSITES)) {
      const { code, stderr } = await house.tryPorchlight('add', name, '--to', to, ...('preset' in odd ? ['--preset', odd.preset] : []))
      assert.equal(code, 0, stderr)
      if (name === 'films') assert.match(stderr, /It shows a list of its files/)
    }
    const { services } = await house.status()
    for (const [name, { found }] of Object.entries(ODD_WEBSITES))
      assert.deepEqual(
        services.find((service) => service.name === name)?.safety?.findings.map(({ code }) => code),
        found,
        name,
      )
    // What is put right is seen when one looks again.
    await house.porchlight('access', 'films', 'link')
    const again = JSON.parse(await house.porchlight('check', 'films', '--json'))
    assert.deepEqual(
      again.findings.map(({ code }: { code: string }) => code),
      ['lists-files', 'answers'],
    )
    assert.match((await house.tryPorchlight('link', 'films')).stderr, /list of its files/)
    for (const name of Object.keys(ODD_WEBSITES)) await house.porchlight('remove', name)
    for (const each of running) await each.stop()
  })

  it('waits on a page while nobody is home, and goes on by itself once somebody is', async () => {
    const { house, browser } = home()
    const { shareLink } = await house.service()
    await home().engine.stop()
    const page = await browser.newPage({ locale: 'fr-FR' })
    await eventually(async () => assert.equal((await page.goto(shareLink ?? ''))?.status(), 503))
    await page.getByRole('heading', { name: 'Il n’y a personne pour le moment' }).waitFor()
    home().engine = await house.startEngine()
    await page.getByText(MARKER).waitFor({ timeout: 30_000 })
    await page.close()
  })
})
