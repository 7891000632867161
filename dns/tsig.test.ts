import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf } from './names.ts'
import { readTsigKey, sign, type TsigKey, verify } from './tsig.ts'
import { writeUpdate } from './update.ts'

const KEY: TsigKey = { name: 'lab-key', algorithm: 'hmac-sha256', secret: Buffer.from(Array.from({ length: 32 }, (_, byte) => byte)) }
const NOW = 1_800_000_000_000
const UPDATE = writeUpdate(0xbeef, nameOf('dyn.test'), [
  { owner: nameOf('web.dyn.test'), type: 'A', records: [{ type: 'A', address: '203.0.113.7', ttlS: 10 }] },
])
// Made with Python's hmac, apart from the code under test.
const UPDATE_HEX =
  'beef280000010000000200000364796e04746573740000060001' +
  '037765620364796e047465737400000100ff000000000000' +
  '037765620364796e047465737400000100010000000a0004cb007107'
const REQUEST_MAC = '1f03c907c571992655b33b287086f4a933321b2ced4cf174ebebc4eb6907cf59'
const ANSWER = Buffer.from(
  'beefa80000010000000000010364796e04746573740000060001076c61622d6b65790000fa00ff00000000003d0b686d61632d7368613235360000006b49d200012c0020f4d8e008ca44670d4d70ed8f5ab9216c929d8bca3acc563db309e7ca530b4b9fbeef00000000',
  'hex',
)

test('an update is written and signed byte for byte', () => {
  assert.equal(Buffer.from(UPDATE).toString('hex'), UPDATE_HEX)
  const { bytes, mac } = sign(UPDATE, KEY, NOW)
  assert.equal(Buffer.from(mac).toString('hex'), REQUEST_MAC)
  assert.equal(verify(bytes, KEY, undefined, NOW), 'ok')
})

test('an answer is believed with the right key, for the right question, in time, unchanged', () => {
  const mac = Buffer.from(REQUEST_MAC, 'hex')
  assert.equal(verify(ANSWER, KEY, mac, NOW), 'ok')
  assert.equal(verify(ANSWER, KEY, mac, NOW + 300_000), 'ok')
  assert.equal(verify(ANSWER, KEY, mac, NOW + 301_000), 'bad-time')
  assert.equal(verify(ANSWER, KEY, Buffer.alloc(32), NOW), 'bad-signature', 'of another question')
  assert.equal(verify(ANSWER, { ...KEY, secret: Buffer.alloc(32) }, mac, NOW), 'bad-signature')
  assert.equal(verify(ANSWER, { ...KEY, name: 'other' }, mac, NOW), 'bad-key')
  assert.equal(verify(ANSWER, { ...KEY, algorithm: 'hmac-sha512' }, mac, NOW), 'bad-key')
  assert.equal(verify(UPDATE, KEY, mac, NOW), 'unsigned')
  for (const at of [3, 15, ANSWER.length - 20]) {
    const changed = Buffer.from(ANSWER)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.notEqual(verify(changed, KEY, mac, NOW), 'ok', `byte ${at}`)
  }
  // A MAC cut short would be easier to guess; an empty one with an error is the server's word that it has another key.
  const without = Buffer.from(
    ANSWER.toString('hex')
      .replace(/0020f4d8.*4b9f/, '0000')
      .replace('003d0b68', '001d0b68'),
    'hex',
  )
  assert.equal(verify(without, KEY, mac, NOW), 'unsigned')
  without.writeUInt16BE(17, without.length - 4)
  assert.equal(verify(without, KEY, mac, NOW), 'bad-key')
})

test('keys are read as the servers’ own tools write them', () => {
  const secret = KEY.secret.toString('base64')
  const files = [
    `key "lab-key" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`,
    `key lab-key { algorithm HMAC-SHA256; secret ${secret}; };`,
    `# hmac-sha256:Lab-Key:${secret}\nkey:\n- id: Lab-Key\n  algorithm: hmac-sha256\n  secret: ${secret}\n`,
    ` hmac-sha256:Lab-Key:${secret}\n`,
  ]
  for (const file of files) assert.deepEqual(readTsigKey(file), KEY)
  const broken: [string, RegExp][] = [
    ['', /no name/],
    [`key "k" { secret "${secret}"; };`, /algorithm/],
    [`key "k" { algorithm hmac-md5; secret "${secret}"; };`, /algorithm/],
    ['key "k" { algorithm hmac-sha256; };', /secret/],
    ['key "k" { algorithm hmac-sha256; secret "c2hvcnQ="; };', /secret/],
    [`hmac-md5:k:${secret}`, /algorithm/],
    ['hmac-sha256:k:c2hvcnQ=', /secret/],
    ['x'.repeat(70_000), /too long/],
  ]
  for (const [file, said] of broken) assert.throws(() => readTsigKey(file), said)
})
