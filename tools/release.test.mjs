import assert from 'node:assert/strict'
import { createHash, createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { verifiedManifest } from '../electron/update-manifest.ts'
import { makeKey, publicKeyOf, releaseConfig, signLists } from './release.mjs'

let folder
let key
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'))
  makeKey(join(folder, 'key.pem'))
  key = createPrivateKey(readFileSync(join(folder, 'key.pem'), 'utf8'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const list = (name, file, bytes) => {
  writeFileSync(join(folder, file), bytes)
  const sha512 = createHash('sha512').update(bytes).digest('base64')
  writeFileSync(join(folder, name), `version: 1.2.0\nfiles:\n  - url: ${file}\n    sha512: ${sha512}\n    size: ${bytes.length}\n`)
}

test('the key is its owner\u2019s alone, and no second one takes its place', () => {
  if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'key.pem')).mode & 0o777, 0o600)
  assert.throws(() => makeKey(join(folder, 'key.pem')), { code: 'EEXIST' })
  assert.match(publicKeyOf(key), /^[\w-]{43}$/)
})

test('every list is signed in place, as the app reads it', async () => {
  list('latest-linux.yml', 'Porchlight-1.2.0-linux-x64.AppImage', 'linux')
  list('latest.yml', 'Porchlight-1.2.0-win-x64.exe', 'windows')
  assert.deepEqual(await signLists(folder, key), ['latest-linux.yml', 'latest.yml'])
  for (const name of ['latest-linux.yml', 'latest.yml']) {
    const text = readFileSync(join(folder, name), 'utf8')
    assert.match(verifiedManifest(text, name, publicKeyOf(key)), /^version: 1\.2\.0$/m)
  }
  const once = readFileSync(join(folder, 'latest.yml'), 'utf8')
  await signLists(folder, key)
  assert.equal(readFileSync(join(folder, 'latest.yml'), 'utf8'), once)
})

test('nothing is signed whose file is another, or is not there', async () => {
  await assert.rejects(signLists(folder, key), /no list of updates/)
  list('latest.yml', 'Porchlight.exe', 'windows')
  writeFileSync(join(folder, 'Porchlight.exe'), 'Windows')
  await assert.rejects(signLists(folder, key), /Porchlight\.exe is not the file/)
  rmSync(join(folder, 'Porchlight.exe'))
  await assert.rejects(signLists(folder, key), /which is not there/)
})

test('a release knows where its updates are, and who signs them', () => {
  const { publish, extraMetadata } = releaseConfig('https://updates.example/porchlight/', key)
  assert.deepEqual(extraMetadata, { updates: { url: 'https://updates.example/porchlight/', key: publicKeyOf(key) } })
  assert.deepEqual(publish, [{ provider: 'generic', url: 'https://updates.example/porchlight/' }])
})
