import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import type { LinkTarget } from '../names/names.ts'
import { createPages } from './pages.ts'

const ID = 'abcdefgh2345'
const LAST_SEEN_MS = Date.UTC(2026, 6, 14, 9, 30)

interface Page {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Get = (path: string, options?: http.RequestOptions) => Promise<Page>

async function pages(context: TestContext, target?: Partial<LinkTarget>, port = 443): Promise<Get> {
  const service = { name: 'web', kind: 'http' as const, links: [ID], direct: [] }
  const link = (id: string): LinkTarget | undefined =>
    target && id === ID
      ? { label: 'amber-otter-42', service, live: true, asleepSinceMs: undefined, lastSeenAtMs: LAST_SEEN_MS, port: undefined, ...target }
      : undefined
  const names = { link, hostOf: (label: string, name: string) => `${name}.${label}.relay.example` }
  const server = http.createServer(createPages({ names, httpsPort: () => port }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  return async (path, options = {}) => {
    const request = http.request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, path, agent: false, ...options }).end()
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    const chunks: Buffer[] = await response.toArray()
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }
  }
}

const titleOf = ({ body }: Page): string | undefined => /<h1>(.*?)<\/h1>/.exec(body)?.[1]
const raw = (kind: 'tcp' | 'udp', port?: number): Partial<LinkTarget> => ({
  service: { name: 'mqtt', kind, links: [ID], direct: [] },
  port,
})

test('a link to something on the web sends the visitor there', async (context) => {
  for (const kind of ['http', 'https'] as const) {
    const get = await pages(context, { service: { name: 'web', kind, links: [ID], direct: [] } })
    const { status, headers, body } = await get(`/s/${ID}?from=mail`)
    assert.deepEqual([status, headers.location, body], [303, 'https://web.amber-otter-42.relay.example/', ''])
  }
  const elsewhere = await pages(context, {}, 8443)
  assert.equal((await elsewhere(`/s/${ID}`)).headers.location, 'https://web.amber-otter-42.relay.example:8443/')
})

test('no answer is kept, told on, framed, indexed, or able to run anything', async (context) => {
  const get = await pages(context, {})
  for (const [path, method] of [
    ['/', 'GET'],
    [`/s/${ID}`, 'GET'],
    ['/s/unknown', 'GET'],
    ['/', 'POST'],
  ] as const) {
    const { headers } = await get(path, { method })
    assert.equal(headers['cache-control'], 'no-store', path)
    assert.equal(headers['referrer-policy'], 'no-referrer', path)
    assert.equal(headers['x-content-type-options'], 'nosniff', path)
    assert.equal(headers['x-robots-tag'], 'noindex', path)
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; .*frame-ancestors 'none'$/, path)
  }
})

test('the one style of each page is the one that its policy allows', async (context) => {
  const { headers, body } = await (await pages(context))('/')
  const [, style = '', ...more] = /<style>(.*?)<\/style>/s.exec(body) ?? []
  assert.deepEqual(more, [])
  const hash = createHash('sha256').update(style).digest('base64')
  assert.match(String(headers['content-security-policy']), new RegExp(`style-src 'sha256-${hash.replace(/[+/]/g, '\\$&')}';`))
  assert.doesNotMatch(body, /<script|style=|src=|https?:/)
})

test('HEAD answers as GET does, without the page', async (context) => {
  const get = await pages(context, {})
  for (const path of ['/', `/s/${ID}`, '/s/unknown']) {
    const [whole, head] = [await get(path), await get(path, { method: 'HEAD' })]
    assert.deepEqual([head.status, head.headers.location, head.body], [whole.status, whole.headers.location, ''], path)
  }
})

test('nothing else may be done here', async (context) => {
  const get = await pages(context, {})
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
    const { status, headers } = await get(`/s/${ID}`, { method })
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method)
  }
})

test('a link that nobody made, or has been taken back, leads nowhere, and so does every other path', async (context) => {
  const get = await pages(context, {})
  const paths = [
    '/s/zzzzzzzzzzzz',
    '/s/',
    `/s/${ID}/`,
    `/s/${ID.toUpperCase()}`,
    '/s/abc',
    `/s/${'a'.repeat(33)}`,
    '/s/%61bcdefgh2345',
    '/join/plr1',
    '/../etc',
    '//',
    '/favicon.ico',
  ]
  for (const path of paths) {
    const page = await get(path)
    assert.deepEqual([page.status, titleOf(page)], [404, 'This link leads nowhere'], path)
  }
})

test('when nobody is home the visitor reads since when, in the first language understood', async (context) => {
  const get = await pages(context, { live: false })
  const read = async (languages: string): Promise<Page> => await get(`/s/${ID}`, { headers: { 'accept-language': languages } })
  const english = await read('de-DE, en;q=0.8, fr;q=0.5')
  assert.deepEqual([english.status, titleOf(english)], [503, 'Nobody is home just now'])
  assert.match(english.body, /<html lang="en">.*since 14 July 2026 at 09:30 UTC/s)
  const french = await read('fr-CH, fr;q=0.9, en;q=0.8')
  assert.deepEqual([french.status, titleOf(french)], [503, 'Il n’y a personne pour le moment'])
  assert.match(french.body, /<html lang="fr">.*depuis le 14 juillet 2026 à 09:30 UTC/s)
  for (const neither of ['', 'de', '*', ',;,', 'x'.repeat(5000)]) assert.equal(titleOf(await read(neither)), 'Nobody is home just now')
})

test('when the computer sleeps the visitor reads since when', async (context) => {
  const get = await pages(context, { live: false, asleepSinceMs: LAST_SEEN_MS + 60_000 })
  const english = await get(`/s/${ID}`)
  assert.deepEqual([english.status, titleOf(english)], [503, 'The computer is asleep'])
  assert.match(english.body, /asleep since 14 July 2026 at 09:31 UTC/)
  const french = await get(`/s/${ID}`, { headers: { 'accept-language': 'fr' } })
  assert.match(french.body, /en veille depuis le 14 juillet 2026 à 09:31 UTC/)
})

test('what is no website has an address to copy, or says that it has none', async (context) => {
  const somewhere = await (await pages(context, raw('tcp', 1883)))(`/s/${ID}`)
  assert.deepEqual([somewhere.status, titleOf(somewhere)], [200, 'The address to use'])
  assert.match(somewhere.body, /<code>mqtt\.amber-otter-42\.relay\.example:1883<\/code>/)
  const none = await (await pages(context, raw('udp')))(`/s/${ID}`)
  assert.deepEqual([none.status, /<code>/.test(none.body)], [503, false])
})

test('behind a relay code’s link: the code, and the way into the app', async (context) => {
  const get = await pages(context)
  const code = formatRelayCode({ host: 'relay.example', port: 443, fingerprint: new Uint8Array(16), key: new Uint8Array(16).fill(7) })
  const page = await get(`/join/${code}`)
  assert.deepEqual([page.status, titleOf(page)], [200, 'You were given a relay code'])
  assert.match(page.body, new RegExp(`<code>${code}</code>.*<a href="porchlight://join/${code}">`))
  assert.equal((await get(`/join/${code}<b>`)).status, 404)
})

test('the front page says what this is', async (context) => {
  const page = await (await pages(context))('/?x=<script>')
  assert.deepEqual([page.status, titleOf(page), page.headers['content-type']], [200, 'A Porchlight relay', 'text/html; charset=utf-8'])
})
