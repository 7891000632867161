import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { isSealed, KEY_BYTES, seal, unseal } from './sealed-text.ts'

const key = Buffer.alloc(KEY_BYTES, 7)
const other = randomBytes(KEY_BYTES)

test('what was sealed opens with its key and under its name, and with nothing else', () => {
  for (const text of ['', 'a key\n', 'é € 🏮', 'x'.repeat(100_000)]) {
    const sealed = seal(text, 'device.pem', key)
    assert.ok(isSealed(sealed))
    assert.deepEqual(unseal(sealed, 'device.pem', key), { ok: true, text })
    assert.deepEqual(unseal(sealed, 'device.pem', other), { ok: false, why: 'other-key' })
    assert.deepEqual(unseal(sealed, 'device.pem', undefined), { ok: false, why: 'other-key' })
    assert.deepEqual(unseal(sealed, 'names.json', key), { ok: false, why: 'damaged' })
  }
})

test('it shows nothing of the text, and no two are alike', () => {
  const [one, two] = [seal('password', 'names.json', key), seal('password', 'names.json', key)]
  assert.notEqual(one, two)
  assert.ok(!Buffer.from(one.split(' ')[2] ?? '', 'base64').includes('password'))
})

test('a changed, cut or lengthened one opens no more', () => {
  const sealed = seal('a key', 'device.pem', key)
  const at = sealed.lastIndexOf(' ') + 1
  const bytes = Buffer.from(sealed.slice(at), 'base64')
  const changed = (change: (bytes: Buffer) => Uint8Array): string =>
    `${sealed.slice(0, at)}${Buffer.from(change(bytes)).toString('base64')}\n`
  for (let place = 0; place < bytes.length; place++) {
    const flipped = Buffer.from(bytes)
    flipped[place] = (flipped[place] ?? 0) ^ 1
    assert.deepEqual(
      unseal(
        changed(() => flipped),
        'device.pem',
        key,
      ),
      { ok: false, why: 'damaged' },
      `byte ${place}`,
    )
  }
  for (const damaged of [
    sealed.slice(0, -1),
    sealed.slice(0, -20),
    `${sealed}\n`,
    `${sealed.slice(0, at)}\n`,
    changed((all) => all.subarray(0, 20)),
  ])
    assert.deepEqual(unseal(damaged, 'device.pem', key), { ok: false, why: 'damaged' })
})

/** What was sealed by an earlier version must open for ever: nonce and text of a fixed sample. */
test('the layout is the one that lies on disks', () => {
  const known = 'porchlight-sealed/1 cda7265d0ee63162 CwJkPIBY/5pCdVFtAWF22AQugyKmwLZriI/9fCo7mTz9LA==\n'
  assert.deepEqual(unseal(known, 'device.pem', key), { ok: true, text: 'a key\n' })
})
