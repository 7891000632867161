/** Two home routers in a row, and an engine behind both: what happens to the chain of two rules that lets visitors in. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { must } from '../../lab/host.ts'
import type { Lab, LabProcess } from '../../lab/lab.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const OUTSIDE = '203.0.113.10'
const MOVED = '203.0.113.11'
const INNER = '192.168.0.2'

const outer = ({ outerRouter }: Lab) => {
  assert.ok(outerRouter)
  return outerRouter
}

async function takenByServer({ host, addresses }: Lab, port: number): Promise<void> {
  const rule = ['-e', 'NAS', '-a', addresses.server.ipv4, String(port), String(port), 'TCP', '3600']
  await must(host('server'), 'upnpc', ['-u', addresses.upnpDescription, ...rule])
}

/** Our rules, from the home outwards, as `443→192.168.1.10:40443`. */
function chain({ lab }: House): string[] {
  return [...lab.router.mappings(), ...outer(lab).mappings()]
    .filter(({ description }) => description !== 'NAS')
    .map(({ externalPort, internalAddress, internalPort }) => `${externalPort}→${internalAddress}:${internalPort}`)
}

/** Straight through both routers, at this address; nothing is wrong. */
async function straight(house: House, address = OUTSIDE): Promise<void> {
  await eventually(
    async () => {
      const { services, problems, gateway } = await house.status()
      const path = services[0]?.paths.find(({ rung }) => rung === 'mapped')
      assert.deepEqual([path?.phase, path?.outside], ['confirmed', { address, port: 443 }], JSON.stringify(path))
      assert.deepEqual([problems.map(({ code }) => code), gateway.nat], [[], 'double'])
    },
    { timeoutMs: 30_000, everyMs: 200 },
  )
  const { publicUrl } = await house.service()
  const where = ['--resolve', `${hostOf(await house.service())}:443:${address}`]
  assert.match((await house.visit(publicUrl ?? '', ...where)).body, new RegExp(MARKER))
}

async function gone(house: House, timeoutMs: number): Promise<void> {
  await eventually(() => assert.deepEqual(chain(house), []), { timeoutMs, everyMs: 50 })
}

async function kill(engine: LabProcess): Promise<void> {
  engine.kill('SIGKILL')
  await engine.exited
}

async function moveOuter({ host }: Lab, from: string, to: string): Promise<void> {
  const ip = ['-batch', '-']
  const commands = [`addr del ${from}/24 dev wan`, `addr add ${to}/24 dev wan`, 'route replace default via 203.0.113.1']
  await must(host('outer'), 'ip', ip, `${commands.join('\n')}\n`)
  await must(host('internet'), 'ip', ip, 'neigh flush dev isp\n')
}

describe('a home behind two routers', { concurrency: 2 }, () => {
  describe('two that can be asked', { concurrency: 1 }, () => {
    let house: House
    let engine: LabProcess
    before(async () => {
      house = await openHouse({ personality: 'double-nat-outer-upnp' })
      await takenByServer(house.lab, 443)
      await house.startRelay()
      engine = await house.startEngine('--relay', await house.relayCode())
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    })
    after(() => house.close())

    it('goes straight through both, though another machine has that port of the inner one', async () => {
      await straight(house)
      const [inside, outside] = chain(house)
      const [, port] = /^(\d+)→192\.168\.1\.10:\d+$/.exec(inside ?? '') ?? []
      assert.ok(port && port !== '443', inside)
      assert.equal(outside, `443→${INNER}:${port}`)
    })

    it('opens UDP ports the same way', async () => {
      const { lab } = house
      const echo = `const u = require('node:dgram').createSocket('udp4')
        u.on('message', (said, from) => u.send(said, from.port, from.address)); u.bind(22124, () => console.log('heard'))`
      await lab.host('server').spawn(process.execPath, ['-e', echo], { readyPattern: /heard/ })
      await house.porchlight('add', 'game', '--to', 'udp://192.168.1.20:22124')
      await eventually(async () => assert.equal((await house.service('game')).best.ipv4, 'mapped'), { timeoutMs: 20_000, everyMs: 200 })
      assert.equal(
        outer(lab)
          .mappings()
          .find(({ protocol }) => protocol === 'udp')?.internalAddress,
        INNER,
      )
      await house.porchlight('remove', 'game')
      await eventually(() => assert.ok(!chain(house).some((rule) => rule.startsWith('22124'))), { timeoutMs: 5000, everyMs: 100 })
    })

    it('makes the outer rule again when that router has lost its table', async () => {
      await outer(house.lab).removeMappings()
      await eventually(() => assert.equal(chain(house).length, 2), { timeoutMs: 20_000, everyMs: 100 })
      await straight(house)
    })

    it('follows the outer router to another address', async () => {
      await moveOuter(house.lab, OUTSIDE, MOVED)
      await straight(house, MOVED)
    })

    it('adopts both rules after kill -9', async () => {
      const rules = chain(house)
      await kill(engine)
      assert.deepEqual(chain(house), rules)
      engine = await house.startEngine()
      await straight(house, MOVED)
      assert.deepEqual(chain(house), rules)
    })

    it('takes both back when nobody wants them any more after kill -9', async () => {
      await kill(engine)
      engine = await house.startEngine()
      await house.porchlight('remove', 'web')
      await gone(house, 20_000)
    })

    it('leaves both empty within two seconds of a clean stop', async () => {
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
      await straight(house, MOVED)
      const stopped = engine.stop()
      await gone(house, 2000)
      await stopped
    })

    it('leaves alone the very same rule where somebody has made it by hand', async () => {
      const { host, router } = house.lab
      await router.removeMappings()
      const rule = ['-e', 'by hand', '-a', INNER, '443', '443', 'TCP', '3600']
      await must(host('home'), 'upnpc', ['-u', 'http://192.168.0.1:5000/rootDesc.xml', ...rule])
      engine = await house.startEngine()
      await straight(house, MOVED)
      await engine.stop()
      assert.deepEqual(
        [...router.mappings(), ...outer(house.lab).mappings()].map(({ description }) => description),
        ['by hand'],
      )
    })
  })

  describe('an outer router that cannot be asked', { concurrency: 1 }, () => {
    let house: House
    before(async () => {
      house = await openHouse({ personality: 'double-nat-outer-silent' })
      await house.startRelay()
      await house.startEngine('--relay', await house.relayCode())
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    })
    after(() => house.close())

    it('works through the relay, and says that there is a second router', async () => {
      await eventually(
        async () => {
          const { problems, services } = await house.status()
          assert.deepEqual([problems.map(({ code }) => code), services[0]?.best.ipv4], [['second-router'], 'tunnel'])
        },
        { timeoutMs: 30_000, everyMs: 200 },
      )
    })

    it('goes straight by a rule that its owner has made there by hand, and notices by itself', async () => {
      const rules = [
        `add rule inet home destination iifname "wan" tcp dport 443 dnat ip to ${INNER}:443`,
        'insert rule inet home through_router ct status dnat accept',
      ]
      await must(house.lab.host('outer'), 'nft', ['-f', '-'], `${rules.join('\n')}\n`)
      await straight(house)
      assert.deepEqual(outer(house.lab).mappings(), [])
    })
  })
})
