import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { certificateLog } from '../../test/fakes/certificate-log.ts'
import { httpProxy } from '../../test/fakes/http-proxy.ts'
import { folder } from '../../test/folder.ts'
import { LogUnreadable, openCertificateLog } from './certificate-log.ts'

const DOMAIN = 'amber-otter-42.relay.example'
const authority = await makeAuthority('a lab authority')
const server = await issue(authority, { names: ['127.0.0.1', 'localhost'] })
const OURS = await issue(authority, { names: [`*.${DOMAIN}`] })
const THEIRS = await issue(authority, { names: [`web.${DOMAIN}`] })
const keyOf = (pem: string): Buffer => new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
const isOwnKey = (key: Buffer): boolean => key.equals(keyOf(OURS.certPem))
const never = new AbortController().signal

async function serving(context: TestContext, listener: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const started = https.createServer({ cert: server.certPem, key: server.keyPem }, (request, response) => {
    asked.push(request.url ?? '')
    listener(request, response)
  })
  started.listen(0, '127.0.0.1')
  await once(started, 'listening')
  context.after(() => {
    started.closeAllConnections()
    started.close()
  })
  return { url: `https://127.0.0.1:${(started.address() as AddressInfo).port}/`, asked }
}

test('a certificate with our key is ours, one with another key is a stranger’s, and each is fetched once', async (context) => {
  const certificates = folder(context)
  const { url, asked } = await serving(context, certificateLog(certificates))
  const log = openCertificateLog(url, authority.certPem)
  assert.equal(await log.stranger(DOMAIN, isOwnKey, never), null, 'none yet')
  writeFileSync(join(certificates, '7.pem'), OURS.certPem)
  writeFileSync(join(certificates, '8.pem'), (await issue(authority, { names: ['*.clear-heron-7.relay.example'] })).certPem)
  assert.equal(await log.stranger(DOMAIN, isOwnKey, never), null)
  writeFileSync(join(certificates, '9.pem'), THEIRS.certPem)
  const since = new Date(new X509Certificate(THEIRS.certPem).validFrom).toISOString().slice(0, 10)
  assert.deepEqual(await log.stranger(DOMAIN, isOwnKey, never), { issuer: 'CN=a lab authority', since })
  const search = `/?q=${encodeURIComponent(`%.${DOMAIN}`)}&output=json&exclude=expired&deduplicate=Y`
  assert.deepEqual(asked, [search, search, '/?d=7', search, '/?d=9'])
})

test('what does not answer, or tells nothing, leaves it unknown', async (context) => {
  const many = JSON.stringify(Array.from({ length: 41 }, (_, id) => ({ id: id + 1, issuer_name: 'CN=x', not_before: '2027-01-01' })))
  const answers: Record<string, RequestListener> = {
    'a page of regrets': (_request, response) => response.writeHead(502).end('<html>Bad Gateway</html>'),
    'another page': (_request, response) => response.end('<html>'),
    'another form': (_request, response) => response.end('[{"id":"seven"}]'),
    'no certificate': (request, response) => response.end(request.url?.startsWith('/?d=') ? 'none' : many.replace(/\},.*/, '}]')),
    'too many to look at': (_request, response) => response.end(many),
    'no end': (_request, response) => {
      const more = (): void => void (response.destroyed || response.write('x'.repeat(65_536), more))
      more()
    },
    'a cut': (_request, response) => response.destroy(),
  }
  for (const [what, listener] of Object.entries(answers)) {
    const { url } = await serving(context, listener)
    await assert.rejects(openCertificateLog(url, authority.certPem).stranger(DOMAIN, isOwnKey, never), LogUnreadable, what)
  }
  await assert.rejects(openCertificateLog('https://127.0.0.1:1/', authority.certPem).stranger(DOMAIN, isOwnKey, never), LogUnreadable)
})

test('a service that nobody vouches for is not believed', async (context) => {
  const { url, asked } = await serving(context, certificateLog(folder(context)))
  await assert.rejects(openCertificateLog(url, undefined).stranger(DOMAIN, isOwnKey, never), LogUnreadable)
  assert.deepEqual(asked, [])
})

test('where only a proxy leads out, the service is asked through it', async (context) => {
  const { url, asked } = await serving(context, certificateLog(folder(context)))
  const proxy = await httpProxy(context, { leadsTo: Number(new URL(url).port) })
  const log = openCertificateLog(url.replace('127.0.0.1', 'localhost'), authority.certPem)
  assert.equal(await log.stranger(DOMAIN, isOwnKey, never, proxy.url), null)
  assert.equal(asked.length, 1)
  assert.deepEqual(
    proxy.asked.map(({ authority: to }) => to),
    [`localhost:${new URL(url).port}`],
  )
})

test('a look that is called off ends with the reason', async (context) => {
  const stop = new AbortController()
  const { url } = await serving(context, () => stop.abort(new Error('engine stops')))
  await assert.rejects(openCertificateLog(url, authority.certPem).stranger(DOMAIN, isOwnKey, stop.signal), /engine stops/)
})
