import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { checkNode, root } from './setup/machine.mjs'

let clone

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'porchlight-setup-'))
  for (const folder of ['tools/setup', 'bin']) cpSync(join(root, folder), join(clone, folder), { recursive: true })
  put('package-lock.json', '{}')
  put('protocol/contract.ts', '')
})
afterEach(() => {
  chmodSync(clone, 0o755)
  rmSync(clone, { recursive: true, force: true })
})

function put(name, content) {
  mkdirSync(dirname(join(clone, name)), { recursive: true })
  writeFileSync(join(clone, name), content)
}

/** Runs an expression with the clone's own setup modules, as `npm start` would. */
function run(expression, env = {}) {
  const from = (name) => pathToFileURL(join(clone, 'tools', 'setup', name)).href
  const script = `
    import { runMain } from '${from('say.mjs')}'
    import { checkFolder } from '${from('machine.mjs')}'
    import { install } from '${from('install.mjs')}'
    await runMain(async () => { ${expression}; return 0 })`
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env: { ...process.env, ...env } })
}

/** npm as `npm start` finds it, replaced by a script that says `text` and ends with `code`. */
function fakeNpm(text, code) {
  put(
    'npm-cli.js',
    `console.error(${JSON.stringify(text)}); require('fs').mkdirSync('node_modules', { recursive: true }); process.exit(${code})`,
  )
  return { npm_execpath: join(clone, 'npm-cli.js'), npm_node_execpath: process.execPath }
}

test('a system with a pinned Node starts from any Node that can run npm start', () => {
  for (const system of [
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['win32', 'x64'],
  ])
    checkNode('20.0.0', ...system)
})

test('macOS needs Node 24 of its own, and is told why', () => {
  checkNode('24.0.0', 'darwin', 'arm64')
  assert.throws(() => checkNode('22.12.0', 'darwin', 'arm64'), {
    code: 'node-too-old',
    message: /no pinned Node exists for macOS.*24.*22\.12\.0/,
  })
})

test('npm start and npm test say in one line that Node is too old, even to a Node that cannot load the rest', () => {
  const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '18.20.0' })`
  for (const name of ['start.mjs', 'test.mjs']) {
    const { stderr, status } = spawnSync(process.execPath, ['--import', pretend, join(root, 'tools', name)], { encoding: 'utf8' })
    assert.match(stderr, /^error node-too-old: .*20.*18\.20\.0.*\n$/)
    assert.equal(status, 1)
  }
})

// Windows has no SIGTERM to pass on.
if (process.platform !== 'win32') {
  test('a SIGTERM to npm ends what it started, although the shell between them says nothing', async () => {
    put(
      'child.mjs',
      "import { writeFileSync } from 'node:fs'; process.on('SIGTERM', () => { writeFileSync('told', ''); process.exit(0) }); setInterval(() => {}, 1e6); console.log('ready')",
    )
    put('start.mjs', "import { runOn } from './tools/setup/setup.mjs'; await runOn(process.execPath, ['child.mjs'])")
    put('package.json', JSON.stringify({ scripts: { start: `"${process.execPath}" start.mjs; exit $?` } }))
    const npm = spawn('npm', ['start'], { cwd: clone, stdio: ['ignore', 'pipe', 'ignore'] })
    const closed = once(npm.stdout, 'close')
    for await (const line of createInterface({ input: npm.stdout })) if (line === 'ready') npm.kill('SIGTERM')
    await closed
    assert.equal(existsSync(join(clone, 'told')), true)
  })
}

test('half a clone is refused', () => {
  rmSync(join(clone, 'protocol'), { recursive: true })
  const { stderr, status } = run('await checkFolder()')
  assert.match(stderr, /^error clone-incomplete: protocol\/contract\.ts .*\n$/)
  assert.equal(status, 1)
})

// Windows keeps a folder's read-only mark for show.
if (process.platform !== 'win32') {
  test('a folder that cannot be written is refused before anything is fetched', () => {
    chmodSync(clone, 0o555)
    // Root may write anywhere: nobody may not.
    const { stderr, status } = run('if (process.geteuid() === 0) process.seteuid(65534); await checkFolder()')
    assert.match(stderr, /^error read-only: .*\(EACCES\).*\n$/)
    assert.equal(status, 1)
  })
}

test('dependencies are installed once for a lock file, and again when it changes', () => {
  const env = fakeNpm('added 1 package', 0)
  const installs = () => /installing dependencies/.test(run('await install()', env).stdout)
  assert.equal(installs(), true)
  assert.equal(installs(), false)
  put('package-lock.json', '{ "changed": true }')
  assert.equal(installs(), true)
})

for (const [log, code] of [
  ['npm error code ENOSPC\nnpm error syscall write', 'disk-full'],
  ['npm error code EROFS', 'read-only'],
  ['npm error code ENOTFOUND\nnpm error network request failed', 'registry-unreachable'],
  ['npm error code ECONNREFUSED', 'registry-unreachable'],
]) {
  test(`npm ending with ${log.split('\n')[0].slice(15)} is ${code}, in one line`, () => {
    const { stderr, status } = run('await install()', fakeNpm(log, 1))
    assert.match(stderr, new RegExp(`^error ${code}: .*\\n$`))
    assert.equal(status, 1)
    assert.equal(existsSync(join(clone, 'node_modules', '.porchlight-lock')), false)
  })
}

test('npm failing for another reason shows the end of its log', () => {
  const { stderr } = run('await install()', fakeNpm('npm error something new', 1))
  assert.match(stderr, /^npm error something new\nerror install-failed: .*\n$/)
})
