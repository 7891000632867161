import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { PUBLIC_DIRECTORY } from '../../certificates/directories.ts'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { saveCertificate } from '../../certificates/store.ts'
import { problem } from '../../protocol/problem.ts'
import { folder } from '../../test/folder.ts'
import type { Ask } from '../../wire/messages.ts'
import type { Happening } from '../core/events.ts'
import { KNOWN, RELAY, situation } from '../core/situation.fixture.ts'
import type { State } from '../core/state.ts'
import { AskRejected, type Tunnel } from '../tunnel/tunnel.ts'
import { keepAuthority, type NamedAuthority } from './authority.ts'
import { type KeptCertificates, keepCertificates } from './certificates.ts'
import { openOwnKeys } from './own-keys.ts'
import { openSecrets } from './secrets.ts'
import { openSettings } from './settings.ts'
import { openUnsaved } from './unsaved.ts'

const DOMAIN = 'amber-otter-42.relay.test'
const DAY_MS = 86_400_000
const authority = await makeAuthority()
const AUTHORITY_FILE = join(mkdtempSync(join(tmpdir(), 'porchlight-test-')), 'ca.pem')
writeFileSync(AUTHORITY_FILE, authority.certPem)
after(() => rmSync(dirname(AUTHORITY_FILE), { recursive: true }))
const leaf = await issue(authority, { names: ['127.0.0.1'] })
const AT_RELAY = situation(...RELAY)
const REHEARSAL = situation(
  { type: 'relay-chosen', url: 'https://porchlight.localhost:8443' },
  { type: 'relay-connected', known: { ...KNOWN, url: 'https://porchlight.localhost:8443', host: 'porchlight.localhost' } },
)

interface House {
  readonly data: string
  readonly kept: KeptCertificates
  /** One attempt, and what it said. */
  obtain(domain?: string): Promise<Happening[]>
}

interface Change extends Partial<NamedAuthority> {
  readonly tunnel?: Pick<Tunnel, 'ask'>
}

function open(data: string, state: State, { tunnel, ...change }: Change = {}): House {
  const said: Happening[] = []
  const unsaved = openUnsaved(
    () => {},
    (happening) => said.push(happening),
  )
  const [secrets, settings] = [openSecrets(data), openSettings(data, () => {})]
  const named = {
    directoryUrl: 'https://127.0.0.1:1/directory',
    caFile: AUTHORITY_FILE,
    email: undefined,
    stagingUrl: undefined,
    agrees: true,
  }
  const kept = keepCertificates({
    folder: data,
    authority: keepAuthority(settings, secrets, { ...named, ...change }),
    secrets,
    settings,
    unsaved,
    ownKeys: openOwnKeys(data, unsaved, () => {}),
    log: () => {},
    state: () => state,
    showChallenge: () => assert.fail('no name of its own'),
    texts: { answererFor: async () => undefined, clearLeft: async () => {} },
    byHttp: () => assert.fail('no name of its own'),
    tunnels: () => (tunnel ? [tunnel as Tunnel] : []),
  })
  return {
    data,
    kept,
    async obtain(domain = DOMAIN) {
      said.splice(0)
      await kept.obtain(domain, (happening) => said.push(happening), new AbortController().signal)
      return [...said]
    },
  }
}

async function stored(data: string, notBeforeMs: number, notAfterMs: number): Promise<string> {
  const names = [`*.${DOMAIN}`]
  const pair = await issue(authority, { names, notBeforeMs, notAfterMs })
  await saveCertificate(data, { names, ...pair, notBeforeMs, notAfterMs })
  return pair.certPem
}

/** A directory that takes an order and waits for its proof. */
async function directory(t: TestContext): Promise<{ url: string; orders(): number }> {
  let orders = 0
  const server = https.createServer({ cert: leaf.certPem, key: leaf.keyPem }, (request, response) => {
    const at = (path: string): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
    const send = (status: number, body: unknown, location = '/'): void => {
      response.writeHead(status, { 'Content-Type': 'application/json', 'Replay-Nonce': `nonce${Math.random()}`, Location: at(location) })
      response.end(JSON.stringify(body))
    }
    request.resume()
    const meta = { caaIdentities: ['ca.example', 7] }
    if (request.url === '/directory') send(200, { newNonce: at('/nonce'), newAccount: at('/account'), newOrder: at('/order'), meta })
    else if (request.url === '/account') send(201, { status: 'valid' }, '/account/1')
    else if (request.url === '/order') {
      orders += 1
      const identifiers = [{ type: 'dns', value: `*.${DOMAIN}` }]
      send(201, { status: 'pending', identifiers, authorizations: [at('/authorization')], finalize: at('/finalize') }, '/order/1')
    } else if (request.url === '/authorization') {
      const challenges = [{ type: 'dns-01', url: at('/challenge'), token: 'token', status: 'pending' }]
      send(200, { status: 'pending', identifier: { type: 'dns', value: DOMAIN }, wildcard: true, challenges })
    } else send(200, {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/directory`, orders: () => orders }
}

test('a rehearsal makes its own, once: the next start finds it', async (t) => {
  const first = open(folder(t), REHEARSAL)
  assert.equal(first.kept.certificateFor(`web.${DOMAIN}`), undefined)
  const [said, ...more] = await first.obtain()
  assert.ok(said?.type === 'certificate-valid' && more.length === 0)
  assert.equal(said.domain, DOMAIN)
  assert.ok(said.renewAtMs > Date.now() + 40 * DAY_MS && said.renewAtMs < said.notAfterMs)
  const pair = first.kept.certificateFor(`web.${DOMAIN}`)
  assert.ok(pair && new X509Certificate(pair.certPem).checkHost(`web.${DOMAIN}`))

  const second = open(first.data, REHEARSAL)
  assert.deepEqual(
    (await second.obtain()).map(({ type }) => type),
    ['certificate-valid'],
  )
  assert.equal(second.kept.certificateFor(`web.${DOMAIN}`)?.certPem, pair.certPem)
})

test('who vouches: the public authorities, unless its owner named another directory, or nobody in a rehearsal', (t) => {
  const authority = (state: State, directoryUrl: string): string => open(folder(t), state, { directoryUrl }).kept.authority()
  assert.equal(authority(AT_RELAY, PUBLIC_DIRECTORY), 'public')
  assert.equal(authority(AT_RELAY, 'https://acme-staging-v02.api.letsencrypt.org/directory'), 'named')
  assert.equal(authority(REHEARSAL, PUBLIC_DIRECTORY), 'named')
})

test('under a new name and the old one it shows each its own certificate, also after a start without any directory', async (t) => {
  const data = folder(t)
  const first = open(data, REHEARSAL)
  const again = open(data, AT_RELAY)
  for (const domain of [DOMAIN, 'our-house.relay.test']) {
    await first.obtain(domain)
    assert.deepEqual(
      (await again.obtain(domain)).map(({ type }) => type),
      ['certificate-valid'],
    )
  }
  for (const { kept } of [first, again])
    for (const domain of [DOMAIN, 'our-house.relay.test'])
      assert.ok(new X509Certificate(kept.certificateFor(`photos.${domain}`)?.certPem ?? '').checkHost(`photos.${domain}`), domain)
})

test('it serves the names right below its domain, and no others', async (t) => {
  const { kept, obtain } = open(folder(t), REHEARSAL)
  await obtain()
  assert.ok(kept.certificateFor(`photos.${DOMAIN}`))
  for (const host of [DOMAIN, `a.web.${DOMAIN}`, 'web.blue-heron-7.relay.test', 'relay.test', ''])
    assert.equal(kept.certificateFor(host), undefined)
})

test('a good one on disk is used, and nobody is asked', async (t) => {
  const data = folder(t)
  const certPem = await stored(data, Date.now() - DAY_MS, Date.now() + 89 * DAY_MS)
  const { kept, obtain } = open(data, AT_RELAY)
  assert.deepEqual(
    (await obtain()).map(({ type }) => type),
    ['certificate-valid'],
  )
  assert.equal(kept.certificateFor(`web.${DOMAIN}`)?.certPem, certPem)
})

test('one that is due serves on while its successor is not to be had', async (t) => {
  const data = folder(t)
  const certPem = await stored(data, Date.now() - 80 * DAY_MS, Date.now() + 10 * DAY_MS)
  const { kept, obtain } = open(data, AT_RELAY)
  assert.deepEqual(
    (await obtain()).map(({ type }) => type),
    ['certificate-valid', 'certificate-failed'],
  )
  assert.equal(kept.certificateFor(`web.${DOMAIN}`)?.certPem, certPem)
})

test('since when a name has had one is kept over renewals, as long as none has run out', async (t) => {
  const held = async (fromMs: number, untilMs: number): Promise<readonly number[]> => {
    const data = folder(t)
    await stored(data, fromMs, untilMs)
    const first = open(data, REHEARSAL)
    await first.obtain()
    // A rehearsal renews at once what is due.
    const second = open(data, REHEARSAL)
    await second.obtain()
    return [first, second].map(({ kept }) => Math.round((Date.now() - (kept.heldSinceMs(`web.${DOMAIN}`) ?? 0)) / DAY_MS))
  }
  assert.deepEqual(await held(Date.now() - 80 * DAY_MS, Date.now() + 10 * DAY_MS), [80, 80])
  assert.deepEqual(await held(Date.now() - 91 * DAY_MS, Date.now() - DAY_MS), [0, 0])
  assert.equal(open(folder(t), REHEARSAL).kept.heldSinceMs(`web.${DOMAIN}`), undefined)
})

test('a directory that does not answer: what is wrong, and when to try again', async (t) => {
  const [said, ...more] = await open(folder(t), AT_RELAY).obtain()
  assert.ok(said?.type === 'certificate-failed' && more.length === 0)
  assert.deepEqual([said.problem.code, said.problem.params.reason], ['certificate-failed', 'directory-unreachable'])
  assert.ok(said.retryAfterMs > 9000 && said.retryAfterMs < 12_000)
})

test('the proof goes through the relay; one that it does not set ends the attempt, and is not tried again at once', async (t) => {
  const { url, orders } = await directory(t)
  const asks: Ask[] = []
  const ask = (asked: Ask): Promise<unknown> => {
    asks.push(asked)
    return asked.kind === 'challenge' && asked.action === 'set' ? Promise.reject(new AskRejected('rate-limited')) : Promise.resolve({})
  }
  const [said, ...more] = await open(folder(t), AT_RELAY, { directoryUrl: url, tunnel: { ask } }).obtain()
  assert.ok(said?.type === 'certificate-failed' && more.length === 0)
  assert.ok(said.retryAfterMs > 9000)
  assert.deepEqual(
    asks.flatMap((asked) => (asked.kind === 'challenge' ? asked.action : [])),
    ['set', 'clear'],
  )
  assert.equal(orders(), 1)
})

test('before it orders it has the relay say in DNS who alone may issue; a relay that does not know the question is no hindrance', async (t) => {
  const { url, orders } = await directory(t)
  const asks: Ask[] = []
  const ask = async (asked: Ask): Promise<unknown> => {
    if (asks.push(asked) === 1) assert.equal(orders(), 0)
    throw new AskRejected('malformed')
  }
  const data = folder(t)
  await open(data, AT_RELAY, { directoryUrl: url, tunnel: { ask } }).obtain()
  const accountUri = url.replace('/directory', '/account/1')
  const issuance = { issuers: ['ca.example'], accountUri }
  assert.deepEqual(asks[0], { kind: 'issuance', issuance })
  assert.deepEqual(openSettings(data, () => {}).current.issuance, issuance, 'kept for relays that are joined later')
  assert.equal(orders(), 1)
})

test('a proof that cannot be put anywhere is a failure like others: told, and not tried again at once', async (t) => {
  const { url, orders } = await directory(t)
  const ask = (): never => {
    throw new Error('port 80 could not be opened')
  }
  const [said, ...more] = await open(folder(t), AT_RELAY, { directoryUrl: url, tunnel: { ask } }).obtain()
  assert.ok(said?.type === 'certificate-failed' && more.length === 0)
  assert.deepEqual(said.problem, problem('certificate-failed', { reason: 'port 80 could not be opened' }))
  assert.ok(said.retryAfterMs > 60_000)
  assert.equal(orders(), 1)
})

test('without a tunnel nothing can be proven: tried again later', async (t) => {
  const { url } = await directory(t)
  const [said] = await open(folder(t), AT_RELAY, { directoryUrl: url }).obtain()
  assert.equal(said?.type, 'certificate-failed')
})

test('one that cannot be kept is used all the same, and it is said why', async (t) => {
  const data = folder(t)
  writeFileSync(join(data, 'certificates'), 'in the way')
  const { kept, obtain } = open(data, REHEARSAL)
  const said = await obtain()
  assert.deepEqual(
    said.map(({ type }) => type),
    ['unsaved', 'unsaved', 'certificate-valid'],
  )
  assert.deepEqual(
    said.map((happening) => happening.type === 'unsaved' && [happening.what, happening.problem.code]),
    [['certificate', 'data-unwritable'], ['own-keys', 'data-unwritable'], false],
  )
  assert.ok(kept.certificateFor(`web.${DOMAIN}`))
})

test('an account key that cannot be kept: nobody is asked for an account', async (t) => {
  const data = folder(t)
  const { url, orders } = await directory(t)
  const house = open(data, AT_RELAY, { directoryUrl: url, tunnel: { ask: async () => ({}) } })
  rmSync(join(data, 'secrets'), { recursive: true })
  writeFileSync(join(data, 'secrets'), 'in the way')
  const [said] = await house.obtain()
  assert.ok(said?.type === 'certificate-failed')
  assert.equal(said.problem.code, 'data-unwritable')
  assert.equal(orders(), 0)
})

test('an attempt that is called off says nothing', async (t) => {
  const data = folder(t)
  const { kept } = open(data, AT_RELAY)
  const aborter = new AbortController()
  const attempt = kept.obtain(DOMAIN, ({ type }) => assert.fail(type), aborter.signal)
  aborter.abort()
  await attempt
  assert.deepEqual(readdirSync(data), ['secrets'])
})
