import assert from 'node:assert/strict'
import { test } from 'node:test'
import tls from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { isRight } from './shown-certificate.ts'
import { lookAtCertificate } from './target.ts'
import { fingerprintOf, listenOn } from './test-door.ts'

const anywhere = { isOwnListener: () => false, lanPrefixes: () => [] }
const never = new AbortController().signal

test('what a device at home shows is told as openssl tells it, and is right for who accepted it alone', async (t) => {
  const own = await issue(await makeAuthority(), { names: ['nas.local', '127.0.0.1'], notAfterMs: Date.UTC(2031, 4, 6) })
  const port = await listenOn(
    t,
    tls.createServer({ cert: own.certPem, key: own.keyPem }, (socket) => socket.destroy()),
  )
  const target = { kind: 'https', host: '127.0.0.1', port } as const
  const shown = await lookAtCertificate(target, anywhere, never)
  assert.deepEqual(shown, {
    fingerprint: fingerprintOf(own),
    subject: 'DNS:nas.local, IP Address:127.0.0.1',
    notAfterMs: Date.UTC(2031, 4, 6),
    vouched: false,
  })
  assert.equal(isRight(shown, target), false)
  assert.equal(isRight(shown, { ...target, pin: null }), false)
  assert.equal(isRight(shown, { ...target, pin: 'ab'.repeat(32) }), false)
  assert.equal(isRight(shown, { ...target, pin: fingerprintOf(own) }), true)
  assert.equal(isRight({ ...(shown as NonNullable<typeof shown>), vouched: true }, target), true)
  assert.equal(isRight(undefined, { ...target, pin: fingerprintOf(own) }), false)
})

test('a place without TLS shows none', async (t) => {
  const port = await listenOn(
    t,
    tls.createServer({}, () => undefined),
  )
  await assert.rejects(lookAtCertificate({ kind: 'https', host: '127.0.0.1', port }, anywhere, never))
})
