import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import * as x509 from '@peculiar/x509'
import { parseJson } from '../protocol/json.ts'
import { fuzz } from '../test/fuzz/random.ts'
import { certificateId, readRenewalInfo } from './renewal-info.ts'
import { ALGORITHM, issue, makeAuthority } from './self-made.ts'

const told = (start: unknown, end: unknown, explanationURL?: unknown) =>
  readRenewalInfo({ suggestedWindow: { start, end }, explanationURL })

test('a suggested window is read, and what is none is not', () => {
  assert.deepEqual(told('2025-01-02T04:00:00Z', '2025-01-03T04:00:00+01:00'), {
    startMs: Date.UTC(2025, 0, 2, 4),
    endMs: Date.UTC(2025, 0, 3, 3),
    explanationUrl: undefined,
  })
  const rows: [unknown, unknown][] = [
    ['2025-01-03T04:00:00Z', '2025-01-02T04:00:00Z'],
    ['2025-01-03T04:00:00Z', '2025-01-03T04:00:00Z'],
    ['tomorrow', '2025-01-03T04:00:00Z'],
    [1735700000, 1735800000],
    ['1969-01-03T04:00:00Z', '2025-01-03T04:00:00Z'],
    ['2025-01-03T04:00:00Z', '9999-01-03T04:00:00Z'],
    [undefined, undefined],
  ]
  for (const row of rows) assert.equal(told(...row), undefined, String(row))
})

test('an explanation is a link that may be shown, or nothing', () => {
  const [start, end] = ['2025-01-02T04:00:00Z', '2025-01-03T04:00:00Z']
  assert.equal(told(start, end, 'https://ca.example/why')?.explanationUrl, 'https://ca.example/why')
  for (const url of ['javascript:alert(1)', 'http://ca.example/', `https://${'a'.repeat(600)}`, 7])
    assert.equal(told(start, end, url)?.explanationUrl, undefined)
})

test('a certificate is named as in the example of RFC 9773 §4.1, and one that cannot be read is not', async () => {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const leaf = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: '87654321', keys, signingAlgorithm: ALGORITHM },
    extensions: [new x509.AuthorityKeyIdentifierExtension('69885b6b87464041e1b37b847ba0ae2cde01c8d4')],
  })
  assert.equal(certificateId(leaf.toString('pem')), 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
  const nameless = await x509.X509CertificateGenerator.createSelfSigned({ keys, signingAlgorithm: ALGORITHM })
  for (const pem of ['', 'no PEM', nameless.toString('pem')]) assert.equal(certificateId(pem), undefined)
})

test('whatever a directory says, it is a window or nothing', () => {
  const good = Buffer.from(
    '{"suggestedWindow":{"start":"2025-01-02T04:00:00Z","end":"2025-01-03T04:00:00Z"},"explanationURL":"https://a/"}',
  )
  fuzz(0x9773, (random) => {
    const value = random.chance(0.5) ? random.json() : parseJson(random.mutated(good).toString())
    const read = readRenewalInfo(value)
    if (read) assert.ok(read.startMs < read.endMs && Number.isFinite(read.endMs))
  })
})

test('whatever a certificate says, it has a name of two words or none', async () => {
  const { certPem } = await issue(await makeAuthority(), { names: ['web.example'] })
  const der = new X509Certificate(certPem).raw
  assert.match(certificateId(certPem) ?? '', /^[\w-]{20,}\.[\w-]+$/)
  fuzz(0x9774, (random) => {
    const pem = `-----BEGIN CERTIFICATE-----\n${random.mutated(der).toString('base64')}\n-----END CERTIFICATE-----\n`
    const id = certificateId(pem)
    if (id !== undefined) assert.match(id, /^[\w-]*\.[\w-]*$/)
  })
})
