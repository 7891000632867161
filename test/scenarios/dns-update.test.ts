/** A relay's names at somebody else's name server: BIND and Knot, kept equal to what the relay says, whatever happens in between. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ask, findZone } from '../../dns/ask.ts'
import { TYPE } from '../../dns/codes.ts'
import { openNameServer } from '../../dns/exchange.ts'
import { nameOf } from '../../dns/names.ts'
import { readTsigKey } from '../../dns/tsig.ts'
import { update } from '../../dns/update.ts'
import { eventually } from '../../lab/eventually.ts'
import type { NodeRecord } from '../../relay/dns/zone.ts'
import { type Publisher, startPublisher } from '../../relay/dns-update/publisher.ts'
import { folder } from '../folder.ts'
import { bind, knot, type Make, ZONE } from '../name-servers.ts'

const a = (address: string): NodeRecord => ({ type: 'A', address, ttlS: 10 })
const txt = (text: string): NodeRecord => ({ type: 'TXT', text, ttlS: 1 })

/** What the relay says now: owner → name below the zone → records. */
type Said = Record<string, Record<string, readonly NodeRecord[]>>

const story = (make: Make) => async (t: TestContext) => {
  const server = await make(t)
  const { endpoint } = server
  const key = readTsigKey(server.keyText)
  const data = folder(t)
  const { signal } = new AbortController()
  const said: Said = {
    '': { '': [a('198.51.100.1')] },
    otter: {
      otter: [{ type: 'CAA', critical: false, tag: 'issue', value: ';', ttlS: 30 }],
      'web.otter': [a('203.0.113.7'), a('198.51.100.1')],
    },
    finch: { 'web.finch': [a('198.51.100.1'), { type: 'HTTPS', alpn: ['h2'], ttlS: 10 }] },
  }
  const logged: string[] = []
  const begin = (withKey = key): { publisher: Publisher; end(): Promise<void> } => {
    const stop = new AbortController()
    const publisher = startPublisher({
      server: endpoint,
      key: withKey,
      zone: {
        domain: ZONE,
        nameServers: [],
        serial: 1,
        lookup: (below) => {
          const records = Object.values(said).flatMap((names) => names[below.join('.')] ?? [])
          return records.length > 0 ? { records } : undefined
        },
      },
      owners: () => Object.keys(said).filter((owner) => owner !== ''),
      namesOf: (owner) => Object.keys(said[owner] ?? {}).map((name) => (name === '' ? [] : name.split('.'))),
      folder: data,
      signal: stop.signal,
      log: (event, fields) => void logged.push([event, fields?.reason ?? ''].join(' ').trim()),
    })
    const end = async (): Promise<void> => {
      stop.abort()
      await publisher.closed
    }
    t.after(end)
    return { publisher, end }
  }
  const stands = async (name: string, type: number = TYPE.A): Promise<string[]> => {
    const { records } = await ask(endpoint, nameOf(name === '' ? ZONE : `${name}.${ZONE}`), type, signal)
    return records.map((record) => (type === TYPE.A ? record.data.join('.') : Buffer.from(record.data).toString('latin1'))).sort()
  }
  const serial = async (): Promise<number | undefined> => {
    const connection = await openNameServer(endpoint, signal)
    const found = await findZone(connection, nameOf(ZONE))
    connection.close()
    return found?.serial
  }

  let { publisher, end } = begin()
  await t.test('what the relay says comes to stand, and what the operator has put there stays', async () => {
    for (const owner of ['', 'otter', 'finch']) await publisher.settle(owner, signal)
    assert.deepEqual(await stands(''), ['198.51.100.1'])
    assert.deepEqual(await stands('web.otter'), ['198.51.100.1', '203.0.113.7'])
    assert.deepEqual(await stands('otter', TYPE.CAA), ['\0\x05issue;'])
    assert.deepEqual(await stands('web.finch', TYPE.HTTPS), ['\0\x01\0\0\x01\0\x03\x02h2'])
    assert.deepEqual([(await stands('', TYPE.SOA)).length, (await stands('', 15)).length, await stands('www')], [1, 1, ['192.0.2.80']])
  })
  await t.test('only what differs is sent: nothing for nothing, one update for one change', async () => {
    const before = (await serial()) ?? 0
    await publisher.settle('otter', signal)
    assert.equal(await serial(), before)
    said.otter = { ...said.otter, '_acme-challenge.otter': [txt('token-one'), txt('token-two')] }
    await publisher.settle('otter', signal)
    assert.deepEqual(await stands('_acme-challenge.otter', TYPE.TXT), ['\x09token-one', '\x09token-two'])
    assert.equal(await serial(), before + 1)
    delete said.otter['_acme-challenge.otter']
    await publisher.settle('otter', signal)
    assert.deepEqual(await stands('_acme-challenge.otter', TYPE.TXT), [])
  })
  await t.test('a name that cannot be written is refused by itself, and keeps out nobody else’s', async () => {
    said.crow = { 'web.crow': [a('no address')] }
    said.finch = { ...said.finch, 'blog.finch': [a('198.51.100.1')] }
    const [crow, finch] = await Promise.allSettled([publisher.settle('crow', signal), publisher.settle('finch', signal)])
    assert.deepEqual([crow.status, finch.status, await stands('blog.finch')], ['rejected', 'fulfilled', ['198.51.100.1']])
    assert.match(logged.at(-1) ?? '', /^dns-update-failed an address/)
    delete said.crow
    await publisher.settle('crow', signal)
    assert.equal(logged.at(-1), 'dns-update-works')
  })
  await t.test('what somebody else took away is put back', async () => {
    const connection = await openNameServer(endpoint, signal)
    await update(connection, nameOf(ZONE), [{ owner: nameOf(`web.finch.${ZONE}`), type: 'A', records: [] }], key)
    connection.close()
    assert.deepEqual(await stands('web.finch'), [])
    await publisher.settle('finch', signal)
    assert.deepEqual(await stands('web.finch'), ['198.51.100.1'])
  })
  await t.test('a server that was killed gets what it missed when it is back', async () => {
    await server.kill()
    said.finch = { ...said.finch, 'web.finch': [a('203.0.113.99')] }
    publisher.touch('finch')
    await eventually(async () => assert.match(logged.at(-1) ?? '', /^dns-update-failed/))
    await server.start()
    await eventually(async () => assert.deepEqual(await stands('web.finch'), ['203.0.113.99']))
    await publisher.settle('finch', signal)
    assert.equal(logged.at(-1), 'dns-update-works')
  })
  await t.test('a relay that was away takes back what is no longer said, and nothing else', async () => {
    await end()
    delete said.finch
    const again = begin()
    publisher = again.publisher
    end = again.end
    await eventually(async () => assert.deepEqual([await stands('web.finch'), await stands('web.finch', TYPE.HTTPS)], [[], []]))
    assert.deepEqual([await stands('web.otter'), await stands('www')], [['198.51.100.1', '203.0.113.7'], ['192.0.2.80']])
  })
  await t.test('with a key that the server does not know nothing changes, and the log says why, once', async () => {
    await end()
    logged.length = 0
    said.otter = { 'web.otter': [a('192.0.2.66')] }
    const { publisher: stranger, end: leave } = begin({ ...key, secret: Buffer.alloc(32, 1) })
    await eventually(async () =>
      assert.deepEqual(logged, ['dns-update-failed the name server and this program do not agree: bad-signature']),
    )
    stranger.touch('otter')
    assert.deepEqual(await stands('web.otter'), ['198.51.100.1', '203.0.113.7'])
    await leave()
    assert.equal(logged.length, 1)
  })
}

test('BIND', story(bind))
test('Knot', story(knot))
