/** The relay's own name server, asked by programs that we did not write: directly, and through a resolver that was sent to it. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TYPE } from '../../dns/codes.ts'
import { eventually } from '../../lab/eventually.ts'
import { type House, hostOf, openHouse } from './house.ts'

const ROUTER = '203.0.113.10'
const FLOOD = resolve(import.meta.dirname, 'dns-flood.ts')

describe('the relay answers for its domain', () => {
  let house: House
  /** `web.amber-otter-42.relay.test`, and what stands above it. */
  let host: string
  let device: string
  let relay: string

  /** A program on the internet; what it prints, with runs of blanks made one. */
  const run = async (program: string, ...args: string[]): Promise<string> => {
    const { stdout, stderr } = await house.lab.host('visitor').exec(program, args, { timeoutMs: 60_000 })
    return `${stdout}${stderr}`.replace(/[ \t]+/g, ' ')
  }
  const dig = (...args: string[]): Promise<string> => run('dig', `@${relay}`, '+norec', '+tries=1', '+timeout=10', ...args)

  before(async () => {
    house = await openHouse()
    relay = house.lab.addresses.relay.ipv4
    await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    host = hostOf(await house.becomes('mapped', 40_000))
    device = host.slice('web.'.length)
  })
  after(() => house.close())

  it('is found by a resolver that follows the delegation, with its addresses for a short time', async () => {
    const answer = await run('dig', host, 'A')
    assert.match(answer, /status: NOERROR/)
    const [, ttl] = new RegExp(`^${host}\\. (\\d+) IN A ${relay}$`, 'm').exec(answer) ?? []
    assert.ok(Number(ttl) <= 30, answer)
    assert.match(await run('dig', 'relay.test', 'SOA'), /^relay\.test\. \d+ IN SOA ns\.relay\.test\. hostmaster\.relay\.test\. \d+ .* 30$/m)
    // delv asks as a validating resolver does, DO set; the zone is not signed, and that is no fault.
    const told = await run('delv', '-i', `@${house.lab.addresses.dns.ipv4}`, host, 'A')
    assert.match(told, new RegExp(`^${host}\\. \\d+ IN A ${relay}$`, 'm'))
  })

  it('has its name server’s addresses at hand, HTTPS for browsers, and a name that never goes home', async () => {
    const ns = await dig('relay.test', 'NS')
    assert.match(ns, /^relay\.test\. \d+ IN NS ns\.relay\.test\.$/m)
    assert.match(ns, new RegExp(`ADDITIONAL SECTION:[\\s\\S]*^ns\\.relay\\.test\\. \\d+ IN A ${relay}$`, 'm'))
    assert.match(await dig(host, 'HTTPS'), /IN HTTPS 1 \. alpn="h2"$/m)
    assert.match(await dig(`web--relay.${device}`, 'A'), new RegExp(`ANSWER: 1,[\\s\\S]*IN A ${relay}$`, 'm'))
  })

  it('tells "no such name" from "nothing of that kind", and keeps both short', async () => {
    const soa = /AUTHORITY SECTION:\nrelay\.test\. 30 IN SOA .* 30$/m
    for (const [name, type] of [[host, 'TXT'] as const, [device, 'A'] as const]) {
      const nodata = await dig(name, type)
      assert.match(nodata, /status: NOERROR/)
      assert.match(nodata, soa)
    }
    for (const name of [`nobody.${device}`, 'nobody.relay.test', `a.${host}`]) {
      const nothing = await dig(name, 'A')
      assert.match(nothing, /status: NXDOMAIN/)
      assert.match(nothing, soa)
    }
  })

  it('speaks EDNS, echoes letter case, and answers over TCP as over UDP', async () => {
    assert.match(await dig(host, 'A'), /EDNS: version: 0, flags:; udp: 1232/)
    assert.match(await dig('+edns=1', '+noednsnegotiation', host, 'A'), /status: BADVERS/)
    const odd = host.replace('web', 'wEb').replace('relay.test', 'ReLaY.tEsT')
    assert.match(await dig(odd, 'A'), new RegExp(`^${odd}\\. \\d+ IN A ${relay}$`, 'm'))
    assert.match(await dig('+tcp', host, 'A'), new RegExp(`IN A ${relay}$`, 'm'))
  })

  it('refuses what is not its business, and says little to ANY', async () => {
    assert.match(await dig('example.org', 'A'), /status: REFUSED/)
    assert.match(await dig('+rec', 'test', 'SOA'), /status: REFUSED/)
    assert.match(await dig('relay.test', 'AXFR'), /Transfer failed/)
    assert.match(await dig('+tcp', host, 'ANY'), /IN HINFO "RFC8482" ""$/m)
    assert.match(await dig('+noedns', '+opcode=update', 'relay.test', 'SOA'), /status: NOTIMP/)
    assert.match(await dig('+noedns', '+opcode=notify', 'relay.test', 'SOA'), /status: NOTIMP/)
  })

  it('lets a router keep a name of its own, by a program that routers run', async () => {
    const made = await house.porchlight('router-name', 'on')
    const [name, password] = ['Name', 'Password'].map((row) => new RegExp(`^${row} +(\\S+)$`, 'm').exec(made)?.[1])
    assert.equal(name, `router.${device}`)
    const config = join(house.lab.dir, 'inadyn.conf')
    const roots = join(house.lab.dir, 'roots.pem')
    writeFileSync(
      config,
      `ca-trust-file = "${roots}"
custom relay {
  username = router
  password = "${password}"
  ddns-server = relay.test
  ddns-path = "/nic/update?hostname=%h&myip=%i"
  hostname = "${name}"
  checkip-command = "/bin/echo ${ROUTER}"
}\n`,
    )
    const cache = join(house.lab.dir, 'inadyn-cache')
    const args = ['--once', '--force', '--foreground', '--no-pidfile', '--cache-dir', cache, '--config', config]
    const { code, stderr } = await house.lab.host('server').exec('inadyn', args, { timeoutMs: 60_000 })
    assert.equal(code, 0, stderr)
    // It comes by IPv6 and says where it is in IPv4, as dual-stack routers do: there the home itself is seen.
    const { ipv6 } = house.lab.addresses.server
    await eventually(async () => assert.deepEqual(await house.addresses(name ?? ''), [ROUTER]))
    assert.deepEqual(await house.addresses(name ?? '', 'AAAA'), [ipv6])
    assert.match(await house.porchlight('router-name', 'show'), new RegExp(`^Now at +${ROUTER} ${ipv6}$`, 'm'))
    assert.match(await house.porchlight('router-name', 'off'), /no name/)
    assert.match(await dig(name ?? '', 'A'), /status: NXDOMAIN/)
  })

  it('is of little use to who sends questions in somebody else’s name', async (context) => {
    const worst: [string, number, string][] = [
      ['NS', TYPE.NS, 'relay.test'],
      ['NXDOMAIN', TYPE.A, 'nobody.relay.test'],
    ]
    for (const [title, type, name] of worst) {
      const { stdout } = await house.lab
        .host('visitor')
        .exec(process.execPath, [FLOOD, relay, name, String(type), '2000', '2000'], { timeoutMs: 60_000 })
      const { sentBytes, gotBytes, answers, truncated, largest } = JSON.parse(stdout)
      const factor = gotBytes / sentBytes
      const whole = ((largest * 2000) / sentBytes).toFixed(2)
      context.diagnostic(
        `${title}: 2000 questions a second: ${answers} answers, ${truncated} truncated, ${factor.toFixed(2)} times the bytes`,
      )
      context.diagnostic(`${title}: one whole answer is ${whole} times its question`)
      assert.ok(factor <= 3, String(factor))
      assert.ok(truncated > 0, 'an honest resolver beside the flood is sent to TCP')
    }
    // Truncated, dig comes back over TCP by itself.
    assert.match(await dig(host, 'A', '+retry=3'), new RegExp(`IN A ${relay}$`, 'm'))
  })
})
