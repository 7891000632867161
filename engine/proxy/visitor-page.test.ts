import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageHtml, wantedKind } from './visitor-page.ts'
import { type VisitorMessage, visitorWords } from './visitor-words.ts'

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
    const [english, french] = ['en', 'fr'].map((wish) => pageHtml(message, 'web.device.example', wish))
    assert.notEqual(english?.html, french?.html)
    for (const page of [english, french]) {
      assert.match(page?.html ?? '', new RegExp(`<html lang="${page?.language}">`))
      assert.equal(page?.html.match(/<h1>/g)?.length, 1)
      assert.doesNotMatch(page?.html ?? '', /<script/)
    }
  }
})

test('a name cannot write into the page', () => {
  assert.match(pageHtml('silent', `<img src="x" onerror='y'>&`, 'en').html, /&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;/)
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
