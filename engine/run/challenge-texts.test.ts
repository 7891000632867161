/** Proofs in DNS: what a provider says of one that it will not set goes to the page, and must not carry the token back out. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Provider, ProviderError } from '../names/provider.ts'
import { keepChallengeTexts } from './challenge-texts.ts'

test('a provider that says the token back is quoted without it', async (t) => {
  const signal = AbortSignal.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const refuse = async (): Promise<never> => {
    throw new ProviderError('credentials', 'token tok-5f2e9c71aa is unknown')
  }
  const provider: Provider = {
    id: 'one',
    title: 'One',
    page: null,
    fields: [{ id: 'token', isSecret: true }],
    minPeriodS: 60,
    ttlS: 60,
    families: ['ipv4'],
    canWithdraw: true,
    set: refuse,
    txt: { add: refuse, remove: refuse },
  }
  const session = { credentials: { token: 'tok-5f2e9c71aa' }, send: refuse, signal, now: Date.now }
  const texts = keepChallengeTexts({
    folder,
    credentials: { sessionFor: () => ({ provider, session }) },
    log: () => {},
    signal,
    resolver: { mayAsk: () => false, resolvers: ['127.0.0.1:1'] },
  })
  const answerer = await texts.answererFor('home.example', undefined, signal)
  assert.ok(answerer)
  const proof = { identifier: { type: 'dns', value: 'home.example' }, token: 'token', text: 'proof' } as const
  await assert.rejects(answerer.set(proof, signal), (error: ProviderError) => {
    assert.equal(error.wire, 'token … is unknown')
    assert.ok(!String(error.message).includes('tok-5f2e9c71aa'))
    return error.final
  })
})
