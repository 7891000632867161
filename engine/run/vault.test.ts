import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { loadCertificate, saveCertificate } from '../../certificates/store.ts'
import { ProblemError } from '../../protocol/problem.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { isSealed } from '../../system/sealed-text.ts'
import { folder } from '../../test/folder.ts'
import { openSecrets } from './secrets.ts'
import { isLocked, openVault } from './vault.ts'

const NAMES = ['*.amber.relay.example']
const key = randomBytes(32).toString('base64')
const lock: Wrapping = { v: 1, key, wish: 'lock' }
const unlock: Wrapping = { v: 1, key, wish: 'unlock' }
const day = 24 * 3600_000
const certificate = issue(await makeAuthority(), { names: NAMES, notBeforeMs: Date.now() - day, notAfterMs: Date.now() + day })

/** A home that has been running in clear for a while. */
async function home(t: TestContext): Promise<string> {
  const data = folder(t)
  const secrets = openSecrets(data)
  secrets.write('acme-account', 'an account key\n')
  secrets.write('names', JSON.stringify({ token: 'quiet-otter' }))
  await saveCertificate(data, { names: NAMES, ...(await certificate), notBeforeMs: 0, notAfterMs: 0 })
  writeFileSync(join(data, 'certificates', 'own-keys.json'), '{"v":1,"keys":[]}')
  writeFileSync(join(data, 'secrets', 'keychain.json'), '{}')
  return data
}

/** Every file below, by its name. */
function contents(data: string): Map<string, string> {
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(data, name)).isFile())
  return new Map(names.sort().map((name) => [name, readFileSync(join(data, name), 'utf8')]))
}

const KEYS = [`certificates/_.amber.relay.example.json`, 'secrets/acme-account.pem', 'secrets/device.pem', 'secrets/names.json']
const sealedIn = (data: string): string[] => [...contents(data)].filter(([, text]) => isSealed(text)).map(([name]) => name)
const isLockedProblem = (error: unknown): boolean => error instanceof ProblemError && error.problem.code === 'secrets-locked'

test('locked, every key lies sealed, is read as before, and may be read by nobody else', async (t) => {
  const data = await home(t)
  const before = openSecrets(data)
  const secrets = openSecrets(data, lock)
  assert.deepEqual(sealedIn(data), KEYS)
  assert.ok(isLocked(data))
  assert.equal(secrets.identity.publicKey, before.identity.publicKey)
  assert.equal(secrets.read('acme-account'), 'an account key\n')
  const loaded = await loadCertificate(data, NAMES, Date.now(), secrets.vault)
  assert.equal(loaded.state, 'loaded')
  secrets.write('passwords', 'scrypt something')
  assert.equal(secrets.read('passwords'), 'scrypt something')
  await saveCertificate(data, { names: NAMES, ...(await certificate), notBeforeMs: 0, notAfterMs: 0 }, secrets.vault)
  assert.deepEqual(sealedIn(data), [...KEYS, 'secrets/passwords.json'])
  const everything = [...contents(data).values()].join('\n')
  for (const secret of ['PRIVATE KEY', 'an account key', 'quiet-otter', 'scrypt something']) assert.ok(!everything.includes(secret), secret)
  if (process.platform !== 'win32') for (const name of KEYS) assert.equal(statSync(join(data, name)).mode & 0o777, 0o600)
})

test('a home begun locked never had a key in clear', (t) => {
  const data = folder(t)
  const { identity } = openSecrets(data, lock)
  assert.deepEqual(sealedIn(data), ['secrets/device.pem'])
  assert.equal(openSecrets(data, lock).identity.publicKey, identity.publicKey)
})

test('without the key, or with another one, nothing is read, made or written', async (t) => {
  const data = await home(t)
  openSecrets(data, lock)
  const before = contents(data)
  const other = randomBytes(32).toString('base64')
  for (const wrapping of [undefined, { ...lock, key: other }, { ...unlock, key: other }])
    assert.throws(() => openSecrets(data, wrapping), isLockedProblem)
  assert.deepEqual(contents(data), before)
  assert.deepEqual(await loadCertificate(data, NAMES, Date.now()), { state: 'ignored', reason: 'malformed' })
})

test('unlocked, everything lies there as it was', async (t) => {
  const data = await home(t)
  const before = contents(data)
  openSecrets(data, lock)
  openSecrets(data, unlock)
  assert.deepEqual(contents(data), before)
  assert.ok(!isLocked(data))
  openSecrets(data)
})

test('killed at any point on the way, either way, it goes on from there', async (t) => {
  const data = await home(t)
  const clear = contents(data)
  openVault(data, lock)
  const sealed = contents(data)
  for (const [from, to, wish] of [
    [clear, sealed, lock],
    [sealed, clear, unlock],
  ] as const)
    for (let done = 0; done <= KEYS.length; done++) {
      for (const [at, name] of KEYS.entries()) writeFileSync(join(data, name), (at < done ? to : from).get(name) ?? '')
      // What the kill left of the file that was being written.
      writeFileSync(join(data, `${KEYS[done] ?? KEYS[0]}.new`), 'half')
      const secrets = openSecrets(data, wish)
      assert.equal(secrets.read('names'), clear.get('secrets/names.json'), `${wish.wish} after ${done}`)
      assert.deepEqual(sealedIn(data), wish === lock ? KEYS : [])
      assert.equal(readFileSync(join(data, 'secrets', 'keychain.json'), 'utf8'), '{}')
    }
})

test('a damaged one is kept as it is, and one under a false name is none', async (t) => {
  const data = await home(t)
  openSecrets(data, lock)
  const path = join(data, 'secrets', 'device.pem')
  const damaged = readFileSync(path, 'utf8').replace(/.{12}\n$/, 'AAAAAAAAAAAA\n')
  writeFileSync(path, damaged)
  for (const wrapping of [lock, unlock]) {
    assert.throws(
      () => openSecrets(data, wrapping),
      (error: ProblemError) => error.problem.code === 'identity-damaged',
    )
    assert.equal(readFileSync(path, 'utf8'), damaged)
  }
  const other = await home(t)
  openSecrets(other, lock)
  renameSync(join(other, 'secrets', 'names.json'), join(other, 'secrets', 'passwords.json'))
  assert.equal(openSecrets(other, lock).read('passwords'), '')
})
