import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder } from '../../test/folder.ts'
import { type OwnKeys, openOwnKeys } from './own-keys.ts'
import { openUnsaved } from './unsaved.ts'

/** `said`: what the log and the faces are told. */
const opened = (data: string, said: string[] = []): OwnKeys => {
  const log = (event: string): void => void said.push(event)
  return openOwnKeys(
    data,
    openUnsaved(
      () => {},
      ({ type }) => said.push(type),
    ),
    log,
  )
}

test('a key is known from the moment it was made, and after a restart', (t) => {
  const data = folder(t)
  const [ours, strange] = [randomBytes(91), randomBytes(91)]
  const keys = opened(data)
  assert.equal(keys.has(ours), false)
  keys.remember(ours)
  keys.remember(ours)
  for (const known of [keys, opened(data)]) assert.deepEqual([known.has(ours), known.has(strange)], [true, false])
})

test('the last sixty-four are kept', (t) => {
  const data = folder(t)
  const made = Array.from({ length: 65 }, () => randomBytes(91))
  const keys = opened(data)
  for (const key of made) keys.remember(key)
  assert.deepEqual(
    made.map((key) => opened(data).has(key)),
    made.map((_, index) => index > 0),
  )
})

test('a file that is damaged or cannot be written is said, and stops nothing', (t) => {
  const data = folder(t)
  const said: string[] = []
  mkdirSync(join(data, 'certificates'))
  writeFileSync(join(data, 'certificates', 'own-keys.json'), '{"v":1,"keys":["../etc"]}')
  const keys = opened(data, said)
  keys.remember(randomBytes(91))
  assert.deepEqual(said, ['own-keys-unreadable'])
  const blocked = folder(t)
  writeFileSync(join(blocked, 'certificates'), 'in the way')
  const ours = randomBytes(91)
  const others = opened(blocked, said)
  others.remember(ours)
  assert.equal(others.has(ours), true)
  assert.deepEqual(said, ['own-keys-unreadable', 'own-keys-unreadable', 'unsaved'])
})
