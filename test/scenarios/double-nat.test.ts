/** Two home routers in a row that can be asked: a chain of two rules lets visitors in, and is mended when one breaks. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { must } from '../../lab/host.ts'
import type { Lab } from '../../lab/lab.ts'
import type { House } from './house.ts'
import { chain, INNER, OUTSIDE, outer, settle, straight } from './two-routers.ts'

const MOVED = '203.0.113.11'

async function takenByServer({ host, addresses }: Lab, port: number): Promise<void> {
  const rule = ['-e', 'NAS', '-a', addresses.server.ipv4, String(port), String(port), 'TCP', '3600']
  await must(host('server'), 'upnpc', ['-u', addresses.upnpDescription, ...rule])
}

async function moveOuter({ host }: Lab, from: string, to: string): Promise<void> {
  const ip = ['-batch', '-']
  const commands = [`addr del ${from}/24 dev wan`, `addr add ${to}/24 dev wan`, 'route replace default via 203.0.113.1']
  await must(host('outer'), 'ip', ip, `${commands.join('\n')}\n`)
  await must(host('internet'), 'ip', ip, 'neigh flush dev isp\n')
}

describe('behind two routers that can be asked', () => {
  let house: House
  before(async () => {
    house = (await settle('double-nat-outer-natpmp', (lab) => takenByServer(lab, 443))).house
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
    await eventually(async () => assert.equal((await house.service('game')).best.ipv4, 'mapped'), { timeoutMs: 60_000, everyMs: 200 })
    const leadTo = () =>
      [...lab.router.mappings(), ...outer(lab).mappings()]
        .filter(({ protocol }) => protocol === 'udp')
        .map(({ internalAddress }) => internalAddress)
    assert.deepEqual(leadTo(), [lab.addresses.home.ipv4, INNER])
    await house.porchlight('remove', 'game')
    await eventually(() => assert.deepEqual(leadTo(), []), { timeoutMs: 60_000, everyMs: 100 })
  })

  it('makes the outer rule again when that router has lost its table', async () => {
    await outer(house.lab).removeMappings()
    await eventually(() => assert.equal(chain(house).length, 2), { timeoutMs: 60_000, everyMs: 100 })
    await straight(house)
  })

  it('follows the outer router to another address', async () => {
    await moveOuter(house.lab, OUTSIDE, MOVED)
    await straight(house, MOVED)
  })
})
