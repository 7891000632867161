import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS } from '../lab/faults.ts'
import { PERSONALITIES } from '../lab/personalities.ts'
import { FAULT_ROOTS, PERSONALITY_ROOTS } from './roots.ts'

test('every fault and every home of the laboratory has what its owner is to mend first, and whatever undoes a fault leaves nothing', () => {
  assert.deepEqual(Object.keys(FAULT_ROOTS).sort(), Object.keys(FAULTS).sort())
  assert.deepEqual(Object.keys(PERSONALITY_ROOTS).sort(), Object.keys(PERSONALITIES).sort())
  const undoing = new Set(Object.values(FAULTS).flatMap((fault) => ('undoneBy' in fault ? [fault.undoneBy] : [])))
  for (const name of undoing) assert.equal(FAULT_ROOTS[name as keyof typeof FAULT_ROOTS], null, name)
})
