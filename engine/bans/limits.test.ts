import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as limits from './limits.ts'

const DAY_MS = 86_400_000

test('docs/limits.md tells every limit and every offence with its value, and no others', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'limits.md'), 'utf8').split(/^## Visitors of a home$/m)[1] ?? ''
  const told = [...text.matchAll(/^\| `([\w-]+)` \| ([\d,.]+) \|/gm)].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))])
  const { OFFENCES, TERMS, FORGET_MS, SHORT_MS, SHORT_BYTES, LASTING_MS, ...rest } = limits
  assert.deepEqual(Object.fromEntries(told), { ...rest, ...OFFENCES })
  // Told in words there.
  assert.deepEqual([FORGET_MS, SHORT_MS, SHORT_BYTES, LASTING_MS], [900_000, 15_000, 16_384, 180_000])
  assert.deepEqual(
    TERMS.map(({ forMs, rememberedMs }) => [forMs, rememberedMs / DAY_MS]),
    [
      [600_000, 1],
      [3_600_000, 1],
      [DAY_MS, 7],
      [7 * DAY_MS, 28],
    ],
  )
})
