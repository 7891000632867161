/** A domain of the owner's own, at a name server of his own (BIND): led home through the relay that he has proven it to, with certificates by
 *  the tunnel and by a text in DNS. That such a name changes between home and relay stands in foundation.test.ts. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import type { OwnDomain } from '../../protocol/model/own-domain.ts'
import { type House, hostOf, openHouse } from './house.ts'
import { type OwnZone, openOwnZone } from './own-zone.ts'

const RELAY = '198.51.100.20'
const [ALIAS, WILD, ANY] = ['www.dyn.test', '*.apps.dyn.test', 'any.apps.dyn.test']
const PROOF = '_acme-challenge.apps.dyn.test'
/** The authority on the dns host hears nothing of any name: what is under way stays so. */
const DEAF = `chain asked {
  type filter hook input priority filter; policy accept;
  iif lo udp dport 53 drop
}`

describe('a domain of one’s own', () => {
  let house: House
  let relay: LabProcess
  let engine: LabProcess
  let startEngine: () => Promise<LabProcess>
  let zone: OwnZone

  before(async () => {
    house = await openHouse({ upnp: false })
    relay = await house.startRelay()
    const code = await house.relayCode()
    startEngine = () => house.startEngine('--relay', code)
    engine = await startEngine()
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await house.becomes('tunnel', 30_000)
    zone = await openOwnZone(house)
  })
  after(() => house.close())

  const carried = async (): Promise<string[]> => JSON.parse(await house.relayCommand('relay', 'devices', '--json')).devices[0].ownHosts
  const told = async (): Promise<OwnDomain> =>
    JSON.parse(await house.porchlight('name', 'check', ALIAS, '--service', 'web', '--json')).domain
  const opens = (host: string): Promise<void> => eventually(() => zone.opens(host, RELAY), { timeoutMs: 30_000, everyMs: 200 })

  it('is an alias of the relay’s name: proven by a record, certified through the tunnel, and open to a browser', async () => {
    const name = hostOf(await house.service())
    const before = await told()
    assert.deepEqual(
      before.records.map(({ type, sub, value, state }) => [type, sub, value, state]),
      [
        ['CNAME', 'www', name, 'missing'],
        ['TXT', '_porchlight.www', before.records[1]?.value, 'missing'],
      ],
    )
    await zone.set(`add ${ALIAS} 1 CNAME ${name}.`, `add dyn.test 1 CAA 0 issue "other.example"`)
    await house.porchlight('name', 'add', ALIAS, '--watch', '--service', 'web')
    await zone.set(`add ${before.records[1]?.name} 1 TXT "${before.records[1]?.value}"`)
    await eventually(async () => assert.equal((await told()).relay?.state, 'carried'), { timeoutMs: 40_000, everyMs: 500 })
    const { records, findings, zone: within } = await told()
    assert.deepEqual([within, records.map(({ state }) => state), findings], ['dyn.test', ['right', 'right'], []])
    await zone.set('add dyn.test 1 CAA 0 issue ";"', 'delete dyn.test CAA 0 issue "other.example"')
    assert.deepEqual((await told()).findings, [{ finding: 'caa', detail: 'dyn.test: –' }], 'which authority is ours pebble does not tell')
    await zone.set('delete dyn.test CAA')
    await opens(ALIAS)
    assert.deepEqual(await carried(), [ALIAS])
  })

  it('is led on by a relay that was killed, from its first second', async () => {
    relay.kill('SIGKILL')
    await relay.exited
    relay = await house.startRelay()
    await opens(ALIAS)
  })

  it('gets a wildcard’s certificate by a text in DNS, and a kill in the middle leaves none behind', async () => {
    await setTable(house.lab.host('dns'), 'deaf', DEAF)
    await zone.prove(WILD.slice(2))
    await house.porchlight('name', 'add', WILD, '--provider', 'rfc2136', '--service', 'web', '--credentials', zone.credentials)
    await eventually(async () => assert.equal((await zone.texts(PROOF)).length, 1), { timeoutMs: 30_000, everyMs: 100 })
    engine.kill('SIGKILL')
    await engine.exited
    assert.equal((await zone.texts(PROOF)).length, 1)
    await setTable(house.lab.host('dns'), 'deaf', false)
    engine = await startEngine()
    await opens(ANY)
    await eventually(async () => assert.deepEqual(await zone.texts(PROOF), []), { everyMs: 100 })
  })

  it('is let go by the relay when its record has been gone for an hour', async () => {
    await zone.set(`delete _porchlight.${ALIAS} TXT`)
    // What it has just seen it does not look at anew, however often it is asked.
    await eventually(
      async () => {
        await house.porchlight('diagnose')
        assert.equal((await told()).relay?.state, 'leaving')
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
    await opens(ALIAS)
    await relay.stop()
    relay = await house.startRelay({ ahead: '+62m' })
    await eventually(async () => assert.deepEqual(await carried(), [WILD]), { timeoutMs: 40_000, everyMs: 200 })
    const { code } = await house.lab.host('visitor').exec('curl', ['-sk', '--max-time', '8', `https://${ALIAS}/`])
    assert.equal(code, 35, 'an alert: there is no such name')
    await opens(ANY)
  })
})
