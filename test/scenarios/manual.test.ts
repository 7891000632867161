/** A router that does not let itself be asked, and an owner who makes the rule on it by hand, as he is told to; and who has a firewall on his
 *  computer, which keeps out what the rule lets in until he says otherwise. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { must } from '../../lab/host.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const ROUTER = '203.0.113.10'
const RELAY = '198.51.100.20'

/** As careful people have it: what was not asked for is dropped. */
const FIREWALL = `chain input {
type filter hook input priority filter; policy drop;
ct state established,related accept
iifname "lo" accept
meta l4proto { icmp, ipv6-icmp } accept
ip saddr 192.168.1.0/24 accept
}`

describe('a rule that the owner makes on his router by hand', { concurrency: 1 }, () => {
  let house: House
  let engine: LabProcess
  let internal: string
  let internalPort: string

  before(async () => {
    house = await openHouse({ upnp: false })
    await setTable(house.lab.host('home'), 'household', FIREWALL)
    await house.startRelay()
    engine = await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await house.becomes('tunnel')
  })
  after(() => house.close())

  /** The rule, and the firewall of the router that follows it, as a router's own page makes them together. */
  async function forward(port: number, to: string): Promise<void> {
    const { host } = house.lab
    const rule = `chain by_hand {\ntype nat hook prerouting priority dstnat; policy accept;\niifname "wan" tcp dport ${port} dnat ip to ${to}\n}`
    await setTable(host('router'), 'owner', rule)
    await must(host('router'), 'nft', ['insert', 'rule', 'inet', 'home', 'through_router', 'ct', 'status', 'dnat', 'accept'])
  }

  const published = async (): Promise<string[]> => (await house.addresses(hostOf(await house.service()), 'A', RELAY)).sort()

  async function straight(): Promise<void> {
    const service = await house.becomes('manual')
    assert.deepEqual(service.paths.find(({ rung }) => rung === 'manual')?.outside, { address: ROUTER, port: 443 })
    await eventually(async () => assert.deepEqual(await published(), [RELAY, ROUTER]))
    await eventually(async () => assert.deepEqual((await house.status()).problems, []))
    const page = await house.visit(service.publicUrl ?? '', '--resolve', `${hostOf(service)}:443:${ROUTER}`)
    assert.match(page.body, new RegExp(MARKER))
  }

  it('is told with the address and the port that it must lead to', async () => {
    const told = await eventually(async () => {
      const found = (await house.status()).problems.find(({ code }) => code === 'forward-by-hand')
      assert.ok(found)
      return found
    })
    internal = told.params.internal ?? ''
    internalPort = told.params.internalPort ?? ''
    assert.deepEqual([internal, told.params.port, told.params.protocol], ['192.168.1.10', '443', 'TCP'])
    assert.match(told.remedy, new RegExp(`TCP port 443 to 192\\.168\\.1\\.10, port ${internalPort}`))
  })

  /** What is told of this computer's firewall, once it is told for both families: while the ways are looked at anew, it is not. */
  const firewalls = () =>
    eventually(async () => {
      const found = (await house.status()).problems.filter(({ code }) => code === 'firewall-here')
      assert.equal(found.length, 2)
      return found
    })

  it('is told, too, that the firewall of this very computer keeps visitors out, with the command for exactly each port', async () => {
    const [ipv6, ipv4] = (await firewalls()).sort((a, b) => Number(a.params.port) - Number(b.params.port))
    const rule = (family: string, port: string) =>
      `sudo nft insert rule inet household input meta nfproto ${family} tcp dport ${port} accept`
    assert.deepEqual(ipv4?.params, { name: 'nftables', protocol: 'TCP', port: internalPort, command: rule('ipv4', internalPort) })
    assert.equal(ipv6?.params.command, rule('ipv6', '443'))
    assert.match(await house.porchlight('diagnose').catch(String), /The firewall of this computer keeps visitors out/)
  })

  it('leads nowhere before that command has been run, and the relay carries visitors meanwhile', async () => {
    await forward(443, `${internal}:${internalPort}`)
    await house.porchlight('diagnose')
    const service = await house.becomes('tunnel')
    assert.match((await house.visit(service.publicUrl ?? '')).body, new RegExp(MARKER))
    for (const { params } of await firewalls()) {
      const [sudo, ...words] = params.command?.split(' ') ?? []
      assert.equal(sudo, 'sudo')
      await must(house.lab.host('home'), words[0] ?? '', words.slice(1))
    }
  })

  it('is found by "check now", proven from outside, and takes visitors straight to the home', async () => {
    await house.porchlight('diagnose')
    await straight()
  })

  it('leads to the same port after the engine has been started again', async () => {
    await engine.stop()
    engine = await house.startEngine()
    await straight()
  })

  it('is missed within seconds when it is gone, and the relay carries everything again', async () => {
    await setTable(house.lab.host('router'), 'owner', false)
    const service = await house.becomes('tunnel', 20_000)
    await eventually(async () => assert.deepEqual(await published(), [RELAY]))
    assert.match((await house.visit(service.publicUrl ?? '')).body, new RegExp(MARKER))
    await eventually(async () =>
      assert.deepEqual(
        (await house.status()).problems.map(({ code }) => code),
        ['gateway-silent', 'forward-by-hand'],
      ),
    )
  })

  describe('on a router that he can let Porchlight into', { concurrency: 1 }, () => {
    /** What its owner does at the box; resolves with its rules. */
    const atTheBox = async (order: string): Promise<{ lan_ip: string; lan_port: number; wan_port_start: number }[]> =>
      JSON.parse(await must(house.lab.host('router'), 'curl', ['--silent', '--data', order, 'http://192.168.1.1/owner']))
    const access = async () => (await house.status()).gateway.access

    before(async () => {
      const box = resolve(import.meta.dirname, '..', 'fakes', 'freebox.ts')
      await house.lab.host('router').spawn(process.execPath, [box, '192.168.1.1', '80'], { readyPattern: /ready/ })
      await house.porchlight('diagnose').catch(() => undefined)
    })

    it('is offered it, since the router is known by its page', async () => {
      await eventually(async () => assert.match(await house.porchlight('router'), /router connect/), { timeoutMs: 35_000, everyMs: 500 })
    })

    it('says yes on the box, which does not let it change anything yet', async () => {
      await atTheBox('lock')
      const asking = house.porchlight('router', 'connect')
      await eventually(async () => assert.equal((await access()).phase, 'waiting'), { everyMs: 100 })
      await atTheBox('granted')
      await asking
      await eventually(async () => assert.equal((await access()).problem?.code, 'gateway-access-right'), { everyMs: 200 })
    })

    it('allows that too: the rule is made, proven from outside, and takes visitors straight to the home', async () => {
      await atTheBox('unlock')
      const service = await house.becomes('mapped', 35_000)
      assert.deepEqual(
        (await atTheBox('granted')).map(({ lan_ip, lan_port, wan_port_start }) => [lan_ip, String(lan_port), wan_port_start]),
        [[internal, internalPort, 443]],
      )
      const page = await house.visit(service.publicUrl ?? '', '--resolve', `${hostOf(service)}:443:${ROUTER}`)
      assert.match(page.body, new RegExp(MARKER))
    })

    it('finds no rule left when the service pauses, and none when Porchlight is shut out again', async () => {
      await house.porchlight('pause', 'web')
      await eventually(async () => assert.deepEqual(await atTheBox('granted'), []), { everyMs: 100 })
      await house.porchlight('resume', 'web')
      await house.becomes('mapped')
      assert.match(await house.porchlight('router', 'forget'), /taken its rules back/)
      assert.deepEqual(await atTheBox('granted'), [])
      await house.becomes('tunnel', 20_000)
    })
  })
})
