import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { Problem } from '../../protocol/problem.ts'
import { type House, hostOf, MARKER, openHouse, type Status, type Visit } from './house.ts'

const ROUTER = '203.0.113.10'
const RELAY = '198.51.100.20'

/** A relay's operator decides; his home is one that visitors reach directly, past the relay. */
describe('what a relay’s operator has decided holds for a direct home too', () => {
  let house: House
  let host: string
  let url: string
  let link: string
  let label: string
  before(async () => {
    house = await openHouse()
    await house.startRelay({ flags: ['--abuse-contact', 'abuse@relay.test'] })
    await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    const service = await house.becomes('mapped', 40_000)
    host = hostOf(service)
    url = service.publicUrl ?? ''
    link = service.shareLink ?? ''
    label = host.split('.')[1] ?? ''
  })
  after(() => house.close())

  const operator = (...args: string[]): Promise<string> => house.relayCommand('relay', ...args)
  const soon = <T>(check: () => Promise<T>): Promise<T> => eventually(check, { timeoutMs: 25_000, everyMs: 250 })
  const told = (code: string): Promise<[Status, Problem]> =>
    soon(async () => {
      const status = await house.status()
      const found = status.problems.find((problem) => problem.code === code)
      assert.ok(found, JSON.stringify(status.problems))
      return [status, found]
    })
  const at = (address: string): Promise<Visit> => house.visit(url, '--resolve', `${host}:443:${address}`)

  it('a name that is taken down leads nobody home, and says so where it can', async () => {
    await soon(async () => assert.ok((await house.addresses(host)).includes(ROUTER)))
    await operator('takedown', link, '--reason', 'a copied shop')
    await soon(async () => assert.match((await house.visit(link)).body, /This was taken down.*<a href="\/abuse">/s))
    await operator('put-back', link)

    await operator('takedown', url, '--reason', 'a copied shop')
    await soon(async () => assert.deepEqual(await house.addresses(host), [RELAY]))
    await assert.rejects(at(RELAY))
    assert.equal((await house.visit(`http://${host}/`, '--resolve', `${host}:80:${RELAY}`)).status, 410)
    assert.equal((await house.visit(link)).status, 410)
    const [status, problem] = await told('service-taken-down')
    assert.deepEqual([status.services[0]?.state, problem.params.reason], ['unreachable', 'a copied shop'])

    await operator('put-back', url)
    await soon(async () => assert.ok((await house.addresses(host)).includes(ROUTER)))
    await soon(async () => assert.match((await at(ROUTER)).body, new RegExp(MARKER)))
    await house.becomes('mapped', 40_000)
  })

  it('a month that is used up closes the way through the relay, and no other', async () => {
    writeFileSync(join(house.lab.dir, 'nginx-1', 'root', 'film'), Buffer.alloc(1_500_000))
    await operator('quota', label, '--gb', '0.001')
    const film = await house.visit(`${url}film`, '--resolve', `${host}:443:${RELAY}`, '-o', '/dev/null')
    assert.equal(film.status, 200, 'what is open comes to its end')
    const [status, problem] = await told('relay-quota-reached')
    assert.deepEqual([status.services[0]?.state, status.services[0]?.best.ipv4, problem.params.limit], ['reachable', 'mapped', '1000000'])
    await assert.rejects(at(RELAY))
    assert.match((await at(ROUTER)).body, new RegExp(MARKER))
    await soon(async () => assert.deepEqual(await house.addresses(host), [ROUTER], 'nobody is sent where he is turned away'))
    assert.equal((await house.visit(link, '-o', '/dev/null')).status, 303)
    await operator('quota', label, '--gb', 'unlimited')
    await soon(async () => assert.match((await at(RELAY)).body, new RegExp(MARKER)))
  })

  it('a device that is suspended has no names, until it is let in again', async () => {
    await operator('suspend', label)
    await soon(async () => assert.deepEqual(await house.addresses(host), [RELAY]))
    assert.equal((await house.visit(link)).status, 410)
    await told('relay-suspended')
    await operator('resume', label)
    const service = await house.becomes('mapped', 40_000)
    assert.equal(hostOf(service), host)
    await soon(async () => assert.ok((await house.addresses(host)).includes(ROUTER)))
  })
})
