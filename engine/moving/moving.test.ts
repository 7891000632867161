import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ProblemError } from '../../protocol/problem.ts'
import { seal as sealText } from '../../system/sealed-text.ts'
import { folder } from '../../test/folder.ts'
import { fuzz } from '../../test/fuzz/random.ts'
import { identityToPem, newIdentity } from '../../wire/identity.ts'
import { exportHome, importHome } from './moving.ts'
import { newRecoveryCode, readRecoveryCode } from './recovery-code.ts'
import { MAX_SEALED_BYTES, seal, unseal } from './sealed.ts'

const KEY = identityToPem(newIdentity())
const SECRET = readRecoveryCode(newRecoveryCode()) ?? ''

/** A home, as an engine leaves it, and a place for a new one. */
function house(t: TestContext) {
  const around = folder(t)
  const [home, fresh, file] = ['home', 'fresh', 'moving.porchlight'].map((name) => join(around, name)) as [string, string, string]
  for (const path of [home, join(home, 'secrets'), join(home, 'certificates'), fresh]) mkdirSync(path)
  writeFileSync(join(home, 'secrets', 'device.pem'), KEY)
  writeFileSync(join(home, 'settings.json'), '{"v":2}')
  writeFileSync(join(home, 'certificates', '_.amber-otter-42.relay.example.json'), '{"v":1}')
  for (const stays of ['lock.db', 'lock.db-journal', 'engine.json', 'journal.json', 'settings.json.new', 'settings.damaged-1.json'])
    writeFileSync(join(home, stays), 'of this computer')
  return { home, fresh, file }
}

const fails = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code

test('what makes a home travels, what belongs to the computer stays', (t) => {
  const { home, fresh, file } = house(t)
  writeFileSync(join(home, 'film.mkv'), Buffer.alloc(2 << 20))
  const { code, leftOut } = exportHome(home, file)
  assert.deepEqual(leftOut, ['film.mkv'])
  assert.equal(statSync(file).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600)
  const sealed = readFileSync(file)
  for (const secret of [KEY.split('\n')[1] ?? '', 'settings', code.replaceAll('-', '')]) assert.ok(!sealed.includes(secret))

  assert.equal(importHome(fresh, file, code.toLowerCase().replaceAll('-', ' '), false).putAside, undefined)
  assert.deepEqual(readdirSync(fresh).sort(), ['certificates', 'secrets', 'settings.json'])
  assert.equal(readFileSync(join(fresh, 'secrets', 'device.pem'), 'utf8'), KEY)
  if (process.platform !== 'win32') assert.equal(statSync(join(fresh, 'secrets', 'device.pem')).mode & 0o777, 0o600)
})

test('a home whose keys a keychain holds is not exported: nobody could open it elsewhere', (t) => {
  const { home, file } = house(t)
  writeFileSync(join(home, 'secrets', 'device.pem'), sealText(KEY, 'device.pem', randomBytes(32)))
  assert.throws(() => exportHome(home, file), fails('secrets-locked'))
  assert.ok(!existsSync(file))
})

test('a home that lives there is never lost: refused, or put aside when that is asked for', (t) => {
  const { home, fresh, file } = house(t)
  const { code } = exportHome(home, file)
  importHome(fresh, file, code, false)
  writeFileSync(join(fresh, 'settings.json'), '{"mine":true}')
  assert.throws(() => importHome(fresh, file, code, false), fails('import-not-empty'))
  assert.equal(readFileSync(join(fresh, 'settings.json'), 'utf8'), '{"mine":true}')
  const { putAside } = importHome(fresh, file, code, true)
  assert.equal(readFileSync(join(putAside ?? '', 'settings.json'), 'utf8'), '{"mine":true}')
  assert.equal(readFileSync(join(fresh, 'settings.json'), 'utf8'), '{"v":2}')
  // And what was put aside does not travel again.
  const again = exportHome(fresh, file)
  assert.ok(!JSON.stringify(again.leftOut).includes('replaced'))
})

test('a home that cannot be written whole leaves what stands there as it was', (t) => {
  const { home, fresh, file } = house(t)
  importHome(fresh, file, exportHome(home, file).code, false)
  const before = readdirSync(fresh, { recursive: true }).sort()
  // As on a disk that is full after the first few files.
  const code = newRecoveryCode()
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const files = { 'secrets/device.pem': base64(KEY), 'settings.json': base64('{}'), 'settings.json/more': base64('x') }
  writeFileSync(file, seal(Buffer.from(JSON.stringify({ v: 1, files })), readRecoveryCode(code) ?? ''))
  assert.throws(() => importHome(fresh, file, code, true), fails('data-unwritable'))
  assert.deepEqual(readdirSync(fresh, { recursive: true }).sort(), before)
  assert.equal(readFileSync(join(fresh, 'secrets', 'device.pem'), 'utf8'), KEY)
})

test('where nothing has run there is nothing to move', (t) => {
  const { fresh, file } = house(t)
  assert.throws(() => exportHome(fresh, file), fails('never-run'))
  assert.ok(!existsSync(file))
})

test('a wrong code, a mistyped one, and a file that is changed, cut, foreign, newer or huge: each said, nothing written', (t) => {
  const { home, fresh, file } = house(t)
  const { code } = exportHome(home, file)
  const good = readFileSync(file)
  const refuses = (problem: string, withCode = code): void => {
    assert.throws(() => importHome(fresh, file, withCode, false), fails(problem))
    assert.deepEqual(readdirSync(fresh), [])
  }
  refuses('recovery-code-wrong', newRecoveryCode())
  refuses('recovery-code-mistyped', `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`)
  refuses('recovery-code-mistyped', '')
  // Every part is authenticated: salt, nonce, text and tag.
  for (const at of [10, 30, 60, good.length - 1]) {
    const changed = Buffer.from(good)
    changed[at] = (changed[at] ?? 0) ^ 1
    writeFileSync(file, changed)
    refuses('recovery-code-wrong')
  }
  const newer = Buffer.from(good)
  newer[8] = 2
  for (const bytes of [newer, Buffer.alloc(0), Buffer.from('PLMOVING'), good.subarray(0, 40), Buffer.from('GIF89a')]) {
    writeFileSync(file, bytes)
    refuses('export-unusable')
  }
  writeFileSync(file, good.subarray(0, -10))
  refuses('recovery-code-wrong')
  writeFileSync(file, good)
  truncateSync(file, MAX_SEALED_BYTES + 1)
  refuses('export-unusable')
})

test('a well sealed file that leads elsewhere, or has no key in it, is none of ours', (t) => {
  const { fresh, file } = house(t)
  const code = newRecoveryCode()
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const withKey = { 'secrets/device.pem': base64(KEY) }
  const foreign: unknown[] = [
    { ...withKey, '../outside': base64('x') },
    { ...withKey, '/etc/passwd': base64('x') },
    { ...withKey, 'a/../../outside': base64('x') },
    { ...withKey, 'lock.db': base64('x') },
    { ...withKey, 'settings.json': 'no base64!' },
    { 'secrets/device.pem': base64('no key') },
    {},
    null,
  ]
  for (const files of foreign) {
    writeFileSync(file, seal(Buffer.from(JSON.stringify({ v: 1, files })), readRecoveryCode(code) ?? ''))
    assert.throws(() => importHome(fresh, file, code, false), fails('export-unusable'), JSON.stringify(files))
    assert.deepEqual(readdirSync(fresh), [])
  }
})

test('a recovery code survives paper: letter case, spaces, the letters that look like digits; and no single mistake', () => {
  for (let turn = 0; turn < 50; turn++) {
    const code = newRecoveryCode()
    assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/)
    const secret = readRecoveryCode(code)
    assert.ok(secret)
    const written = code.toLowerCase().replaceAll('-', ' – ').replaceAll('1', 'l').replaceAll('0', 'o')
    assert.equal(readRecoveryCode(written), secret)
    for (let at = 0; at < 24; at++) {
      const plain = code.replaceAll('-', '')
      const other = plain[at] === 'Z' ? 'Y' : 'Z'
      assert.notEqual(readRecoveryCode(plain.slice(0, at) + other + plain.slice(at + 1)), secret)
    }
  }
})

test('any bytes at all', () => {
  const sealed = seal(Buffer.from('{}'), SECRET)
  // Each whole header costs a key derivation, which is slow on purpose.
  fuzz(20_261_122, (random) => void unseal(random.mutated(sealed.subarray(0, 20)), SECRET))
  fuzz(
    20_261_123,
    (random) => {
      const bytes = random.mutated(sealed)
      assert.equal(unseal(bytes, SECRET).ok, bytes.equals(sealed))
    },
    60,
  )
  fuzz(20_261_124, (random) => void readRecoveryCode(random.text('0O1lIZ- –x', random.int(60))))
})
