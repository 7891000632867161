import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { Endpoint } from '../../protocol/model/address.ts'
import { freePort } from '../../test/ports.ts'
import { tcpHome, tlsHome } from './listener.fixture.ts'
import { createSelfTest } from './self-test.ts'

// The time that a look has passes where a test lets it, and not on a machine that stands still.
mock.timers.enable({ apis: ['setTimeout'] })

/** A self-test of a front on loopback, with its clock and a count of its looks. */
function tested(port: () => number, witness?: () => Endpoint) {
  const seen = { looks: 0, nowMs: 0 }
  const front = (): Endpoint => {
    seen.looks++
    return { address: '127.0.0.1', port: port() }
  }
  const witnesses = {
    get ipv4() {
      return witness?.()
    },
  }
  const selfTest = createSelfTest({
    front: (family) => (family === 'ipv4' ? front() : undefined),
    domain: 'relay.example',
    witnesses,
    now: () => seen.nowMs,
  })
  return { seen, ageS: (via: 'direct' | 'tunnel' = 'direct', afresh = false) => selfTest.ageS('ipv4', via, afresh), selfTest }
}

test('a relay that reaches itself can see, and knows it for thirty seconds', async (context) => {
  const port = await tlsHome(context, () => {})
  const { seen, ageS } = tested(() => port)
  assert.equal(await ageS(), 0)
  seen.nowMs = 30_000
  assert.equal(await ageS(), 30)
  assert.equal(seen.looks, 1)
  seen.nowMs = 30_001
  assert.equal(await ageS(), 0)
  assert.equal(seen.looks, 2)
})

test('many who ask at once cause one look', async (context) => {
  const port = await tlsHome(context, () => {})
  const { seen, ageS } = tested(() => port)
  assert.deepEqual(await Promise.all([ageS(), ageS('tunnel'), ageS()]), [0, 0, 0])
  assert.equal(seen.looks, 1)
})

test('a relay that cannot reach itself is blind, until it can', async (context) => {
  let port = await freePort()
  const { ageS } = tested(() => port)
  assert.equal(await ageS(), undefined)
  port = await tcpHome(context, (socket) => socket.end('not TLS'))
  assert.equal(await ageS(), undefined)
  port = await tlsHome(context, () => {})
  assert.equal(await ageS(), 0)
})

test('what it once saw does not outlive a failure', async (context) => {
  let port = await tlsHome(context, () => {})
  const { seen, ageS } = tested(() => port)
  assert.equal(await ageS(), 0)
  port = await freePort()
  seen.nowMs = 31_000
  assert.equal(await ageS(), undefined)
})

test('before it says no it looks anew, but not more often than once a second', async (context) => {
  const port = await tlsHome(context, () => {})
  const { seen, ageS } = tested(() => port)
  await ageS()
  seen.nowMs = 1000
  assert.equal(await ageS('direct', true), 1)
  assert.equal(seen.looks, 1)
  seen.nowMs = 1001
  assert.equal(await ageS('direct', true), 0)
  assert.equal(seen.looks, 2)
})

test('in a family that the relay does not have, it sees nothing', async (context) => {
  const port = await tlsHome(context, () => {})
  const { selfTest } = tested(() => port)
  assert.equal(await selfTest.ageS('ipv6', 'direct'), undefined)
  assert.equal(await selfTest.ageS('ipv4', 'direct'), 0)
})

test('a witness that cannot be reached blinds it for homes, and not for its own front', async (context) => {
  const port = await tlsHome(context, () => {})
  let witness = await freePort()
  const { seen, ageS } = tested(
    () => port,
    () => ({ address: '127.0.0.1', port: witness }),
  )
  assert.equal(await ageS(), undefined)
  assert.equal(await ageS('tunnel'), 0)
  witness = await tcpHome(context, () => {})
  seen.nowMs = 10_000
  assert.equal(await ageS(), 10, 'as old as the older of the two looks')
})

test('a front that takes the connection and says nothing is blindness too', async (context) => {
  const arrived = Promise.withResolvers<void>()
  const port = await tcpHome(context, () => arrived.resolve())
  const age = tested(() => port).ageS()
  await arrived.promise
  mock.timers.tick(3000)
  assert.equal(await age, undefined)
})
