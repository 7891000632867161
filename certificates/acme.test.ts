/** Directories that fail, on loopback and scripted: what the caller is told. The good way stands in pebble.test.ts. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { httpProxy } from '../test/fakes/http-proxy.ts'
import { newAccountKey, obtainCertificate } from './acme.ts'
import { byDns } from './challenge.ts'
import { readRetryAfter } from './directory-http.ts'
import { issue, makeAuthority } from './self-made.ts'

const authority = await makeAuthority()
const leaf = await issue(authority, { names: ['127.0.0.1'] })
const accountKeyPem = newAccountKey()

async function scripted(t: TestContext, listener: RequestListener): Promise<string> {
  const server = https.createServer({ cert: leaf.certPem, key: leaf.keyPem }, listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const ask = (directoryUrl: string, signal = new AbortController().signal, proxy?: URL) =>
  obtainCertificate({
    directoryUrl,
    proxy,
    directoryCa: authority.certPem,
    account: { keyPem: accountKeyPem, agreesTo: () => true },
    names: ['*.device.example'],
    answerers: [
      byDns(
        async () => assert.fail('nothing is published'),
        async () => undefined,
      ),
    ],
    signal,
  })

/** A directory that hands out nonces and answers every signed request in the same way. */
async function answering(t: TestContext, status: number, type: string, headers: Record<string, string> = {}): Promise<string> {
  const url: string = await scripted(t, (request, response) => {
    if (request.method === 'GET')
      return void response.end(JSON.stringify({ newNonce: `${url}/nonce`, newAccount: `${url}/account`, newOrder: `${url}/order` }))
    if (request.method === 'HEAD') return void response.setHeader('replay-nonce', 'n').end()
    response.writeHead(status, { 'content-type': 'application/problem+json', 'replay-nonce': 'n', ...headers })
    response.end(JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail: `because of ${type}`, status }))
  })
  return url
}

test('every answer of a directory becomes the right error', async (t) => {
  const rows: [status: number, type: string, headers: Record<string, string>, expected: object][] = [
    [429, 'rateLimited', { 'retry-after': '3600' }, { kind: 'rate-limited', retryAfterMs: 3_600_000, final: false }],
    [429, 'rateLimited', {}, { kind: 'rate-limited', retryAfterMs: undefined, final: false }],
    [503, 'serverInternal', { 'retry-after': '120' }, { kind: 'directory-unreachable', retryAfterMs: 120_000, final: false }],
    [500, 'serverInternal', {}, { kind: 'directory-unreachable', final: false }],
    [403, 'unauthorized', {}, { kind: 'rejected', message: 'because of unauthorized', final: true }],
    [400, 'externalAccountRequired', {}, { kind: 'account', final: true }],
    [400, 'malformed', {}, { kind: 'rejected', final: false }],
    [400, 'badNonce', {}, { kind: 'rejected', final: false }],
  ]
  for (const [status, type, headers, expected] of rows)
    await assert.rejects(ask(await answering(t, status, type, headers)), { name: 'CertificateError', ...expected }, type)
})

test('where only a proxy leads out, the directory is asked through it', async (t) => {
  const directory = await answering(t, 403, 'unauthorized')
  const password = { name: 'ann', password: 's@cret' }
  const proxy = await httpProxy(t, { leadsTo: Number(new URL(directory).port), password })
  const url = Object.assign(new URL(proxy.url), { username: 'ann', password: 's@cret' })
  await assert.rejects(ask(directory, undefined, url), { kind: 'rejected', message: 'because of unauthorized' })
  const { host } = new URL(directory)
  assert.ok(proxy.asked.length > 0 && proxy.asked.every(({ authority }) => authority === host), JSON.stringify(proxy.asked))
  const refusing = await httpProxy(t, { leadsTo: 1, refuses: 403 })
  await assert.rejects(ask(directory, undefined, refusing.url), { kind: 'directory-unreachable', final: false })
})

test('a refused nonce is tried again many times before giving up', async (t) => {
  let signed = 0
  const url: string = await scripted(t, (request, response) => {
    if (request.method === 'GET') return void response.end(JSON.stringify({ newNonce: `${url}/nonce`, newAccount: `${url}/account` }))
    if (request.method === 'POST') signed += 1
    response.writeHead(request.method === 'POST' ? 400 : 200, { 'content-type': 'application/json', 'replay-nonce': 'n' })
    response.end(request.method === 'POST' ? '{"type":"urn:ietf:params:acme:error:badNonce"}' : undefined)
  })
  await assert.rejects(ask(url), { kind: 'rejected', final: false })
  assert.equal(signed, 18)
})

test('a directory that is down, hangs up, is none or is not https', async (t) => {
  const gone = https.createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  gone.close()
  await once(gone, 'close')
  await assert.rejects(ask(`https://127.0.0.1:${port}/dir`), { kind: 'directory-unreachable', message: 'ECONNREFUSED', final: false })
  await assert.rejects(ask(await scripted(t, (request) => request.socket.destroy())), { kind: 'directory-unreachable', final: false })
  await assert.rejects(ask(await scripted(t, (_, response) => response.end('<h1>hello</h1>'))), { kind: 'rejected', final: false })
  await assert.rejects(ask(await scripted(t, (_, response) => response.writeHead(404).end())), { kind: 'rejected', final: false })
  await assert.rejects(ask(`http://127.0.0.1:${port}/dir`), { kind: 'untrusted-directory', final: true })
})

test('a directory that floods is cut off', async (t) => {
  const url = await scripted(t, (_, response) => void response.end(Buffer.alloc(2 * 1024 * 1024, ' ')))
  await assert.rejects(ask(url), { kind: 'directory-unreachable', final: false })
})

test('an abort ends a hanging request at once', async (t) => {
  const stop = new AbortController()
  const url = await scripted(t, () => stop.abort(new Error('engine stops')))
  await assert.rejects(ask(url, stop.signal), /engine stops/)
})

test('Retry-After in seconds and as a date, bounded', () => {
  const nowMs = Date.UTC(2030, 0, 1)
  const rows: [value: unknown, expected: number | undefined][] = [
    ['30', 30_000],
    [' 30 ', 30_000],
    ['Tue, 01 Jan 2030 00:01:00 GMT', 60_000],
    ['Mon, 31 Dec 2029 00:00:00 GMT', undefined],
    ['999999999', 604_800_000],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    [undefined, undefined],
    [['30'], undefined],
  ]
  for (const [value, expected] of rows) assert.equal(readRetryAfter(value, nowMs), expected, String(value))
})
