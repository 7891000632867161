/** A relay without a name server of its own: the operator's BIND answers for the domain, and takes signed updates from the relay. What stands
 *  there outlives both of them, so it is here that a kill in the middle of an order could leave something behind. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const ROUTER = '203.0.113.10'
/** The directory, on the same machine as its resolver, hears nothing of any name: an order stays under way. */
const DEAF = `chain asked {
  type filter hook input priority filter; policy accept;
  iif lo udp dport 53 drop
}`
const RELAY = resolve(import.meta.dirname, '..', '..', 'bin', 'porchlight-relay')

describe('a relay whose names stand at the operator’s own name server', () => {
  let house: House
  let relay: LabProcess
  let engine: LabProcess
  let startRelay: () => Promise<LabProcess>
  let startEngine: () => Promise<LabProcess>

  before(async () => {
    house = await openHouse()
    const { lab, relayFolder } = house
    const { relay: at, dns, acmeDirectory, publicRanges } = lab.addresses
    const { name, algorithm, secret, zone } = lab.tsig
    const keyFile = join(lab.dir, 'tsig.key')
    writeFileSync(keyFile, `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`)
    const own = ['run', '--domain', zone, '--data', relayFolder, '--ipv4', at.ipv4, '--ipv6', at.ipv6, '--user', 'root']
    const update = ['--dns-update', `${dns.ipv4}:53`, '--tsig-file', keyFile]
    const acme = ['--acme-directory', acmeDirectory, '--acme-email', `a@${zone}`, '--acme-ca', lab.caFile]
    const env = { PORCHLIGHT_PUBLIC_RANGES: publicRanges }
    const roots = await lab.issuingRoots()
    startRelay = () => lab.host('relay').spawn(RELAY, [...own, ...update, ...acme, '--probe-ca', roots], { env, readyPattern: /^ready /m })
    relay = await startRelay()
    const code = await house.relayCode()
    startEngine = () => house.startEngine('--relay', code, '--relay-ca', roots)
    engine = await startEngine()
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
  })
  after(() => house.close())

  it('has its own certificate and the home’s by texts that stood there, and the home is reached by its name', async () => {
    const service = await house.becomes('mapped')
    assert.match(hostOf(service), /^web\.[a-z0-9-]+\.dyn\.test$/)
    const { relay } = house.lab.addresses
    await eventually(async () => assert.deepEqual((await house.addresses(hostOf(service))).sort(), [relay.ipv4, ROUTER].sort()))
    assert.match((await house.visit(service.publicUrl ?? '')).body, new RegExp(MARKER))
    const second = `https://${hostOf(service).replace('web.', 'web--relay.')}/`
    const { body, via } = await house.visit(second)
    assert.match(body, new RegExp(MARKER))
    assert.ok([relay.ipv4, relay.ipv6].includes(via), via)
  })

  it('has no text left when the relay, and then the engine, is killed in the middle of a wildcard’s order', async () => {
    const { dns } = house.lab.addresses
    const texts = async (label: string): Promise<string[]> => {
      const { stdout } = await house.lab.host('visitor').exec('dig', ['+short', `_acme-challenge.${label}.dyn.test`, 'TXT', `@${dns.ipv4}`])
      return stdout.split('\n').filter((line) => line !== '')
    }
    const within = { timeoutMs: 60_000, everyMs: 100 }
    // One for each order under way, also of a name that was its own until just now.
    const some = (label: string): Promise<void> => eventually(async () => assert.notDeepEqual(await texts(label), []), within)
    const none = (label: string): Promise<void> => eventually(async () => assert.deepEqual(await texts(label), []), within)
    await setTable(house.lab.host('dns'), 'deaf', DEAF)
    await house.porchlight('name', 'set', 'our-house')
    await some('our-house')
    relay.kill('SIGKILL')
    await relay.exited
    assert.notDeepEqual(await texts('our-house'), [], 'nobody is there to take it away')
    relay = await startRelay()
    await none('our-house')

    await eventually(() => house.porchlight('name', 'set', 'old-mill'), { timeoutMs: 60_000, everyMs: 200 })
    await some('old-mill')
    engine.kill('SIGKILL')
    await engine.exited
    assert.notDeepEqual(await texts('old-mill'), [], 'nobody is there to take it away')
    await setTable(house.lab.host('dns'), 'deaf', false)
    engine = await startEngine()
    await eventually(async () => assert.equal(hostOf(await house.service()), 'web.old-mill.dyn.test'), { timeoutMs: 60_000, everyMs: 200 })
    for (const label of ['old-mill', 'our-house']) await none(label)
  })

  it('leaves no text behind, and takes a service’s names back with it', async () => {
    const host = hostOf(await house.service())
    const challenge = `_acme-challenge.${host.split('.').slice(1).join('.')}`
    // The certificate of a former name may just be under way.
    await eventually(
      async () => {
        const { stdout } = await house.lab.host('visitor').exec('dig', ['+short', challenge, 'TXT'])
        assert.equal(stdout, '')
      },
      { timeoutMs: 60_000, everyMs: 200 },
    )
    await house.porchlight('remove', 'web')
    await eventually(async () => {
      for (const name of [host, host.replace('web.', 'web--relay.')]) {
        const { stdout: told } = await house.lab.host('visitor').exec('dig', [name, 'A', `@${house.lab.addresses.dns.ipv4}`])
        assert.match(told, /status: NXDOMAIN/)
      }
    })
  })
})
