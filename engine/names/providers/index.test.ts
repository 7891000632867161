import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROVIDERS } from './index.ts'

test('every provider says what its owner must give, how often it may be asked, and keeps secrets secret', () => {
  assert.equal(PROVIDERS.size, 15, 'no two with one id')
  for (const [id, { title, page, fields, minPeriodS, ttlS, families }] of PROVIDERS) {
    assert.match(id, /^[a-z0-9-]{1,40}$/)
    assert.ok(title.length > 0 && (page === null || page.startsWith('https://')), id)
    assert.ok(minPeriodS > 0 && ttlS > 0 && families.length > 0, id)
    assert.equal(new Set(fields.map((field) => field.id)).size, fields.length, id)
    const open = fields.filter(({ isSecret }) => !isSecret).map((field) => field.id)
    for (const field of ['password', 'token', 'secret', 'url'] as const) assert.ok(!open.includes(field), `${id}: ${field}`)
    assert.ok(
      fields.some(({ isSecret }) => isSecret),
      id,
    )
  }
})
