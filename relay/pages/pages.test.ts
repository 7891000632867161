import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import { ID, pages, titleOf } from './pages.fixture.ts'

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
