import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder } from '../test/folder.ts'
import { writeBetweenMarks } from './page.ts'

test('only what stands between the marks of that name is replaced, however often', (t) => {
  const file = join(folder(t), 'page.md')
  const page = (a: string, b: string): string =>
    `# Page\n\n<!-- bench a -->\n${a}\n<!-- end -->\n\nWords.\n\n<!-- bench b -->\n${b}\n<!-- end -->\n`
  writeFileSync(file, page('old', 'old'))
  writeBetweenMarks(file, 'b', '\nnew $& table\n\n')
  assert.equal(readFileSync(file, 'utf8'), page('old', 'new $& table'))
  writeBetweenMarks(file, 'a', 'newer')
  writeBetweenMarks(file, 'a', 'newest')
  assert.equal(readFileSync(file, 'utf8'), page('newest', 'new $& table'))
})

test('a page without the marks is left alone', (t) => {
  const file = join(folder(t), 'page.md')
  for (const text of ['# Page\n', '<!-- bench a -->\nnever ends\n']) {
    writeFileSync(file, text)
    assert.throws(() => writeBetweenMarks(file, 'a', 'text'), /page\.md has no <!--/)
    assert.equal(readFileSync(file, 'utf8'), text)
  }
})
