import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fetchNothing, fetchPage, mapByPcp, mapByUpnp, upnpc } from './clients.fixture.ts'
import { eventually } from './eventually.ts'
import { FAULTS, type Fault, type FaultName, isFault } from './faults.ts'
import { must } from './host.ts'
import { createLab, type Lab, type LabProcess } from './lab.ts'

const MARKER = 'Hello from the cellar'

test('every lasting fault names the one that ends it', () => {
  for (const [name, { undoneBy }] of Object.entries<Fault>(FAULTS)) {
    if (undoneBy !== undefined) assert.ok(isFault(undoneBy) && !('undoneBy' in FAULTS[undoneBy]), name)
  }
  assert.equal(isFault('toString'), false)
})

describe('faults', () => {
  let lab: Lab
  before(async () => {
    lab = await createLab()
    await Promise.all([
      lab.startNginx('home', { address: '0.0.0.0', text: MARKER }),
      lab.startNginx('server', { address: '0.0.0.0', text: 'the server' }),
      ...['198.18.0.10', '2001:db8:300::10'].map((address) => lab.startNginx('visitor', { address, port: 8000, text: 'outside' })),
    ])
  })
  after(() => lab.close())

  const fromOutside = async (where: string) => (await fetchPage(lab.host('visitor'), `http://${where}/`)).page
  const shutOutside = async (where: string) => assert.equal((await fetchNothing(lab.host('visitor'), `http://${where}/`)).page, '', where)
  const outside = ['198.18.0.10', '[2001:db8:300::10]'].map((where) => `http://${where}:8000/`)
  const goesOut = async () => {
    for (const url of outside) assert.equal((await fetchPage(lab.host('home'), url)).page, 'outside', url)
  }
  const staysIn = async () => {
    for (const url of outside) assert.equal((await fetchNothing(lab.host('home'), url)).page, '', url)
  }
  const mapped = async (port: number, address = '203.0.113.10') => {
    assert.match(await mapByUpnp(lab, port), /is redirected/)
    assert.equal(await fromOutside(`${address}:${port}`), MARKER)
  }
  const resolves = async (patienceS: number) => {
    const { code } = await lab.host('visitor').exec('dig', ['+tries=1', `+time=${patienceS}`, 'acme.test'])
    return code === 0
  }
  /** Prints the first byte of every announcement that NAT-PMP (version 0) and PCP (2) send to the LAN. */
  const listen = (): Promise<LabProcess> =>
    lab.host('home').spawn(
      process.execPath,
      [
        '-e',
        `const socket = require('node:dgram').createSocket({ type: 'udp4', reuseAddr: true })
         socket.on('message', (bytes) => console.log('version', bytes[0]))
         socket.bind(5350, () => { socket.addMembership('224.0.0.1', '192.168.1.10'); console.log('listening') })`,
      ],
      { readyPattern: /listening/ },
    )

  /** Resolves once the router has told its LAN that it happened, so that nothing of it is left for a later listener. */
  const announced = async (fault: FaultName) => {
    const listener = await listen()
    await lab.inject(fault)
    await listener.waitForOutput(/version 2/)
    await listener.stop()
  }

  test('router-reboot: the mappings are gone, the router announces itself, everything works again', async () => {
    await mapped(9001)
    const epochS = async () => (await mapByPcp(lab, '192.168.1.1', 8080, 9009))?.epochS ?? assert.fail('nobody answers')
    await eventually(async () => assert.ok((await epochS()) > 2))
    const rebootAtMs = performance.now()
    await announced('router-reboot')
    assert.deepEqual(lab.router.mappings(), [])
    // It counts whole seconds, from the reboot on.
    const told = await epochS()
    assert.ok(told <= (performance.now() - rebootAtMs) / 1000 + 1, `epoch ${told}`)
    await eventually(goesOut)
    await mapped(9001)
  })

  test('wan-change: another address outside, announced; and back', async () => {
    await announced('wan-change')
    assert.match(await upnpc(lab, 'home', '-s'), /ExternalIPAddress = 203\.0\.113\.11/)
    await eventually(goesOut)
    await mapped(9002, '203.0.113.11')
    await shutOutside('203.0.113.10:9002')
    await announced('wan-change-back')
    await mapped(9002)
    await eventually(goesOut)
  })

  test('wan-change-silent: another address outside, and nobody is told', async () => {
    const listener = await listen()
    await lab.inject('wan-change-silent')
    assert.match(await upnpc(lab, 'home', '-s'), /ExternalIPAddress = 203\.0\.113\.11/)
    await mapped(9002, '203.0.113.11')
    await eventually(async () => assert.notEqual(await lab.line.silenced(), 0))
    assert.equal(listener.stdout(), 'listening\n')
    await lab.inject('wan-change-back')
    await listener.waitForOutput(/version 2/)
    await listener.stop()
    await mapped(9002)
  })

  for (const [fault, who, from, address] of [
    ['lan-change', 'home', 'server', '192.168.1.110'],
    ['server-lan-change', 'server', 'home', '192.168.1.120'],
  ] as const)
    test(`${fault}: the machine is at another address of the LAN, and goes out from there; and back`, async () => {
      const page = who === 'home' ? MARKER : 'the server'
      const at = async (where: string) => (await fetchPage(lab.host(from), `http://${where}:8080/`)).page
      const out = async () => (await fetchPage(lab.host(who), 'http://198.18.0.10:8000/')).page
      await lab.inject(fault)
      assert.equal(await at(address), page)
      assert.equal((await fetchNothing(lab.host(from), `http://${lab.addresses[who].ipv4}:8080/`)).page, '')
      assert.equal(await out(), 'outside')
      await lab.inject(`${fault}-back`)
      assert.equal(await at(lab.addresses[who].ipv4), page)
      assert.equal(await out(), 'outside')
    })

  test('isp-down: nothing goes out, and the router still claims to be connected; and up', async () => {
    await lab.inject('isp-down')
    await staysIn()
    assert.match(await upnpc(lab, 'home', '-s'), /Status : Connected[\s\S]*ExternalIPAddress = 203\.0\.113\.10/)
    await lab.inject('isp-up')
    await eventually(goesOut)
  })

  test('line-down: the router knows that it is disconnected; and up', async () => {
    await lab.inject('line-down')
    await staysIn()
    assert.match(await upnpc(lab, 'home', '-s'), /Status : Disconnected/)
    await lab.inject('line-up')
    await eventually(goesOut)
    await eventually(async () => assert.match(await upnpc(lab, 'home', '-s'), /Status : Connected/))
  })

  test('lying-mapping: listed, and nothing comes through; and honest again', async () => {
    await mapped(9003)
    await lab.inject('lying-mapping')
    await shutOutside('203.0.113.10:9003')
    assert.match(await mapByUpnp(lab, 9003), /is redirected/)
    await lab.inject('honest-mapping')
    assert.equal(await fromOutside('203.0.113.10:9003'), MARKER)
  })

  test('port-stolen: the outside port leads to another machine, and we cannot have it; and returned', async () => {
    await mapped(8080)
    await lab.inject('port-stolen')
    assert.equal(await fromOutside('203.0.113.10:8080'), 'the server')
    assert.match(await mapByUpnp(lab, 8080), /failed with code 718/)
    assert.deepEqual([...new Set(lab.router.mappings().map(({ internalAddress }) => internalAddress))], ['192.168.1.20'])
    await lab.inject('port-returned')
    assert.deepEqual(lab.router.mappings(), [])
    await mapped(8080)
  })

  test('dns-down: questions are swallowed; and up', async () => {
    assert.equal(await resolves(20), true)
    await lab.inject('dns-down')
    assert.equal(await resolves(1), false)
    await lab.inject('dns-up')
    assert.equal(await resolves(20), true)
  })

  test('cable-out: no carrier, the address stays; and in', async () => {
    const carrier = () => must(lab.host('home'), 'cat', ['/sys/class/net/eth0/carrier'])
    await lab.inject('cable-out')
    assert.equal(await carrier(), '0\n')
    assert.match(await must(lab.host('home'), 'ip', ['-4', 'addr', 'show', 'dev', 'eth0']), /192\.168\.1\.10/)
    await staysIn()
    await lab.inject('cable-in')
    assert.equal(await carrier(), '1\n')
    await eventually(goesOut)
  })

  test('port-443-shut, proxy-alone: also what was let out before is held back; and all may go out', async () => {
    const proxy = await lab.startWebProxy()
    await lab.startNginx('visitor', { address: '198.18.0.10', port: 443, text: 'at 443' })
    const url = 'http://198.18.0.10:443/'
    const at443 = (...args: string[]) => fetchPage(lab.host('home'), url, ...args)
    const swallowed = async () => assert.equal((await fetchNothing(lab.host('home'), url)).code, 28)
    assert.equal((await at443()).page, 'at 443')
    await lab.inject('port-443-shut')
    await swallowed()
    await eventually(goesOut)
    await lab.inject('proxy-alone')
    await swallowed()
    await staysIn()
    // CONNECT to 443 and nowhere else, and only for those who name themselves.
    assert.equal((await at443('--proxytunnel', '--proxy', proxy)).page, 'at 443')
    assert.equal((await at443('--proxytunnel', '--proxy', proxy.replace('ann:s3cret@', ''))).code, 56)
    assert.equal((await fetchPage(lab.host('home'), 'http://198.18.0.10:8000/', '--proxytunnel', '--proxy', proxy)).code, 56)
    await lab.inject('all-may-go-out')
    assert.equal((await at443()).page, 'at 443')
    await eventually(goesOut)
  })

  test('upnp-off: nobody answers; and on', async () => {
    await lab.inject('upnp-off')
    assert.match(await mapByUpnp(lab, 9004), /No valid UPNP Internet Gateway Device found/)
    assert.equal(await mapByPcp(lab, '192.168.1.1', 8080), undefined)
    await lab.inject('upnp-on')
    await mapped(9004)
  })

  test('what cannot happen to a home is an error', async (t) => {
    const other = await createLab({ personality: 'ds-lite' })
    t.after(() => other.close())
    await assert.rejects(other.inject('wan-change'), /no IPv4 address to change/)
    assert.throws(() => other.host('phone'), /this lab has no phone/)
  })
})
