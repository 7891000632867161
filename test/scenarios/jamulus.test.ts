import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { FAULT_ROOTS } from '../roots.ts'
import { areCauses } from './causes.ts'
import { type House, openHouse } from './house.ts'

/** Jamulus's own ping, which a server sends back as it came. */
const PING = '0000e90300040040e2010093f3'

describe('a band that plays over the internet: the real Jamulus server on the second machine at home', () => {
  let house: House
  let jamulus: LabProcess
  before(async () => {
    house = await openHouse()
    jamulus = await startJamulus()
    await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
  })
  after(() => house.close())

  it('is opened over UDP, proven from outside, and answers a visitor at its public address', async () => {
    await house.porchlight('add', 'band', '--to', 'udp://192.168.1.20:22124', '--preset', 'jamulus')
    // Through the relay first, most of the time.
    await eventually(
      async () => {
        const { best, publicAddress } = await becomesReachable()
        assert.deepEqual([best.ipv4, publicAddress?.port], ['mapped', 22124])
      },
      { timeoutMs: 60_000 },
    )
    assert.deepEqual(
      house.lab.router.mappings().map(({ protocol, externalPort, internalAddress }) => [protocol, externalPort, internalAddress]),
      [['udp', 22124, '192.168.1.10']],
    )
    await eventually(async () => assert.equal(await pingFromOutside(), PING))
  })

  it('is followed when the router gives its machine another address: the same public address answers, without a command', async () => {
    await house.lab.inject('server-lan-change')
    await eventually(async () => assert.equal(await pingFromOutside(), PING), { timeoutMs: 60_000, everyMs: 250 })
    const service = await becomesReachable()
    assert.equal(service.target, 'udp://192.168.1.120:22124')
    await areCauses(house, [FAULT_ROOTS['server-lan-change']])
    const { problems } = await house.status()
    const moved = problems.find(({ code }) => code === 'target-moved')
    assert.deepEqual([moved?.severity, moved?.params.address], ['info', '192.168.1.20'])
    assert.match(moved?.remedy ?? '', /DHCP/)
  })

  it('is told apart from a server that is stopped, and from one that hangs', async () => {
    jamulus.kill('SIGSTOP')
    await becomesUnreachable('service-silent')
    jamulus.kill('SIGKILL')
    await jamulus.exited
    await becomesUnreachable('service-refused')
  })

  it('knows no preset of another name, and none of another protocol', async () => {
    const unknown = await house.tryPorchlight('add', 'choir', '--to', 'udp://192.168.1.20:22125', '--preset', 'sonobus')
    assert.match(unknown.stderr, /preset-unknown[\s\S]*jamulus/)
    const wrong = await house.tryPorchlight('add', 'choir', '--to', 'tcp://192.168.1.20:22124', '--preset', 'jamulus')
    assert.match(wrong.stderr, /preset-mismatch[\s\S]*udp:\/\/192\.168\.1\.20:22124/)
  })

  function startJamulus(): Promise<LabProcess> {
    const env = { QT_QPA_PLATFORM: 'offscreen', HOME: house.lab.dir, XDG_RUNTIME_DIR: house.lab.dir }
    return house.lab.host('server').spawn('Jamulus', ['-s', '-n', '-p', '22124'], { env })
  }

  const becomesReachable = (): Promise<ServiceView> =>
    eventually(
      async () => {
        const found = await house.service('band')
        assert.equal(found.state, 'reachable', JSON.stringify(found))
        return found
      },
      { timeoutMs: 60_000 },
    )

  const becomesUnreachable = (code: string): Promise<void> =>
    eventually(
      async () => {
        const found = await house.service('band')
        assert.deepEqual([found.state, found.problem?.code], ['unreachable', code])
      },
      { timeoutMs: 60_000 },
    )

  /** What comes back to the visitor within a second, in hex. */
  async function pingFromOutside(): Promise<string> {
    const { host, port } = (await house.service('band')).publicAddress ?? { host: '', port: 0 }
    const { stdout } = await house.lab.host('visitor').exec(process.execPath, ['-e', VISITOR, host, String(port), PING])
    return stdout
  }
})

const VISITOR = `
const [host, port, ping] = process.argv.slice(1)
setTimeout(() => process.exit(), 1000).unref()
const socket = require('node:dgram').createSocket('udp4')
socket.on('message', (bytes) => process.stdout.write(bytes.toString('hex'), () => process.exit()))
socket.on('error', () => process.exit())
socket.send(Buffer.from(ping, 'hex'), Number(port), host)
`
