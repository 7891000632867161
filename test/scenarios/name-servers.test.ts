/** BIND and Knot as they are: what our updates do to them, and what they say to a wrong one. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answered, ask, askOn, findZone } from '../../dns/ask.ts'
import { TYPE } from '../../dns/codes.ts'
import { NameServerError, type NameServerTrouble, openNameServer } from '../../dns/exchange.ts'
import { nameOf } from '../../dns/names.ts'
import type { ZoneRecord } from '../../dns/records.ts'
import { readTsigKey } from '../../dns/tsig.ts'
import { type SetChange, update } from '../../dns/update.ts'
import { bind, knot, type Make, ZONE } from '../name-servers.ts'

const zone = nameOf(ZONE)
const WEB = nameOf(`web.amber-otter-42.${ZONE}`)
const set = (type: SetChange['type'], ...records: ZoneRecord[]): SetChange => ({ owner: WEB, type, records })
const data = ({ records }: Answered): string[] => records.map((record) => Buffer.from(record.data).toString('hex')).sort()
const trouble = (wanted: NameServerTrouble, said: RegExp) => (error: unknown) =>
  error instanceof NameServerError && error.trouble === wanted && said.test(error.message)

const story = (make: Make) => async (t: TestContext) => {
  const { endpoint, keyText } = await make(t)
  const key = readTsigKey(keyText)
  const stop = new AbortController()
  t.after(() => stop.abort())
  const connection = await openNameServer(endpoint, stop.signal)
  const at = (type: number): Promise<Answered> => askOn(connection, WEB, type)

  await t.test('says which zone a name is in, and that other names are not its business', async () => {
    assert.deepEqual(await findZone(connection, WEB), { zone, serial: 1 })
    assert.equal(await findZone(connection, nameOf('relay.example')), undefined)
  })
  await t.test('takes records of every type we have, and shows them at once', async () => {
    await update(
      connection,
      zone,
      [
        set('A', { type: 'A', address: '203.0.113.7', ttlS: 10 }, { type: 'A', address: '198.51.100.1', ttlS: 10 }),
        set('AAAA', { type: 'AAAA', address: '2001:db8::7', ttlS: 10 }),
        set('TXT', { type: 'TXT', text: 'x'.repeat(300), ttlS: 1 }),
        set('CAA', { type: 'CAA', critical: false, tag: 'issue', value: ';', ttlS: 30 }),
        set('HTTPS', { type: 'HTTPS', alpn: ['h2'], ttlS: 10 }),
      ],
      key,
    )
    assert.deepEqual(data(await at(TYPE.A)), ['c6336401', 'cb007107'])
    assert.deepEqual(data(await at(TYPE.AAAA)), ['20010db8000000000000000000000007'])
    assert.deepEqual(data(await at(TYPE.CAA)), ['000569737375653b'])
    assert.deepEqual(data(await at(TYPE.HTTPS)), ['00010000010003026832'])
    const text = await ask(endpoint, WEB, TYPE.TXT, stop.signal)
    assert.deepEqual([text.authoritative, text.records[0]?.ttlS, text.records[0]?.data.length], [true, 1, 302])
  })
  await t.test('replaces a set, and takes one away', async () => {
    await update(connection, zone, [set('A', { type: 'A', address: '203.0.113.8', ttlS: 10 }), set('AAAA')], key)
    assert.deepEqual([data(await at(TYPE.A)), data(await at(TYPE.AAAA))], [['cb007108'], []])
  })
  await t.test('too large for UDP: asked again over TCP', async () => {
    const many = Array.from({ length: 100 }, (_, index): ZoneRecord => ({ type: 'A', address: `203.0.113.${index}`, ttlS: 10 }))
    await update(connection, zone, [set('A', ...many)], key)
    assert.equal((await ask(endpoint, WEB, TYPE.A, stop.signal)).records.length, 100)
  })
  await t.test('refuses a foreign secret, a foreign clock and a foreign zone, and changes nothing', async () => {
    const change = [set('A', { type: 'A', address: '192.0.2.66', ttlS: 10 })]
    const guessed = { ...key, secret: Buffer.alloc(32, 1) }
    await assert.rejects(update(connection, zone, change, guessed), trouble('unproven', /bad-signature|unsigned/))
    await assert.rejects(update(connection, zone, change, { ...key, name: 'nobody' }), trouble('unproven', /bad-key|unsigned/))
    const slow = () => Date.now() - 3_600_000
    await assert.rejects(update(connection, zone, change, key, slow), trouble('unproven', /bad-time/))
    const elsewhere = [{ ...change[0], owner: nameOf('web.example.org') } as SetChange]
    await assert.rejects(update(connection, zone, elsewhere, key), trouble('refused', /NOTZONE/))
    assert.equal((await at(TYPE.A)).records.length, 100)
  })
  await t.test('many questions at a time on one connection, and nothing after its end', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => at(TYPE.A)))
    assert.ok(all.every(({ records }) => records.length === 100))
    const late = at(TYPE.A)
    connection.close()
    await assert.rejects(late, trouble('unreachable', /closed/))
  })
}

test('BIND', story(bind))
test('Knot', story(knot))
test('a server that is not there is unreachable or silent, within seconds', async () => {
  const { signal } = new AbortController()
  const nowhere = { address: '127.0.0.1', port: 1 }
  await assert.rejects(openNameServer(nowhere, signal), trouble('unreachable', /ECONNREFUSED/))
  await assert.rejects(ask(nowhere, WEB, TYPE.A, signal), trouble('unreachable', /cannot be reached/))
})
