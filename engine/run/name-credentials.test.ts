import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder } from '../../test/folder.ts'
import { openCredentials } from './name-credentials.ts'
import { openSecrets } from './secrets.ts'

const nobody = () => assert.fail('nothing is sent')
const { signal } = new AbortController()
const DUCK = { provider: 'duckdns', credentials: { token: 's3cret-token' } }

test('credentials live in the secret store, and outlive a restart', (t) => {
  const data = folder(t)
  openCredentials(openSecrets(data), nobody).keep('home.duckdns.org', DUCK)
  const again = openCredentials(openSecrets(data), nobody)
  const found = again.sessionFor('home.duckdns.org', signal)
  assert.deepEqual([found?.provider.id, found?.session.credentials], ['duckdns', DUCK.credentials])
  assert.match(readFileSync(join(data, 'secrets', 'names.json'), 'utf8'), /s3cret-token/)
  again.keep('home.duckdns.org', null)
  assert.doesNotMatch(readFileSync(join(data, 'secrets', 'names.json'), 'utf8'), /s3cret-token/)
})

test('the way to a provider is found from a name, from what stands below it, and from a wildcard', (t) => {
  const store = openCredentials(openSecrets(folder(t)), nobody)
  store.keep('home.duckdns.org', DUCK)
  store.keep('*.example.org', { provider: 'gandi', credentials: { token: 'g' } })
  store.keep('cam.example.org', { provider: 'ovh', credentials: { key: 'k' } })
  const rows: [name: string, provider: string | undefined][] = [
    ['home.duckdns.org', 'duckdns'],
    ['_acme-challenge.home.duckdns.org', 'duckdns'],
    ['*.home.duckdns.org', 'duckdns'],
    ['duckdns.org', undefined],
    ['_acme-challenge.example.org', 'gandi'],
    ['photos.example.org', 'gandi'],
    ['_acme-challenge.cam.example.org', 'ovh'],
    ['example.com', undefined],
  ]
  for (const [name, provider] of rows) assert.equal(store.sessionFor(name, signal)?.provider.id, provider, name)
})

test('names with the same credentials are one account, whose credentials change together', (t) => {
  const store = openCredentials(openSecrets(folder(t)), nobody)
  const other = { provider: 'duckdns', credentials: { token: 'other' } }
  store.keep('a.duckdns.org', DUCK)
  store.keep('b.duckdns.org', DUCK)
  store.keep('c.duckdns.org', other)
  assert.deepEqual(
    ['a', 'b', 'c'].map((label) => store.accountOf(`${label}.duckdns.org`)),
    ['a.duckdns.org', 'a.duckdns.org', 'c.duckdns.org'],
  )
  assert.deepEqual(store.replace('b.duckdns.org', 'duckdns', { token: 'new' }), ['a.duckdns.org', 'b.duckdns.org'])
  const tokens = ['a', 'b', 'c'].map((label) => store.sessionFor(`${label}.duckdns.org`, signal)?.session.credentials.token)
  assert.deepEqual(tokens, ['new', 'new', 'other'])
})
