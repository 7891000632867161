/** Two relays that answer for the same names: one is gone, the other serves, and the links never change. And what else befalls a tunnel. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { PERSONALITY_ROOTS } from '../roots.ts'
import { areCauses } from './causes.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const HOME = '203.0.113.10'
const FIRST = { ipv4: '198.51.100.20', url: 'https://relay1.test' }
const SECOND = { ipv4: '198.18.2.20', url: 'https://relay2.test' }
const SERVERS = ['--ns', 'ns1-relay.test', '--ns', 'ns2-relay.test']

describe('two relays for one home', () => {
  let house: House
  let engine: LabProcess
  let first: LabProcess
  let startFirst: () => Promise<LabProcess>

  before(async () => {
    house = await openHouse({ personality: 'two-relays' })
    const [one, two] = [await house.relayCommand('relay', 'key'), await house.relayCommand('relay2', 'key')]
    startFirst = () => house.startRelay({ flags: ['--host', 'relay1.test', '--sibling', two, ...SERVERS] })
    first = await startFirst()
    await house.startRelay({ on: 'relay2', flags: ['--host', 'relay2.test', '--sibling', one, ...SERVERS] })
    engine = await house.startEngine('--relay', await house.relayCode())
  })
  after(() => house.close())

  const relays = async (): Promise<unknown[]> => (await house.status()).relays.map(({ url, state, serves }) => [url, state, serves])
  const seconds = (sinceMs: number): string => ((performance.now() - sinceMs) / 1000).toFixed(1)
  /** What somebody who comes now gets, until it is the page. */
  const reached = (url: string): Promise<unknown> =>
    eventually(async () => assert.match((await house.visit(url)).body, new RegExp(MARKER)), { timeoutMs: 30_000, everyMs: 200 })

  it('the second lets the home in on the word of the first, under the same name and without a code', async () => {
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    const { domain } = await eventually(async () => {
      const now = await house.status()
      assert.equal(now.relay.state, 'connected')
      return now
    })
    await house.becomes('mapped', 40_000)
    await house.porchlight('join', SECOND.url)
    assert.deepEqual(await relays(), [
      [FIRST.url, 'connected', true],
      [SECOND.url, 'connected', false],
    ])
    assert.equal((await house.status()).domain, domain)
    await areCauses(house, [PERSONALITY_ROOTS['two-relays']])
    assert.match(await house.relayCommand('relay2', 'devices'), new RegExp(`^${domain?.split('.')[0]} `))
  })

  it('each answers for the home’s name with the home’s address and its own, as it has seen for itself, and knows its links', async () => {
    const service = await house.service()
    for (const { ipv4 } of [FIRST, SECOND]) {
      await eventually(async () => assert.deepEqual((await house.addresses(hostOf(service), 'A', ipv4)).sort(), [ipv4, HOME].sort()), {
        timeoutMs: 30_000,
      })
      const link = await house.visit(service.shareLink ?? '', '--location', '--resolve', `relay.test:443:${ipv4}`)
      assert.match(link.body, new RegExp(MARKER))
      const page = await house.visit(service.publicUrl ?? '', '--resolve', `${hostOf(service)}:443:${ipv4}`)
      assert.match(page.body, new RegExp(MARKER))
    }
  })

  it('the first is killed: the second serves at once, and the same link leads home again within seconds', async () => {
    const { publicUrl, shareLink } = await house.service()
    first.kill('SIGKILL')
    await first.exited
    const goneMs = performance.now()
    await reached(publicUrl ?? '')
    console.log(`first relay gone: the link works again for a fresh visitor after ${seconds(goneMs)} s`)
    assert.match((await house.visit(shareLink ?? '', '--location')).body, new RegExp(MARKER))
    await eventually(async () =>
      assert.deepEqual(await relays(), [
        [FIRST.url, 'waiting', false],
        [SECOND.url, 'connected', true],
      ]),
    )
    const after = await house.becomes('mapped')
    assert.deepEqual([after.publicUrl, after.shareLink], [publicUrl, shareLink])
    const host = hostOf(after)
    assert.deepEqual((await house.addresses(host, 'A', SECOND.ipv4)).sort(), [SECOND.ipv4, HOME].sort(), 'the direct way stays published')
    assert.match((await house.visit(publicUrl ?? '', '--resolve', `${host}:443:${SECOND.ipv4}`)).body, new RegExp(MARKER))
    assert.deepEqual(
      (await house.status()).problems.filter(({ code }) => code.startsWith('relay-')),
      [],
    )
  })

  it('the first is back: both stand, and the second goes on serving for a while', async () => {
    first = await startFirst()
    await eventually(
      async () =>
        assert.deepEqual(await relays(), [
          [FIRST.url, 'connected', false],
          [SECOND.url, 'connected', true],
        ]),
      { timeoutMs: 40_000 },
    )
  })

  it('a laptop that sleeps without a word is missed within seconds, and is back by itself when it wakes', async () => {
    const { publicUrl } = await house.service()
    const lost = (relay: LabProcess): number => relay.stderr().split('"lane-closed"').length
    const before = lost(first)
    engine.kill('SIGSTOP')
    await eventually(() => assert.ok(lost(first) > before), { timeoutMs: 30_000 })
    engine.kill('SIGCONT')
    const wokeMs = performance.now()
    await reached(publicUrl ?? '')
    console.log(`woken: the link works again after ${seconds(wokeMs)} s`)
    await house.becomes('mapped', 40_000)
  })
})
