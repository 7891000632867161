import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { mock, type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { issue, type KeyAndCertificate, makeAuthority } from '../certificates/self-made.ts'
import { saveCertificate } from '../certificates/store.ts'
import type { ProblemError } from '../protocol/problem.ts'
import { freePort } from '../test/ports.ts'
import { type CertificateOptions, type KeptCertificate, keepCertificate } from './certificate.ts'
import type { RunOptions } from './command-line/run-options.ts'
import { temporaryFolder } from './registry/registry.fixture.ts'

const DAY_MS = 24 * 3_600_000
const authority = await makeAuthority()
const names = ['relay.example']
const leaf = (): Promise<KeyAndCertificate> => issue(authority, { names })

interface House {
  readonly folder: string
  readonly events: string[]
  /** Resolves with the first event. */
  readonly happened: Promise<string>
  keep(certificate: RunOptions['certificate']): Promise<KeptCertificate>
  stop(): void
}

function house(context: TestContext): House {
  const folder = temporaryFolder(context)
  const aborter = new AbortController()
  context.after(() => aborter.abort())
  const events: string[] = []
  const happened = Promise.withResolvers<string>()
  const log = (event: string): void => {
    events.push(event)
    happened.resolve(event)
  }
  const keep = (certificate: RunOptions['certificate']): Promise<KeptCertificate> => {
    const options = { domain: 'relay.example', certificate } as RunOptions
    const input: CertificateOptions = {
      options,
      folder,
      ownChallenges: new Set(),
      signal: aborter.signal,
      log,
    }
    return keepCertificate(input)
  }
  return { folder, events, happened: happened.promise, keep, stop: () => aborter.abort() }
}

/** What a client is shown, as PEM. */
async function shown(kept: KeptCertificate, ca = authority.certPem): Promise<string> {
  const server = tls.createServer({ SNICallback: (_name, done) => done(null, kept.context()), minVersion: 'TLSv1.3' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = tls.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, servername: 'relay.example', ca })
  try {
    await once(client, 'secureConnect')
    return `${client.getPeerX509Certificate()?.toString()}`
  } finally {
    client.destroy()
    server.close()
  }
}

const sameCertificate = (actual: string, expected: string): void => assert.equal(actual.trim(), expected.trim())

interface Files {
  readonly certFile: string
  readonly keyFile: string
  /** Writes what is given, as one second later than the last time. */
  write(parts: { cert?: string; key?: string }): void
}

function files(folder: string): Files {
  let second = 1_800_000_000
  const certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  const put = (path: string, text: string | undefined): void => {
    if (text === undefined) return
    writeFileSync(path, text)
    utimesSync(path, second, second)
  }
  return {
    certFile,
    keyFile,
    write({ cert, key }) {
      second += 1
      put(certFile, cert)
      put(keyFile, key)
    },
  }
}

test('files are served, and read again within half a minute of a change', async (context) => {
  mock.timers.enable({ apis: ['setInterval'] })
  context.after(() => mock.timers.reset())
  const { folder, keep, events } = house(context)
  const { write, ...paths } = files(folder)
  const [first, second] = [await leaf(), await leaf()]
  write({ cert: first.certPem, key: first.keyPem })
  const kept = await keep({ kind: 'files', ...paths })
  mock.timers.tick(30_000)
  assert.deepEqual(events, [])
  sameCertificate(await shown(kept), first.certPem)
  write({ cert: second.certPem, key: second.keyPem })
  mock.timers.tick(30_000)
  assert.deepEqual(events, ['certificate-reloaded'])
  sameCertificate(await shown(kept), second.certPem)
})

test('while the pair is half written, gone or damaged, the old one serves', async (context) => {
  mock.timers.enable({ apis: ['setInterval'] })
  context.after(() => mock.timers.reset())
  const { folder, keep, events } = house(context)
  const { write, ...paths } = files(folder)
  const [first, second] = [await leaf(), await leaf()]
  write({ cert: first.certPem, key: first.keyPem })
  const kept = await keep({ kind: 'files', ...paths })
  for (const cert of [second.certPem, second.certPem.slice(0, 200), '']) {
    write({ cert })
    mock.timers.tick(30_000)
    assert.equal(events.pop(), 'certificate-not-reloaded')
    sameCertificate(await shown(kept), first.certPem)
  }
  write({ cert: second.certPem, key: second.keyPem })
  mock.timers.tick(30_000)
  assert.equal(events.pop(), 'certificate-reloaded')
  sameCertificate(await shown(kept), second.certPem)
})

test('files that are not there are named', async (context) => {
  const { folder, keep } = house(context)
  const { certFile, keyFile } = files(folder)
  await assert.rejects(keep({ kind: 'files', certFile, keyFile }), ({ problem }: ProblemError) => {
    assert.deepEqual(problem.params, { path: certFile, reason: 'ENOENT' })
    return true
  })
})

test('a pair that does not belong together is refused at the start', async (context) => {
  const { folder, keep } = house(context)
  const { write, ...paths } = files(folder)
  write({ cert: (await leaf()).certPem, key: (await leaf()).keyPem })
  await assert.rejects(keep({ kind: 'files', ...paths }), /key\.pem is not the key of .*cert\.pem/)
})

test('a self-made certificate is trusted by whoever takes the ca.pem beside it', async (context) => {
  const { folder, keep } = house(context)
  const kept = await keep({ kind: 'self-made' })
  assert.match(await shown(kept, readFileSync(join(folder, 'ca.pem'), 'utf8')), /BEGIN CERTIFICATE/)
  await assert.rejects(shown(kept), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
})

test('a rehearsal’s authority stays the same from start to start, until it is damaged', async (context) => {
  const { folder, keep } = house(context)
  const [cert, key] = [join(folder, 'ca.pem'), join(folder, 'ca-key.pem')]
  await keep({ kind: 'self-made' })
  const first = readFileSync(cert, 'utf8')
  assert.equal(statSync(key).mode & 0o777, 0o600)
  assert.match(await shown(await keep({ kind: 'self-made' }), first), /BEGIN CERTIFICATE/)
  assert.equal(readFileSync(cert, 'utf8'), first)
  const { keyPem } = await makeAuthority()
  for (const damage of ['', 'half a ke', keyPem]) {
    writeFileSync(key, damage)
    const kept = await keep({ kind: 'self-made' })
    assert.notEqual(readFileSync(cert, 'utf8'), first)
    assert.match(await shown(kept, readFileSync(cert, 'utf8')), /BEGIN CERTIFICATE/)
  }
})

const unreachable = async (): Promise<RunOptions['certificate']> => {
  const directoryUrl = `https://127.0.0.1:${await freePort()}/directory`
  return { kind: 'acme', directoryUrl, email: 'a@example.org', caFile: undefined }
}

async function stored(folder: string, notBeforeMs: number, notAfterMs: number): Promise<string> {
  const pair = await issue(authority, { names, notBeforeMs, notAfterMs })
  await saveCertificate(folder, { ...pair, names, notBeforeMs, notAfterMs })
  return pair.certPem
}

test('a certificate in store serves at once, whether or not its directory answers', async (context) => {
  const { folder, keep, events } = house(context)
  const certPem = await stored(folder, Date.now() - DAY_MS, Date.now() + 89 * DAY_MS)
  sameCertificate(await shown(await keep(await unreachable())), certPem)
  assert.deepEqual(events, [])
})

test('one that is due for renewal serves on when the directory does not answer, and that is said', async (context) => {
  const { folder, keep, happened } = house(context)
  const certPem = await stored(folder, Date.now() - 89 * DAY_MS, Date.now() + DAY_MS)
  const kept = await keep(await unreachable())
  assert.equal(await happened, 'certificate-failed')
  sameCertificate(await shown(kept), certPem)
})

test('without one, a directory that does not answer is asked again, its account key is kept, and a stop ends it', async (context) => {
  const { folder, keep, happened, stop } = house(context)
  const kept = keep(await unreachable())
  assert.equal(await happened, 'certificate-failed')
  assert.ok(existsSync(join(folder, 'acme-account.pem')))
  stop()
  await assert.rejects(kept, { name: 'AbortError' })
})

test('a first certificate that only a person could make possible is an error', async (context) => {
  const { keep } = house(context)
  const { certPem: cert, keyPem: key } = await leaf()
  const server = tls.createServer({ cert, key })
  context.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const directoryUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}/directory`
  await assert.rejects(keep({ kind: 'acme', directoryUrl, email: 'a@example.org', caFile: undefined }), {
    kind: 'untrusted-directory',
  })
})
