import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { answering } from './http-challenge.ts'

test('the listener of an order answers its tokens, and nothing else', async (t) => {
  const server = answering(new Map([['/.well-known/acme-challenge/token', 'token.thumbprint']])).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(base + path, { method })
    return [answer.status, await answer.text()]
  }
  assert.deepEqual(await ask('/.well-known/acme-challenge/token'), [200, 'token.thumbprint'])
  for (const path of ['/', '/.well-known/acme-challenge/', '/.well-known/acme-challenge/other', '/.well-known/acme-challenge/token?x'])
    assert.deepEqual(await ask(path), [404, ''], path)
  assert.deepEqual(await ask('/.well-known/acme-challenge/token', 'POST'), [404, ''])
})
