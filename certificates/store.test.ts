import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { issue, makeAuthority } from './self-made.ts'
import { certificateFile, loadCertificate, saveCertificate } from './store.ts'

const NAMES = ['*.device.example']
const FROM_MS = Date.UTC(2030, 0, 1)
const UNTIL_MS = Date.UTC(2030, 3, 1)
const NOW_MS = Date.UTC(2030, 1, 1)
const authority = await makeAuthority()

async function certificate(names: readonly string[] = NAMES) {
  const leaf = await issue(authority, { names, notBeforeMs: FROM_MS, notAfterMs: UNTIL_MS })
  return { names, certPem: leaf.certPem + authority.certPem, keyPem: leaf.keyPem, notBeforeMs: FROM_MS, notAfterMs: UNTIL_MS }
}

async function dataFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-store-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

test('what was saved is loaded again, readable by its owner only', async (t) => {
  const data = await dataFolder(t)
  assert.deepEqual(await loadCertificate(data, NAMES, NOW_MS), { state: 'absent' })
  const saved = await certificate()
  await saveCertificate(data, saved)
  assert.deepEqual(await loadCertificate(data, NAMES, NOW_MS), { state: 'loaded', certificate: saved })
  assert.equal((await stat(certificateFile(data, NAMES))).mode & 0o777, 0o600)
  assert.equal((await stat(join(data, 'certificates'))).mode & 0o777, 0o700)
})

test('a folder that others could read is closed to them', async (t) => {
  const data = await dataFolder(t)
  await saveCertificate(data, await certificate())
  await chmod(join(data, 'certificates'), 0o755)
  await saveCertificate(data, await certificate())
  assert.equal((await stat(join(data, 'certificates'))).mode & 0o777, 0o700)
})

test('a renewal that was killed half way leaves the old pair, and the next one succeeds', async (t) => {
  const data = await dataFolder(t)
  const old = await certificate()
  await saveCertificate(data, old)
  await writeFile(`${certificateFile(data, NAMES)}.new`, '{"v":1,"names":["*.devi')
  assert.deepEqual(await loadCertificate(data, NAMES, NOW_MS), { state: 'loaded', certificate: old })
  const renewed = await certificate()
  await saveCertificate(data, renewed)
  assert.deepEqual(await loadCertificate(data, NAMES, NOW_MS), { state: 'loaded', certificate: renewed })
  assert.deepEqual(await readdir(join(data, 'certificates')), ['_.device.example.json'])
})

test('a file that cannot be used is ignored with its reason, and never deleted', async (t) => {
  const data = await dataFolder(t)
  const file = certificateFile(data, NAMES)
  const good = await certificate()
  const foreign = await certificate()
  const other = await certificate(['*.other.example'])
  await saveCertificate(data, good)
  const text = await readFile(file, 'utf8')
  const with_ = (change: object) => JSON.stringify({ ...JSON.parse(text), ...change })
  const rows: [content: string, nowMs: number, reason: string][] = [
    ['', NOW_MS, 'malformed'],
    [text.slice(0, 200), NOW_MS, 'malformed'],
    ['[]', NOW_MS, 'malformed'],
    [with_({ v: 2 }), NOW_MS, 'malformed'],
    [with_({ certPem: 'no certificate' }), NOW_MS, 'malformed'],
    [with_({ certPem: good.certPem.slice(0, -200) }), NOW_MS, 'malformed'],
    [with_({ certPem: good.certPem.replace('MII', 'MIJ') }), NOW_MS, 'malformed'],
    [with_({ keyPem: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' }), NOW_MS, 'malformed'],
    ['x'.repeat(300_000), NOW_MS, 'malformed'],
    [with_({ keyPem: foreign.keyPem }), NOW_MS, 'key-mismatch'],
    [with_({ certPem: other.certPem, keyPem: other.keyPem }), NOW_MS, 'names'],
    [with_({ names: ['*.other.example'], certPem: other.certPem, keyPem: other.keyPem }), NOW_MS, 'names'],
    [text, UNTIL_MS, 'expired'],
    [text, FROM_MS - 1, 'not-yet-valid'],
  ]
  for (const [content, nowMs, reason] of rows) {
    await writeFile(file, content)
    assert.deepEqual(await loadCertificate(data, NAMES, nowMs), { state: 'ignored', reason })
    assert.equal(await readFile(file, 'utf8'), content)
  }
})

test('a pair that does not fit is refused before it replaces one that does', async (t) => {
  const data = await dataFolder(t)
  const good = await certificate()
  await saveCertificate(data, good)
  await assert.rejects(saveCertificate(data, { ...good, keyPem: (await certificate()).keyPem }), /key-mismatch/)
  await assert.rejects(saveCertificate(data, { ...good, names: ['*.device.example', 'device.example'] }), /names/)
  assert.deepEqual(await loadCertificate(data, NAMES, NOW_MS), { state: 'loaded', certificate: good })
})

test('a name that would leave the folder is refused', () => {
  for (const name of ['../settings', 'a/b', '..', '', '*.', 'a\0b']) assert.throws(() => certificateFile('data', [name]), RangeError)
})
