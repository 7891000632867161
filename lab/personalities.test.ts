import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { addPinhole, fetchNothing, fetchPage, mapByPcp, mapByUpnp, upnpc } from './clients.fixture.ts'
import { eventually } from './eventually.ts'
import { must } from './host.ts'
import { createLab, type Lab, type WebServer } from './lab.ts'
import { PERSONALITIES, type PersonalityName } from './personalities.ts'
import { namespacesOf, processesOf } from './tear-down.ts'

const MARKER = 'Hello from the attic'

type Told = {
  lab: Lab
  /** Serves MARKER on port 8080 of the home. */
  web: WebServer
  /** What the visitor gets from there. */
  fromOutside(where: string): Promise<string>
  /** Resolves when the visitor gets nothing from there. */
  shutOutside(where: string): Promise<void>
  /** The IPv4 address under which a server outside sees the home; rejects when the home does not get there. */
  seenAs(): Promise<string>
}

/** Ask the second router for a mapping of port 9001 to the first. */
function mapOnOuter(lab: Lab): Promise<string> {
  return upnpc(lab, 'home', '-u', 'http://192.168.0.1:5000/rootDesc.xml', '-a', '192.168.0.2', '9001', '9001', 'TCP', '3600')
}

const STORIES: Record<PersonalityName, (told: Told) => Promise<void>> = {
  plain: async ({ lab, fromOutside }) => {
    assert.match(await mapByUpnp(lab, 443), /external 203\.0\.113\.10:443 TCP is redirected/)
    assert.equal(await fromOutside('203.0.113.10:443'), MARKER)
  },

  iptables: async ({ lab, fromOutside, shutOutside }) => {
    const { home, router } = lab.addresses
    assert.match(await mapByUpnp(lab, 443), /external 203\.0\.113\.10:443 TCP is redirected/)
    assert.deepEqual(pick(await mapByPcp(lab, router.ipv4, 8080, 9001)), [0, '203.0.113.10', 9001])
    assert.deepEqual([await fromOutside('203.0.113.10:443'), await fromOutside('203.0.113.10:9001')], [MARKER, MARKER])
    assert.equal(await lab.router.forwardedConnections(9001), 1)
    await lab.startNginx('home', { address: home.ipv6, port: 8081, text: 'by pinhole' })
    await shutOutside(`[${home.ipv6}]:8081`)
    assert.equal((await mapByPcp(lab, router.ipv6, 8081))?.result, 0)
    assert.equal(await fromOutside(`[${home.ipv6}]:8081`), 'by pinhole')
    assert.doesNotMatch(await must(lab.host('router'), 'nft', ['list', 'tables']), /inet home/)
    await lab.inject('router-reboot')
    for (const where of ['203.0.113.10:9001', `[${home.ipv6}]:8081`]) await shutOutside(where)
  },

  'upnp-off': async ({ lab }) => {
    assert.match(await mapByUpnp(lab, 443), /No valid UPNP Internet Gateway Device found/)
    assert.equal(await mapByPcp(lab, '192.168.1.1', 8080), undefined)
  },

  'upnp-only': async ({ lab, fromOutside }) => {
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
    assert.equal(await fromOutside('203.0.113.10:9001'), MARKER)
    assert.match((await lab.host('home').exec('natpmpc', ['-g', '192.168.1.1'])).stderr, /the gateway does not support nat-pmp/)
    assert.equal(await mapByPcp(lab, '192.168.1.1', 8080), undefined)
  },

  'upnp-v1': async ({ lab, fromOutside }) => {
    const { page } = await fetchPage(lab.host('home'), lab.addresses.upnpDescription)
    assert.match(page, /InternetGatewayDevice:1/)
    assert.doesNotMatch(page, /InternetGatewayDevice:2|WANIPv6FirewallControl/)
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
    assert.equal(await fromOutside('203.0.113.10:9001'), MARKER)
  },

  'pcp-only': async ({ lab, fromOutside }) => {
    assert.match(await mapByUpnp(lab, 9001), /No valid UPNP Internet Gateway Device found/)
    const { stdout } = await lab.host('home').exec('natpmpc', ['-g', '192.168.1.1', '-a', '9002', '8080', 'tcp', '3600'])
    assert.match(stdout, /Mapped public port 9002 protocol TCP to local port 8080/)
    assert.equal(await fromOutside('203.0.113.10:9002'), MARKER)
    assert.deepEqual(pick(await mapByPcp(lab, '192.168.1.1', 8080, 9002)), [0, '203.0.113.10', 9002])
  },

  'cgnat-refusing': async ({ lab, seenAs }) => {
    assert.equal(await seenAs(), '203.0.113.5')
    assert.match(await upnpc(lab, 'home', '-s'), /GetExternalIPAddress failed\. \(empty string\)/)
    assert.match(await mapByUpnp(lab, 9001), /failed with code 501/)
    assert.notEqual((await mapByPcp(lab, '192.168.1.1', 8080))?.result, 0)
    assert.deepEqual(lab.router.mappings(), [])
  },

  'cgnat-lying': async ({ lab, shutOutside, seenAs }) => {
    assert.equal(await seenAs(), '203.0.113.5')
    assert.match(await mapByUpnp(lab, 9001), /external 203\.0\.113\.5:9001 TCP is redirected/)
    assert.deepEqual(pick(await mapByPcp(lab, '192.168.1.1', 8080, 9001)), [0, '203.0.113.5', 9001])
    await shutOutside('203.0.113.5:9001')
    assert.equal(await lab.router.forwardedConnections(9001), 0)
  },

  'cgnat-reporting': async ({ lab, shutOutside, seenAs }) => {
    assert.equal(await seenAs(), '203.0.113.5')
    assert.match(await mapByUpnp(lab, 9001), /external 100\.64\.0\.10:9001 TCP is redirected/)
    await shutOutside('100.64.0.10:9001')
    assert.equal((await fetchPage(lab.host('carrier'), 'http://100.64.0.10:9001/')).page, MARKER)
    await lab.inject('isp-down')
    assert.equal((await fetchNothing(lab.host('home'), 'http://198.18.0.10:8000/')).page, '')
    await lab.inject('isp-up')
    await eventually(seenAs)
  },

  'double-nat': async ({ lab, fromOutside, shutOutside }) => {
    assert.match(await mapByUpnp(lab, 9001), /external 192\.168\.0\.2:9001 TCP is redirected/)
    await shutOutside('203.0.113.10:9001')
    assert.match(await mapOnOuter(lab), /external 203\.0\.113\.10:9001 TCP is redirected to internal 192\.168\.0\.2:9001/)
    assert.equal(await fromOutside('203.0.113.10:9001'), MARKER)
    assert.equal(lab.outerRouter?.mappings().length, 1)
    assert.equal((await mapByPcp(lab, '192.168.0.1', 8080))?.result, 12) // ADDRESS_MISMATCH
    // Nobody translates IPv6, so that each of the two firewalls has to let visitors in.
    const { ipv6 } = lab.addresses.home
    await lab.startNginx('home', { address: ipv6, port: 8081, text: 'through two firewalls' })
    assert.equal((await mapByPcp(lab, lab.addresses.router.ipv6, 8081))?.result, 0)
    await shutOutside(`[${ipv6}]:8081`)
    assert.equal((await mapByPcp(lab, '2001:db8:101::1', 8081))?.result, 0)
    assert.equal(await fromOutside(`[${ipv6}]:8081`), 'through two firewalls')
  },

  'double-nat-outer-natpmp': async ({ lab, fromOutside }) => {
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
    assert.match(await mapOnOuter(lab), /No valid UPNP Internet Gateway Device found/)
    // It takes the request for one of our own router, under whose address it comes, and maps that.
    const { stdout } = await lab.host('home').exec('natpmpc', ['-g', '192.168.0.1', '-a', '9001', '9001', 'tcp', '3600'])
    assert.match(stdout, /Mapped public port 9001 protocol TCP to local port 9001/)
    assert.equal(lab.outerRouter?.mappings()[0]?.internalAddress, '192.168.0.2')
    assert.equal(await fromOutside('203.0.113.10:9001'), MARKER)
  },

  'double-nat-outer-silent': async ({ lab }) => {
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
    assert.match(await mapOnOuter(lab), /No valid UPNP Internet Gateway Device found/)
    assert.equal(await mapByPcp(lab, '192.168.0.1', 8080), undefined)
  },

  'double-nat-outer-refusing': async ({ lab }) => {
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
    assert.match(await mapOnOuter(lab), /failed with code 606/)
    assert.deepEqual(lab.outerRouter?.mappings(), [])
  },

  'double-nat-carrier': async ({ lab }) => {
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
    assert.match(await mapOnOuter(lab), /external 100\.64\.0\.10:9001 TCP is redirected/)
  },

  'ds-lite': async ({ lab, fromOutside, seenAs }) => {
    assert.equal(await must(lab.host('router'), 'ip', ['-4', 'addr', 'show', 'dev', 'wan']), '')
    assert.equal(await seenAs(), '203.0.113.5')
    assert.match(await upnpc(lab, 'home', '-s'), /GetExternalIPAddress failed\. \(empty string\)/)
    assert.match(await mapByUpnp(lab, 9001), /failed with code 501/)
    assert.equal((await mapByPcp(lab, lab.addresses.router.ipv6, 8080))?.result, 0)
    assert.equal(await fromOutside(`[${lab.addresses.home.ipv6}]:8080`), MARKER)
    const big = await lab.startNginx('visitor', { address: '198.18.0.10', port: 8001, text: 'x'.repeat(20_000) })
    assert.equal((await fetchPage(lab.host('home'), big.url)).page.length, 20_000)
  },

  'shared-ports': async ({ lab, fromOutside, shutOutside, seenAs }) => {
    assert.equal(await seenAs(), '203.0.113.10')
    assert.match(await mapByUpnp(lab, 443), /is redirected/)
    assert.match(await mapByUpnp(lab, 20_000), /is redirected/)
    await shutOutside('203.0.113.10:443')
    assert.equal(await fromOutside('203.0.113.10:20000'), MARKER)
  },

  'port-443-taken': async ({ lab, fromOutside }) => {
    await lab.startNginx('server', { port: 443, text: 'somebody else' })
    assert.match(await mapByUpnp(lab, 443), /failed with code 718 \(ConflictInMappingEntry\)/)
    assert.equal(await fromOutside('203.0.113.10:443'), 'somebody else')
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
  },

  'ipv6-pinhole': async ({ lab, fromOutside, shutOutside }) => {
    const { home, router } = lab.addresses
    await shutOutside(`[${home.ipv6}]:8080`)
    assert.deepEqual(pick(await mapByPcp(lab, router.ipv6, 8080)), [0, '2001:0db8:0001:0000:0000:0000:0000:0010', 8080])
    assert.equal(await fromOutside(`[${home.ipv6}]:8080`), MARKER)
    await lab.startNginx('home', { address: home.ipv6, port: 8081, text: 'by pinhole' })
    assert.match(await addPinhole(lab, router.ipv4, 8081), /<errorCode>606<\/errorCode>/)
    await shutOutside(`[${home.ipv6}]:8081`)
    assert.match(await addPinhole(lab, router.ipv6, 8081), /<UniqueID>\d+<\/UniqueID>/)
    assert.equal(await fromOutside(`[${home.ipv6}]:8081`), 'by pinhole')
    assert.match(await addPinhole(lab, router.ipv6, 443), /<errorCode>606<\/errorCode>/)
    assert.equal((await mapByPcp(lab, router.ipv6, 443))?.result, 0)
  },

  'ipv6-open': async ({ lab, fromOutside, shutOutside }) => {
    assert.equal(await fromOutside(`[${lab.addresses.home.ipv6}]:8080`), MARKER)
    await shutOutside('203.0.113.10:8080')
  },

  'no-ipv6': async ({ lab, fromOutside }) => {
    for (const host of ['home', 'server', 'router'] as const)
      assert.equal(await must(lab.host(host), 'ip', ['-6', 'addr', 'show', 'scope', 'global']), '', host)
    assert.match(await mapByUpnp(lab, 9001), /is redirected/)
    assert.equal(await fromOutside('203.0.113.10:9001'), MARKER)
  },

  'ipv6-only': async ({ lab, fromOutside, shutOutside }) => {
    const home = lab.host('home')
    assert.match((await home.exec('dig', ['+short', 'ipv4only.arpa', 'AAAA'])).stdout, /^2001:db8:64::c000:aa$/m)
    const outside = await lab.startNginx('visitor', { address: '198.18.0.10', port: 8001, text: 'outside' })
    assert.equal((await fetchNothing(home, outside.url)).page, '')
    assert.equal((await fetchPage(home, 'http://[2001:db8:64::c612:a]:8001/')).page, 'outside')
    await eventually(() => assert.match(outside.accessLog().at(-1) ?? '', /^198\.18\.1\.64 /))
    await shutOutside(`[${lab.addresses.home.ipv6}]:8080`)
    assert.equal((await mapByPcp(lab, lab.addresses.router.ipv6, 8080))?.result, 0)
    assert.equal(await fromOutside(`[${lab.addresses.home.ipv6}]:8080`), MARKER)
  },

  'outbound-443-only': async ({ lab }) => {
    const address = lab.addresses.visitor.ipv4
    const [web, other] = await Promise.all([443, 8000].map((port) => lab.startNginx('visitor', { address, port, text: 'outside' })))
    const home = lab.host('home')
    assert.equal((await fetchPage(home, web?.url ?? '')).page, 'outside')
    assert.equal((await fetchNothing(home, other?.url ?? '')).page, '')
    assert.equal((await home.exec('dig', ['+short', 'acme.test'])).stdout, `${lab.addresses.dns.ipv4}\n`)
  },

  lossy: async ({ lab }) => {
    // 400 questions and answers over a line that loses a tenth of each: 324 come back, give or take 8 (one sigma).
    assert.ok(Math.abs((await answeredOf400(lab)) - 324) < 48)
    await lab.line.lose(0)
    assert.equal(await answeredOf400(lab), 400)
  },

  'slow-uplink': async ({ lab }) => {
    await lab.startNginx('home', { address: lab.addresses.home.ipv4, port: 8081, text: 'x'.repeat(300_000) })
    await upnpc(lab, 'home', '-a', lab.addresses.home.ipv4, '8081', '9001', 'TCP', '3600')
    const download = async () => {
      const speed = ['-o', '/dev/null', '-w', '%{speed_download}', '--max-time', '8']
      return Number((await fetchPage(lab.host('visitor'), 'http://203.0.113.10:9001/', ...speed)).page) * 8
    }
    // The bucket lets the first 32 kB through at once.
    const limited = await download()
    assert.ok(limited > 0 && limited < 6_000_000, String(limited))
    await lab.line.limitUplink(null)
    assert.doesNotMatch(await must(lab.host('router'), 'tc', ['qdisc', 'show', 'dev', 'wan']), /tbf/)
  },

  'two-relays': async ({ lab }) => {
    const { relay2 } = lab.addresses
    await lab.startNginx('relay2', { address: relay2.ipv4, port: 8000, text: 'the second relay' })
    assert.equal((await fetchPage(lab.host('home'), `http://${relay2.ipv4}:8000/`)).page, 'the second relay')
    const lookedUp = async (name: string) => (await lab.host('visitor').exec('dig', ['+short', name])).stdout.trim()
    assert.equal(await lookedUp('ns1-relay.test'), lab.addresses.relay.ipv4)
    for (const name of ['ns2-relay.test', 'relay2.test']) assert.equal(await lookedUp(name), relay2.ipv4)
  },
  'nat64-visitor': async ({ lab, web }) => {
    const phone = lab.host('phone')
    assert.equal(await must(phone, 'ip', ['-4', 'addr', 'show', 'dev', 'eth0']), '')
    await mapByUpnp(lab, 9001)
    const { zone, name, algorithm, secret } = lab.tsig
    const input = `server ${lab.addresses.dns.ipv4}\nzone ${zone}\nupdate add door.${zone} 5 A 203.0.113.10\nsend\n`
    await lab.host('home').exec('nsupdate', ['-y', `${algorithm}:${name}:${secret}`], { input })
    assert.equal((await fetchPage(phone, `http://door.${zone}:9001/`)).page, MARKER)
    await eventually(() => assert.match(web.accessLog().at(-1) ?? '', /^198\.18\.1\.64 /))
    assert.match((await phone.exec('dig', ['+short', 'ipv4only.arpa', 'AAAA'])).stdout, /^2001:db8:64::c000:aa$/m)
  },
}

function pick(answer: Awaited<ReturnType<typeof mapByPcp>>): unknown[] {
  return [answer?.result, answer?.externalAddress, answer?.externalPort]
}

/** Each side's buffer holds them all while it stands still. The end is the last answer, or 30 ticks without one: who stood still himself
 *  reads before he ticks again. */
async function answeredOf400(lab: Lab): Promise<number> {
  const answer = `
    const socket = require('node:dgram').createSocket({ type: 'udp4', recvBufferSize: 1_000_000 })
    socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address))
    socket.bind(7, '198.18.0.10', () => console.log('bound'))`
  const ask = `
    const socket = require('node:dgram').createSocket({ type: 'udp4', recvBufferSize: 1_000_000 })
    let answers = 0
    let quiet = 0
    const end = () => { console.log(answers); process.exit() }
    socket.on('message', () => { quiet = 0; if (++answers === 400) end() })
    setInterval(() => { if (++quiet > 30) end() }, 100)
    let sent = 0
    const timer = setInterval(() => {
      for (let i = 0; i < 20; i += 1) socket.send(String(sent++), 7, '198.18.0.10')
      if (sent === 400) clearInterval(timer)
    }, 5)`
  const server = await lab.host('visitor').spawn(process.execPath, ['-e', answer], { readyPattern: /bound/ })
  const answers = Number(await must(lab.host('home'), process.execPath, ['-e', ask]))
  await server.stop()
  return answers
}

async function live(name: PersonalityName): Promise<Lab> {
  const lab = await createLab({ personality: name })
  try {
    const { home, visitor } = lab.addresses
    const address = name === 'ipv6-open' || name === 'ipv6-pinhole' || name === 'ds-lite' || name === 'ipv6-only' ? home.ipv6 : home.ipv4
    const web = await lab.startNginx('home', { address, text: MARKER })
    const outside = await lab.startNginx('visitor', { address: visitor.ipv4, port: 8000 })
    await STORIES[name]({
      lab,
      web,
      fromOutside: async (where) => (await fetchPage(lab.host('visitor'), `http://${where}/`)).page,
      shutOutside: async (where) => assert.equal((await fetchNothing(lab.host('visitor'), `http://${where}/`)).page, '', where),
      seenAs: async () => {
        const before = outside.accessLog().length
        const { code } = await fetchPage(lab.host('home'), outside.url)
        assert.equal(code, 0)
        // nginx writes down what it has answered.
        return await eventually(() => {
          const [line] = outside.accessLog().slice(before)
          assert.ok(line)
          return line.split(' ')[0] ?? ''
        })
      },
    })
  } finally {
    await lab.close()
  }
  return lab
}

describe('every personality is as its name says, and leaves nothing', { concurrency: 2 }, () => {
  for (const name of Object.keys(PERSONALITIES) as PersonalityName[])
    test(name, async () => {
      const { dir, host } = await live(name)
      const lab = host('home').namespace.replace(/home$/, '')
      assert.deepEqual([processesOf(lab), namespacesOf(lab), existsSync(dir)], [[], [], false])
      assert.deepEqual(
        readdirSync('/etc/netns').filter((entry) => entry.startsWith(lab)),
        [],
      )
    })
})
