import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fetchNothing, fetchPage } from './clients.fixture.ts'
import { eventually } from './eventually.ts'
import { createLab, type Lab, type WebServer } from './lab.ts'
import { namespacesOf, processesOf } from './tear-down.ts'

const MARKER = 'Hello from the shelf under the stairs'

describe('one lab', () => {
  let lab: Lab
  let web: WebServer
  let outside: WebServer[]
  before(async () => {
    lab = await createLab()
    web = await lab.startNginx('home', { address: lab.addresses.home.ipv4, port: 8080, text: MARKER })
    const { ipv4, ipv6 } = lab.addresses.visitor
    outside = await Promise.all([ipv4, ipv6].map((address) => lab.startNginx('visitor', { address, port: 8000, text: 'outside' })))
  })
  after(() => lab.close())

  const upnpc = async (...args: string[]) => {
    const { stdout, stderr } = await lab.host('home').exec('upnpc', ['-u', lab.addresses.upnpDescription, ...args])
    return stdout + stderr
  }
  const map = (externalPort: number, protocol = 'TCP') =>
    upnpc('-e', 'lab test', '-a', lab.addresses.home.ipv4, '8080', String(externalPort), protocol, '3600')
  const visit = (url: string) => fetchPage(lab.host('visitor'), url)
  const shutOutside = async (url: string) => assert.notEqual((await fetchNothing(lab.host('visitor'), url)).code, 0, url)
  /** Whether the home reaches the page that the visitor's machine serves, over IPv4 and IPv6. */
  const homeGoesOut = async () => {
    for (const { url } of outside) assert.equal((await fetchPage(lab.host('home'), url)).page, 'outside', url)
  }
  const routerUrl = (port: number) => `http://${lab.addresses.wan.ipv4}:${port}/`
  const visitRouter = (port: number) => visit(routerUrl(port))

  test('the home goes out, nobody comes in unasked', async () => {
    // Neighbours find each other while the machine is busy with other labs: the first look over IPv6 may be answered with "no route".
    await eventually(homeGoesOut)
    const { home } = lab.addresses
    for (const url of [`http://${home.ipv4}:8080/`, `http://[${home.ipv6}]:8080/`, routerUrl(8080)]) await shutOutside(url)
    assert.deepEqual(web.accessLog(), [])
  })

  test('nginx answers on the LAN, stops, and starts again', async () => {
    const fetchIt = () => fetchPage(lab.host('server'), web.url)
    assert.equal((await fetchIt()).page, MARKER)
    // nginx writes its log after the answer.
    await eventually(() => assert.match(web.accessLog().at(-1) ?? '', /^192\.168\.1\.20 .*"GET \/ HTTP\/1\.1" 200/))
    await web.stop()
    assert.equal((await fetchIt()).code, 7) // curl: could not connect
    await web.start()
    assert.equal((await fetchIt()).page, MARKER)
  })

  test('a UPnP mapping lets a visitor in through the router, which counts it', async () => {
    assert.match(await map(9001), /external 203\.0\.113\.10:9001 TCP is redirected to internal 192\.168\.1\.10:8080/)
    const before = await lab.router.forwardedConnections(9001)
    assert.equal((await visitRouter(9001)).page, MARKER)
    assert.equal((await visitRouter(9001)).page, MARKER)
    assert.equal((await lab.router.forwardedConnections(9001)) - before, 2)
    assert.equal(await lab.router.forwardedConnections(9001, 'udp'), 0)
    await eventually(() => assert.match(web.accessLog().at(-1) ?? '', /^198\.18\.0\.10 /))
    const mapping = lab.router.mappings().find(({ externalPort }) => externalPort === 9001)
    assert.ok(mapping && mapping.expiresAtS > Date.now() / 1000)
    assert.deepEqual(
      { ...mapping, expiresAtS: 0 },
      { protocol: 'tcp', externalPort: 9001, internalAddress: '192.168.1.10', internalPort: 8080, expiresAtS: 0, description: 'lab test' },
    )
  })

  test('UDP mappings are counted apart', async () => {
    const serve = `const socket = require('node:dgram').createSocket('udp4')
      socket.on('message', (message, from) => socket.send('heard ' + message, from.port, from.address))
      socket.bind(8080, '192.168.1.10', () => console.log('bound'))`
    const ask = `const socket = require('node:dgram').createSocket('udp4')
      socket.once('message', (message) => { console.log(String(message)); socket.close() })
      socket.send('knock', 9006, '203.0.113.10')`
    const server = await lab.host('home').spawn(process.execPath, ['-e', serve], { readyPattern: /bound/ })
    assert.match(await map(9006, 'UDP'), /is redirected/)
    assert.equal((await lab.host('visitor').exec(process.execPath, ['-e', ask])).stdout, 'heard knock\n')
    assert.equal(await lab.router.forwardedConnections(9006, 'udp'), 1)
    assert.equal(await lab.router.forwardedConnections(9006, 'tcp'), 0)
    assert.deepEqual(await server.stop(), { code: null, signal: 'SIGTERM' })
  })

  test('mappings taken away are gone, and can be made again', async () => {
    await map(9002)
    assert.equal((await visitRouter(9002)).code, 0)
    await lab.router.removeMappings()
    assert.deepEqual(lab.router.mappings(), [])
    await shutOutside(routerUrl(9002))
    await map(9002)
    assert.equal((await visitRouter(9002)).page, MARKER)
  })

  test('a lying router lists the mapping and forwards nothing', async (t) => {
    t.after(() => lab.router.lieAboutMappings(false))
    await map(9003)
    await lab.router.lieAboutMappings(true)
    const counted = await lab.router.forwardedConnections(9003)
    assert.equal(
      lab.router.mappings().some(({ externalPort }) => externalPort === 9003),
      true,
    )
    await shutOutside(routerUrl(9003))
    assert.equal(await lab.router.forwardedConnections(9003), counted)
    await lab.router.lieAboutMappings(false)
    assert.equal((await visitRouter(9003)).page, MARKER)
  })

  test('UPnP off: nothing answers, nothing is mapped', async (t) => {
    t.after(() => lab.router.startUpnp())
    await map(9004)
    await lab.router.stopUpnp()
    assert.deepEqual(lab.router.mappings(), [])
    assert.match(await map(9004), /No valid UPNP Internet Gateway Device found/)
    await shutOutside(routerUrl(9004))
    await lab.router.setUpnp(true)
    assert.match(await map(9004), /is redirected/)
  })

  test('a reboot loses the mappings; the line and UPnP come back', async () => {
    await map(9005)
    await lab.router.reboot()
    assert.deepEqual(lab.router.mappings(), [])
    await eventually(homeGoesOut)
    assert.match(await map(9005), /is redirected/)
    assert.equal((await visitRouter(9005)).page, MARKER)
  })

  test('the line goes down and comes back', async (t) => {
    t.after(() => lab.router.wanUp())
    await lab.router.wanDown()
    assert.match(await upnpc('-s'), /Status : Disconnected/)
    for (const { url } of outside) assert.notEqual((await fetchNothing(lab.host('home'), url)).code, 0, url)
    await lab.router.wanUp()
    await eventually(homeGoesOut)
    await eventually(async () => assert.match(await upnpc('-s'), /ExternalIPAddress = 203\.0\.113\.10/))
  })

  test('the router answers an SSDP search from the home', async () => {
    const search = `
      const socket = require('node:dgram').createSocket('udp4')
      socket.on('message', (message) => { console.log(String(message)); socket.close() })
      socket.send(['M-SEARCH * HTTP/1.1', 'HOST: 239.255.255.250:1900', 'MAN: "ssdp:discover"', 'MX: 1',
        'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1', '', ''].join('\\r\\n'), 1900, '239.255.255.250')`
    const { stdout } = await lab.host('home').exec(process.execPath, ['-e', search])
    assert.match(stdout, /^HTTP\/1\.1 200 OK/)
    assert.match(stdout, /LOCATION: http:\/\/192\.168\.1\.1:5000\/rootDesc\.xml/)
  })

  test('names resolve outside and at home; a relay that is not there fails soon', async () => {
    for (const host of ['visitor', 'home', 'relay'] as const) {
      const { stdout } = await lab.host(host).exec('dig', ['+short', 'acme.test', 'A'])
      assert.equal(stdout.trim(), lab.addresses.dns.ipv4, host)
    }
    const { stdout } = await lab.host('visitor').exec('dig', ['+tries=1', '+time=8', 'relay.test', 'A'])
    assert.match(stdout, /status: SERVFAIL/)
  })

  test('the zone relay.test is asked from the relay itself', async () => {
    const answer = `
      const socket = require('node:dgram').createSocket('udp4')
      socket.bind(53, '198.51.100.20', () => console.log('bound'))
      socket.once('message', (query) => { console.log('asked', query.includes('relay')); socket.close() })`
    const server = await lab.host('relay').spawn(process.execPath, ['-e', answer], { readyPattern: /bound/ })
    const asking = lab.host('visitor').exec('dig', ['+tries=1', '+time=8', 'web.device.relay.test', 'A'])
    await server.waitForOutput(/asked true/)
    await asking
  })

  test('dyn.test takes signed updates', async () => {
    const { zone, name, algorithm, secret } = lab.tsig
    const input = `server ${lab.addresses.dns.ipv4}\nzone ${zone}\nupdate add box.${zone} 5 A 203.0.113.10\nsend\n`
    assert.equal((await lab.host('home').exec('nsupdate', ['-y', `${algorithm}:${name}:${secret}`], { input })).code, 0)
    const { stdout } = await lab.host('visitor').exec('dig', ['+short', `box.${zone}`, 'A'])
    assert.equal(stdout.trim(), '203.0.113.10')
  })

  test('pebble answers under its own root, and hands out the root it issues from', async () => {
    const { page } = await fetchPage(lab.host('home'), lab.addresses.acmeDirectory, '--fail', '--cacert', lab.caFile)
    assert.match(page, /newOrder/)
    assert.match(readFileSync(await lab.issuingRoots(), 'utf8'), /BEGIN CERTIFICATE/)
  })

  test("the relay's certificate is good for its domain and every name under it", async () => {
    const { certFile } = await lab.relayCertificate()
    for (const name of ['relay.test', 'join.relay.test']) {
      const verify = ['verify', '-CAfile', lab.caFile, '-purpose', 'sslserver', '-verify_hostname', name, certFile]
      assert.equal((await lab.host('relay').exec('openssl', verify)).code, 0, name)
    }
  })

  test('a program that does not end is ended; one that fails is a result', async () => {
    await assert.rejects(lab.host('home').exec('sleep', ['60'], { timeoutMs: 50 }), /no end after 50 ms: .*sleep 60/)
    assert.equal((await lab.host('home').exec('sh', ['-c', 'exit 3'])).code, 3)
    await assert.rejects(lab.host('home').spawn('echo', ['hello'], { readyPattern: /good morning/ }), /ended before it printed/)
  })
})

test('two labs live side by side and leave nothing behind', async (t) => {
  const labs = await Promise.all([createLab({ upnp: false }), createLab({ upnp: false })])
  t.after(() => Promise.all(labs.map((lab) => lab.close())))
  const texts = ['the first house', 'the second house']
  await Promise.all(labs.map((lab, i) => lab.startNginx('server', { text: texts[i] ?? '' })))
  for (const [i, lab] of labs.entries()) {
    const home = lab.host('home')
    assert.equal((await fetchPage(home, 'http://192.168.1.20:8080/')).page, texts[i])
    assert.equal((await fetchPage(home, lab.addresses.upnpDescription)).code, 7) // curl: could not connect
  }
  const names = labs.map((lab) => lab.host('home').namespace.replace(/home$/, ''))
  assert.notEqual(names[0], names[1])
  for (const [i, lab] of labs.entries()) {
    const name = names[i] as string
    assert.notEqual(processesOf(name).length, 0)
    await lab.close()
    await lab.close()
    assert.deepEqual(processesOf(name), [])
    assert.deepEqual(namespacesOf(name), [])
    assert.deepEqual(
      readdirSync('/etc/netns').filter((entry) => entry.startsWith(name)),
      [],
    )
    assert.equal(existsSync(lab.dir), false)
  }
})
