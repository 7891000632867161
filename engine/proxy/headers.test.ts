import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldLines } from '../http/write.ts'
import { answerHeaders, keptTrailers, requestHeaders, requestLines, type Told } from './headers.ts'

const visit = { address: '198.18.0.10', authority: 'web.device.example', loopToken: 'porchlight-1' }
const OURS = [
  ['X-Forwarded-For', '198.18.0.10'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'web.device.example'],
  ['Forwarded', 'for=198.18.0.10;host="web.device.example";proto=https'],
  ['CDN-Loop', 'porchlight-1'],
  ['Connection', 'keep-alive'],
].flat()

const sent = (...raw: string[]) =>
  requestHeaders(
    {
      rawHeaders: ['Host', 'web.device.example', ...raw],
      hasBody: raw.some((name) => /-(length|encoding)$/i.test(name)),
      upgrade: undefined,
    },
    visit,
  )

test('an ordinary head arrives in order and case, with our facts behind', () => {
  assert.deepEqual(sent('Accept', 'text/html', 'COOKIE', 'a=1', 'cookie', 'b=2'), [
    ...['Host', 'web.device.example', 'Accept', 'text/html', 'COOKIE', 'a=1', 'cookie', 'b=2'],
    ...OURS,
  ])
})

test('what a visitor claims about his way is dropped in every spelling', () => {
  const claims = [
    'x-forwarded-for',
    'X_Forwarded_For',
    'X-Forwarded-Proto',
    'X-Forwarded-Port',
    'x-forwarded_host',
    'Forwarded',
    'X-Real-IP',
    'X_REAL_IP',
  ]
  assert.deepEqual(sent(...claims.flatMap((name) => [name, '127.0.0.1'])), ['Host', 'web.device.example', ...OURS])
})

test('hop-by-hop fields stop here, and so do those that Connection names; framing and Host cannot be named away', () => {
  assert.deepEqual(
    sent(
      'Connection',
      'close, X-Secret',
      'connection',
      'content-length,host',
      'X-Secret',
      '1',
      'Keep-Alive',
      'timeout=5',
      'Content-Length',
      '3',
      'Proxy-Authorization',
      'x',
    ),
    ['Host', 'web.device.example', 'Content-Length', '3', ...OURS],
  )
})

test('a chunked body stays chunked, and the wish for trailers is passed on', () => {
  const head = sent('Transfer-Encoding', 'chunked', 'TE', 'trailers, deflate', 'Trailer', 'X-Sum', 'Connection', 'TE')
  assert.deepEqual(head.slice(2, 4), ['Trailer', 'X-Sum'])
  assert.deepEqual(head.slice(-6), ['Transfer-Encoding', 'chunked', 'TE', 'trailers', 'Connection', 'keep-alive, TE'])
})

test('an upgrade names its protocol, and only that', () => {
  const head = requestHeaders(
    { rawHeaders: ['Host', 'h', 'Connection', 'keep-alive, Upgrade', 'Upgrade', 'websocket'], hasBody: false, upgrade: 'websocket' },
    visit,
  )
  assert.deepEqual(head.slice(-4), ['Upgrade', 'websocket', 'Connection', 'Upgrade'])
})

test('an IPv6 visitor is quoted where RFC 7239 wants it', () => {
  const head = requestHeaders(
    { rawHeaders: [], hasBody: false, upgrade: undefined },
    { ...visit, address: '2001:db8::1', authority: 'web.device.example:8443' },
  )
  assert.ok(head.includes('for="[2001:db8::1]";host="web.device.example:8443";proto=https'))
  assert.equal(head[head.indexOf('X-Forwarded-For') + 1], '2001:db8::1')
})

test('what is sent says the same for each request of one connection, whatever was said before', () => {
  const visitor = { told: undefined as Told | undefined }
  const asked = (...raw: string[]) => ({ rawHeaders: ['Host', 'web.device.example', ...raw], hasBody: false, upgrade: undefined })
  for (const [request, change] of [
    [asked(), {}],
    [asked('Accept', '*/*'), {}],
    [asked('CDN-Loop', 'other'), {}],
    [asked(), { strippedPrefix: '/zm' }],
    [asked(), { strippedPrefix: '/cams', authority: 'web.device.example:8443' }],
    [asked('TE', 'trailers'), { authority: 'web.device.example:8443' }],
    [asked(), {}],
  ] as const) {
    const now = { ...visit, ...change, visitor }
    assert.equal(requestLines(request, now), fieldLines(requestHeaders(request, now)), JSON.stringify([request, change]))
  }
  assert.equal(visitor.told?.authority, 'web.device.example')
})

test('the loop list of others is kept before our entry', () => {
  const head = sent('CDN-Loop', 'other; v=1')
  assert.equal(head[head.indexOf('CDN-Loop') + 1], 'other; v=1, porchlight-1')
})

test('an answer loses hop-by-hop fields and other ways to the backend, and keeps repeated fields apart', () => {
  const raw = [
    'Set-Cookie',
    'a=1',
    'set-cookie',
    'b=2',
    'Connection',
    'X-Hop',
    'X-Hop',
    '1',
    'Alt-Svc',
    'h3=":443"',
    'ETag',
    '"1"',
    'Trailer',
    'X-Sum',
  ]
  assert.deepEqual(answerHeaders(raw, 'web.device.example', true), ['Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'ETag', '"1"'])
})

test('trailers are announced only where they can follow', () => {
  const chunked = ['Transfer-Encoding', 'chunked', 'Trailer', 'X-Sum']
  assert.deepEqual(answerHeaders(chunked, 'h', true), ['Trailer', 'X-Sum'])
  assert.deepEqual(answerHeaders(chunked, 'h', false), [])
  assert.deepEqual(answerHeaders(['Content-Length', '1', 'Trailer', 'X-Sum'], 'h', true), ['Content-Length', '1'])
  assert.ok(!sent('Content-Length', '1', 'Trailer', 'X-Sum').includes('Trailer'))
})

test('a cookie never reaches another home', () => {
  const rows: [given: string, expected: string][] = [
    ['a=1; Path=/; HttpOnly', 'a=1; Path=/; HttpOnly'],
    ['a=1; Domain=relay.example; Path=/', 'a=1; Path=/'],
    ['a=1; domain = .Device.example', 'a=1'],
    ['a=1;Domain=web.device.example;Secure', 'a=1;Domain=web.device.example;Secure'],
    ['a=1; Domain=', 'a=1'],
    ['domain=value; Domain=relay.example', 'domain=value'],
  ]
  for (const [given, expected] of rows)
    assert.deepEqual(answerHeaders(['Set-Cookie', given], 'web.device.example', true), ['Set-Cookie', expected])
})

test('no answer sets our own cookie, nor one without a name that would be sent like it', () => {
  for (const cookie of [
    '__Host-porchlight=x; Path=/; Secure',
    ' __Host-porchlight =x',
    '=__Host-porchlight=x; Path=/',
    '= =__Host-porchlight',
  ])
    assert.deepEqual(answerHeaders(['Set-Cookie', cookie], 'web.device.example', true), [], cookie)
  const others = '=a; Path=/'
  assert.deepEqual(answerHeaders(['Set-Cookie', others], 'web.device.example', true), ['Set-Cookie', others])
})

test('an answer that is made to be slow to read is read in no time', () => {
  const before = process.cpuUsage()
  for (const attribute of ['domain=a', 'domain', '', 'domain=.'])
    for (let each = 0; each < 10; each += 1)
      answerHeaders(['Set-Cookie', `a=1; ${attribute}${' '.repeat(60_000)}x`], 'web.device.example', true)
  const { user } = process.cpuUsage(before)
  // With an expression that begins anew at each blank the first kind alone took 33 s.
  assert.ok(user < 10_000_000, `${user} µs`)
})

test('a length in another spelling does not reach a service that may take it for one', () => {
  assert.deepEqual(sent('Content_Length', '5', 'content_length', '0'), ['Host', 'web.device.example', ...OURS])
})

test('trailers carry no framing, no identity and no claims', () => {
  const raw = [
    'X-Sum',
    '1',
    'Content-Length',
    '5',
    'Transfer-Encoding',
    'chunked',
    'Host',
    'evil',
    'X_Forwarded_For',
    '1',
    'Set-Cookie',
    'a=1',
    'X-Sum',
    '2',
  ]
  assert.deepEqual(keptTrailers(raw), ['X-Sum', '1', 'X-Sum', '2'])
})
