import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendPage, wantedKind } from './visitor-page.ts'
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts'
import { type VisitorMessage, visitorWords } from './visitor-words.ts'

interface Sent {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a browser is sent that wants this language. */
function pageFor(wish: string, message: VisitorMessage, host = 'web.device.example'): Sent {
  const wishes: Readonly<Record<string, string>> = { accept: 'text/html', 'accept-language': wish }
  const sent: Sent[] = []
  const answer: Pick<VisitorAnswer, 'send'> = { send: (status, headers, body = '') => sent.push({ status, headers, body }) }
  sendPage({ header: (name) => wishes[name] } as VisitorRequest, answer as VisitorAnswer, 503, message, host)
  assert.equal(sent.length, 1)
  return sent[0] as Sent
}

test('the language is the most wanted one that we speak', () => {
  const rows: [wish: string | undefined, language: string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['fr', 'fr'],
    ['fr-CA,fr;q=0.9,en;q=0.8', 'fr'],
    ['de, en;q=0.3, fr;q=0.5', 'fr'],
    ['en;q=0.5, FR-fr;q=0.4', 'en'],
    ['fr;q=0', 'en'],
    ['*', 'en'],
    ['fr;q=high', 'en'],
    [`${'x,'.repeat(10_000)}fr`, 'en'],
  ]
  for (const [wish, language] of rows) assert.equal(visitorWords('silent', wish).language, language, wish?.slice(0, 40))
})

test('every message exists in both languages, with a language tag and one heading', () => {
  for (const message of [
    'bad-request',
    'misdirected',
    'not-running',
    'not-verified',
    'silent',
    'too-large',
    'loop',
  ] satisfies VisitorMessage[]) {
    const pages = ['en', 'fr'].map((wish) => [wish, pageFor(wish, message)] as const)
    assert.equal(new Set(pages.map(([, { body }]) => body)).size, 2)
    for (const [language, { status, headers, body }] of pages) {
      assert.deepEqual([status, headers['Content-Language']], [503, language])
      assert.match(body, new RegExp(`<html lang="${language}">`))
      assert.equal(body.match(/<h1>/g)?.length, 1)
      assert.doesNotMatch(body, /<script/)
    }
  }
})

test('a name cannot write into the page', () => {
  assert.match(pageFor('en', 'silent', `<img src="x" onerror='y'>&`).body, /&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;/)
})

test('a browser gets a page, a program what it can read', () => {
  const rows: [accept: string | undefined, kind: string][] = [
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
    ['TEXT/HTML', 'html'],
    ['application/xhtml+xml', 'html'],
    ['application/json, text/plain, */*', 'json'],
    ['application/problem+json', 'json'],
    ['*/*', 'text'],
    ['text/event-stream', 'text'],
    ['image/avif,image/webp,*/*;q=0.8', 'text'],
    ['application/jsonp', 'text'],
    [undefined, 'text'],
    ['', 'text'],
  ]
  for (const [accept, kind] of rows) assert.equal(wantedKind(accept), kind, accept)
})
