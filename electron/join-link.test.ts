import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatRelayCode } from '../protocol/model/relay-code.ts'
import { joinLinkAmong, joinOffer } from './join-link.ts'

const code = (port: number) =>
  formatRelayCode({ host: 'relay.example', port, fingerprint: Uint8Array.from({ length: 16 }, (_, i) => i * 16), key: new Uint8Array(16) })

test('a link tells which relay it is, and how to know it again', () => {
  const relay = { code: code(443), relay: 'relay.example', fingerprint: '0010 2030 4050 6070 8090 a0b0 c0d0 e0f0' }
  assert.deepEqual(joinOffer(`porchlight://join/${code(443)}`), relay)
  // Browsers write the scheme's host in small letters and may add a slash.
  assert.deepEqual(joinOffer(`porchlight://join/${code(443).toUpperCase()}/`), relay)
  assert.equal(joinOffer(`porchlight://join/${code(8443)}`)?.relay, 'relay.example:8443')
})

test('anything else is nothing', () => {
  const word = code(443)
  for (const link of [
    ...['', 'porchlight://', 'porchlight://join', 'porchlight://join/', `porchlight://leave/${word}`, `porchlight://join/${word}x`],
    ...[`porchlight://join/${word}?x`, `porchlight://join/${word}/x`, `https://relay.example/join/${word}`, word, `porchlight:${word}`],
  ])
    assert.equal(joinOffer(link), undefined, link)
})

test('it is found among the arguments of either start', () => {
  assert.equal(joinLinkAmong(['/p', '--background', 'porchlight://join/x']), 'porchlight://join/x')
  assert.equal(joinLinkAmong(['/p', '--allow-file-access', '/some/file']), undefined)
})
