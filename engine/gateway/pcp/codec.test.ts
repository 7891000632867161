import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz, type Random } from '../../../test/fuzz/random.ts'
import { buildAnnounce, buildMap, type PcpMap, type PcpMapRequest, parsePcp } from './codec.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const NONCE = hex('000102030405060708090a0b')

const MAP: PcpMapRequest = {
  nonce: NONCE,
  protocol: 'tcp',
  internalPort: 8443,
  externalPort: 443,
  externalAddress: null,
  clientAddress: '192.168.1.10',
  lifetimeS: 7200,
  preferFailure: false,
}
const MAP_BYTES = hex(`
  02010000 00001c20 00000000 00000000 0000ffff c0a8010a
  00010203 04050607 08090a0b 06000000 20fb01bb
  00000000 00000000 0000ffff 00000000`)
const REPLY_BYTES = hex(`
  02810000 00000e10 00015180 00000000 00000000 00000000
  00010203 04050607 08090a0b 06000000 20fb01bb
  00000000 00000000 0000ffff cb00710a`)
const REPLY_MAP: PcpMap = {
  nonce: Uint8Array.from(NONCE),
  protocol: 'tcp',
  internalPort: 8443,
  externalPort: 443,
  externalAddress: '203.0.113.10',
}
const REPLY = { kind: 'response', opcode: 1, result: 0, lifetimeS: 3600, epochS: 86_400, map: REPLY_MAP }

test('pcp: requests, byte by byte', () => {
  assert.deepEqual(buildMap(MAP), MAP_BYTES)
  assert.deepEqual(buildAnnounce('192.168.1.10'), hex('02000000 00000000 00000000 00000000 0000ffff c0a8010a'))
  assert.deepEqual(
    buildMap({
      ...MAP,
      protocol: 'udp',
      clientAddress: '2001:db8:1::10',
      externalAddress: '2001:db8:1::10',
      lifetimeS: 0xffff_ffff,
      preferFailure: true,
    }),
    hex(`02010000 ffffffff 20010db8 00010000 00000000 00000010
      00010203 04050607 08090a0b 11000000 20fb01bb
      20010db8 00010000 00000000 00000010 02000000`),
  )
})

test('pcp: without a wish the external address is the zero one of the family', () => {
  assert.equal(
    buildMap({ ...MAP, clientAddress: '2001:db8::1' })
      .subarray(44)
      .toString('hex'),
    '0'.repeat(32),
  )
  assert.equal(buildMap(MAP).subarray(44).toString('hex'), '00000000000000000000ffff00000000')
})

test('pcp: what does not fit its field is not sent', () => {
  const wrong: Partial<PcpMapRequest>[] = [
    { nonce: NONCE.subarray(1) },
    { internalPort: 65_536 },
    { externalPort: -1 },
    { lifetimeS: 2 ** 32 },
    { clientAddress: 'router.lan' },
    { externalAddress: '1.2.3' },
  ]
  for (const part of wrong) assert.throws(() => buildMap({ ...MAP, ...part }), RangeError, JSON.stringify(part))
})

test('pcp: a granted mapping, with and without options behind it', () => {
  assert.deepEqual(parsePcp(REPLY_BYTES), REPLY)
  assert.deepEqual(parsePcp(Buffer.concat([REPLY_BYTES, hex('02000000')])), REPLY)
  // A length of 3 is padded to 4.
  assert.deepEqual(parsePcp(Buffer.concat([REPLY_BYTES, hex('80000003 aabbcc00 02000000')])), REPLY)
})

test('pcp: addresses of both families, and none', () => {
  const rows: [string, string | null][] = [
    ['00000000000000000000ffff00000000', null],
    ['00000000000000000000000000000000', null],
    ['00000000000000000000ffff64400001', '100.64.0.1'],
    ['20010db8000100000000000000000010', '2001:db8:1::10'],
    ['fe80000000000000020000fffe000001', 'fe80::200:ff:fe00:1'],
    ['00000000000000000000000000000001', '::1'],
  ]
  for (const [bytes, address] of rows) {
    const reply = parsePcp(Buffer.concat([REPLY_BYTES.subarray(0, 44), hex(bytes)]))
    assert.equal(reply.kind === 'response' && reply.map?.externalAddress, address)
  }
})

test('pcp: announcements and refusals', () => {
  assert.deepEqual(parsePcp(hex('02800000 00000000 00000007 00000000 00000000 00000000')), {
    kind: 'response',
    opcode: 0,
    result: 0,
    lifetimeS: 0,
    epochS: 7,
    map: null,
  })
  const refusal = Buffer.from(REPLY_BYTES)
  refusal[3] = 8
  assert.deepEqual(parsePcp(refusal), { ...REPLY, result: 8 })
})

test('pcp: answers of other versions', () => {
  const rows: [string, object][] = [
    // NAT-PMP, by the book (RFC 6886 §3.5) and by miniupnpd.
    ['00000001 00000010', { kind: 'other-version', version: 0, result: 1 }],
    ['00800001 00000010', { kind: 'other-version', version: 0, result: 1 }],
    ['01810001 00000010', { kind: 'other-version', version: 1, result: 1 }],
    ['03810001 00000000', { kind: 'other-version', version: 3, result: 1 }],
  ]
  for (const [bytes, expected] of rows) assert.deepEqual(parsePcp(hex(bytes)), expected)
})

test('pcp: incomplete and invalid are told apart', () => {
  for (let length = 0; length < 60; length += 4) assert.equal(parsePcp(REPLY_BYTES.subarray(0, length)).kind, 'incomplete', String(length))
  const invalid: [string, Buffer][] = [
    ['our own request', MAP_BYTES],
    ['61 bytes', Buffer.concat([REPLY_BYTES, hex('00')])],
    ['1104 bytes', Buffer.concat([REPLY_BYTES, Buffer.alloc(1044)])],
    ['64 kB', Buffer.alloc(65_507, 0x82)],
    ['an option without its data', Buffer.concat([REPLY_BYTES, hex('80000004')])],
    ['an option of 64 kB', Buffer.concat([REPLY_BYTES, hex('8000ffff')])],
    ['ICMP', Buffer.concat([REPLY_BYTES.subarray(0, 36), hex('01'), REPLY_BYTES.subarray(37)])],
  ]
  for (const [what, bytes] of invalid) assert.equal(parsePcp(bytes).kind, 'invalid', what)
})

test('pcp: what the server copies from a request comes back as it was sent', () => {
  fuzz(
    0x9c91,
    (random) => {
      const request = anyMap(random)
      const bytes = buildMap(request)
      assert.equal(bytes.length % 4, 0)
      bytes[1] = 0x81
      bytes.writeUInt32BE(random.int(2 ** 32), 8)
      const reply = parsePcp(bytes)
      const { clientAddress: _, preferFailure: __, lifetimeS, ...map } = request
      assert.deepEqual(reply.kind === 'response' && { ...reply.map, lifetimeS: reply.lifetimeS }, { ...map, lifetimeS })
    },
    2_000,
  )
})

function anyMap(random: Random): PcpMapRequest {
  const addresses = ['192.168.1.10', '10.0.0.1', '2001:db8::1', 'fd00:1:2:3:4:5:6:7', '::1:0:0:2']
  return {
    nonce: Uint8Array.from(random.bytes(12)),
    protocol: random.pick(['tcp', 'udp']),
    internalPort: random.int(65_536),
    externalPort: random.int(65_536),
    externalAddress: random.pick([null, ...addresses]),
    clientAddress: random.pick(addresses),
    lifetimeS: random.int(2 ** 32),
    preferFailure: random.chance(0.5),
  }
}

test('pcp: no bytes bring the parser down, and what it takes for a mapping is one', () => {
  const samples = [REPLY_BYTES, Buffer.concat([REPLY_BYTES, hex('80000003 aabbcc00 02000000')]), MAP_BYTES, hex('00800001 00000010')]
  const kinds = new Set<string>()
  fuzz(0x9c90, (random) => {
    const bytes = random.chance(0.1) ? random.bytes(random.int(1_300)) : random.mutated(random.pick(samples))
    const reply = parsePcp(bytes)
    kinds.add(reply.kind)
    if (reply.kind !== 'response') return
    assert.ok(bytes.length >= 24 && bytes.length <= 1_100 && bytes.length % 4 === 0)
    assert.equal(reply.opcode === 1, reply.map !== null)
    if (reply.map) assert.ok(reply.map.nonce.length === 12 && reply.map.externalPort <= 65_535)
  })
  assert.deepEqual([...kinds].sort(), ['incomplete', 'invalid', 'other-version', 'response'])
})
