import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainWords } from './plain-words.ts'

test('an answer becomes one line in plain words', () => {
  for (const [answer, words] of [
    ['badauth\r\n', 'badauth'],
    ['KO', 'KO'],
    // As Hetzner, Gandi, deSEC, OVHcloud, Cloudflare and Porkbun say what is wrong.
    ['{"error":{"code":"unauthorized","message":"unable to authenticate"}}', 'unable to authenticate'],
    ['{"object":"HTTPForbidden","cause":"Forbidden","code":403,"message":"Access was denied"}', 'Access was denied'],
    ['{"detail":"Invalid token."}', 'Invalid token.'],
    ['{"non_field_errors":["RRset exists."]}', 'RRset exists.'],
    [
      '{"errorCode":"INVALID_KEY","httpCode":"403 Forbidden","message":"This application key is invalid"}',
      'This application key is invalid',
    ],
    ['{"success":false,"errors":[{"code":9109,"message":"Invalid access token"}],"result":null}', 'Invalid access token'],
    ['{"status":"ERROR","message":"Invalid API key. (002)"}', 'Invalid API key. (002)'],
    // What is no such answer is shown as it is.
    ['{"v":1}', '{"v":1}'],
    ['{"message":7}', '{"message":7}'],
    ['{ not json', '{ not json'],
    ['[[[[[["deep"]]]]]]', '[[[[[["deep"]]]]]]'],
    ['<!doctype html><title>502</title><style>p{}</style><h1>Bad  gateway</h1><script>x<y</script>', '502 Bad gateway'],
    ['a\u001b[31mb\u202ec\u0000', 'a [31mb c'],
    ['', ''],
  ] as const)
    assert.equal(plainWords(answer), words, answer)
})

test('an answer without end costs nothing', () => {
  for (const answer of ['<'.repeat(1_000_000), '<script '.repeat(100_000), '['.repeat(1_000_000), `{"message":"${'x'.repeat(1_000_000)}"}`])
    assert.ok(plainWords(answer).length <= 4000)
})
