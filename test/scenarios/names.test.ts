/** A home changes its name, with real certificates, real name servers and two relays: nobody who has the old address ever finds it shut. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const HOME = '203.0.113.10'
const [FIRST, SECOND] = ['198.51.100.20', '198.18.2.20']
const SERVERS = ['--ns', 'ns1-relay.test', '--ns', 'ns2-relay.test']
const NEW = 'our-house.relay.test'

describe('a home with another name', () => {
  let house: House
  let engine: LabProcess
  let start: () => Promise<LabProcess>
  let old: { readonly url: string; readonly host: string; readonly label: string; readonly link: string }

  before(async () => {
    house = await openHouse({ personality: 'two-relays' })
    const [one, two] = [await house.relayCommand('relay', 'key'), await house.relayCommand('relay2', 'key')]
    await house.startRelay({ flags: ['--host', 'relay1.test', '--sibling', two, ...SERVERS] })
    await house.startRelay({ on: 'relay2', flags: ['--host', 'relay2.test', '--sibling', one, ...SERVERS] })
    const code = await house.relayCode()
    start = () => house.startEngine('--relay', code)
    engine = await start()
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    const { publicUrl, shareLink } = await house.becomes('mapped', 40_000)
    await house.porchlight('join', 'https://relay2.test')
    const host = new URL(publicUrl ?? '').hostname
    old = { url: publicUrl ?? '', host, label: host.split('.')[1] ?? '', link: shareLink ?? '' }
  })
  after(() => house.close())

  const shown = (domain: string): Promise<unknown> =>
    eventually(async () => assert.equal((await house.status()).domain, domain), { timeoutMs: 30_000, everyMs: 200 })
  const open = async (url: string): Promise<void> => assert.match((await house.visit(url)).body, new RegExp(MARKER))

  it('is found by the old name all the while, and by the new one as soon as that has its certificate', async () => {
    assert.match(await house.porchlight('name', 'check', 'our-house'), /is free/)
    const isDone = new AbortController()
    const visits = (async () => {
      let count = 0
      for (; !isDone.signal.aborted; count++) {
        await open(old.url)
        await sleep(100)
      }
      return count
    })()
    const beganMs = performance.now()
    await house.porchlight('name', 'set', 'our-house')
    await shown(NEW)
    const url = `https://web.${NEW}/`
    await eventually(() => open(url), { timeoutMs: 30_000, everyMs: 200 })
    console.log(`another name: shown and open after ${((performance.now() - beganMs) / 1000).toFixed(1)} s`)
    isDone.abort()
    assert.ok((await visits) > 0)
  })

  it('shows under each name a certificate for it, and the share link leads to the new one', async () => {
    for (const [host, device] of [
      [old.host, old.host.replace(/^web\./, '')],
      [`web.${NEW}`, NEW],
    ] as const) {
      const { stdout } = await house.lab
        .host('visitor')
        .exec('curl', ['-skv', '--max-time', '8', `https://${host}/`, '-o', '/dev/null', '--stderr', '-'])
      assert.match(stdout, new RegExp(`subject(AltName)?:.*\\*\\.${device}`, 'i'), stdout)
    }
    assert.match((await house.visit(old.link, '--location')).body, new RegExp(MARKER))
    const asked = ['-sk', '--max-time', '8', '-o', '/dev/null', '-w', '%{redirect_url}', old.link]
    const { stdout } = await house.lab.host('visitor').exec('curl', asked)
    assert.equal(stdout, `https://web.${NEW}/`)
  })

  it('is called so by both relays, and each leads home by both names', async () => {
    await house.becomes('mapped')
    for (const relay of ['relay', 'relay2'] as const)
      await eventually(async () => assert.match(await house.relayCommand(relay, 'devices'), /^our-house /), { timeoutMs: 30_000 })
    for (const host of [old.host, `web.${NEW}`])
      for (const server of [FIRST, SECOND])
        await eventually(async () => assert.ok((await house.addresses(host, 'A', server)).includes(HOME), `${host} at ${server}`), {
          timeoutMs: 30_000,
        })
  })

  it('comes back under all of its names when it is killed in the middle of a change', async () => {
    await house.porchlight('name', 'set', 'old-mill')
    engine.kill('SIGKILL')
    await engine.exited
    engine = await start()
    await eventually(() => open(old.url), { timeoutMs: 30_000, everyMs: 200 })
    await open(`https://web.${NEW}/`)
    await shown('old-mill.relay.test')
    await eventually(() => open('https://web.old-mill.relay.test/'), { timeoutMs: 30_000, everyMs: 200 })
    assert.equal(hostOf(await house.service()), 'web.old-mill.relay.test')
  })

  it('goes back to its first name at once', async () => {
    await house.porchlight('name', 'set', old.label)
    await shown(old.host.replace(/^web\./, ''))
    await open(old.url)
  })
})
