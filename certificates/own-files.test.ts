import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../test/fuzz/random.ts'
import { readPemFiles } from './own-files.ts'
import { issue, makeAuthority } from './self-made.ts'

const DAY_MS = 86_400_000
const now = Date.now()
const authority = await makeAuthority()
const stranger = await makeAuthority('Somebody else')
const good = await issue(authority, { names: ['web.example', '*.below.example', '203.0.113.10'] })
const chained = good.certPem + authority.certPem
const read = (certPem: string, keyPem = good.keyPem, name = 'web.example', at = now) => {
  const found = readPemFiles(certPem, keyPem, name, at)
  return typeof found === 'string' ? found : 'good'
}

test('key, names, dates and the order of the chain', () => {
  const rows: [...Parameters<typeof read>, expected: string][] = [
    [good.certPem, good.keyPem, 'web.example', now, 'good'],
    [chained, good.keyPem, 'web.example', now, 'good'],
    [`Bag Attributes\n  friendlyName: x\n${chained}`, good.keyPem, 'a.below.example', now, 'good'],
    [good.certPem, good.keyPem, '203.0.113.10', now, 'good'],
    [good.certPem, good.keyPem, 'other.example', now, 'names'],
    [authority.certPem + good.certPem, good.keyPem, 'web.example', now, 'key-mismatch'],
    [good.certPem + stranger.certPem, good.keyPem, 'web.example', now, 'chain'],
    [good.certPem, stranger.keyPem, 'web.example', now, 'key-mismatch'],
    [good.certPem, good.keyPem, 'web.example', now + 91 * DAY_MS, 'expired'],
    [good.certPem, good.keyPem, 'web.example', now - DAY_MS, 'not-yet-valid'],
    ['', good.keyPem, 'web.example', now, 'malformed'],
    [good.certPem.slice(0, 200), good.keyPem, 'web.example', now, 'malformed'],
    [good.certPem, '', 'web.example', now, 'malformed'],
    [chained.repeat(7), good.keyPem, 'web.example', now, 'malformed'],
    ['x'.repeat(300_000), good.keyPem, 'web.example', now, 'malformed'],
  ]
  for (const [certPem, keyPem, name, at, expected] of rows) assert.equal(read(certPem, keyPem, name, at), expected)
})

test('whatever stands in the files, the answer is a certificate that fits or a reason', () => {
  const [cert, key] = [Buffer.from(chained), Buffer.from(good.keyPem)]
  // Each costs a signature or two.
  fuzz(
    0x9e4,
    (random) => {
      const isKey = random.chance(0.3)
      const found = readPemFiles(
        (isKey ? cert : random.mutated(cert)).toString('latin1'),
        (isKey ? random.mutated(key) : key).toString('latin1'),
        'web.example',
        now,
      )
      if (typeof found !== 'string') assert.deepEqual(found.names, ['web.example'])
    },
    2000,
  )
})
