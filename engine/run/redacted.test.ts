import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROVIDERS } from '../names/providers/index.ts'
import type { ProviderSession } from './name-credentials.ts'
import { redacted } from './redacted.ts'

const way = (id: string, credentials: object): ProviderSession =>
  ({ provider: PROVIDERS.get(id), session: { credentials } }) as unknown as ProviderSession

test('no secret is said back, however it is written', () => {
  const password = 'p:ä "ss&w0rd'
  const login = way('no-ip', { user: 'ann', password })
  for (const written of [
    password,
    encodeURIComponent(password),
    encodeURIComponent(password).replaceAll('%3A', ':'),
    encodeURIComponent(password).replaceAll('%20', '+'),
    JSON.stringify(password),
    'p:ä &quot;ss&amp;w0rd',
    Buffer.from(password).toString('base64'),
    Buffer.from(`ann:${password}`).toString('base64'),
  ])
    assert.match(redacted(`you sent ${written}!`, login), /^you sent "?…"?!$/, written)
})

test('a secret at the end of what is shown is not shown in part', () => {
  const words = redacted(`${'x'.repeat(190)}a1b2c3d4-t0ken and more`, way('duckdns', { token: 'a1b2c3d4-t0ken' }))
  assert.equal(words, `${'x'.repeat(190)}… and more`)
})

test('a short secret is taken out where it stands alone, and tears no holes elsewhere', () => {
  const short = way('dyndns2', { server: 'dyn.example', user: 'ann', password: 'a+b' })
  assert.equal(redacted('bad password a+b for ann; a+bc, 0a+b', short), 'bad password … for ann; a+bc, 0a+b')
})

test('parts of an address of one’s own and of a key are secrets too', () => {
  assert.equal(
    redacted('no such path /T0p-secret/', way('custom', { url: 'https://dyn.example/T0p-secret/?ip={ipv4}' })),
    'no such path /…/',
  )
  const key = 'key "me" { algorithm hmac-sha256; secret "c2VjcmV0LXNlY3JldA=="; };'
  assert.ok(!redacted('bad c2VjcmV0LXNlY3JldA', way('rfc2136', { server: 'a', key })).includes('c2VjcmV0'))
})

test('without credentials it is only cut', () => {
  assert.equal(redacted('y'.repeat(900), undefined).length, 200)
})
