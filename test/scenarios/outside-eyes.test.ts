import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess, Mapping } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import type { PathView } from '../../protocol/model/path.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const ROUTER = '203.0.113.10'
const SECOND_ADDRESS = '198.51.100.21'
/** Whoever has a conversation with the relay goes on with it; it only opens none with anybody else. */
const NO_NEW_ONES = `chain leaving {
  type filter hook output priority filter; policy accept;
  oifname != "lo" ct state new drop
}`
/** As of a server whose provider does not lead it back to its own address. */
const NOT_TO_ITSELF = `chain leaving {
  type filter hook output priority filter; policy accept;
  oifname "lo" tcp dport 443 ct state new reject with tcp reset
}`

describe('the eyes of a relay with a second address and a witness', () => {
  let house: House
  let relay: LabProcess
  let flags: string[]
  before(async () => {
    house = await openHouse()
    const { lab } = house
    const { dns } = lab.addresses
    const added = await lab.host('relay').exec('ip', ['address', 'add', `${SECOND_ADDRESS}/25`, 'dev', 'eth0'])
    assert.equal(added.code, 0, added.stderr)
    flags = ['--stun-ipv4', SECOND_ADDRESS, '--witness', `${dns.ipv4}:53`, '--witness', `[${dns.ipv6}]:53`]
    // With IPv6 it takes its port on every address, so the engine cannot stand in front of it there.
    const env = { QT_QPA_PLATFORM: 'offscreen', HOME: lab.dir, XDG_RUNTIME_DIR: lab.dir }
    await lab.host('home').spawn('Jamulus', ['-s', '-n', '-p', '22124', '--enableipv6'], { env })
    relay = await house.startRelay({ flags })
    await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await house.porchlight('add', 'band', '--to', 'udp://127.0.0.1:22124', '--preset', 'jamulus')
    await house.becomes('mapped', 40_000)
  })
  after(() => house.close())

  /** Rules that stood then, and have been taken down. */
  const goneSince = (before: readonly Mapping[]): Mapping[] => {
    const now = house.lab.router.mappings()
    return before.filter((one) => !now.some((each) => each.protocol === one.protocol && each.externalPort === one.externalPort))
  }
  const mapped = async (): Promise<PathView | undefined> => (await house.service()).paths.find(({ rung }) => rung === 'mapped')

  it('tell the home what its router does with datagrams: one outside for all, and only who was spoken to is heard', async () => {
    await eventually(
      async () => {
        const { natEvidence } = (await house.status()).gateway
        assert.deepEqual(natEvidence.slice(-2), ['udp-mapping endpoint-independent', 'udp-filtering address-and-port-dependent'])
      },
      { timeoutMs: 40_000 },
    )
  })

  it('prove a program that holds its IPv6 port itself by its own ping, through a pinhole', async () => {
    const service = await eventually(
      async () => {
        const found = await house.service('band')
        assert.equal(found.best.ipv6, 'direct', JSON.stringify(found.paths))
        return found
      },
      { timeoutMs: 40_000 },
    )
    const { outside } = service.paths.find(({ rung, family }) => rung === 'direct' && family === 'ipv6') ?? {}
    assert.deepEqual(outside, { address: house.lab.addresses.home.ipv6, port: 22124 })
    const held = await house.lab.host('home').exec('ss', ['-6', '-l', '-u', '-n', '-H', 'sport', '=', '22124'])
    assert.deepEqual(held.stdout.match(/\S+:22124/g), ['*:22124'], 'nobody but Jamulus')
    const { stdout } = await house.lab.host('visitor').exec(process.execPath, ['-e', PING, outside?.address ?? '', '22124'])
    assert.equal(stdout, 'answered')
  })

  it('say that they cannot check when they cannot see, and turn no light red: what works directly goes on working', async () => {
    const rules = house.lab.router.mappings()
    await setTable(house.lab.host('relay'), 'blindness', NO_NEW_ONES)
    await house.porchlight('diagnose')
    await eventually(async () => {
      const path = await mapped()
      assert.equal(path?.phase, 'provisioned', JSON.stringify(path))
    })
    await house.porchlight('diagnose')
    assert.deepEqual([(await mapped())?.phase, (await house.service()).state], ['provisioned', 'reachable'])
    assert.deepEqual(goneSince(rules), [], 'nothing was taken down')
    const host = hostOf(await house.service())
    assert.ok((await house.addresses(host, 'A', house.lab.addresses.relay.ipv4)).includes(ROUTER), 'nor withdrawn')
    const page = await house.visit(`https://${host}/`, '--resolve', `${host}:443:${ROUTER}`)
    assert.match(page.body, new RegExp(MARKER))
  })

  it('see again, and say so', async () => {
    await setTable(house.lab.host('relay'), 'blindness', false)
    await eventually(
      async () => {
        const path = await mapped()
        assert.deepEqual([path?.phase, path?.verdict?.outcome], ['confirmed', 'reachable'])
        assert.ok((path?.verdict?.selfTestAgeS ?? 31) <= 30)
      },
      { timeoutMs: 40_000 },
    )
  })

  it('see a certificate that has run out as a browser of that day would: reached, and not green', async () => {
    const rules = house.lab.router.mappings()
    await relay.stop()
    // For the relay it is six years later; what pebble issues is good for five.
    relay = await house.startRelay({ ahead: '+2200d', flags })
    await eventually(
      async () => {
        const { state, problem, paths } = await house.service()
        assert.deepEqual([state, problem?.code, problem?.params.reason], ['unreachable', 'certificate-wrong', 'expired'])
        for (const { verdict } of paths) assert.deepEqual([verdict?.outcome, verdict?.certificate], ['wrong-certificate', 'expired'])
      },
      { timeoutMs: 40_000 },
    )
    assert.deepEqual(goneSince(rules), [], 'the router has nothing to do with it')
    await relay.stop()
  })

  it('say that they cannot check, and whose trouble that is, when they do not see themselves', async () => {
    await setTable(house.lab.host('relay'), 'blindness', NOT_TO_ITSELF)
    await house.startRelay({ flags })
    await eventually(
      async () => {
        const { stdout } = await house.tryPorchlight('diagnose')
        assert.match(stdout, /What to mend first:\nThe relay cannot look from outside\./)
        const { state, problem } = await house.service()
        assert.deepEqual([state, problem?.code], ['unknown', 'relay-cannot-look'])
      },
      { timeoutMs: 40_000 },
    )
  })

  it('see it green again once it is good', async () => {
    await setTable(house.lab.host('relay'), 'blindness', false)
    await house.becomes('mapped', 30_000)
  })
})

const PING = `
const ping = Buffer.from('0000e90300040040e2010093f3', 'hex')
const socket = require('node:dgram').createSocket('udp6')
setTimeout(() => process.exit(), 20_000).unref()
socket.on('message', (bytes) => process.stdout.write(bytes.equals(ping) ? 'answered' : 'nonsense', () => process.exit()))
socket.send(ping, Number(process.argv[2]), process.argv[1])
`
