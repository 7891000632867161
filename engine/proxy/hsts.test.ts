import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hstsValue } from './hsts.ts'
import { openBackend, openDoor, visit } from './test-door.ts'

const HOUR_MS = 3_600_000

test('the promise grows with the time for which certificates have held', () => {
  const table: readonly (readonly [hours: number, value: string | undefined])[] = [
    [-1, undefined],
    [0, undefined],
    [23, undefined],
    [24, 'max-age=86400'],
    [7 * 24 - 1, 'max-age=86400'],
    [7 * 24, 'max-age=604800'],
    [30 * 24 - 1, 'max-age=604800'],
    [30 * 24, 'max-age=7776000'],
    [400 * 24, 'max-age=7776000'],
  ]
  for (const [hours, value] of table) assert.equal(hstsValue(0, hours * HOUR_MS), value, `${hours} h`)
})

test('a service’s answers carry it, unless the service says something of its own', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    if (request.url === '/own') response.setHeader('Strict-Transport-Security', 'max-age=0')
    response.end()
  })
  const door = await openDoor(t, target, { route: () => ({ service: 'web', target, isGated: false, hsts: 'max-age=86400' }) })
  assert.equal((await visit(door, '/')).headers['strict-transport-security'], 'max-age=86400')
  assert.equal((await visit(door, '/own')).headers['strict-transport-security'], 'max-age=0')
  const without = await openDoor(t, target)
  assert.equal((await visit(without, '/')).headers['strict-transport-security'], undefined)
})
