import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DIFFERENCES, GUIDE_CASES } from './guide-cases.ts'
import { smugglingCases } from './smuggling-cases.ts'

const told = readFileSync(new URL('../../docs/nginx.md', import.meta.url), 'utf8')

test('docs/nginx.md tells every difference from nginx with its reason, and every request that hides another one', () => {
  for (const { of, why } of DIFFERENCES) assert.ok(told.includes(`| ${of} |`) && told.includes(`| ${why} |`), of)
  for (const { name } of smugglingCases('', '', '')) assert.ok(told.includes(`| ${name} |`), name)
  assert.ok(told.includes(`${GUIDE_CASES.length} requests`))
  assert.ok(told.includes(`${smugglingCases('', '', '').length} heads and bodies`))
})
