import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { relayOnlyName } from '../../protocol/model/relay-only.ts'
import type { LinkView } from '../../protocol/snapshot.ts'
import { openBrowser } from './browser.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'
import { ODD_WEBSITES, startOddWebsites } from './odd-websites.ts'

const OPEN_PATH = '/.porchlight/open'
/** They look at whatever is sent to somebody, before he does. */
const PREVIEWS = [
  'WhatsApp/2.23.20.0',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'TelegramBot (like TwitterBot)',
]

/** Of other programs than the one that is there. */
const WEAK_SPOTS = ['/.env', '/.git/config', '/wp-login.php', '/phpmyadmin/index.php', '/id_rsa', '/backup.sql']

describe('share links', () => {
  let house: House
  let relay: LabProcess
  let engine: LabProcess
  let browser: Browser

  before(async () => {
    house = await openHouse()
    relay = await house.startRelay()
    engine = await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await house.becomes('mapped', 40_000)
    const { lab } = house
    browser = await openBrowser(lab, lab.host('visitor'), [await lab.issuingRoots(), lab.caFile])
  })
  after(async () => {
    await browser?.close()
    await house?.close()
  })

  const link = async (...flags: string[]): Promise<string[]> => (await house.porchlight('link', 'add', 'web', ...flags)).trim().split('\n')
  const listed = async (url: string): Promise<LinkView> => {
    const found = (await house.service()).links.find((each) => each.url === url)
    assert.ok(found, url)
    return found
  }
  const registered = (url: string): Promise<void> =>
    eventually(async () => assert.ok((await listed(url)).registered), { timeoutMs: 15_000 })
  const shows = async (page: Page, text: string): Promise<void> => await page.getByText(text).first().waitFor({ timeout: 15_000 })

  it('leads a browser to the home by HTTP/2, which it speaks through the relay as well', async () => {
    const page = await browser.newPage()
    const host = hostOf(await house.service())
    for (const name of [host, host.replace('web.', `${relayOnlyName('web')}.`)]) {
      const answer = await page.goto(`https://${name}/`)
      await shows(page, MARKER)
      const [arrival] = await page.evaluate(() => performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])
      assert.equal(arrival?.nextHopProtocol, 'h2', name)
      if (name !== host) assert.ok(['198.51.100.20', '[2001:db8:200::20]'].includes((await answer?.serverAddr())?.ipAddress ?? ''))
    }
    await page.close()
  })

  it('leads a browser through the relay to events, to a WebSocket, and out again when it looks for weak spots', async () => {
    const { lab } = house
    const program = join(import.meta.dirname, 'guide-service.ts')
    const live = await lab.host('server').spawn(process.execPath, [program, '192.168.1.20', '8089'], { readyPattern: /listening/ })
    await house.porchlight('add', 'live', '--to', 'http://192.168.1.20:8089')
    await eventually(async () => assert.ok((await house.service('live')).publicUrl), { timeoutMs: 15_000 })
    const page = await browser.newPage()
    const url = `https://${hostOf(await house.service('live')).replace('live.', `${relayOnlyName('live')}.`)}`
    const answer = await page.goto(`${url}/chunked`)
    assert.ok(['198.51.100.20', '[2001:db8:200::20]'].includes((await answer?.serverAddr())?.ipAddress ?? ''))
    const heard = await page.evaluate(async () => {
      const events = new Promise<string[]>((resolve) => {
        const told: string[] = []
        const source = new EventSource('/events')
        source.onmessage = ({ data }) => told.push(data) === 3 && resolve(told)
        source.onerror = () => source.close()
      })
      const spoken = new Promise<string>((resolve) => {
        const socket = new WebSocket('/talk')
        socket.onopen = () => socket.send('hello')
        socket.onmessage = ({ data }) => resolve(data)
      })
      const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
      return { events: await events, spoken: await spoken, by: arrival?.nextHopProtocol }
    })
    assert.deepEqual(heard, { events: ['tick', 'tick', 'tick'], spoken: 'heard', by: 'h2' })

    await page.evaluate(async (paths) => {
      for (const path of paths) await fetch(path)
    }, WEAK_SPOTS)
    await page.reload()
    await shows(page, 'This home does not answer your connection for now')
    const { newest } = (await house.status()).bans
    assert.deepEqual(
      newest.map(({ reason, service }) => [reason, service]),
      [['scan', 'live']],
    )
    await house.porchlight('ban', 'rm', newest[0]?.place ?? '')
    await page.reload()
    await shows(page, 'one two')
    await page.close()
    await house.porchlight('remove', 'live')
    await live.stop()
  })

  it('is made while the relay is away, says that it does not work yet, and works when the relay is back', async () => {
    await relay.stop()
    await eventually(async () => assert.equal((await house.status()).relay.state, 'waiting'), { timeoutMs: 15_000 })
    const made = await house.tryPorchlight('link', 'add', 'web', '--label', 'for Aunt Marie')
    const url = made.stdout.trim()
    assert.match(url, /^https:\/\/relay\.test\/s\/[a-z2-7]{16}$/)
    assert.match(made.stderr, /Not registered yet/)
    const given = (await house.service()).shareLink ?? ''
    assert.deepEqual([(await listed(url)).registered, (await listed(given)).registered], [false, true])
    relay = await house.startRelay()
    await registered(url)
    assert.match((await house.visit(url, '--location')).body, new RegExp(MARKER))
  })

  it('leads home people by the relay, where their router lets nobody in from inside', async () => {
    await house.becomes('mapped', 40_000)
    const { lab } = house
    const service = await house.service()
    const inside = async (url: string, ...more: string[]) =>
      await lab
        .host('home')
        .exec('curl', ['-sS', '--max-time', '4', '--cacert', join(lab.dir, 'roots.pem'), ...more, url], { timeoutMs: 6000 })
    const byName = await inside(service.publicUrl ?? '', '-4', '--resolve', `${hostOf(service)}:443:203.0.113.10`)
    assert.notEqual(byName.code, 0, 'this router turns nobody back')
    const byLink = await inside(service.shareLink ?? '', '-4', '--location', '-w', '\n%{url_effective}')
    assert.match(byLink.stdout, new RegExp(`${MARKER}[\\s\\S]*https://web--relay\\.`))
    const outside = await house.visit(service.shareLink ?? '', '-4', '-o', '/dev/null', '-w', '%{redirect_url}\n200 x')
    assert.match(JSON.stringify(outside), /https:\/\/web\.[a-z]/)
  })

  it('is not even needed at home for a service that is kept to the relay: its own name leads there, and does not tell of the home', async () => {
    const { lab } = house
    const told = async (name: string): Promise<string[]> => [...(await house.addresses(name)), ...(await house.addresses(name, 'AAAA'))]
    const other = hostOf(await house.service())
    await eventually(async () => assert.ok((await told(other)).includes('203.0.113.10')), { timeoutMs: 8000 })
    await house.porchlight('add', 'diary', '--to', 'http://192.168.1.20:8080')
    await house.porchlight('way', 'diary', 'relay')
    const url = await eventually(async () => {
      const { state, best, publicUrl } = await house.service('diary')
      assert.deepEqual([state, best], ['reachable', { ipv4: 'tunnel', ipv6: 'tunnel' }])
      return publicUrl ?? ''
    })
    const host = new URL(url).host
    await eventually(async () => assert.deepEqual(await told(host), ['198.51.100.20', '2001:db8:200::20']), { timeoutMs: 8000 })
    assert.ok((await told(other)).includes('203.0.113.10'), 'the other service is direct, as before')
    const open = async (from: 'home' | 'visitor', ...more: string[]) =>
      await lab
        .host(from)
        .exec('curl', ['-sS', '--max-time', '4', '--cacert', join(lab.dir, 'roots.pem'), ...more, url], { timeoutMs: 6000 })
    await eventually(async () => assert.match((await open('home', '-4')).stdout, new RegExp(MARKER)), { timeoutMs: 8000 })
    assert.match((await open('visitor', '-4')).stdout, new RegExp(MARKER))
    const direct = ['--resolve', `${host}:443:203.0.113.10`]
    assert.equal((await open('visitor', ...direct)).code, 35, 'refused in the handshake (curl: CURLE_SSL_CONNECT_ERROR)')
    await house.porchlight('way', 'diary', 'best')
    await eventually(async () => assert.match((await open('visitor', ...direct)).stdout, new RegExp(MARKER)))
    await house.porchlight('remove', 'diary')
  })

  it('can be dictated, but not guessed', async () => {
    const [url = '', alias = ''] = await link('--alias')
    assert.match(alias, /^https:\/\/relay\.test\/a\/[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    await registered(url)
    assert.match((await house.visit(alias.toLowerCase().replace(/-(....)$/, '$1'), '--location')).body, new RegExp(MARKER))
    const guesses = Array.from({ length: 25 }, (_, index) => [
      '-o',
      '/dev/null',
      `https://relay.test/a/0000-00${String(index).padStart(2, '0')}`,
    ])
    const { stdout } = await house.lab
      .host('visitor')
      .exec('curl', ['-s', '--cacert', house.lab.caFile, '-w', '%{http_code} ', ...guesses.flat()])
    const codes = stdout.split(' ')
    assert.ok(codes.includes('404') && codes.includes('429'), stdout)
    assert.equal((await house.visit(alias)).status, 429)
    assert.match((await house.visit(url, '--location')).body, new RegExp(MARKER))
  })

  it('ends by itself, and when it is revoked', async () => {
    const [url = ''] = await link('--expires', `${new Date(Date.now() + 3000).toISOString().slice(0, 19)}Z`)
    await eventually(async () => assert.equal((await house.visit(url)).status, 410), { timeoutMs: 8000 })
    const [other = ''] = await link()
    await eventually(async () => assert.equal((await house.visit(other)).status, 303))
    await house.porchlight('link', 'revoke', 'web', (await listed(other)).id)
    await eventually(async () => assert.equal((await house.visit(other)).status, 404))
  })

  it('with a grant lets in who opens it, so many times, and no preview uses it up', async () => {
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

  it('of a service that would show too much warns before it is given away', async () => {
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

  it('asks for a PIN or a password on a page of the home, by the relay and without scripts too, until the owner says otherwise', async () => {
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
    for (const password of ['correct horse', 'correct horse battery']) {
      await door.getByLabel('Password').fill(password)
      await door.getByRole('button', { name: 'Come in' }).click()
    }
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

  it('waits on a page while nobody is home, and goes on by itself once somebody is', async () => {
    const { shareLink } = await house.service()
    await engine.stop()
    const page = await browser.newPage({ locale: 'fr-FR' })
    await eventually(async () => assert.equal((await page.goto(shareLink ?? ''))?.status(), 503), { timeoutMs: 10_000 })
    await page.getByRole('heading', { name: 'Il n’y a personne pour le moment' }).waitFor()
    engine = await house.startEngine()
    await page.getByText(MARKER).waitFor({ timeout: 30_000 })
    await page.close()
  })
})
