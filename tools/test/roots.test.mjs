import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { rootsLine } from './roots.mjs'

test('the causes of one run are summed up, those of an earlier one left out', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'roots-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const keep = (name, atMs, right, wrong = [], missed = []) =>
    writeFileSync(join(folder, `roots-${name}.json`), JSON.stringify({ atMs, findings: [{ right, wrong, missed }] }))
  keep('old', 5, 100, ['a'])
  assert.equal(rootsLine(folder, 10), null)
  keep('home', 10, 4)
  keep('line', 12, 5, ['line-down: resolver-silent'])
  assert.equal(
    rootsLine(folder, 10),
    'what to mend first: precision 0.900, recall 1.000, 9 causes right\n  wrong: line-down: resolver-silent',
  )
})
