import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import type { GuardState } from '../../protocol/snapshot.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const FAKES = resolve(import.meta.dirname, '..', 'fakes')
const LOG_PORT = '8444'
/** Visitors come to the relay's machine, and are led past the relay. */
const AROUND_THE_RELAY = `chain arriving {
  type nat hook prerouting priority dstnat; policy accept;
  iifname "eth0" tcp dport 443 redirect to :8443
}`

/** Whoever runs a relay owns the DNS of its names, and so can obtain a certificate for them. Nothing can prevent that but a domain of one's
 *  own; but it is noticed. pebble checks no CAA and writes to no log: the log is a scripted one, fed with what pebble issued. */
describe('a relay whose operator obtains a certificate for our names', () => {
  let house: House
  let relay: LabProcess
  let logged: string
  let stolen: string
  let host: string
  before(async () => {
    house = await openHouse({ upnp: false })
    const { lab } = house
    logged = join(lab.dir, 'logged')
    stolen = join(lab.dir, 'stolen')
    for (const folder of [logged, stolen]) mkdirSync(folder)
    const { ipv4 } = lab.addresses.dns
    const authority = await makeAuthority()
    const { certPem, keyPem } = await issue(authority, { names: [ipv4] })
    const file = (name: string, text: string): string => {
      writeFileSync(join(lab.dir, name), text)
      return join(lab.dir, name)
    }
    const log = [logged, file('log.pem', certPem), file('log-key.pem', keyPem), ipv4, LOG_PORT]
    await lab.host('dns').spawn(process.execPath, [join(FAKES, 'certificate-log.ts'), ...log], { readyPattern: /ready/ })
    const authorities = file('authorities.pem', readFileSync(lab.caFile, 'utf8') + authority.certPem)
    relay = await house.startRelay()
    const guard = ['--acme-ca', authorities, '--certificate-log', `https://${ipv4}:${LOG_PORT}/`]
    await house.startEngine('--relay', await house.relayCode(), ...guard)
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    host = hostOf(await house.becomes('tunnel', 30_000))
    const [, ...domain] = host.split('.')
    const { certPem: ours } = JSON.parse(readFileSync(join(house.dataFolder, 'certificates', `_.${domain.join('.')}.json`), 'utf8'))
    writeFileSync(join(logged, '1.pem'), ours)
  })
  after(() => house.close())

  const guarded = (ownNames: GuardState, certificateLog: GuardState): Promise<void> =>
    eventually(
      async () => {
        await house.tryPorchlight('diagnose')
        const { guard } = await house.status()
        assert.deepEqual([guard.ownNames.state, guard.certificateLog.state], [ownNames, certificateLog])
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
  const alarms = async (): Promise<unknown[]> =>
    (await house.status()).problems
      .filter(({ severity }) => severity === 'critical')
      .map(({ code, params }) => [code, params.host, params.address ?? params.detail])

  it('finds its own key under its names, and its own certificate in the logs', async () => {
    await guarded('own', 'own')
    assert.deepEqual(await alarms(), [])
  })

  it('rings when a second certificate for a name appears at the authority', async () => {
    await relay.stop()
    const { acmeDirectory } = house.lab.addresses
    const fake = [join(FAKES, 'dishonest-relay.ts'), 'obtain', host, acmeDirectory, house.lab.caFile, stolen]
    const { code, stderr } = await house.lab.host('relay').exec(process.execPath, fake, { timeoutMs: 30_000 })
    assert.equal(code, 0, stderr)
    copyFileSync(join(stolen, 'cert.pem'), join(logged, '2.pem'))
    relay = await house.startRelay()
    await house.becomes('tunnel', 30_000)
    await guarded('own', 'foreign')
    const [[problem, domain, detail] = []] = (await alarms()) as string[][]
    assert.deepEqual([problem, domain], ['unknown-certificate', host.split('.').slice(1).join('.')])
    assert.match(detail ?? '', /^CN=Pebble Intermediate CA.*, \d{4}-\d\d-\d\d$/)
  })

  it('rings when it answers visitors with that certificate: they see no warning, but the home sees a key that is not its own', async () => {
    const fake = [join(FAKES, 'dishonest-relay.ts'), 'read-along', stolen, '8443', 'relay.test']
    await house.lab.host('relay').spawn(process.execPath, fake, { readyPattern: /reading along/ })
    await setTable(house.lab.host('relay'), 'around', AROUND_THE_RELAY)
    const { ipv4 } = house.lab.addresses.relay
    const page = await house.visit(`https://${host}/`, '--resolve', `${host}:443:${ipv4}`)
    assert.equal(page.body, 'I read along')
    await guarded('foreign', 'foreign')
    const rung = (await alarms()) as string[][]
    assert.ok(rung.some(([problem, name, address]) => problem === 'foreign-certificate' && name === host && address === ipv4))
  })

  it('goes on ringing when the relay behaves again', async () => {
    await setTable(house.lab.host('relay'), 'around', false)
    await guarded('own', 'foreign')
    assert.deepEqual(((await alarms()) as string[][]).map(([code]) => code).sort(), ['foreign-certificate', 'unknown-certificate'])
    assert.match((await house.visit(`https://${host}/`)).body, new RegExp(MARKER))
  })
})
