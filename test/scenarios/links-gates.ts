/** Links and doors that let in only whom their owner means: by a grant, a PIN, a password, an address. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { hostOf, MARKER } from './house.ts'
import { type LinkHouse, shows } from './link-house.ts'

const OPEN_PATH = '/.porchlight/open'
/** They look at whatever is sent to somebody, before he does. */
const PREVIEWS = [
  'WhatsApp/2.23.20.0',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'TelegramBot (like TwitterBot)',
]

export function gatesOpen(home: () => LinkHouse): void {
  it('with a grant lets in who opens it, so many times, and no preview uses it up', async () => {
    const { house, browser, relay, engine, link, listed, registered } = home()
    await house.porchlight('access', 'web', 'link')
    const [url = ''] = await link('--uses', '1', '--label', 'for Aunt Marie')
    const [address = '', grant = ''] = url.split('#')
    assert.match(grant, /^[\w-]{22}$/)
    await registered(url)
    const host = hostOf(await house.service())
    await eventually(async () => assert.equal((await house.visit(`https://${host}/`)).status, 403))
    for (const agent of PREVIEWS)
      for (const method of ['--get', '--head']) {
        const seen = await house.visit(address, method, '--location', '--user-agent', agent)
        assert.equal(seen.status, 200)
        assert.doesNotMatch(seen.body, new RegExp(MARKER))
      }
    assert.equal((await listed(url)).uses, 0)

    const context = await browser.newContext({ locale: 'en-GB' })
    const page = await context.newPage()
    await page.goto(url)
    await shows(page, MARKER)
    assert.equal(new URL(page.url()).href, `https://${host}/`, 'nothing of the grant is left in the address')
    const [cookie, ...more] = await context.cookies(`https://${host}`)
    assert.deepEqual(
      [cookie?.name, cookie?.httpOnly, cookie?.secure, cookie?.sameSite, cookie?.domain, more],
      ['__Host-porchlight', true, true, 'Lax', host, []],
    )
    await eventually(async () => assert.equal((await listed(url)).uses, 1))

    // Out of an app's own browser into the real one: the same visitor.
    const real = await browser.newContext({ locale: 'fr-FR' })
    const again = await real.newPage()
    await again.goto(url)
    await shows(again, MARKER)
    assert.equal((await listed(url)).uses, 1)

    const stranger = house.lab.host('relay')
    const posted = await stranger.exec('curl', ['-sk', '-w', '%{http_code}', '--data', `grant=${grant}`, `https://${host}${OPEN_PATH}`])
    assert.match(posted.stdout, /has been used up[\s\S]*410$/)

    await house.porchlight('link', 'revoke', 'web', (await listed(url)).id)
    await page.reload()
    await shows(page, 'This service opens with a link')
    const files = readdirSync(house.relayFolder, { withFileTypes: true }).filter((entry) => entry.isFile())
    const kept = files.map(({ name }) => readFileSync(join(house.relayFolder, name), 'latin1')).join('')
    for (const [what, text] of Object.entries({ relay: relay.stdout() + relay.stderr(), kept, engine: engine.stdout() + engine.stderr() }))
      assert.ok(!text.includes(grant), `the grant stands in what ${what} wrote`)
    assert.ok(kept.includes(address.split('/').at(-1) ?? '-'), 'it would have been found')
    await context.close()
    await real.close()
    await house.porchlight('access', 'web', 'public')
  })

  it('asks for a PIN or a password on a page of the home, by the relay and without scripts too, until the owner says otherwise', async () => {
    const { house, browser, engine, link, listed } = home()
    await house.porchlight('access', 'web', 'link')
    const [url = ''] = await link('--pin', '0471', '--expires', '1h')
    const host = hostOf(await house.service()).replace('web.', 'web--relay.')
    const context = await browser.newContext({ locale: 'fr-FR' })
    const page = await context.newPage()
    await page.goto(`https://${host}${OPEN_PATH}#${url.split('#')[1]}`)
    await page.getByRole('heading', { name: 'Ce lien demande son code' }).waitFor()
    await page.getByRole('textbox', { name: 'Code' }).fill('1111')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await page.getByRole('textbox', { name: 'Code' }).fill('0471')
    await page.keyboard.press('Enter')
    await shows(page, MARKER)
    assert.deepEqual([(await listed(url)).uses, (await listed(url)).pin], [1, true])
    await house.porchlight('link', 'revoke', 'web', (await listed(url)).id)
    await page.reload()
    await page.getByRole('heading', { name: 'Ce service s’ouvre avec un lien' }).waitFor()

    await house.told('correct horse battery\n', 'access', 'web', 'password')
    const plain = await browser.newContext({ locale: 'en-GB', javaScriptEnabled: false })
    const door = await plain.newPage()
    await door.goto(`https://${host}/`)
    const say = async (password: string): Promise<void> => {
      await door.getByLabel('Password').fill(password)
      await door.getByRole('button', { name: 'Come in' }).click()
    }
    await say('correct horse')
    await door.getByRole('alert').waitFor()
    await say('correct horse battery')
    await shows(door, MARKER)
    await house.told('another horse altogether\n', 'access', 'web', 'password')
    await door.reload()
    await door.getByRole('heading', { name: 'This service asks for a password' }).waitFor()
    for (const text of [readFileSync(join(house.dataFolder, 'settings.json'), 'utf8'), engine.stdout() + engine.stderr()])
      assert.ok(!/horse|0471/.test(text), 'nothing of it stands in the settings or the log')
    await context.close()
    await plain.close()
    await house.porchlight('access', 'web', 'public')
  })

  it('opens to a program that shows its grant, and to no other', async () => {
    const { house, link, listed } = home()
    await house.porchlight('access', 'web', 'link')
    const [url = ''] = await link()
    const grant = url.split('#')[1]
    const host = hostOf(await house.service())
    const asks = async (...headers: string[]) => (await house.visit(`https://${host}/`, ...headers.flatMap((each) => ['-H', each]))).status
    assert.deepEqual([await asks(`Authorization: Bearer ${grant}`), await asks(`Porchlight-Grant: ${grant}`)], [200, 200])
    assert.deepEqual([await asks(), await asks(`Authorization: Bearer ${'x'.repeat(22)}`)], [403, 401])
    assert.match(await house.porchlight('link', 'ls', 'web'), new RegExp(`curl -H 'Authorization: Bearer ${grant}' https://${host}/`))
    assert.equal((await listed(url)).uses, 1)
    await house.porchlight('access', 'web', 'addresses', '192.0.2.1')
    const refused = await house.visit(`https://${host}/`, '-4')
    assert.deepEqual(
      [refused.status, refused.body.includes(house.lab.addresses.visitor.ipv4)],
      [403, true],
      'it tells the visitor his address',
    )
    await house.porchlight('access', 'web', 'addresses', house.lab.addresses.visitor.ipv4)
    assert.equal((await house.visit(`https://${host}/`, '-4')).status, 200)
    await house.porchlight('access', 'web', 'addresses', 'ns.relay.test')
    await eventually(async () => assert.ok((await house.service()).allowed[0]?.addresses?.includes(house.lab.addresses.relay.ipv4)))
    const friend = await house.lab.host('relay').exec('curl', ['-sk4', '-o', '/dev/null', '-w', '%{http_code}', `https://${host}/`])
    assert.deepEqual(
      [friend.stdout, (await house.visit(`https://${host}/`, '-4')).status],
      ['200', 403],
      'a friend’s name, and nobody else',
    )
    await house.porchlight('access', 'web', 'lan')
    await eventually(async () => assert.equal((await house.service()).state, 'at-home'))
    assert.equal((await house.visit(`https://${host}/`, '-4')).status, 403)
    const { ports } = JSON.parse(readFileSync(join(house.dataFolder, 'settings.json'), 'utf8'))
    const door = `${host}:443:${house.lab.addresses.home.ipv4}:${ports[':web ipv4']}`
    const inside = await house.lab
      .host('server')
      .exec('curl', ['-sk', '-o', '/dev/null', '-w', '%{http_code}', '--connect-to', door, `https://${host}/`])
    assert.equal(inside.stdout, '200', 'another computer of the house')
    await house.porchlight('access', 'web', 'public')
  })
}
