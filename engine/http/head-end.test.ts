import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headEnd } from './head-end.ts'
import { Malformed } from './octets.ts'

const HEAD = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

test('the end of a head is found wherever it is cut', () => {
  const bytes = Buffer.from(`${HEAD}body`)
  assert.equal(headEnd(bytes, 0, 0, 1000), HEAD.length)
  for (let cut = 1; cut < HEAD.length; cut += 1) {
    assert.equal(headEnd(bytes.subarray(0, cut), 0, 0, 1000), -1)
    assert.equal(headEnd(bytes, 0, cut, 1000), HEAD.length, `cut at ${cut}`)
  }
})

test('a head that is too long is refused, whether its end is there or not', () => {
  assert.equal(headEnd(Buffer.from(HEAD), 0, 0, HEAD.length), HEAD.length)
  assert.throws(() => headEnd(Buffer.from(HEAD), 0, 0, HEAD.length - 1), Malformed)
  assert.throws(() => headEnd(Buffer.from('a'.repeat(11)), 0, 0, 10), Malformed)
})

test('a bare line feed is refused before anybody waits for more', () => {
  for (const text of ['\n', 'GET / HTTP/1.1\n', 'GET / HTTP/1.1\r\nHost: a\n', 'GET / HTTP/1.1\r\n\n'])
    for (const from of [0, text.length - 1]) assert.throws(() => headEnd(Buffer.from(text), 0, from, 1000), Malformed, JSON.stringify(text))
  assert.equal(headEnd(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n'), 0, 16, 1000), -1)
})
