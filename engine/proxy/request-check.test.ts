import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostOf, type RequestHead, refusal } from './request-check.ts'

const HOST = 'web.device.example'
const PLAIN = { method: 'GET', url: '/', version: '1.1', hasBody: false, upgrade: undefined }
const check = (change: Partial<RequestHead>, ...headers: string[]) =>
  refusal({ ...PLAIN, rawHeaders: ['Host', HOST, ...headers], ...change }, HOST, 'porchlight-1')?.status

test('which heads go on and which are refused', () => {
  const rows: [expected: number | undefined, change: Parameters<typeof check>[0], ...headers: string[]][] = [
    [undefined, {}],
    [undefined, { url: '/a?b=/c' }],
    [undefined, { url: '//double' }],
    [undefined, { url: '*', method: 'OPTIONS' }],
    [undefined, { method: 'POST' }, 'Transfer-Encoding', 'Chunked'],
    [undefined, {}, 'CDN-Loop', 'porchlight-2, other'],
    [undefined, { version: '1.0' }],
    [400, { version: '0.9' }],
    [undefined, { version: '2' }],
    [400, { version: '2.0' }],
    [400, { url: '*' }],
    [400, { url: 'https://web.device.example/' }],
    [400, { url: '/a#b' }],
    [400, { url: '' }],
    [400, {}, 'host', HOST],
    [undefined, {}, ...new Array<string>(2 * 255).fill('a')],
    [431, {}, ...new Array<string>(2 * 256).fill('a')],
    [405, { method: 'TRACE' }],
    [400, { upgrade: 'websocket', hasBody: true }, 'Content-Length', '5'],
    [undefined, {}, 'Content-Length', '0'],
    [undefined, { hasBody: true }, 'Content-Length', '5'],
    [400, {}, 'Content-Length', '5'],
    [400, {}, 'Content-Length', '0', 'Content-Length', '5'],
    [400, { version: '1.0' }, 'Transfer-Encoding', 'chunked'],
    [501, {}, 'Transfer-Encoding', 'gzip, chunked'],
    [501, {}, 'Transfer-Encoding', 'identity'],
    [501, {}, 'Transfer-Encoding', 'chunked', 'transfer-encoding', 'chunked'],
    [508, {}, 'CDN-Loop', 'other, porchlight-1'],
    [508, {}, 'CDN-Loop', 'PORCHLIGHT-1; hops=3'],
  ]
  for (const [expected, change, ...headers] of rows) assert.equal(check(change, ...headers), expected, JSON.stringify([change, headers]))
})

test('another host than the server name is misdirected', () => {
  const rows: [rawHeaders: string[], expected: number | undefined][] = [
    [['Host', 'WEB.device.example'], undefined],
    [['Host', 'web.device.example:8443'], undefined],
    [['Host', 'other.device.example'], 421],
    [['Host', 'web.device.example.'], 421],
    [['Host', 'user@web.device.example'], 421],
    [['Host', 'web.device.example:'], 421],
    [['Host', ''], 421],
    [[], 400],
  ]
  for (const [rawHeaders, expected] of rows) assert.equal(refusal({ ...PLAIN, rawHeaders }, HOST, 'x')?.status, expected, rawHeaders.join())
})

test('a host is read or it is none', () => {
  assert.equal(hostOf('A.example:443'), 'a.example')
  assert.equal(hostOf('[2001:DB8::1]:443'), '[2001:db8::1]')
  for (const odd of ['', 'a b', 'a/b', '[::1', '[x]', '::1', 'a:b', 'a"b', 'a;b', 'a,b', 'x'.repeat(254)])
    assert.equal(hostOf(odd), undefined, odd)
})
