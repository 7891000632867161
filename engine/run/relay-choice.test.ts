import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import type { ProblemError } from '../../protocol/problem.ts'
import { joinedRelay, readRelayChoice } from './relay-choice.ts'

const CODE = { host: 'relay.example', port: 443, fingerprint: new Uint8Array(16).fill(7), key: new Uint8Array(16).fill(9) }
const WORD = formatRelayCode(CODE)

const ADDRESSES: readonly [string, { url: string; host: string; port: number }][] = [
  ['https://relay.example', { url: 'https://relay.example', host: 'relay.example', port: 443 }],
  [' https://relay.example/ ', { url: 'https://relay.example', host: 'relay.example', port: 443 }],
  ['https://relay.example:443', { url: 'https://relay.example', host: 'relay.example', port: 443 }],
  ['HTTPS://Relay.Example:8443/', { url: 'https://relay.example:8443', host: 'relay.example', port: 8443 }],
  ['https://porchlight.localhost:40443', { url: 'https://porchlight.localhost:40443', host: 'porchlight.localhost', port: 40443 }],
  ['https://[::1]:8443', { url: 'https://[::1]:8443', host: '[::1]', port: 8443 }],
]
for (const [text, expected] of ADDRESSES)
  test(`an address: ${text}`, () => assert.deepEqual(readRelayChoice(text), { ...expected, pin: { kind: 'none' } }))

test('a relay code, as a word or in its links', () => {
  for (const text of [WORD, ` ${WORD}\n`, WORD.toUpperCase(), `https://relay.example/join/${WORD}`, `porchlight://join/${WORD}`])
    assert.deepEqual(readRelayChoice(text), {
      url: 'https://relay.example',
      host: 'relay.example',
      port: 443,
      pin: { kind: 'fingerprint', bytes: CODE.fingerprint },
      code: Buffer.from(CODE.key).toString('base64url'),
    })
})

const REFUSED: readonly [string, string][] = [
  ['', 'relay-address-invalid'],
  ['relay.example', 'relay-address-invalid'],
  ['http://relay.example', 'relay-address-invalid'],
  ['https://relay.example/join', 'relay-address-invalid'],
  ['https://relay.example/?a=b', 'relay-address-invalid'],
  ['https://relay.example/#a', 'relay-address-invalid'],
  ['https://me@relay.example', 'relay-address-invalid'],
  ['https://:secret@relay.example', 'relay-address-invalid'],
  ['https://relay.example:0', 'relay-address-invalid'],
  ['https://relay.example:65536', 'relay-address-invalid'],
  ['https://', 'relay-address-invalid'],
  ['plr1', 'relay-code-invalid'],
  [WORD.slice(0, -1), 'relay-code-invalid'],
  [`${WORD}a`, 'relay-code-invalid'],
  [WORD.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')), 'relay-code-invalid'],
  [`https://relay.example/join/${WORD.slice(0, 30)}`, 'relay-code-invalid'],
  ['plr2aaaaaaaaaa', 'relay-code-invalid'],
]
for (const [text, code] of REFUSED)
  test(`${code}: ${text}`, () =>
    assert.throws(
      () => readRelayChoice(text),
      (error: ProblemError) => error.problem.code === code,
    ))

test('what is refused is told back in part only', () => {
  assert.throws(
    () => readRelayChoice('x'.repeat(5000)),
    (error: ProblemError) => error.problem.params.relay?.length === 100,
  )
})

test('a relay that was joined is known again by its key', () => {
  const key = 'k'.repeat(43)
  assert.deepEqual(joinedRelay({ url: 'https://relay.example:8443', key }), {
    url: 'https://relay.example:8443',
    host: 'relay.example',
    port: 8443,
    pin: { kind: 'key', key },
  })
})
