import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import type { AttackName } from '../hostile/attack.ts'
import type { Target } from '../hostile/target.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const ATTACK = join(import.meta.dirname, '..', 'hostile', 'attack.ts')
/** A relay with nobody there has about 90 MB, a busy one not three times as much. */
const MAX_RELAY_MB = 256

/** Strangers from another address than the visitor's do their worst; `bench/hostile/` measures it at full size. */
describe('strangers', () => {
  let house: House
  let relay: LabProcess
  let url: string
  before(async () => {
    house = await openHouse({ personality: 'upnp-off' })
    relay = await house.startRelay({ flags: ['--open'] })
    await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    url = (await house.becomes('tunnel')).publicUrl ?? ''
  })
  after(() => house.close())

  /** Together, for so long; meanwhile the honest visitor comes again and again. Resolves to what each attacker saw, by attack. */
  async function attacked(seconds: number, ...names: AttackName[]): Promise<Map<AttackName, Map<string, number>>> {
    const { lab } = house
    const target: Target = {
      address: '198.51.100.20',
      port: 443,
      domain: 'relay.test',
      honestHost: hostOf(await house.service()),
      seconds,
      share: 0.05,
    }
    const argv = (name: AttackName): string[] => [ATTACK, name, JSON.stringify(target)]
    const start = (name: AttackName) => lab.host('dns').spawn(process.execPath, argv(name), { readyPattern: /^ready/ })
    const attackers = await Promise.all(names.map(start))
    for (const attacker of attackers) attacker.kill('SIGUSR2')
    let over = false
    const ended = Promise.all(attackers.map(({ exited }) => exited)).then(() => {
      over = true
    })
    for (let visits = 0; !over || visits < 3; visits++) {
      assert.match((await house.visit(url)).body, new RegExp(MARKER), `visit ${visits}`)
      const rssMb = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${relay.pid}/status`, 'utf8'))?.[1]) / 1024
      assert.ok(rssMb < MAX_RELAY_MB, `the relay holds ${rssMb} MB`)
    }
    await ended
    return new Map(names.map((name, index) => [name, sawOf(attackers[index])]))
  }

  const sawOf = (attacker: LabProcess | undefined): Map<string, number> => {
    const json = /^\{.*\}$/m.exec(attacker?.stdout() ?? '')?.[0]
    assert.ok(json, attacker?.stderr())
    return new Map(Object.entries(JSON.parse(json) as Record<string, number>))
  }

  const endedFor = (reason: RegExp): Promise<void> => eventually(() => assertEndedFor(reason))

  const assertEndedFor = (reason: RegExp): void => {
    const reasons = new Set([...relay.stderr().matchAll(/"event":"lane-closed".*"reason":"(.*)"/g)].map(([, said]) => said))
    assert.ok(
      [...reasons].some((said) => reason.test(said ?? '')),
      `lanes ended for: ${[...reasons].join('; ')}`,
    )
  }

  it('garbage, visits that break off, handshakes without end and downloads never read', async () => {
    const saw = await attacked(4, 'garbage', 'churn', 'handshakes', 'slowReaders')
    assert.ok((saw.get('garbage')?.get('ended') ?? 0) > 0, 'who says something else than TLS is hung up on')
  })

  it('silence and slow hellos are ended after ten seconds, and so is a device that never says who it is', async () => {
    const saw = await attacked(16, 'silence', 'slowHello', 'unintroduced')
    for (const [name, tally] of saw)
      assert.ok(
        [...tally.keys()].some((what) => what !== 'went on until the end'),
        `${name}: ${[...tally]}`,
      )
  })

  it('devices that break the protocol are ended, and the relay says why', async () => {
    const saw = await attacked(4, 'wrongProof', 'noise', 'opened', 'overCredit')
    assert.ok((saw.get('wrongProof')?.get('refused: proof') ?? 0) > 0, [...(saw.get('wrongProof') ?? [])].join())
    for (const reason of [/unknown frame type|frame type \d+ (with|needs)/, /may not be opened here/, /sent more than its credit/])
      await endedFor(reason)
  })

  it('devices that ask, ping, come and go without end', async () => {
    await attacked(4, 'asks', 'pings', 'comeAndGo', 'newcomers')
    await endedFor(/too many pings/)
    await endedFor(/too many questions/)
  })

  it('datagrams: never more back than three times what was asked, and nothing to a port where services live', async () => {
    const saw = await attacked(3, 'datagrams', 'reflection')
    const { 'bytes of questions': asked = 0, 'bytes of answers': answered = 0 } = Object.fromEntries(saw.get('datagrams') ?? [])
    assert.ok(asked > 0 && answered > 0 && answered < 3 * asked, `${answered} bytes for ${asked}`)
    assert.deepEqual([...(saw.get('reflection') ?? [])], [['bytes to the victim', 0]])
  })
})
