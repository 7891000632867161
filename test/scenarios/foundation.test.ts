import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { areCauses } from './causes.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'
import { openOwnZone } from './own-zone.ts'

const ROUTER = '203.0.113.10'
const RELAY = '198.51.100.20'
const OWN_NAME = 'home.dyn.test'
const HOME6 = '2001:db8:1::10'
const RELAY6 = '2001:db8:200::20'

/** Not there, and the lab's web server takes no POST. */
const SCAN = '.env,.git/config,wp-login.php,phpmyadmin/,adminer.php,xmlrpc.php'

/** The file of `*.DEVICE.relay.test`. */
const storedName = (service: ServiceView): string => `_.${hostOf(service).split('.').slice(1).join('.')}.json`

/** Files below a folder that hold this text. */
function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((entry) => join(entry.parentPath, entry.name)).filter((file) => readFileSync(file).includes(text))
}

describe('one link from a home server to the open internet', () => {
  let house: House
  let relay: LabProcess
  let engine: LabProcess

  before(async () => {
    house = await openHouse()
    relay = await house.startRelay()
    engine = await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
  })
  after(() => house.close())

  it('works through the tunnel first, with TLS that ends at home', async () => {
    await house.lab.router.setUpnp(false)
    const service = await house.becomes('tunnel')
    const page = await house.visit(service.publicUrl ?? '', '--resolve', `${hostOf(service)}:443:${RELAY}`)
    assert.equal(page.status, 200)
    assert.match(page.body, new RegExp(MARKER))
    assert.equal(page.via, RELAY)
    // What the visitor was shown is the certificate whose key lies at home, and nowhere on the relay.
    const { certPem } = JSON.parse(readFileSync(`${house.dataFolder}/certificates/${storedName(service)}`, 'utf8'))
    const shown = await house.lab.host('visitor').exec('openssl', ['s_client', '-connect', `${RELAY}:443`, '-servername', hostOf(service)])
    assert.ok(shown.stdout.includes(certPem.split('-----')[2].trim().split('\n')[0]))
    assert.deepEqual(filesWith(house.relayFolder, certPem.split('-----')[2].trim().split('\n')[0]), [])
    await house.lab.router.setUpnp(true)
  })

  it('goes direct by itself once somebody outside has proven it, under the same name', async () => {
    const service = await house.becomes('mapped')
    assert.deepEqual(service.paths.find(({ rung }) => rung === 'mapped')?.outside, { address: ROUTER, port: 443 })
    const forwarded = await house.lab.router.forwardedConnections(443, 'tcp')
    const page = await house.visit(service.publicUrl ?? '', '--resolve', `${hostOf(service)}:443:${ROUTER}`)
    assert.match(page.body, new RegExp(MARKER))
    assert.ok((await house.lab.router.forwardedConnections(443, 'tcp')) > forwarded)
    await eventually(async () => {
      const { gateway, internet } = await house.status()
      assert.ok(gateway.protocols.length > 0)
      assert.deepEqual([gateway.address, gateway.externalIPv4, gateway.nat], ['192.168.1.1', ROUTER, 'single'])
      assert.equal(internet.state, 'online')
    })
  })

  it('goes direct over IPv6 too, through a pinhole in the router’s firewall', async () => {
    const service = await eventually(
      async () => {
        const found = await house.service()
        assert.equal(found.best.ipv6, 'direct', JSON.stringify(found.paths))
        return found
      },
      { timeoutMs: 60_000 },
    )
    const page = await house.visit(service.publicUrl ?? '', '--resolve', `${hostOf(service)}:443:[${HOME6}]`)
    assert.match(page.body, new RegExp(MARKER))
  })

  it('has a certificate for its bare address too, to which browsers come without a name', async () => {
    await house.porchlight('certificate', 'add', 'ipv4', '--service', 'web')
    const page = await eventually(() => house.visit(`https://${ROUTER}/`), { timeoutMs: 60_000, everyMs: 300 })
    assert.match(page.body, new RegExp(MARKER))
    await house.porchlight('certificate', 'remove', 'ipv4')
  })

  it('publishes home and relay side by side after a change', async () => {
    const host = hostOf(await house.service())
    await eventually(async () => assert.deepEqual((await house.addresses(host)).sort(), [RELAY, ROUTER]))
    await eventually(async () => assert.deepEqual((await house.addresses(host, 'AAAA')).sort(), [HOME6, RELAY6]))
    // The relay's own answer puts the home first; a resolver on the way may sort as it likes.
    assert.deepEqual(await house.addresses(host, 'A', RELAY), [ROUTER, RELAY])
  })

  it('publishes the home alone after ten minutes: a fresh visitor goes straight to the router', async () => {
    await relay.stop()
    relay = await house.startRelay({ ahead: '+11m' })
    const service = await house.becomes('mapped')
    await eventually(async () => assert.deepEqual(await house.addresses(hostOf(service)), [ROUTER]), { timeoutMs: 60_000 })
    await eventually(async () => assert.deepEqual(await house.addresses(hostOf(service), 'AAAA'), [HOME6]), { timeoutMs: 60_000 })
    assert.equal((await house.visit(service.publicUrl ?? '', '-4')).via, ROUTER)
    assert.equal((await house.visit(service.publicUrl ?? '')).via, HOME6)
    await relay.stop()
    relay = await house.startRelay()
    await house.becomes('mapped')
  })

  it('gives a share link that leads there', async () => {
    const link = (await house.porchlight('link', 'web')).trim()
    assert.match(link, /^https:\/\/relay\.test\/s\/[a-z2-7]{16}$/)
    const page = await house.visit(link, '--location')
    assert.match(page.body, new RegExp(MARKER))
  })

  it('keeps the link when the rule is taken away, and goes direct again when the router lets it, also under a name of one’s own', async () => {
    const { publicUrl } = await house.service()
    const zone = await openOwnZone(house)
    await zone.prove(OWN_NAME)
    await house.porchlight('name', 'add', OWN_NAME, '--provider', 'rfc2136', '--service', 'web', '--credentials', zone.credentials)
    const opens = (via: string) => eventually(() => zone.opens(OWN_NAME, via), { timeoutMs: 60_000, everyMs: 200 })
    await opens(ROUTER)
    await house.lab.router.setUpnp(false)
    await house.becomes('tunnel')
    await opens(RELAY)
    await eventually(async () => assert.deepEqual(await house.addresses(hostOf(await house.service())), [RELAY]))
    assert.match((await house.visit(publicUrl ?? '')).body, new RegExp(MARKER))
    const { problems } = await house.status()
    const silent = problems.find(({ code }) => code === 'gateway-silent')
    assert.match(silent?.remedy ?? '', /UPnP/)
    await house.lab.router.setUpnp(true)
    await house.becomes('mapped')
    assert.equal((await house.service()).publicUrl, publicUrl)
    await opens(ROUTER)
    await house.porchlight('name', 'rm', OWN_NAME)
  })

  it('says that nobody can check while the relay is away, and goes on serving directly', async () => {
    const { publicUrl } = await house.service()
    await relay.stop()
    await eventually(async () => {
      const service = await house.service()
      assert.equal(service.state, 'unknown')
      assert.deepEqual(service.best, { ipv4: null, ipv6: null })
    })
    await areCauses(house, ['relay-unreachable'])
    const direct = await house.visit(publicUrl ?? '', '--resolve', `${hostOf(await house.service())}:443:${ROUTER}`)
    assert.match(direct.body, new RegExp(MARKER))
    relay = await house.startRelay()
    await house.becomes('mapped')
  })

  it('lets people at home look for weak spots as much as they like', async () => {
    const host = hostOf(await house.service())
    const port = JSON.parse(readFileSync(`${house.dataFolder}/settings.json`, 'utf8')).ports[':web ipv4']
    const inside = (url: string, ...more: string[]) =>
      house.lab.host('server').exec('curl', ['-sk', '--resolve', `${host}:${port}:192.168.1.10`, ...more, `https://${host}:${port}${url}`])
    const { stdout } = await inside(`/{${SCAN}}`, '-d', 'x', '-o', '/dev/null', '-w', '%{http_code} ')
    assert.equal(stdout.trim(), SCAN.split(',').fill('405').join(' '))
    assert.match((await inside('/')).stdout, new RegExp(MARKER))
    assert.equal(await house.porchlight('ban', 'ls'), 'Nobody is shut out.\n')
  })

  it('shuts out a visitor who does, directly and through the relay, and tells him why', async () => {
    const host = hostOf(await house.service())
    const visit = (path: string, to: string, ...more: string[]) =>
      house.visit(`https://${host}${path}`, '--resolve', `${host}:443:${to}`, ...more)
    await visit(`/{${SCAN}}`, ROUTER, '-d', 'x')
    for (const way of [ROUTER, RELAY]) {
      const page = await visit('/', way)
      assert.deepEqual([page.status, page.via], [403, way])
      assert.match(page.body, /This home answers again in 10 minutes[\s\S]*Your own is 198\.18\.0\.10/)
    }
    // Who goes on gets nothing any more.
    await assert.rejects(async () => {
      for (const way of [RELAY, ROUTER]) await visit('/', way)
    }, /reset|connect to|SSL_ERROR_SYSCALL|unexpected eof/i)
    assert.match(await house.porchlight('ban', 'ls'), /^198\.18\.0\.10 {2}looked for weak spots, at web, 5 times, since .*, until .*\n$/)
    assert.equal((await visit('/', `[${HOME6}]`)).status, 200, 'his IPv6 network is another place')
  })

  it('is the same device with the same link after kill -9, and leaves no stale rule', async () => {
    const before = await house.service()
    engine.kill('SIGKILL')
    await engine.exited
    engine = await house.startEngine()
    const after = await house.becomes('mapped')
    assert.equal(after.publicUrl, before.publicUrl)
    assert.equal(after.shareLink, before.shareLink)
    assert.equal(house.lab.router.mappings().length, 1)
  })

  it('still shuts that visitor out, until he is let in again', async () => {
    const { publicUrl = '' } = await house.service()
    const host = new URL(publicUrl ?? '').hostname
    assert.equal((await house.visit(publicUrl ?? '', '--resolve', `${host}:443:${RELAY}`)).status, 403)
    await house.porchlight('ban', 'rm', '198.18.0.10')
    for (const way of [ROUTER, RELAY])
      assert.match((await house.visit(publicUrl ?? '', '--resolve', `${host}:443:${way}`)).body, new RegExp(MARKER))
    assert.equal((await house.tryPorchlight('ban', 'add', '192.168.1.20')).code, 1)
    assert.equal((await house.tryPorchlight('ban', 'add', RELAY)).code, 1)
  })

  it('survives kill -9 of the relay the same way', async () => {
    const before = await house.service()
    relay.kill('SIGKILL')
    await relay.exited
    relay = await house.startRelay()
    const after = await house.becomes('mapped')
    assert.equal(after.shareLink, before.shareLink)
    assert.match((await house.visit(after.publicUrl ?? '')).body, new RegExp(MARKER))
  })

  it('says that the service itself is down, and blames nothing else', async () => {
    await house.nginx.stop()
    const down = await eventually(
      async () => {
        const service = await house.service()
        assert.equal(service.problem?.code, 'service-refused')
        return service
      },
      { timeoutMs: 60_000 },
    )
    assert.equal(down.state, 'unreachable')
    await eventually(async () => {
      const { problems } = await house.status()
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['service-refused'],
      )
    })
    await areCauses(house, ['service-refused'])
    const page = await house.visit(down.publicUrl ?? '', '-H', 'Accept-Language: fr')
    assert.equal(page.status, 502)
    await house.nginx.start()
    await house.becomes('mapped')
  })

  it('closes the way when the service is paused, and opens it again', async () => {
    await house.porchlight('pause', 'web')
    await eventually(() => assert.deepEqual(house.lab.router.mappings(), []))
    assert.equal((await house.service()).state, 'paused')
    await house.porchlight('resume', 'web')
    await house.becomes('mapped')
  })

  it('takes back what it opened and is gone', async () => {
    assert.deepEqual(await engine.stop(), { code: 0, signal: null })
    assert.deepEqual(house.lab.router.mappings(), [])
  })
})
