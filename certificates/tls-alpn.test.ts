import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { challengeCertificate, serverNameOf } from './tls-alpn.ts'

test('the certificate is for exactly the name, and carries the digest in a critical extension', async () => {
  for (const identifier of [{ type: 'dns', value: 'web.example' } as const, { type: 'ip', value: '2001:db8::10' } as const]) {
    const { certPem } = await challengeCertificate({ identifier, token: 't', text: 'token.thumbprint' })
    const certificate = new X509Certificate(certPem)
    assert.match(certificate.subjectAltName ?? '', identifier.type === 'dns' ? /^DNS:web\.example$/ : /^IP Address:2001:DB8:0:0:0:0:0:10$/)
    const digest = createHash('sha256').update('token.thumbprint').digest()
    // 1.3.6.1.5.5.7.1.31, TRUE, an octet string that holds an octet string of 32 (RFC 8737 §3).
    const extension = Buffer.concat([Buffer.from('06082b0601050507011f0101ff04220420', 'hex'), digest])
    assert.ok(certificate.raw.includes(extension))
  }
})

test('an address is asked for by its name in reverse (RFC 8738 §6)', () => {
  assert.equal(serverNameOf({ type: 'dns', value: 'Web.Example' }), 'web.example')
  assert.equal(serverNameOf({ type: 'ip', value: '203.0.113.10' }), '10.113.0.203.in-addr.arpa')
  assert.equal(
    serverNameOf({ type: 'ip', value: '2001:db8::10' }),
    '0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  )
})
