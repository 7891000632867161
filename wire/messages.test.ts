import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fuzz } from '../test/fuzz/random.ts'
import { MAX_CONTROL_BYTES } from './frames.ts'
import { Answer, Ask, FromEngine, FromRelay, MAX_LANES, ProbeResult, Published, RawMeta, StreamMeta, WIRE_VERSION } from './messages.ts'

const KEY = 'A'.repeat(43)
const PROOF = 'b'.repeat(86)
const NONCE = 'c'.repeat(22)

const hello = { m: 'hello', min: 1, max: 1, key: KEY, proof: PROOF }
const device = { m: 'device', version: WIRE_VERSION, key: KEY, proof: PROOF, purpose: 'session', session: NONCE, code: NONCE }
const welcome = {
  m: 'welcome',
  domain: 'relay.example.org',
  label: 'amber-otter-42',
  former: [{ label: 'calm-heron-77', untilMs: 1_800_000_000_000 }],
  lanes: MAX_LANES,
  observed: { family: 'ipv4', address: '203.0.113.7' },
  addresses: { ipv4: '198.51.100.1', ipv6: '2001:db8::1' },
  httpsPort: 443,
}
const notice = {
  m: 'notice',
  suspendAtMs: null,
  quota: { monthlyBytes: 5e11, usedPercent: 93, renewsAtMs: 1_893_456_000_000 },
  takenDown: [{ kind: 'service', name: 'web', reason: 'a copied shop' }],
}
const refused = { m: 'refused', code: 'busy', retryAfterS: 30 }
const answer = { m: 'answer', id: 1, result: {} }
const probe = {
  kind: 'probe',
  id: NONCE,
  via: 'direct',
  family: 'ipv4',
  transport: 'tls',
  port: 443,
  host: 'web.amber-otter-42.relay.example.org',
}
const service = { name: 'web', kind: 'http', links: ['abcdefghijkl'], direct: [{ address: '2001:db8::7', port: 8080 }] }
const raw = { name: 'band', kind: 'udp', links: [], direct: [], port: 22124 }
const publish = { kind: 'publish', publication: { services: [service, raw], direct: ['ipv4', 'ipv6'], label: 'amber-otter-42' } }
const labels = [{ kind: 'label', label: 'our-house' }, { kind: 'rename', label: 'our-house' }, { kind: 'release' }]
const challenge = { kind: 'challenge', action: 'set', value: KEY }
const ask = (inner: unknown) => ({ m: 'ask', id: 7, ask: inner })
const rawMeta = { service: 'band', peer: { address: '2001:db8::9', port: 50_000 } }
const meta = { host: 'web.amber-otter-42.relay.example.org', peer: { address: '203.0.113.9', port: 50_000 } }

describe('every message crosses unchanged', () => {
  for (const message of [hello, welcome, refused, answer, notice])
    test(`from the relay: ${message.m}`, () => assert.deepEqual(FromRelay.parse(JSON.parse(JSON.stringify(message))), message))
  for (const message of [device, ask(probe), ask(publish), ask(challenge), ...labels.map(ask)])
    test(`from the engine: ${message.m} ${JSON.stringify(message).slice(20, 40)}`, () =>
      assert.deepEqual(FromEngine.parse(JSON.parse(JSON.stringify(message))), message))
  test('a stream’s opening', () => assert.deepEqual(StreamMeta.parse(meta), meta))
  test('the opening of a stream or a flow to a raw service', () => assert.deepEqual(RawMeta.parse(rawMeta), rawMeta))
  test('the relay’s public ports', () => {
    const ports = [
      { service: 'band', port: 22124 },
      { service: 'shell', port: null },
    ]
    assert.deepEqual(Published.parse({ ports }), { ports })
    assert.deepEqual(Published.parse({}), { ports: [] }, 'an older relay gives none')
  })
})

test('an older relay knows only suspensions', () => {
  assert.deepEqual(FromRelay.parse({ m: 'notice', suspendAtMs: 7 }), { m: 'notice', suspendAtMs: 7, quota: null, takenDown: [] })
})

test('what a newer side says besides is ignored', () => {
  assert.deepEqual(FromRelay.parse({ ...hello, later: true }), hello)
  assert.deepEqual(FromEngine.parse(ask({ ...challenge, later: [] })), ask(challenge))
})

test('each side speaks its own messages only', () => {
  for (const message of [hello, welcome, refused, answer]) assert.equal(FromEngine.safeParse(message).success, false)
  for (const message of [device, ask(probe)]) assert.equal(FromRelay.safeParse(message).success, false)
})

describe('hostile values', () => {
  /** Message, path to one field, values that must not pass. */
  const table: [object, string, unknown[]][] = [
    [hello, 'key', ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}+`, `${'A'.repeat(43)}\n`, 5, null, undefined]],
    [hello, 'proof', ['', 'b'.repeat(85), 'b'.repeat(87), 'b'.repeat(1_000_000), {}, undefined]],
    [hello, 'min', ['1', 1.5, Number.NaN, 2 ** 53, null, undefined]],
    [
      welcome,
      'domain',
      [
        '',
        '.',
        'a..b',
        'A.example',
        'a.example.',
        '-a.example',
        'a\nb',
        'a b',
        'a/b',
        'é.example',
        '*.example',
        `${'a.'.repeat(130)}b`,
        'x'.repeat(64),
        null,
      ],
    ],
    [welcome, 'label', ['', '..', '../x', 'a.b', 'A', '-a', 'a-', 'x'.repeat(64), 'a\0', null]],
    [welcome, 'lanes', [0, -1, MAX_LANES + 1, 1.5, '1', null]],
    [welcome, 'observed', [{ family: 'ipv4', address: 'x' }, { family: 'ipx', address: '1.2.3.4' }, { family: 'ipv4' }, '1.2.3.4', null]],
    [welcome, 'addresses', [{ ipv4: '' }, { ipv6: 'fe80::1%eth0' }, { ipv4: '1.2.3.4, 5.6.7.8' }, null]],
    [welcome, 'httpsPort', [0, 65_536, -1, 1.5, '443', null]],
    [refused, 'code', ['', 'other', 'toString', null]],
    [refused, 'retryAfterS', [-1, 86_401, 1e308, Number.POSITIVE_INFINITY, '5', null]],
    [answer, 'id', [0.5, '1', null, 2 ** 53, undefined]],
    [answer, 'rejected', ['', 'other', null]],
    [device, 'purpose', ['', 'other', null]],
    [device, 'session', ['', 'c'.repeat(21), 'c'.repeat(23), 'c'.repeat(21).concat('='), null]],
    [device, 'code', ['', 'c'.repeat(23), null]],
    [device, 'version', ['1', 1.5, null]],
    [ask(probe), 'ask.id', ['', 'c'.repeat(21), null]],
    [ask(probe), 'ask.via', ['both', null]],
    [ask(probe), 'ask.family', ['ipv5', null]],
    [ask(probe), 'ask.transport', ['sctp', null]],
    [ask(probe), 'ask.port', [0, 65_536, '443', 1.5, -443, null]],
    [ask(probe), 'ask.host', ['h'.repeat(254), 5, null]],
    [ask(probe), 'ask.kind', ['other', '__proto__', null, undefined]],
    [ask(challenge), 'ask.value', ['', 'A'.repeat(42), 'A'.repeat(44), '"; drop', null]],
    [ask(challenge), 'ask.action', ['other', null]],
    [
      welcome,
      'former',
      [[{ label: '../etc', untilMs: 1 }], [{ label: 'a.b', untilMs: 1 }], [{ label: 'old' }], 'old', Array(17).fill(welcome.former[0])],
    ],
    [ask(labels[1]), 'ask.label', ['x'.repeat(64), null, 7]],
    [ask(publish), 'ask.publication.direct', [['ipv4', 'ipv4', 'ipv4'], ['ipx'], 'ipv4', null]],
    [ask(publish), 'ask.publication.services', [Array(201).fill(service), [null], {}, 'web']],
    ...(
      [
        ['name', ['', 'A', 'a.b', 'xn--a', 'x'.repeat(41), '_acme-challenge', '*', null]],
        ['kind', ['ftp', null]],
        ['links', [Array(101).fill('abcdefghijkl'), ['short'], ['ABCDEFGHIJKL'], ['x'.repeat(33)], null]],
        [
          'direct',
          [Array(3).fill(service.direct[0]), [{ address: 'name.example', port: 1 }], [{ address: '1.2.3.4', port: 0 }], [{}], null],
        ],
      ] as [string, unknown[]][]
    ).map(([field, values]): [object, string, unknown[]] => [
      ask(publish),
      'ask.publication.services',
      values.map((value) => [{ ...service, [field]: value }]),
    ]),
    [meta, 'host', ['h'.repeat(254), 5, null, undefined]],
    [
      meta,
      'peer',
      [
        { address: '1.2.3.4' },
        { address: '1.2.3.4\r\nX-A: b', port: 1 },
        { address: 'fe80::1%eth0', port: 1 },
        { address: '', port: 1 },
        { address: '1.2.3.4', port: -1 },
        null,
      ],
    ],
  ]
  for (const [message, path, values] of table) {
    const name = (message as { m?: string }).m ?? 'meta'
    test(`${name}: ${path}`, () => {
      const schema = message === meta ? StreamMeta : name === 'device' || name === 'ask' ? FromEngine : FromRelay
      assert.ok(schema.safeParse(message).success)
      for (const value of values) {
        const hostile = replaced(message, path.split('.'), value)
        assert.equal(schema.safeParse(hostile).success, false, `${path} = ${String(JSON.stringify(value)).slice(0, 60)}`)
      }
    })
  }

  test('anything at all is refused or is a message, and never throws', () => {
    const seeds = [hello, welcome, refused, answer, device, ask(probe), ask(publish), ask(challenge), ...labels.map(ask), meta].map(
      (message) => JSON.stringify(message),
    )
    fuzz(1, (random) => {
      const text = random.mutated(Buffer.from(random.pick(seeds))).toString('latin1')
      let value: unknown = random.json()
      try {
        if (random.chance(0.7)) value = JSON.parse(text)
      } catch {
        // Most mutations are no JSON: then the random value is tried.
      }
      for (const schema of [FromRelay, FromEngine, StreamMeta, Answer, Ask, ProbeResult]) {
        const result = schema.safeParse(value)
        if (result.success) assert.ok(schema.safeParse(JSON.parse(JSON.stringify(result.data))).success)
      }
    })
  })
})

test('a probe’s result names an address, not a host', () => {
  const verdict = { outcome: 'reachable', atMs: 5 }
  assert.ok(ProbeResult.safeParse({ verdict, outside: { address: '203.0.113.7', port: 443 } }).success)
  assert.ok(ProbeResult.safeParse({ verdict }).success)
  for (const outside of [{ address: 'evil.example', port: 443 }, { address: '203.0.113.7', port: 0 }, null])
    assert.equal(ProbeResult.safeParse({ verdict, outside }).success, false)
})

test('a publication says of a link what a relay has to know, and an older one says none of it', () => {
  const publish = (change: object) =>
    Ask.safeParse({
      kind: 'publish',
      publication: { services: [{ name: 'web', kind: 'http', links: [], direct: [], ...change }], direct: [] },
    })
  const said = {
    aliases: [{ alias: 'k7dq2vxm', link: 'abcdefghijkl' }],
    ends: [{ link: 'abcdefghijkl', atMs: 5 }],
    gated: true,
    preset: 'jamulus',
  }
  for (const change of [{}, said]) assert.ok(publish(change).success)
  const wrong = [
    { aliases: [{ alias: 'abcdefghijkl', link: 'abcdefghijkl' }] },
    { aliases: Array(21).fill(said.aliases[0]) },
    { ends: [{ link: 'abcdefghijkl', atMs: -1 }] },
    { ends: [{ link: '../etc', atMs: 5 }] },
    { gated: 'yes' },
    { preset: '<b>' },
  ]
  for (const change of wrong) assert.equal(publish(change).success, false, JSON.stringify(change))
})

test('a home with twenty services and five links each fits one control frame', () => {
  const services = Array.from({ length: 20 }, () => ({ ...service, name: 'x'.repeat(40), links: Array(5).fill('a'.repeat(32)) }))
  const message = ask({ kind: 'publish', publication: { services, direct: ['ipv4', 'ipv6'] } })
  assert.ok(FromEngine.safeParse(message).success)
  assert.ok(JSON.stringify(message).length <= MAX_CONTROL_BYTES)
})

function replaced(message: object, [first = '', ...rest]: string[], value: unknown): object {
  const inner = (message as Record<string, unknown>)[first]
  return { ...message, [first]: rest.length === 0 ? value : replaced(inner as object, rest, value) }
}
