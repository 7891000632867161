import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../../../test/fuzz/random.ts'
import { buildAddressRequest, buildMapRequest, parseNatpmp } from './codec.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const ADDRESS = hex('00800000 00015180 cb00710a')
const MAPPED = hex('00820000 00015180 20fb01bb 00000e10')

test('natpmp: requests, byte by byte', () => {
  assert.deepEqual(buildAddressRequest(), hex('0000'))
  assert.deepEqual(
    buildMapRequest({ protocol: 'tcp', internalPort: 8443, externalPort: 443, lifetimeS: 7200 }),
    hex('00020000 20fb01bb 00001c20'),
  )
  assert.deepEqual(
    buildMapRequest({ protocol: 'udp', internalPort: 22_124, externalPort: 0, lifetimeS: 0 }),
    hex('00010000 566c0000 00000000'),
  )
  assert.throws(() => buildMapRequest({ protocol: 'udp', internalPort: 1, externalPort: 1, lifetimeS: 2 ** 32 }), RangeError)
})

test('natpmp: answers', () => {
  const rows: [Buffer, object][] = [
    [ADDRESS, { kind: 'address', result: 0, epochS: 86_400, address: '203.0.113.10' }],
    [hex('00800000 00000001 00000000'), { kind: 'address', result: 0, epochS: 1, address: null }],
    // Without a line the address means nothing (§3.2).
    [hex('00800003 00000001 0a000001'), { kind: 'address', result: 3, epochS: 1, address: null }],
    [MAPPED, { kind: 'map', result: 0, epochS: 86_400, protocol: 'tcp', internalPort: 8443, externalPort: 443, lifetimeS: 3600 }],
    [
      hex('00810004 00000001 566c0000 00000000'),
      { kind: 'map', result: 4, epochS: 1, protocol: 'udp', internalPort: 22_124, externalPort: 0, lifetimeS: 0 },
    ],
    // The refusal of a version, by the book and by miniupnpd.
    [hex('00000001 00000010'), { kind: 'error', result: 1, epochS: 16 }],
    [hex('00800001 00000010'), { kind: 'error', result: 1, epochS: 16 }],
    [hex('00820002 00000010'), { kind: 'error', result: 2, epochS: 16 }],
    // An operation the router does not know comes back whole, so that the "epoch" is part of the request.
    [hex('00830005 20fb01bb 00001c20'), { kind: 'error', result: 5, epochS: 0x20fb_01bb }],
    [hex('02800001 00000000 00000001'), { kind: 'other-version', version: 2 }],
  ]
  for (const [bytes, expected] of rows) assert.deepEqual(parseNatpmp(bytes), expected, bytes.toString('hex'))
})

test('natpmp: incomplete and invalid are told apart', () => {
  for (let length = 0; length < 12; length += 1) assert.equal(parseNatpmp(ADDRESS.subarray(0, length)).kind, 'incomplete', String(length))
  for (let length = 0; length < 16; length += 1) assert.equal(parseNatpmp(MAPPED.subarray(0, length)).kind, 'incomplete', String(length))
  const invalid = ['00020000 00000000 20fb01bb 00000e10', '00850000 00000000 00000000 00000000', '00800000 00000000 cb00710a 00000000 00']
  for (const bytes of invalid) assert.equal(parseNatpmp(hex(bytes)).kind, 'invalid', bytes)
  assert.equal(parseNatpmp(Buffer.alloc(65_507)).kind, 'invalid')
})

test('natpmp: what the router copies from a request comes back as it was sent', () => {
  fuzz(
    0x4a71,
    (random) => {
      const request = {
        protocol: random.pick(['tcp', 'udp'] as const),
        internalPort: random.int(65_536),
        externalPort: random.int(65_536),
        lifetimeS: random.int(2 ** 32),
      }
      const bytes = buildMapRequest(request)
      const reply = Buffer.concat([Buffer.of(0, (bytes[1] ?? 0) | 0x80, 0, 0), random.bytes(4), bytes.subarray(4)])
      assert.deepEqual(parseNatpmp(reply), { kind: 'map', result: 0, epochS: reply.readUInt32BE(4), ...request })
    },
    2_000,
  )
})

test('natpmp: no bytes bring the parser down', () => {
  const kinds = new Set<string>()
  fuzz(0x4a70, (random) => {
    const bytes = random.chance(0.1)
      ? random.bytes(random.int(40))
      : random.mutated(random.pick([ADDRESS, MAPPED, hex('00000001 00000010')]))
    const reply = parseNatpmp(bytes)
    kinds.add(reply.kind)
    if (reply.kind === 'address' && reply.address !== null) assert.match(reply.address, /^\d+\.\d+\.\d+\.\d+$/)
    if (reply.kind === 'map') assert.equal(bytes.length, 16)
  })
  assert.deepEqual([...kinds].sort(), ['address', 'error', 'incomplete', 'invalid', 'map', 'other-version'])
})
