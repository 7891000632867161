import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBudgets } from './budgets.ts'

test('newcomers: some at once from one neighbourhood, more from all together, and then a few a second', (context) => {
  const clock = { nowMs: 1000 }
  context.mock.method(performance, 'now', () => clock.nowMs)
  const { mayRegister } = createBudgets()
  const letIn = (network: string): number => Array.from({ length: 100 }, (_, n) => mayRegister(`${network}.${n}`)).filter(Boolean).length
  assert.deepEqual([letIn('198.51.100'), letIn('203.0.113'), letIn('192.0.2')], [20, 20, 0])
  clock.nowMs += 1000
  assert.deepEqual([letIn('198.51.100'), letIn('203.0.113'), letIn('192.0.2')], [5, 5, 5])
})
