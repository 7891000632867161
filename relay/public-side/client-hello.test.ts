import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from '../../test/fuzz/random.ts'
import { MAX_HELLO_BYTES, offersProtocol, readClientHello } from './client-hello.ts'
import { alpnOf, browserHello, caughtHello, extension, helloMessage, inRecords, serverNameOf } from './hello.fixture.ts'

const NAME = 'web.amber-otter-42.relay.example'
const read = (extensions?: Buffer[]) => readClientHello(inRecords(helloMessage(extensions)))
const nameIn = (extensions?: Buffer[]): string | undefined => {
  const hello = read(extensions)
  return hello.kind === 'hello' ? (hello.serverName ?? 'none') : undefined
}

test('what Node’s own client says is understood, with each version and key it can offer', async () => {
  for (const options of [
    {},
    { minVersion: 'TLSv1.3' },
    { maxVersion: 'TLSv1.2' },
    { ecdhCurve: 'X25519' },
    { ecdhCurve: 'X25519MLKEM768' },
  ] as const) {
    const bytes = await caughtHello({ servername: NAME, ALPNProtocols: ['porchlight/1', 'http/1.1'], ...options })
    const hello = readClientHello(bytes)
    assert.ok(hello.kind === 'hello' && hello.serverName === NAME, JSON.stringify(options))
    for (const [protocol, isOffered] of [
      ['porchlight/1', true],
      ['http/1.1', true],
      ['h2', false],
    ] as const)
      assert.equal(offersProtocol(hello, protocol), isOffered, protocol)
  }
  // Node sends no name for an address (RFC 6066 §3 allows none).
  assert.deepEqual(readClientHello(await caughtHello({})), { kind: 'hello', serverName: undefined, alpn: undefined })
})

test('a browser’s large hello is understood however it is cut into segments', () => {
  const whole = inRecords(browserHello(NAME))
  assert.ok(whole.length > 1_600)
  for (let length = 0; length < whole.length; length++) {
    const hello = readClientHello(whole.subarray(0, length))
    assert.equal(hello.kind, 'incomplete', `${length} bytes`)
    if (hello.kind === 'incomplete') assert.ok(hello.atLeastBytes > length && hello.atLeastBytes <= whole.length, `${length} bytes`)
  }
  const hello = readClientHello(whole)
  assert.ok(hello.kind === 'hello' && hello.serverName === NAME)
})

test('… and however it is cut into records', () => {
  const message = browserHello(NAME)
  for (let at = 1; at < message.length; at++) {
    const bytes = Buffer.concat([inRecords(message.subarray(0, at)), inRecords(message.subarray(at))])
    assert.equal(readClientHello(bytes).kind, 'hello', `cut at ${at}`)
  }
  for (const fragmentBytes of [1, 2, 3, 100]) assert.equal(readClientHello(inRecords(message, fragmentBytes)).kind, 'hello')
})

test('what follows a whole hello is not looked at: early data, or a record that has only begun', () => {
  const hello = inRecords(browserHello(NAME))
  for (const more of [inRecords(Buffer.alloc(300), 300, 23), Buffer.of(20, 3, 3, 0, 1, 1), Buffer.of(23), Buffer.of(22, 3)])
    assert.equal(readClientHello(Buffer.concat([hello, more])).kind, 'hello')
})

test('the name is read as DNS means it', () => {
  const cases: [string, string | undefined][] = [
    ['Web.Amber-Otter-42.RELAY.example', NAME],
    ['localhost', 'localhost'],
    ['_acme.x.example', '_acme.x.example'],
    // An address is no name, but some send one: it belongs to nobody.
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', undefined],
    ['', undefined],
    ['relay.example.', undefined],
    ['a..example', undefined],
    ['-a.example', undefined],
    ['a-.example', undefined],
    ['a b.example', undefined],
    ['a\0.example', undefined],
    ['a\n.example', undefined],
    ['bücher.example', undefined],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
    [`${'a'.repeat(64)}.example`, undefined],
    [`${'a.'.repeat(126)}a`, `${'a.'.repeat(126)}a`],
    [`${'a.'.repeat(127)}a`, undefined],
  ]
  for (const [text, expected] of cases) assert.equal(nameIn([serverNameOf(text)]), expected, JSON.stringify(text))
})

test('no name is an answer, a malformed one is not', () => {
  assert.equal(nameIn(undefined), 'none')
  assert.equal(nameIn([]), 'none')
  assert.equal(nameIn([alpnOf('h2')]), 'none')
  const malformed: Record<string, Buffer[]> = {
    twice: [serverNameOf(NAME), serverNameOf(NAME)],
    'another type of name': [serverNameOf(NAME, 1)],
    'an empty list': [extension(0, Buffer.of(0, 0))],
    'no list': [extension(0)],
    'a list longer than the extension': [extension(0, Buffer.of(0, 9, 0, 0, 1, 97))],
    'a name longer than the list': [extension(0, Buffer.of(0, 4, 0, 0, 9, 97))],
    'an extension longer than all': [Buffer.of(0, 0, 255, 255)],
    'half an extension': [Buffer.of(0)],
  }
  for (const [reason, extensions] of Object.entries(malformed)) assert.equal(read(extensions).kind, 'invalid', reason)
})

test('a protocol is offered by the list of protocols alone, and by one that is whole', () => {
  const BYPASS = 'porchlight-bypass/1'
  const offers = (...extensions: Buffer[]): boolean => {
    const hello = read([serverNameOf(NAME), ...extensions])
    return hello.kind === 'hello' && offersProtocol(hello, BYPASS)
  }
  const list = (bytes: Buffer): Buffer => extension(16, Buffer.of(bytes.length >> 8, bytes.length & 255), bytes)
  const named = Buffer.concat([Buffer.of(BYPASS.length), Buffer.from(BYPASS)])
  assert.ok(offers(alpnOf(BYPASS)))
  assert.ok(offers(alpnOf('h2', BYPASS, 'http/1.1')))
  const strange: Record<string, Buffer[]> = {
    none: [],
    'another one': [alpnOf('h2')],
    'its beginning': [alpnOf('porchlight-bypass/')],
    'more than it': [alpnOf(`${BYPASS}0`)],
    'in another name': [alpnOf(`x${BYPASS}`)],
    'in another extension': [extension(21, named)],
    'a list that ends early': [extension(16, Buffer.of(0, named.length + 1), named)],
    'bytes behind the list': [extension(16, Buffer.of(0, named.length), named, Buffer.of(0))],
    'an empty name': [list(Buffer.concat([named, Buffer.of(0)]))],
    'a name cut short': [list(Buffer.concat([named, Buffer.of(9, 97)]))],
    'no list': [extension(16)],
    'two lists': [alpnOf(BYPASS), alpnOf(BYPASS)],
  }
  for (const [what, extensions] of Object.entries(strange)) assert.equal(offers(...extensions), false, what)
  assert.equal(read([alpnOf(BYPASS), alpnOf(BYPASS)]).kind, 'invalid')
})

test('what is no hello is known at once', () => {
  const message = browserHello(NAME)
  const cases: Record<string, Buffer> = {
    'plain HTTP': Buffer.from('GET / HTTP/1.1\r\n'),
    ssh: Buffer.from('SSH-2.0-x'),
    'an SSL 2 hello': Buffer.of(0x80, 0x2e, 1, 0, 2),
    'another version': Buffer.of(22, 2),
    'an empty record': Buffer.of(22, 3, 1, 0, 0),
    'a record too long': Buffer.of(22, 3, 1, 0x40, 1),
    'another message': inRecords(Buffer.of(2, 0, 0, 1, 0)),
    'an alert first': inRecords(Buffer.of(1, 0), 2, 21),
    'an alert in the middle': Buffer.concat([inRecords(message.subarray(0, 100)), inRecords(Buffer.of(1, 0), 2, 21)]),
    'a body cut short': inRecords(Buffer.of(1, 0, 0, 3, 3, 3, 0)),
  }
  for (const [reason, bytes] of Object.entries(cases)) assert.equal(readClientHello(bytes).kind, 'invalid', reason)
})

test('64 KB are the most it takes', () => {
  const padded = (bytes: number): Buffer => {
    const bare = helloMessage([serverNameOf(NAME), extension(21)]).length
    return helloMessage([serverNameOf(NAME), extension(21, Buffer.alloc(bytes - bare))])
  }
  assert.equal(readClientHello(inRecords(padded(MAX_HELLO_BYTES))).kind, 'hello')
  assert.equal(readClientHello(inRecords(Buffer.of(1, 0, 0xff, 0xfd))).kind, 'invalid')
  assert.equal(readClientHello(inRecords(Buffer.of(1, 0xff, 0xff, 0xff))).kind, 'invalid')
  assert.equal(readClientHello(inRecords(Buffer.concat([Buffer.of(1, 0, 0xff, 0xfc), Buffer.alloc(MAX_HELLO_BYTES)]))).kind, 'invalid')
})

test('byte by byte in the smallest records, a 64 KB hello costs a handful of looks', () => {
  const endless = inRecords(Buffer.concat([Buffer.of(1, 0, 0xff, 0xf0), Buffer.alloc(MAX_HELLO_BYTES - 4)]), 1)
  let looks = 0
  for (let length = 1; length <= MAX_HELLO_BYTES; looks++) {
    const hello = readClientHello(endless.subarray(0, length))
    if (hello.kind !== 'incomplete') break
    assert.ok(hello.atLeastBytes > length)
    length = hello.atLeastBytes
  }
  assert.ok(looks < 100, `${looks} looks`)
})

test('no bytes at all make it throw, nor read a name that is none', async () => {
  const seeds = [
    await caughtHello({ servername: NAME, ALPNProtocols: ['h2'] }),
    inRecords(helloMessage([serverNameOf(NAME), alpnOf('h2')])),
    inRecords(helloMessage([alpnOf('a', 'b'), serverNameOf('a.example')]), 20),
  ]
  fuzz(0x5e111, (random) => {
    const bytes = random.chance(0.9)
      ? random.mutated(random.pick(seeds))
      : Buffer.concat([Buffer.of(22, 3, 1), random.bytes(random.int(200))])
    const hello = readClientHello(bytes)
    if (hello.kind === 'hello') assert.match(hello.serverName ?? 'none', /^[a-z0-9_.-]{1,253}$/)
    if (hello.kind === 'incomplete') assert.ok(hello.atLeastBytes > bytes.length)
  })
})
