import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { freePort, tcpHome, tlsHome } from './listener.fixture.ts'
import { createSelfTest } from './self-test.ts'

const at = (port: number) => () => ({ address: '127.0.0.1', port })

test('a relay that reaches itself can see, and knows it for thirty seconds', async (context) => {
  let visits = 0
  const port = await tlsHome(context, () => {})
  let nowMs = 0
  const visited = () => {
    visits++
    return at(port)()
  }
  const selfTest = createSelfTest(visited, 'relay.example', () => nowMs)
  assert.equal(await selfTest.ageS(), 0)
  nowMs = 30_000
  assert.equal(await selfTest.ageS(), 30)
  assert.equal(visits, 1)
  nowMs = 30_001
  assert.equal(await selfTest.ageS(), 0)
  assert.equal(visits, 2)
})

test('many who ask at once cause one look', async (context) => {
  let visits = 0
  const port = await tlsHome(context, () => {})
  const visited = () => {
    visits++
    return at(port)()
  }
  const selfTest = createSelfTest(visited, 'relay.example')
  assert.deepEqual(await Promise.all([selfTest.ageS(), selfTest.ageS(), selfTest.ageS()]), [0, 0, 0])
  assert.equal(visits, 1)
})

test('a relay that cannot reach itself is blind, until it can', async (context) => {
  let port = await freePort()
  const selfTest = createSelfTest(() => at(port)(), 'relay.example')
  assert.equal(await selfTest.ageS(), undefined)
  port = await tcpHome(context, (socket) => socket.end('not TLS'))
  assert.equal(await selfTest.ageS(), undefined)
  port = await tlsHome(context, () => {})
  assert.equal(await selfTest.ageS(), 0)
})

test('what it once saw does not outlive a failure', async (context) => {
  let port = await tlsHome(context, () => {})
  let nowMs = 0
  const selfTest = createSelfTest(
    () => at(port)(),
    'relay.example',
    () => nowMs,
  )
  assert.equal(await selfTest.ageS(), 0)
  port = await freePort()
  nowMs = 31_000
  assert.equal(await selfTest.ageS(), undefined)
})

test('a front that takes the connection and says nothing is blindness too', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => mock.timers.reset())
  const arrived = Promise.withResolvers<void>()
  const age = createSelfTest(at(await tcpHome(context, () => arrived.resolve())), 'relay.example').ageS()
  await arrived.promise
  mock.timers.tick(3000)
  assert.equal(await age, undefined)
})
