import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { type House, openHouse } from './house.ts'

/** In the range of which the relay gives ports, so that it can give us this very one. */
const PORT = 24413
const SERVER = '192.168.1.20'
const HOME = '192.168.1.10'

describe('a real program on the second machine, Transmission, has mapped the port for itself', () => {
  let house: House
  before(async () => {
    house = await openHouse()
    const folder = `${house.lab.dir}/transmission`
    await house.lab
      .host('server')
      .spawn('transmission-daemon', ['-f', '-g', folder, '-w', folder, '-m', '-P', String(PORT), '-T'], { env: { HOME: folder } })
    await eventually(() => assert.ok(rulesOf(SERVER).includes(`tcp ${PORT}`)), { timeoutMs: 60_000, everyMs: 100 })
    await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
  })
  after(() => house.close())

  const rulesOf = (machine: string): string[] =>
    house.lab.router
      .mappings()
      .filter(({ internalAddress }) => internalAddress === machine)
      .map(({ protocol, externalPort }) => `${protocol} ${externalPort}`)
      .sort()
  /** Asked for by NAT-PMP: version 3.00 wants TCP only. */
  const THEIRS = [`tcp ${PORT}`]

  it('our service that wants the same port keeps it at the relay, and has another one directly, which is said', async () => {
    await house.porchlight('add', 'torrents', '--to', `tcp://${SERVER}:${PORT}`)
    const service = await eventually(
      async () => {
        const found = await house.service('torrents')
        const mapped = found.paths.find(({ rung }) => rung === 'mapped')
        assert.deepEqual([found.best.ipv4, mapped?.phase], ['tunnel', 'confirmed'], JSON.stringify(found))
        return found
      },
      { timeoutMs: 60_000 },
    )
    const port = service.paths.find(({ rung }) => rung === 'mapped')?.outside?.port
    assert.notEqual(port, PORT)
    assert.equal(service.publicAddress?.port, PORT)
    const differs = (await house.status()).problems.find(({ code }) => code === 'direct-port-differs')
    assert.deepEqual(differs?.params, { service: 'torrents', port: String(PORT), address: `203.0.113.10:${port}` })
    assert.deepEqual([rulesOf(HOME), rulesOf(SERVER)], [[`tcp ${port}`], THEIRS])
  })

  it('the same number over UDP is nobody’s, and ours at once', async () => {
    await house.porchlight('add', 'game', '--to', `udp://${SERVER}:${PORT}`)
    await eventually(() => assert.ok(rulesOf(HOME).includes(`udp ${PORT}`)))
    assert.deepEqual(rulesOf(SERVER), THEIRS)
  })

  it('nothing of Transmission’s is touched when ours is removed, nor when the engine stops', async () => {
    await house.porchlight('remove', 'torrents')
    await eventually(() => assert.deepEqual(rulesOf(HOME), [`udp ${PORT}`]))
    assert.deepEqual(rulesOf(SERVER), THEIRS)
    await house.porchlight('stop')
    await eventually(() => assert.deepEqual(rulesOf(HOME), []))
    assert.deepEqual(rulesOf(SERVER), THEIRS)
  })
})
