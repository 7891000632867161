/** A relay without a name server of its own: the operator's BIND answers for the domain, and takes signed updates from the relay. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const ROUTER = '203.0.113.10'
const RELAY = resolve(import.meta.dirname, '..', '..', 'bin', 'porchlight-relay')

describe('a relay whose names stand at the operator’s own name server', () => {
  let house: House

  before(async () => {
    house = await openHouse()
    const { lab, relayFolder } = house
    const { relay, dns, acmeDirectory, publicRanges } = lab.addresses
    const { name, algorithm, secret, zone } = lab.tsig
    const keyFile = join(lab.dir, 'tsig.key')
    writeFileSync(keyFile, `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`)
    const own = ['run', '--domain', zone, '--data', relayFolder, '--ipv4', relay.ipv4, '--ipv6', relay.ipv6, '--user', 'root']
    const update = ['--dns-update', `${dns.ipv4}:53`, '--tsig-file', keyFile]
    const acme = ['--acme-directory', acmeDirectory, '--acme-email', `a@${zone}`, '--acme-ca', lab.caFile]
    const env = { PORCHLIGHT_PUBLIC_RANGES: publicRanges }
    const roots = await lab.issuingRoots()
    await lab.host('relay').spawn(RELAY, [...own, ...update, ...acme, '--probe-ca', roots], { env, readyPattern: /^ready /m })
    await house.startEngine('--relay', await house.relayCode(), '--relay-ca', roots)
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
  })
  after(() => house.close())

  it('has its own certificate and the home’s by texts that stood there, and the home is reached by its name', async () => {
    const service = await house.becomes('mapped', 40_000)
    assert.match(hostOf(service), /^web\.[a-z0-9-]+\.dyn\.test$/)
    const { relay } = house.lab.addresses
    await eventually(async () => assert.deepEqual((await house.addresses(hostOf(service))).sort(), [relay.ipv4, ROUTER].sort()))
    assert.match((await house.visit(service.publicUrl ?? '')).body, new RegExp(MARKER))
    const second = `https://${hostOf(service).replace('web.', 'web--relay.')}/`
    const { body, via } = await house.visit(second)
    assert.match(body, new RegExp(MARKER))
    assert.ok([relay.ipv4, relay.ipv6].includes(via), via)
  })

  it('leaves no text behind, and takes a service’s names back with it', async () => {
    const host = hostOf(await house.service())
    const challenge = `_acme-challenge.${host.split('.').slice(1).join('.')}`
    const { stdout } = await house.lab.host('visitor').exec('dig', ['+short', challenge, 'TXT'])
    assert.equal(stdout, '')
    await house.porchlight('remove', 'web')
    await eventually(async () => {
      for (const name of [host, host.replace('web.', 'web--relay.')]) {
        const { stdout: told } = await house.lab.host('visitor').exec('dig', [name, 'A', `@${house.lab.addresses.dns.ipv4}`])
        assert.match(told, /status: NXDOMAIN/)
      }
    })
  })
})
