/** A scripted Freebox on loopback (test/fakes/freebox.ts, from the documentation): what it is asked, and what comes of its answers. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type FakeFreebox, startFakeFreebox } from '../../../test/fakes/freebox.ts'
import type { Gateway } from '../gateway.ts'
import { HOME, refusedFor, soon, WANTED } from '../let-in.fixture.ts'
import { APP, askPermission, awaitPermission } from './authorise.ts'
import { freeboxAt, openFreebox } from './client.ts'

const MINE = { ...WANTED, lifetimeS: 0, via: 'freebox' } as const

let box: FakeFreebox
beforeEach(async () => {
  box = await startFakeFreebox()
})
afterEach(() => box.close())

const at = () => freeboxAt({ gatewayAddress: HOME, localAddress: HOME }, soon(), box.port)

/** Asked for, and granted on the box. */
async function letIn(): Promise<string> {
  const found = await at()
  assert.ok(found)
  const { appToken } = await askPermission(found.place, 'kitchen', soon())
  box.is.status = 'granted'
  return appToken
}

async function opened(): Promise<Gateway> {
  const gateway = await openFreebox({
    gatewayAddress: HOME,
    localAddress: HOME,
    appToken: await letIn(),
    signal: soon(),
    port: box.port,
  })
  assert.ok(gateway)
  return gateway
}

describe('its owner is asked on the box', () => {
  for (const answer of ['granted', 'denied', 'timeout'] as const)
    test(answer, async () => {
      const found = await at()
      assert.ok(found)
      const permission = await askPermission(found.place, 'kitchen', soon())
      assert.deepEqual(box.shown, [{ ...APP, device_name: 'kitchen' }])
      const waiting = awaitPermission(found.place, permission, soon(), 5)
      setTimeout(() => (box.is.status = answer), 20)
      assert.equal(await waiting, answer)
    })

  test('a box that has forgotten the question is a box that nobody answered', async () => {
    const found = await at()
    assert.ok(found)
    box.is.status = 'unknown'
    assert.equal(await awaitPermission(found.place, { appToken: 't', trackId: 42 }, soon(), 5), 'timeout')
  })

  test('the waiting ends with its signal', async () => {
    const found = await at()
    assert.ok(found)
    const life = new AbortController()
    const waiting = awaitPermission(found.place, { appToken: 't', trackId: 42 }, life.signal, 5)
    setTimeout(() => life.abort(), 20)
    await assert.rejects(waiting, { name: 'AbortError' })
  })
})

test('it is told apart from other web servers, and by its own name', async () => {
  assert.equal((await at())?.name, 'Freebox v8 (r1)')
  for (const body of ['<title>Livebox</title>', '{}', '{"api_version":"8.0","api_base_url":"http://elsewhere.example/"}']) {
    box.is.instead.set('/api_version', { body })
    assert.equal(await at(), null)
  }
})

describe('rules', () => {
  test('one is made, seen, and taken back', async () => {
    const gateway = await opened()
    assert.equal(await gateway.inspect(MINE, soon()), 'absent')
    assert.deepEqual(await gateway.map(WANTED, soon()), MINE)
    const [rule] = box.rules
    assert.deepEqual(rule, {
      ...{ id: 1, enabled: true, comment: 'Porchlight', ip_proto: 'tcp', wan_port_start: 443, wan_port_end: 443 },
      ...{ lan_ip: HOME, lan_port: 40_443, src_ip: '0.0.0.0' },
    })
    assert.equal(await gateway.inspect(MINE, soon()), 'present')
    assert.deepEqual(await gateway.map(WANTED, soon()), MINE, 'asked for twice it is one')
    assert.equal(box.rules.length, 1)
    assert.equal(await gateway.externalAddress(soon()), '203.0.113.10')
    await gateway.unmap(MINE, soon())
    assert.deepEqual(box.rules, [])
    await gateway.unmap(MINE, soon())
    gateway.close?.()
  })

  test('its owner’s own rules are left alone, also one that leads where ours would', async () => {
    const gateway = await opened()
    const theirs = { id: 7, enabled: true, comment: 'by hand', ip_proto: 'tcp', wan_port_start: 400, wan_port_end: 500 }
    box.rules.push({ ...theirs, lan_ip: HOME, lan_port: 40_443, src_ip: '0.0.0.0' })
    await assert.rejects(gateway.map(WANTED, soon()), { fault: 'conflict' })
    assert.equal(await gateway.inspect(MINE, soon()), 'foreign')
    await gateway.unmap(MINE, soon())
    assert.equal(box.rules.length, 1)
    const other = await gateway.map({ ...WANTED, exactPort: false }, soon())
    assert.ok(other.externalPort >= 49_152, 'where any port will do, another is taken')
    gateway.close?.()
  })

  test('ours that its owner has switched off is his to switch on', async () => {
    const gateway = await opened()
    await gateway.map(WANTED, soon())
    box.rules[0] = { ...(box.rules[0] as (typeof box.rules)[0]), enabled: false }
    assert.equal(await gateway.inspect(MINE, soon()), 'foreign')
    await assert.rejects(gateway.map(WANTED, soon()), { fault: 'conflict' })
    gateway.close?.()
  })

  test('a port of the neighbours, who share the address, is not asked for', async () => {
    const gateway = await opened()
    box.is.range = [16_384, 32_767]
    await assert.rejects(gateway.map(WANTED, soon()), { fault: 'refused', final: true })
    const free = await gateway.map({ ...WANTED, exactPort: false }, soon())
    assert.ok(free.externalPort >= 16_384 && free.externalPort <= 32_767)
    gateway.close?.()
  })

  test('only ever to ourselves', async () => {
    const gateway = await opened()
    await assert.rejects(gateway.map({ ...WANTED, internalAddress: '192.168.1.9' }, soon()), { fault: 'refused' })
    await assert.rejects(gateway.map({ ...WANTED, externalPort: 0 }, soon()), { fault: 'refused' })
    assert.deepEqual(box.rules, [])
    gateway.close?.()
  })
})

describe('the session', () => {
  test('one for all questions, the password never sent, and ended at the close', async () => {
    const gateway = await opened()
    await Promise.all([gateway.inspect(MINE, soon()), gateway.inspect(MINE, soon()), gateway.externalAddress(soon())])
    assert.equal(box.asked.filter((line) => line.endsWith('login/session/')).length, 1)
    gateway.close?.()
    while (!box.asked.at(-1)?.endsWith('login/logout/')) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  test('one that the box has ended is opened anew', async () => {
    const gateway = await opened()
    box.endSessions()
    await gateway.map(WANTED, soon())
    assert.equal(box.rules.length, 1)
    gateway.close?.()
  })

  test('who is not known is told so', async () => {
    await letIn()
    const wrong = openFreebox({ gatewayAddress: HOME, localAddress: HOME, appToken: 'another', signal: soon(), port: box.port })
    await assert.rejects(wrong, refusedFor('stranger'))
  })

  test('who may not change the settings is told so', async () => {
    const appToken = await letIn()
    box.is.mayChange = false
    const refused = openFreebox({ gatewayAddress: HOME, localAddress: HOME, appToken, signal: soon(), port: box.port })
    await assert.rejects(refused, refusedFor('right'))
  })

  test('a permission that is taken back ends what was let in', async () => {
    const gateway = await opened()
    box.is.status = 'denied'
    box.endSessions()
    const before = box.asked.filter((line) => line.endsWith('login/session/')).length
    for (let round = 0; round < 3; round++) await assert.rejects(gateway.inspect(MINE, soon()), refusedFor('stranger'))
    assert.equal(box.asked.filter((line) => line.endsWith('login/session/')).length, before + 1, 'and is not tried again and again')
  })
})

describe('hostile answers', () => {
  const HOSTILE: readonly (readonly [what: string, body: string])[] = [
    ['no JSON', '<html>'],
    ['neither yes nor no', '{"success":"maybe"}'],
    ['a list that is none', '{"success":true,"result":{"0":{}}}'],
    ['ten thousand rules', JSON.stringify({ success: true, result: Array.from({ length: 10_000 }, () => ({})) })],
    ['more than anybody reads', `{"success":true,"result":"${'x'.repeat(300_000)}"}`],
    ['nothing', ''],
  ]
  for (const [what, body] of HOSTILE)
    test(what, async () => {
      const gateway = await opened()
      box.is.instead.set('fw/redir/', { body })
      await assert.rejects(gateway.inspect(MINE, soon()), { fault: 'garbled' })
      gateway.close?.()
    })

  test('what is not a rule is passed over, and one that is is seen', async () => {
    const gateway = await opened()
    await gateway.map(WANTED, soon())
    const body = JSON.stringify({ success: true, result: [null, { id: 'x' }, { ...box.rules[0], wan_port_start: '443' }] })
    box.is.instead.set('fw/redir/', { body })
    assert.equal(await gateway.inspect(MINE, soon()), 'present')
    gateway.close?.()
  })

  test('an error word is made safe, and told as a refusal', async () => {
    const gateway = await opened()
    box.is.instead.set('fw/redir/', { body: '{"success":false,"error_code":"\\u001b[31mno\\u0000"}' })
    await assert.rejects(gateway.inspect(MINE, soon()), { fault: 'refused', message: 'the Freebox answers "31mno" to fw/redir/' })
    gateway.close?.()
  })
})
