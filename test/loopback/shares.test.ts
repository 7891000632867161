import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { homeHere, relayHere, visit } from './tunnel-ends.ts'

test('a device carries no more than its operator allows, all its visitors together, and every byte arrives', async (t) => {
  const relay = await relayHere(t, { deviceMbit: 16 })
  const home = homeHere(t, relay, { port: relay.port })
  const { label } = await eventually(() => {
    const [welcome] = home.welcomes
    assert.ok(welcome)
    return welcome
  })
  const visitors = await Promise.all([1, 2].map(() => visit(t, relay.port, label)))
  const startedMs = performance.now()
  // Twice a megabyte, there and back: two seconds at 2 MB/s.
  await Promise.all(visitors.map((visitor, index) => visitor.echo(String(index).repeat(1_000_000))))
  const tookMs = performance.now() - startedMs
  // What may pass after a pause, and what is still under way, comes off; a busy machine only adds.
  assert.ok(tookMs > 1000, `${Math.round(tookMs)} ms`)
})
