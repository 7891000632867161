/** A scripted Livebox on loopback (test/fakes/livebox.ts): what it is asked, and what comes of its answers. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type FakeLivebox, startFakeLivebox } from '../../../test/fakes/livebox.ts'
import type { Gateway } from '../gateway.ts'
import { HOME, refusedFor, soon, WANTED } from '../let-in.fixture.ts'
import { openLivebox } from './client.ts'

const MINE = { ...WANTED, lifetimeS: 0, via: 'livebox' } as const

let box: FakeLivebox
beforeEach(async () => {
  box = await startFakeLivebox()
})
afterEach(() => box.close())

const open = (password = box.password) =>
  openLivebox({ gatewayAddress: HOME, localAddress: HOME, password, signal: soon(), port: box.port })
async function opened(): Promise<Gateway> {
  const gateway = await open()
  assert.ok(gateway)
  return gateway
}
const theirs = (change: object) => ({
  ...{ Id: 'webui_nas', Protocol: '6', ExternalPort: '443', InternalPort: '443', DestinationIPAddress: '192.168.1.5', Enable: true },
  ...change,
})

for (const wraps of [false, true])
  describe(wraps ? 'rules, on a box that wraps its answers' : 'rules', () => {
    beforeEach(() => {
      box.is.wraps = wraps
    })

    test('one is made, seen, and taken back', async () => {
      const gateway = await opened()
      assert.equal(await gateway.inspect(MINE, soon()), 'absent')
      assert.deepEqual(await gateway.map(WANTED, soon()), MINE)
      const { ExternalPort, InternalPort, Protocol, DestinationIPAddress } = box.rules.get('webui_Porchlight_tcp_443') ?? {}
      assert.deepEqual([ExternalPort, InternalPort, Protocol, DestinationIPAddress], ['443', '40443', '6', HOME])
      assert.equal(await gateway.inspect(MINE, soon()), 'present')
      assert.deepEqual(await gateway.map(WANTED, soon()), MINE, 'asked for twice it is one')
      assert.equal(await gateway.externalAddress(soon()), '203.0.113.10')
      await gateway.unmap(MINE, soon())
      assert.equal(box.rules.size, 0)
      await gateway.unmap(MINE, soon())
    })

    const HOLDERS: readonly (readonly [what: string, rule: object])[] = [
      ['for this port', {}],
      ['for a range', { ExternalPort: '400-500' }],
      ['for both protocols', { Protocol: '6,17' }],
      ['to where ours would lead', { DestinationIPAddress: HOME, InternalPort: '40443' }],
      [
        'of ours that its owner has switched off',
        { Id: 'webui_Porchlight_tcp_443', DestinationIPAddress: HOME, InternalPort: '40443', Enable: false },
      ],
    ]
    for (const [what, change] of HOLDERS)
      test(`a rule ${what} is its owner’s`, async () => {
        const gateway = await opened()
        box.rules.set('webui_nas', theirs(change))
        await assert.rejects(gateway.map(WANTED, soon()), { fault: 'conflict' })
        assert.equal(await gateway.inspect(MINE, soon()), 'foreign')
        assert.equal(box.rules.size, 1)
        const other = await gateway.map({ ...WANTED, exactPort: false }, soon())
        assert.ok(other.externalPort >= 49_152)
      })
  })

test('a rule that the box alone knows of stands in the way all the same', async () => {
  const gateway = await opened()
  box.is.instead.set('setPortForwarding', { body: '{"status":null,"errors":[{"error":1114120,"description":"Overlapping rule"}]}' })
  await assert.rejects(gateway.map(WANTED, soon()), { fault: 'conflict' })
})

test('only ever to ourselves', async () => {
  const gateway = await opened()
  await assert.rejects(gateway.map({ ...WANTED, internalAddress: '192.168.1.9' }, soon()), { fault: 'refused' })
  assert.equal(box.rules.size, 0)
})

describe('the password', () => {
  test('is sent once a session, also when many ask at once', async () => {
    const gateway = await opened()
    await Promise.all([gateway.inspect(MINE, soon()), gateway.inspect(MINE, soon()), gateway.map(WANTED, soon())])
    assert.equal(box.asked.filter((line) => line.endsWith('createContext')).length, 1)
  })

  test('a session that the box has ended is opened anew', async () => {
    const gateway = await opened()
    box.endSessions()
    await gateway.map(WANTED, soon())
    assert.equal(box.rules.size, 1)
  })

  test('a wrong one is told as such, after one try', async () => {
    await assert.rejects(open('wrong'), refusedFor('stranger'))
    assert.equal(box.asked.length, 1)
  })

  test('one that was changed meanwhile is tried once more, and then no more', async () => {
    const gateway = await opened()
    box.endSessions()
    box.is.instead.set('createContext', { body: '{"status":null,"errors":[{"error":13,"description":"Permission denied"}]}' })
    for (let round = 0; round < 3; round++) await assert.rejects(gateway.inspect(MINE, soon()), refusedFor('stranger'))
    assert.equal(box.asked.filter((line) => line.endsWith('createContext')).length, 2, 'at the start, and once')
  })

  test('what the box denies to whom it has just let in is a right that is missing', async () => {
    const gateway = await opened()
    box.is.instead.set('setPortForwarding', { body: '{"status":null,"errors":[{"error":13,"description":"Permission denied"}]}' })
    await assert.rejects(gateway.map(WANTED, soon()), refusedFor('right'))
  })

  for (const [status, reason] of [
    [401, 'stranger'],
    [429, 'locked'],
  ] as const)
    test(`HTTP ${status} is ${reason}`, async () => {
      box.is.instead.set('createContext', { status, body: '' })
      await assert.rejects(open(), refusedFor(reason))
    })
})

describe('hostile answers', () => {
  const HOSTILE: readonly (readonly [what: string, body: string])[] = [
    ['no JSON', '<html>'],
    ['a list that is none', '{"status":7}'],
    ['a thousand rules', JSON.stringify({ status: Object.fromEntries(Array.from({ length: 1000 }, (_, id) => [id, {}])) })],
    ['more than anybody reads', `{"status":"${'x'.repeat(300_000)}"}`],
    ['nothing', ''],
  ]
  for (const [what, body] of HOSTILE)
    test(what, async () => {
      const gateway = await opened()
      box.is.instead.set('getPortForwarding', { body })
      await assert.rejects(gateway.inspect(MINE, soon()), { fault: 'garbled' })
      assert.equal(await open(), null, 'what answers so from the start is no Livebox')
    })

  test('what is not a rule is passed over', async () => {
    const gateway = await opened()
    box.rules.set('a', { Id: 7 })
    box.rules.set('b', theirs({ ExternalPort: 'every' }))
    assert.deepEqual(await gateway.map(WANTED, soon()), MINE)
  })
})
