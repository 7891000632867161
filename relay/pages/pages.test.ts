import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import { ID, pages, titleOf, WEB } from './pages.fixture.ts'
import { createRedirect } from './redirect.ts'

test('no answer is kept, told on, framed, indexed, or able to run anything', async (context) => {
  const get = await pages(context)
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
  const get = await pages(context)
  for (const path of ['/', `/s/${ID}`, '/s/unknown']) {
    const [whole, head] = [await get(path), await get(path, { method: 'HEAD' })]
    assert.deepEqual([head.status, head.headers.location, head.body], [whole.status, whole.headers.location, ''], path)
  }
})

test('nothing else may be done here', async (context) => {
  const get = await pages(context)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
    const { status, headers } = await get(`/s/${ID}`, { method })
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method)
  }
})

test('behind a relay code’s link: the code, and the way into the app', async (context) => {
  const get = await pages(context)
  const code = formatRelayCode({ host: 'relay.example', port: 443, fingerprint: new Uint8Array(16), key: new Uint8Array(16).fill(7) })
  const page = await get(`/join/${code}`)
  assert.deepEqual([page.status, titleOf(page)], [200, 'You were given a relay code'])
  assert.match(page.body, new RegExp(`<code>${code}</code>.*<a class="button" href="porchlight://join/${code}">`))
  assert.equal((await get(`/join/${code}<b>`)).status, 404)
})

test('the front page says what this is', async (context) => {
  const page = await (await pages(context))('/?x=<script>')
  assert.deepEqual([page.status, titleOf(page), page.headers['content-type']], [200, 'A Porchlight relay', 'text/html; charset=utf-8'])
})

test('complaints: a page in two languages, linked from every other, and the file that programs look for', async (context) => {
  const contact = 'mailto:abuse@relay.example'
  const get = await pages(context, WEB, contact)
  const page = await get('/abuse')
  assert.deepEqual([page.status, titleOf(page)], [200, 'Report abuse'])
  assert.ok(page.body.includes(`<a class="button" href="${contact}">abuse@relay.example</a>`))
  assert.equal(titleOf(await get('/abuse', { headers: { 'accept-language': 'fr' } })), 'Signaler un abus')
  for (const path of ['/', '/s/unknownunknown', '/nowhere'])
    assert.ok((await get(path)).body.includes('<a href="/abuse">Report abuse</a>'), path)
  assert.ok((await get('/', { headers: { 'accept-language': 'fr' } })).body.includes('<a href="/abuse">Signaler un abus</a>'))

  const file = await get('/.well-known/security.txt')
  assert.deepEqual([file.status, file.headers['content-type']], [200, 'text/plain; charset=utf-8'])
  const fields = new Map(
    file.body
      .trim()
      .split('\n')
      .map((line) => line.split(/: (.*)/) as [string, string]),
  )
  assert.deepEqual([...fields.keys()], ['Contact', 'Expires', 'Preferred-Languages', 'Canonical'])
  assert.deepEqual([fields.get('Contact'), fields.get('Canonical')], [contact, 'https://relay.example/.well-known/security.txt'])
  const leftMs = Date.parse(fields.get('Expires') ?? '') - Date.now()
  assert.ok(leftMs > 170 * 86_400_000 && leftMs < 365 * 86_400_000)
  for (const path of ['/abuse', '/.well-known/security.txt']) assert.equal((await get(path, { method: 'POST' })).status, 405)
})

test('without a contact nothing of it is there', async (context) => {
  const get = await pages(context)
  for (const path of ['/abuse', '/.well-known/security.txt']) assert.equal((await get(path)).status, 404)
  assert.ok(!(await get('/')).body.includes('/abuse'))
})

test('port 80 sends on who asks for a name of ours, but those who come to what was taken down', async (context) => {
  const down = 'web.amber-otter-42.relay.example'
  const server = http.createServer(
    createRedirect({ domain: 'relay.example', host: 'one.example', httpsPort: () => 8443, isTakenDown: (host) => host === down }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const ask = async (host: string, language = 'en', method = 'GET') => {
    const headers = { host, 'accept-language': language }
    const request = http.request({ host: '127.0.0.1', port, path: '/a?b', method, headers, agent: false }).end()
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    return { status: response.statusCode, location: response.headers.location, body: Buffer.concat(await response.toArray()).toString() }
  }
  assert.deepEqual(await ask('wiki.amber-otter-42.relay.example'), {
    status: 308,
    location: 'https://wiki.amber-otter-42.relay.example:8443/a?b',
    body: '',
  })
  assert.equal((await ask('one.example')).location, 'https://one.example:8443/a?b')
  assert.equal((await ask('relay.example:80')).location, 'https://relay.example:8443/a?b')
  for (const stranger of ['evil.example', 'notrelay.example', '127.0.0.1', 'wiki.relay.example@evil.example', 'relay.example/x'])
    await assert.rejects(ask(stranger), /socket hang up|ECONNRESET/, stranger)
  assert.equal((await ask('relay.example', 'en', 'POST')).status, 405)
  const gone = await ask(down.toUpperCase(), 'fr')
  assert.equal(gone.status, 410)
  assert.match(gone.body, /<html lang="fr">.*Cette adresse a été retirée/s)
})
