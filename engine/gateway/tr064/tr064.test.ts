/** A scripted FRITZ!Box on loopback (test/fakes/fritzbox.ts): what it is asked, and what comes of its answers. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type FakeFritzbox, startFakeFritzbox } from '../../../test/fakes/fritzbox.ts'
import type { Gateway } from '../gateway.ts'
import { HOME, refusedFor, soon, WANTED } from '../let-in.fixture.ts'
import { openTr064 } from './client.ts'

const MINE = { ...WANTED, lifetimeS: 0, via: 'tr064' } as const

let box: FakeFritzbox
beforeEach(async () => {
  box = await startFakeFritzbox()
})
afterEach(() => box.close())

const open = (password = box.is.password, user = '') =>
  openTr064({ gatewayAddress: HOME, localAddress: HOME, user, password, signal: soon(), port: box.httpPort })
async function opened(): Promise<Gateway> {
  const gateway = await open()
  assert.ok(gateway)
  return gateway
}

describe('rules', () => {
  test('one is made for everybody and without an end, seen, and taken back', async () => {
    const gateway = await opened()
    assert.equal(gateway.name, 'FRITZ!Box 7590')
    assert.equal(await gateway.inspect(MINE, soon()), 'absent')
    assert.deepEqual(await gateway.map(WANTED, soon()), MINE)
    const made = box.calls.find(({ action, headers }) => action === 'AddPortMapping' && headers.authorization)
    assert.equal(made?.serviceType, 'urn:dslforum-org:service:WANIPConnection:1')
    assert.deepEqual(made?.values, {
      ...{ NewRemoteHost: '0.0.0.0', NewExternalPort: '443', NewProtocol: 'TCP', NewInternalPort: '40443', NewInternalClient: HOME },
      ...{ NewEnabled: '1', NewPortMappingDescription: 'Porchlight', NewLeaseDuration: '0' },
    })
    assert.equal(await gateway.inspect(MINE, soon()), 'present')
    assert.equal(await gateway.externalAddress(soon()), '203.0.113.10')
    await gateway.unmap(MINE, soon())
    assert.equal(box.rules.size, 0)
    await gateway.unmap(MINE, soon())
  })

  test('another computer’s is left alone', async () => {
    const gateway = await opened()
    box.rules.set('TCP 443', { client: '192.168.178.9', internalPort: 443, leaseS: 0, description: 'NAS' })
    await assert.rejects(gateway.map(WANTED, soon()), { fault: 'conflict' })
    assert.equal(await gateway.inspect(MINE, soon()), 'foreign')
    await gateway.unmap(MINE, soon())
    assert.equal(box.rules.size, 1)
  })

  test('only ever to ourselves', async () => {
    const gateway = await opened()
    await assert.rejects(gateway.map({ ...WANTED, internalAddress: '192.168.178.9' }, soon()), { fault: 'refused' })
    assert.equal(box.rules.size, 0)
  })
})

describe('user and password', () => {
  test('are never sent, and asked for once as long as the box remembers', async () => {
    const gateway = await opened()
    await gateway.map(WANTED, soon())
    const unproven = box.calls.filter(({ headers }) => headers.authorization === undefined)
    assert.equal(unproven.length, 1)
    for (const { headers } of box.calls) assert.ok(!JSON.stringify(headers).includes(box.is.password))
  })

  test('a box that asks anew is answered anew', async () => {
    const gateway = await opened()
    box.forgetNonces()
    await gateway.map(WANTED, soon())
    assert.equal(box.rules.size, 1)
  })

  test('of a user of one’s own', async () => {
    box.is.user = 'lena'
    assert.ok(await open(box.is.password, 'lena'))
  })

  test('a wrong one is told as such, after one try', async () => {
    await assert.rejects(open('wrong'), refusedFor('stranger'))
    assert.equal(box.strangers.length, 1)
  })

  test('one that was changed meanwhile is tried once more, and then no more', async () => {
    const gateway = await opened()
    box.is.password = 'another'
    for (let round = 0; round < 3; round++) await assert.rejects(gateway.inspect(MINE, soon()), refusedFor('stranger'))
    assert.ok(box.strangers.length <= 2, box.strangers.join(' '))
  })

  test('whoever asks for the password itself gets nothing', async () => {
    box.is.challenge = 'Basic realm="please"'
    await assert.rejects(open(), refusedFor('stranger'))
    assert.ok(box.calls.every(({ headers }) => headers.authorization === undefined))
  })

  for (const [code, reason] of [
    [606, 'right'],
    [866, 'second-factor'],
  ] as const)
    test(`error ${code} is ${reason}`, async () => {
      const gateway = await opened()
      box.is.changes = code
      await assert.rejects(gateway.map(WANTED, soon()), refusedFor(reason))
    })
})

test('what has no such description is none', async () => {
  const other = await openTr064({ gatewayAddress: HOME, localAddress: HOME, user: '', password: 'x', signal: soon(), port: 1 })
  assert.equal(other, null)
})
