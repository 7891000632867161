/** Issuance against pebble, the test directory of Let's Encrypt, on loopback, with its nonce rejections on. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { freePort } from '../test/ports.ts'
import { type Account, newAccountKey, type ObtainOptions, obtainCertificate } from './acme.ts'
import { byDns } from './challenge.ts'
import { issue, type KeyAndCertificate, makeAuthority } from './self-made.ts'
import { loadCertificate, saveCertificate } from './store.ts'

const DAY_MS = 24 * 3_600_000
const records = new Map<string, Set<string>>()
const dns = createSocket('udp4')
const signal = new AbortController().signal
let folder: string
let authority: KeyAndCertificate
let pebble: ChildProcess
let directoryPort: number
let managementPort: number

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pebble-'))
  authority = await makeAuthority()
  const leaf = await issue(authority, { names: ['localhost', '127.0.0.1'] })
  directoryPort = await freePort()
  managementPort = await freePort()
  dns.on('message', (query, peer) => dns.send(answerTxt(query), peer.port, peer.address))
  dns.bind(0, '127.0.0.1')
  await once(dns, 'listening')
  const config = {
    listenAddress: `127.0.0.1:${directoryPort}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: join(folder, 'cert.pem'),
    privateKey: join(folder, 'key.pem'),
    httpPort: 1,
    tlsPort: 1,
    domainBlocklist: ['blocked.example'],
    certificateValidityPeriod: (6 * DAY_MS) / 1000,
  }
  await writeFile(config.certificate, leaf.certPem)
  await writeFile(config.privateKey, leaf.keyPem)
  await writeFile(join(folder, 'pebble.json'), JSON.stringify({ pebble: config }))
  pebble = spawn('pebble', ['-config', join(folder, 'pebble.json'), '-dnsserver', `127.0.0.1:${dns.address().port}`], {
    env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '20', PEBBLE_AUTHZREUSE: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(pebble, 'spawn')
  const lines = createInterface({ input: pebble.stdout as NonNullable<typeof pebble.stdout> })
  await new Promise<void>((resolve, reject) => {
    pebble.once('exit', (code) => reject(new Error(`pebble ended with ${code}`)))
    lines.on('line', (line) => line.includes('ACME directory available') && resolve())
  })
})

after(async () => {
  if (pebble?.exitCode === null && pebble.kill('SIGKILL')) await once(pebble, 'exit')
  dns.close()
  await rm(folder, { recursive: true })
})

/** RFC 1035 §4.1: the question back, with the TXT records we hold; NOERROR and nothing for everything else. */
function answerTxt(query: Buffer): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const isTxt = query.readUInt16BE(at + 1) === 16
  const values = isTxt ? [...(records.get(labels.join('.').toLowerCase()) ?? [])] : []
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8400, 2)
  header.writeUInt16BE(values.length, 6)
  header.writeUInt32BE(0, 8)
  const answers = values.map((value) =>
    Buffer.concat([Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, value.length + 1, value.length]), Buffer.from(value)]),
  )
  return Buffer.concat([header, query.subarray(12, at + 5), ...answers])
}

const accountKeyPem = newAccountKey()
const setTxt = async (name: string, value: string) => void records.set(name, (records.get(name) ?? new Set()).add(value))
const clearTxt = async (name: string, value: string) => void records.get(name)?.delete(value)
/** Where something has to go wrong, of a name that nobody else asks for: pebble takes what it has seen proven for a new proof once in a hundred
 *  times even so (`rand > reuse` where it means `>=`, wfe.go of 2.4). */
const ask = (names: readonly string[], change: Partial<ObtainOptions> = {}) =>
  obtainCertificate({
    directoryUrl: `https://127.0.0.1:${directoryPort}/dir`,
    directoryCa: authority.certPem,
    account: { keyPem: accountKeyPem, email: 'owner@device.example', agreesTo: () => true },
    names,
    answerers: [byDns(setTxt, clearTxt)],
    signal,
    ...change,
  })

test('a wildcard and its parent are issued by dns-01, two values under one name, and can be stored and trusted', async () => {
  const names = ['*.device.example', 'device.example']
  const got = await ask(names)
  assert.deepEqual([...(records.get('_acme-challenge.device.example') ?? [])], [], 'both TXT values are cleared')
  assert.equal(got.notAfterMs - got.notBeforeMs, 6 * DAY_MS - 1000)
  const [leaf, intermediate] = got.certPem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  assert.ok(leaf && intermediate, 'the chain is there')
  assert.equal(new X509Certificate(leaf).verify(new X509Certificate(intermediate).publicKey), true)
  const root = new X509Certificate(await management('/roots/0'))
  assert.equal(new X509Certificate(intermediate).verify(root.publicKey), true)
  await saveCertificate(folder, got)
  assert.deepEqual(await loadCertificate(folder, names, Date.now() + 1000), { state: 'loaded', certificate: got })
})

test('the same account is used again for a renewal, with a fresh key; both are told before they are needed', async () => {
  const told: (string | Account)[] = []
  const order = () =>
    ask(['*.device.example'], {
      onAccount: async (account) => void told.push(account),
      onKey: (key) => told.push(key.toString('base64')),
    })
  const first = await order()
  const second = await order()
  const keyOf = ({ certPem }: { certPem: string }) => new X509Certificate(certPem).publicKey.export({ type: 'spki', format: 'der' })
  const [account] = told as [Account]
  assert.match(account.uri, /^https:\/\/127\.0\.0\.1:\d+\/my-account\/\w+$/)
  assert.deepEqual(account.issuers, [], 'pebble does not tell how it is called in CAA records')
  assert.deepEqual(told, [account, keyOf(first).toString('base64'), account, keyOf(second).toString('base64')])
  assert.notEqual(first.keyPem, second.keyPem)
})

test('a record that the validator does not find is a refusal worth another try', async () => {
  await assert.rejects(ask(['*.unproven.example'], { answerers: [byDns(async () => undefined, clearTxt)] }), {
    kind: 'unproven',
    final: false,
  })
})

test('a name that the directory never takes is final', async () => {
  await assert.rejects(ask(['*.blocked.example']), { name: 'CertificateError', kind: 'rejected', final: true })
})

test('what publishing the record threw reaches the caller as it is', async () => {
  const trouble = new Error('the relay is away')
  await assert.rejects(
    ask(['*.unpublished.example'], { answerers: [byDns(() => Promise.reject(trouble), clearTxt)] }),
    (error) => error === trouble,
  )
})

test('a directory whose certificate nobody vouches for is not asked anything', async () => {
  await assert.rejects(ask(['*.device.example'], { directoryCa: undefined }), { kind: 'untrusted-directory', final: true })
  const stranger = await makeAuthority()
  await assert.rejects(ask(['*.device.example'], { directoryCa: stranger.certPem }), { kind: 'untrusted-directory', final: true })
})

test('two directories with different trust at the same time do not mix', async () => {
  const stranger = await makeAuthority()
  const [good, bad] = await Promise.allSettled([ask(['*.one.example']), ask(['*.two.example'], { directoryCa: stranger.certPem })])
  assert.equal(good.status, 'fulfilled')
  assert.equal(bad.status, 'rejected')
})

test('an abort ends it with its reason, although publishing hangs, and the record is cleared', async () => {
  const stop = new AbortController()
  const cleared: string[] = []
  const asked = ask(['*.hanging.example'], {
    signal: stop.signal,
    answerers: [
      byDns(
        () => {
          stop.abort(new Error('engine stops'))
          return new Promise(() => undefined)
        },
        async (name) => void cleared.push(name),
      ),
    ],
  })
  await assert.rejects(asked, /engine stops/)
  assert.deepEqual(cleared, ['_acme-challenge.hanging.example'])
})

function management(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    https
      .get({ host: '127.0.0.1', port: managementPort, path, ca: authority.certPem }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)))
      })
      .on('error', reject)
  })
}
