import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '../../protocol/problem.ts'
import { folder } from '../../test/folder.ts'
import { identityFromPem } from '../../wire/identity.ts'
import { openSecrets } from './secrets.ts'

const mode = (path: string): number => statSync(path).mode & 0o777

test('an identity is made once and is the same for ever', (t) => {
  const data = folder(t)
  const first = openSecrets(data).identity
  assert.equal(openSecrets(data).identity.publicKey, first.publicKey)
  assert.notEqual(openSecrets(folder(t)).identity.publicKey, first.publicKey)
  assert.equal(identityFromPem(readFileSync(join(data, 'secrets', 'device.pem'), 'utf8')).publicKey, first.publicKey)
})

test('other keys are kept as they are', (t) => {
  const data = folder(t)
  const secrets = openSecrets(data)
  assert.equal(secrets.read('acme-account'), undefined)
  secrets.write('acme-account', 'a key\n')
  assert.equal(openSecrets(data).read('acme-account'), 'a key\n')
})

test('nobody else may read them', (t) => {
  if (process.platform === 'win32') return
  const data = folder(t)
  openSecrets(data).write('acme-account', 'a key\n')
  assert.equal(mode(join(data, 'secrets')), 0o700)
  for (const name of ['device.pem', 'acme-account.pem']) assert.equal(mode(join(data, 'secrets', name)), 0o600)
})

test('a damaged identity is refused, told without its content, and never overwritten', (t) => {
  const rsa = '-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n'
  for (const damaged of ['', 'once a key', rsa]) {
    const data = folder(t)
    const path = join(data, 'secrets', 'device.pem')
    mkdirSync(join(data, 'secrets'))
    writeFileSync(path, damaged)
    assert.throws(
      () => openSecrets(data),
      (error: ProblemError) => {
        assert.ok(error instanceof ProblemError)
        assert.equal(error.problem.params.path, path)
        assert.ok(damaged === '' || !JSON.stringify(error.problem).includes(damaged.trim()))
        return true
      },
    )
    assert.equal(readFileSync(path, 'utf8'), damaged)
  }
})

test('a folder that cannot hold them', (t) => {
  const data = folder(t)
  writeFileSync(join(data, 'secrets'), 'a file')
  assert.throws(() => openSecrets(data), { name: 'ProblemError' })
})
