import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { MAX_LANES } from '../../wire/messages.ts'
import { type House, hostOf, openHouse } from './house.ts'
import { searchMemory } from './memory.ts'

const RELAY = '198.51.100.20'
const ROUNDS = 4

/** Sends back whatever it is sent, word for word, with a word of its own. */
const ECHO = `
const [, , port, word] = process.argv
require('node:http').createServer((request, response) => {
  response.write(word)
  request.pipe(response)
}).listen(Number(port), '192.168.1.20', () => console.log('listening'))
`

const secret = (): string => randomBytes(24).toString('hex')

describe('a relay is blind for what visitors and services say', () => {
  let house: House
  let relay: LabProcess
  let engine: LabProcess
  let host: string
  const answered = secret()
  before(async () => {
    house = await openHouse({ upnp: false })
    const file = join(house.lab.dir, 'echo.cjs')
    writeFileSync(file, ECHO)
    await house.lab.host('server').spawn(process.execPath, [file, '8088', answered], { readyPattern: /listening/ })
    relay = await house.startRelay()
    engine = await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8088')
    host = hostOf(await house.becomes('tunnel'))
  })
  after(() => house.close())

  /** Of the relay's cable, with room for what the program has not seen yet. */
  const capture = (file: string): Promise<LabProcess> =>
    house.lab.host('relay').spawn('tcpdump', ['-i', 'any', '-B', '32768', '-U', '-s', '0', '-w', file], { readyPattern: /listening on/ })

  /** What passed the relay's cable, up to a word that is sent there last: packets lie in the kernel before the program sees them. */
  async function captured(capturing: LabProcess, file: string): Promise<Buffer> {
    const last = secret()
    const say = `require('node:dgram').createSocket('udp4').send('${last}', 9, '${RELAY}', () => process.exit())`
    const bytes = await eventually(async () => {
      await house.lab.host('visitor').exec(process.execPath, ['-e', say])
      const read = readFileSync(file)
      assert.ok(read.includes(last), 'the last word is not on the cable')
      return read
    })
    await capturing.stop()
    return bytes
  }

  /** Between the home and the relay. */
  async function connectionsOfHome(): Promise<number> {
    const { stdout } = await house.lab.host('home').exec('ss', ['-Htn', 'state', 'established', 'dport = :443'])
    return stdout.split('\n').filter((line) => line !== '').length
  }

  it('shows no word of them, neither on its cable nor in its memory, while it carries them and afterwards', async () => {
    const file = join(house.lab.dir, 'relay.pcap')
    const capturing = await capture(file)
    const asked = secret()
    const body = `${asked}${'.'.repeat(100_000)}`
    // Slowly enough to be looked at on the way.
    const visit = () => house.visit(`https://${host}/${asked}`, '--resolve', `${host}:443:${RELAY}`, '--data', body, '--limit-rate', '200k')
    for (let round = 0; round < ROUNDS; round++) {
      const visits = [visit(), visit(), visit()]
      assert.deepEqual(searchMemory(relay.pid, [asked, answered]).found, [])
      for (const page of await Promise.all(visits)) assert.ok(page.body.startsWith(answered + asked))
      assert.deepEqual(searchMemory(relay.pid, [asked, answered]).found, [])
    }
    const bytes = await captured(capturing, file)
    // Each round brought three pages there and back, which the relay received and sent.
    assert.ok(bytes.length > ROUNDS * 3 * 2 * 2 * 100_000, `${bytes.length} bytes`)
    assert.deepEqual([bytes.includes(asked), bytes.includes(answered)], [false, false])
    assert.ok(bytes.includes(host), 'the name in the ClientHello is all that is readable')
    await eventually(async () => {
      const visiting = visit()
      const { found } = searchMemory(engine.pid, [asked, answered])
      await visiting
      assert.deepEqual(found, [asked, answered].sort(), 'where TLS ends, the same search finds both')
    })
  })

  it('nor of a long transfer, when its bytes cross without the lane’s own encryption', async () => {
    const [file, body, enough] = ['bypass.pcap', 'body.txt', 'enough'].map((name) => join(house.lab.dir, name)) as [string, string, string]
    const asked = secret()
    writeFileSync(body, asked.repeat(25_000))
    // There and back at once, until it was looked at.
    const curl = `curl -sS --cacert ${join(house.lab.dir, 'roots.pem')} --resolve ${host}:443:${RELAY} --limit-rate 40M -T . -X POST -o /dev/null -w '%{http_code}'`
    const transfer = `until [ -e ${enough} ]; do cat ${body}; done | ${curl} https://${host}/`
    const visit = house.lab.host('visitor').exec('sh', ['-c', transfer], { timeoutMs: 120_000 })
    await eventually(async () => assert.ok((await connectionsOfHome()) > MAX_LANES))
    const thousand = ['-i', 'any', '-s', '0', '-c', '1000', '-w', file, 'tcp', 'port', '443']
    assert.equal((await house.lab.host('relay').exec('tcpdump', thousand)).code, 0)
    assert.deepEqual(searchMemory(relay.pid, [asked, answered]).found, [])
    writeFileSync(enough, '')
    const { stdout: status, stderr } = await visit
    assert.equal(status, '200', stderr)
    const bytes = readFileSync(file)
    assert.ok(bytes.length > 1_000_000, `${bytes.length} bytes`)
    assert.deepEqual([bytes.includes(asked), bytes.includes(answered)], [false, false])
  })

  it('has no key with which it could read them', async () => {
    const [, ...domain] = host.split('.')
    const { keyPem } = JSON.parse(readFileSync(join(house.dataFolder, 'certificates', `_.${domain.join('.')}.json`), 'utf8'))
    const [, line = ''] = (keyPem as string).split('\n')
    assert.ok(line.length > 60)
    assert.deepEqual(searchMemory(engine.pid, [line]).found, [line])
    assert.deepEqual(searchMemory(relay.pid, [line]).found, [])
  })

  it('would be found out: what it does read is found by the same search, in its memory and on its cable', async () => {
    await house.porchlight('add', 'plain', '--to', 'tcp://192.168.1.20:8088')
    const place = await eventually(async () => {
      const { state, publicAddress } = await house.service('plain')
      assert.equal(state, 'reachable')
      return publicAddress
    })
    const file = join(house.lab.dir, 'relay-clear.pcap')
    const capturing = await capture(file)
    const [toRelay, inTheClear] = [secret(), secret()]
    await eventually(async () => {
      await house.visit(`https://relay.test/${toRelay}`)
      const page = await house.visit(`http://${place?.host}:${place?.port}/`, '-4', '--data', inTheClear)
      assert.deepEqual([page.via, page.body], [RELAY, answered + inTheClear])
      assert.deepEqual(searchMemory(relay.pid, [toRelay, inTheClear]).found, [toRelay, inTheClear].sort())
    })
    const bytes = await captured(capturing, file)
    assert.deepEqual([bytes.includes(toRelay), bytes.includes(inTheClear)], [false, true])
  })
})
