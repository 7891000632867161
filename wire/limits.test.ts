import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as limits from './limits.ts'

test('docs/limits.md tells every limit and its value, and no others', () => {
  const [, text = ''] = readFileSync(join(import.meta.dirname, '..', 'docs', 'limits.md'), 'utf8').split(/^## /m)
  const told = [...text.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))])
  assert.deepEqual(Object.fromEntries(told), { ...limits })
})
