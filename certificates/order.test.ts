/** Orders at a scripted directory that does what pebble cannot: other challenges, profiles, replaced certificates, terms, external accounts,
 *  and every way of failing. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type Challenge, type FakeDirectory, refusal, type Script, startDirectory } from '../test/fakes/acme-directory.ts'
import { newAccountKey, type ObtainOptions, obtainCertificate } from './acme.ts'
import type { Answerer, ChallengeType, Proof } from './challenge.ts'
import { CertificateError } from './error.ts'
import { askRenewalInfo, certificateId } from './renewal-info.ts'
import { issue } from './self-made.ts'

const DAY_MS = 86_400_000
const keyPem = newAccountKey()
const signal = new AbortController().signal

async function scripted(t: TestContext, script: Script = {}): Promise<FakeDirectory> {
  const directory = await startDirectory(script)
  t.after(() => directory.close())
  return directory
}

/** Keeps what it was to show. */
function answerer(type: ChallengeType, shown: Proof[] = []): Answerer {
  return { type, set: async (proof) => void shown.push(proof), clear: async (proof) => void shown.splice(shown.indexOf(proof), 1) }
}

const ask = ({ url, ca }: FakeDirectory, change: Partial<ObtainOptions> = {}) =>
  obtainCertificate({
    directoryUrl: url,
    directoryCa: ca,
    account: { keyPem, agreesTo: () => false },
    names: ['web.example'],
    answerers: [answerer('tls-alpn-01')],
    signal,
    ...change,
  })

test('each way of proving shows what the directory expects there', async (t) => {
  const seen: Challenge[] = []
  const directory = await scripted(t, { validate: (challenge) => void seen.push(challenge) })
  for (const type of ['dns-01', 'http-01', 'tls-alpn-01'] as const) {
    const shown: Proof[] = []
    const told: Proof[] = []
    await ask(directory, { answerers: [{ ...answerer(type, shown), clear: async (proof) => void told.push(proof) }] })
    const challenge = seen.pop()
    assert.equal(challenge?.type, type)
    assert.deepEqual(told, shown, 'taken away again')
    assert.equal(shown[0]?.token, challenge.token)
    if (type !== 'dns-01') assert.equal(shown[0]?.text, challenge.keyAuthorization)
  }
})

test('another way is tried, with an order of its own, when one fails: not seen, not to be shown, or not offered', async (t) => {
  const directory = await scripted(t, {
    challenges: ['http-01', 'tls-alpn-01'],
    validate: ({ type }) => (type === 'http-01' ? 'connection refused' : undefined),
  })
  await ask(directory, { answerers: [answerer('http-01'), answerer('tls-alpn-01')] })
  await ask(directory, { answerers: [answerer('dns-01'), answerer('tls-alpn-01')] })
  const broken = { ...answerer('http-01'), set: () => Promise.reject(new Error('port 80 is taken')) }
  await ask(directory, { answerers: [broken, answerer('tls-alpn-01')] })
  assert.equal(directory.orders.length, 6)
  await assert.rejects(ask(directory, { answerers: [answerer('http-01')] }), {
    kind: 'unproven',
    message: 'connection refused',
    final: false,
  })
  await assert.rejects(ask(directory, { answerers: [] }), { kind: 'unproven' })
})

test('a refusal that has nothing to do with the proof is not tried by another way', async (t) => {
  const directory = await scripted(t, { instead: (what) => (what === 'order' ? refusal(400, 'rejectedIdentifier') : undefined) })
  await assert.rejects(ask(directory, { answerers: [answerer('http-01'), answerer('tls-alpn-01')] }), { kind: 'rejected', final: true })
  assert.equal(directory.asked.order, 1)
})

test('for an address the directory is asked for an address, in the profile that it offers', async (t) => {
  const directory = await scripted(t, { meta: { profiles: { shortlived: 'https://ca.example/shortlived' } }, lifetimeMs: 6 * DAY_MS })
  for (const name of ['203.0.113.10', '2001:db8::10']) {
    const got = await ask(directory, { names: [name], profile: 'shortlived' })
    assert.deepEqual(directory.orders.pop(), { identifiers: [{ type: 'ip', value: name }], profile: 'shortlived' })
    assert.ok(new X509Certificate(got.certPem).checkIP(name))
  }
  directory.script = {}
  await ask(directory, { profile: 'shortlived' })
  assert.equal(directory.orders.pop()?.profile, undefined, 'one that it does not offer would be refused')
})

test('terms of service are agreed to by their owner, once; an account that is there needs no more', async (t) => {
  const terms = 'https://ca.example/terms-1.pdf'
  const directory = await scripted(t, { meta: { termsOfService: terms } })
  await assert.rejects(ask(directory), { kind: 'terms', url: terms, final: true })
  assert.equal(directory.accounts.size, 0)
  const account = { keyPem, email: 'me@example.org', agreesTo: (url: string) => url === terms }
  await ask(directory, { account })
  assert.deepEqual([...directory.accounts.values()], [{ termsOfServiceAgreed: true, contact: ['mailto:me@example.org'] }])
  await ask(directory)
  const changed = { instance: 'https://ca.example/agree' }
  directory.script = { instead: (what) => (what === 'order' ? refusal(403, 'userActionRequired', {}, changed) : undefined) }
  await assert.rejects(ask(directory, { account }), { kind: 'terms', url: changed.instance, final: true })
})

test('a directory that wants to know its customer is told who he is, with his key as the signature', async (t) => {
  const directory = await scripted(t, { meta: { externalAccountRequired: true } })
  await assert.rejects(ask(directory), { kind: 'account', final: true })
  const hmacKey = Buffer.from('a key that nobody else has').toString('base64url')
  await ask(directory, { account: { keyPem, agreesTo: () => true, external: { keyId: 'customer-7', hmacKey } } })
  const [made] = [...directory.accounts.values()] as { externalAccountBinding?: { protected: string } }[]
  const { kid, alg } = JSON.parse(Buffer.from(made?.externalAccountBinding?.protected ?? '', 'base64url').toString())
  assert.deepEqual([kid, alg], ['customer-7', 'HS256'])
  assert.doesNotMatch(JSON.stringify(made), new RegExp(hmacKey))
})

test('a renewal names the certificate that it replaces, and does without where that is refused', async (t) => {
  const directory = await scripted(t, { renewal: () => ({}) })
  const { certPem: old } = await ask(directory)
  await ask(directory, { replaces: old })
  assert.equal(directory.orders.pop()?.replaces, certificateId(old))
  directory.script = {
    ...directory.script,
    instead: (what, { replaces }) => (what === 'order' && replaces ? refusal(409, 'alreadyReplaced') : undefined),
  }
  await ask(directory, { replaces: old })
  assert.equal(directory.orders.pop()?.replaces, undefined)
  directory.script = {}
  await ask(directory, { replaces: old })
  assert.equal(directory.orders.pop()?.replaces, undefined, 'a directory without renewal information knows no such word')
})

test('a directory may say when to ask again, and is not asked before', async (t) => {
  let polls = 0
  const directory = await scripted(t, {
    instead: (what) =>
      what === 'authorization' && ++polls === 2
        ? { status: 200, body: { status: 'pending', challenges: [], identifier: {} }, headers: { 'retry-after': '1' } }
        : undefined,
  })
  const beganMs = performance.now()
  await ask(directory)
  assert.ok(performance.now() - beganMs >= 990)
})

test('answers that make no sense, or the wrong certificate, are a refusal that is worth another try', async (t) => {
  const directory = await scripted(t)
  const other = await issue(directory.authority, { names: ['web.example'] })
  const rows: [what: string, body: unknown][] = [
    ...['directory', 'account', 'order', 'authorization', 'finalize'].flatMap((what): [string, unknown][] => [
      [what, '{"status":'],
      [what, 'null'],
      [what, '[]'],
    ]),
    ['order', { status: 'pending', authorizations: 7, finalize: 'ftp://nowhere' }],
    ['finalize', { status: 'invalid' }],
    ['finalize', { status: 'valid', certificate: 'http://ca.example/1' }],
    ['certificate', ''],
    ['certificate', 'no PEM'],
    ['certificate', other.certPem],
  ]
  for (const [what, body] of rows) {
    directory.script = { instead: (asked) => (asked === what ? { status: what === 'order' ? 201 : 200, body } : undefined) }
    await assert.rejects(
      ask(directory),
      (error) => error instanceof CertificateError && ['rejected', 'untrusted-directory', 'unproven'].includes(error.kind),
      `${what} ${JSON.stringify(body)}`,
    )
  }
  directory.script = { lifetimeMs: 1000 }
  await assert.rejects(ask(directory), { kind: 'rejected', message: /over/ })
})

test('an order that is never ready ends with the patience of its owner', async (t) => {
  const impatient = new AbortController()
  let polls = 0
  const directory = await scripted(t, {
    instead(what) {
      if (what === 'poll') polls += 1
      if (polls === 2) impatient.abort(new Error('no more patience'))
      return what === 'finalize' ? { status: 200, body: { status: 'processing' } } : undefined
    },
  })
  const patience = AbortSignal.any([impatient.signal, AbortSignal.timeout(30_000)])
  await assert.rejects(ask(directory, { signal: patience }), { message: 'no more patience' })
})

test('renewal information: asked for by the certificate’s own name, and again when the directory says', async (t) => {
  const window = { start: '2030-01-02T00:00:00Z', end: '2030-01-03T00:00:00Z' }
  const renewal = () => ({ suggestedWindow: window, explanationURL: 'https://ca.example/why' })
  const directory = await scripted(t, { renewal })
  const { certPem } = await ask(directory)
  const asking = { directoryUrl: directory.url, directoryCa: directory.ca }
  assert.deepEqual(await askRenewalInfo(certPem, asking, signal), {
    startMs: Date.parse(window.start),
    endMs: Date.parse(window.end),
    explanationUrl: 'https://ca.example/why',
    againInMs: 6 * 3_600_000,
  })
  directory.script = {
    renewal,
    instead: (what) => (what === 'renewal' ? refusal(503, 'serverInternal', { 'retry-after': '60' }) : undefined),
  }
  await assert.rejects(askRenewalInfo(certPem, asking, signal), { kind: 'directory-unreachable', retryAfterMs: 60_000 })
  directory.script = {}
  assert.equal(await askRenewalInfo(certPem, asking, signal), undefined)
})
