import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setInterval } from 'node:timers/promises'
import { runFile } from './test/file.mjs'
import { findTests, LONG, suites } from './test/suites.mjs'
import { tally } from './test/tally.mjs'

let folder
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'porchlight-tally-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

const limitMs = 60_000
const head = "import test, { before, describe, it } from 'node:test'\n"

/** Runs a test file with this body for real; answers with what was counted, failures by title. */
async function counted(name, body) {
  writeFileSync(join(folder, `${name}.test.mjs`), head + body)
  const { passed, failures, logFile } = await runFile(`${name}.test.mjs`, { folder, logs: folder, limitMs })
  return {
    passed,
    failures: failures.map(({ title }) => title.replace(/ \(line \d+\)$/, '')),
    texts: failures.map(({ text }) => text),
    logFile,
  }
}

const rows = [
  { name: 'passes', body: "test('a', () => {}); describe('s', () => { it('b', () => {}) })", passed: 2, failures: [] },
  { name: 'fails', body: "test('a', () => {}); test('b', () => { throw new Error('boom') })", passed: 1, failures: ['b'] },
  { name: 'nested', body: "test('p', async (t) => { await t.test('in', () => { throw 1 }) })", passed: 0, failures: ['in'] },
  { name: 'skips', body: "test('a', { skip: true }, () => {}); test('b', { skip: 'why' }, () => {})", passed: 0, failures: ['a', 'b'] },
  { name: 'skips-inside', body: "test('a', (t) => t.skip())", passed: 0, failures: ['a'] },
  { name: 'skips-suite', body: "describe.skip('s', () => { it('b', () => {}) }); test('a', () => {})", passed: 1, failures: ['s'] },
  {
    name: 'todo',
    body: "test('a', { todo: true }, () => { throw 1 }); test('b', { todo: true }, () => {})",
    passed: 0,
    failures: ['a', 'b'],
  },
  { name: 'hook', body: "before(() => { throw new Error('hook') }); test('a', () => {})", passed: 0, failures: ['a'] },
  { name: 'suite-hook', body: "describe('s', () => { before(() => { throw 1 }); it('a', () => {}) })", passed: 0, failures: ['a', 's'] },
  { name: 'crashes', body: "throw new Error('top')", passed: 0, failures: ['the whole file'] },
  { name: 'exits', body: "test('a', () => process.exit(0)); test('b', () => {})", passed: 0, failures: ['the whole file'] },
  { name: 'killed', body: "test('a', () => process.kill(process.pid, 'SIGKILL'))", passed: 0, failures: ['the whole file'] },
  { name: 'empty', body: '', passed: 0, failures: ['the whole file'] },
  { name: 'late', body: "test('a', () => { setImmediate(() => { throw new Error('late') }) })", passed: 1, failures: ['the whole file'] },
]

for (const { name, body, passed, failures } of rows) {
  test(`a file that ${name}: ${passed} passed, ${failures.length} failed`, async () => {
    const result = await counted(name, body)
    assert.deepEqual({ passed: result.passed, failures: result.failures }, { passed, failures })
  })
}

test('a file that hangs is stopped, and its output is kept', async (t) => {
  // The limit is ours to call, once the file has come so far: no machine is too slow for that.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const hanging = counted('hangs', "console.log('before'); setInterval(() => {}, 1e6); test('a', () => {})")
  const has = (ending, text) => {
    const file = join(folder, `hangs.test.mjs.${ending}`)
    return existsSync(file) && readFileSync(file, 'utf8').includes(text)
  }
  for await (const _ of setInterval(50)) if (has('log', 'before') && has('ndjson', 'test:pass')) break
  t.mock.timers.tick(limitMs)
  const { passed, failures, logFile } = await hanging
  assert.deepEqual({ passed, failures }, { passed: 1, failures: ['the whole file'] })
  assert.match(readFileSync(logFile, 'utf8'), /^before$/m)
})

test('a failure shows the error as it was thrown', async () => {
  const { texts } = await counted('shows', "test('a', () => { throw new TypeError('not this', { cause: new Error('but that') }) })")
  assert.match(texts[0], /TypeError: not this[\s\S]*but that/)
})

test('an exit code that no test explains is a failure', () => {
  const events = [
    { type: 'test:pass', name: 'a' },
    { type: 'test:summary', success: true },
  ]
  assert.equal(tally(events, { code: 3, signal: null }).failures.length, 1)
  assert.equal(tally(events, { code: 0, signal: null }).failures.length, 0)
})

test('every test file of the project belongs to exactly one suite', () => {
  const files = findTests(join(import.meta.dirname, '..'))
  assert.ok(files.includes('tools/tally.test.mjs'))
  for (const file of files) assert.equal(suites.filter((suite) => suite.holds(file)).length, 1, file)
  assert.deepEqual(files.slice(0, LONG.length), LONG, 'the long ones first')
})
