/** Whole attempts at a scripted directory: agreement, accounts, its rehearsal after failures, its wishes, and a day on which it is down. The
 *  loop is the real one, with a clock that is moved. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { retryAtMs } from '../../certificates/renewal.ts'
import { certificateId } from '../../certificates/renewal-info.ts'
import { type Challenge, type FakeDirectory, refusal, type Script, startDirectory } from '../../test/fakes/acme-directory.ts'
import { folder } from '../../test/folder.ts'
import type { Ask } from '../../wire/messages.ts'
import type { Event, Happening } from '../core/events.ts'
import { plan } from '../core/plan.ts'
import { reduce } from '../core/reduce.ts'
import { ADDED, RELAY, situation } from '../core/situation.fixture.ts'
import type { State } from '../core/state.ts'
import { view } from '../core/view.ts'
import type { Tunnel } from '../tunnel/tunnel.ts'
import { keepAuthority, type NamedAuthority } from './authority.ts'
import { tryCertificate } from './certificate-trial.ts'
import { keepCertificates } from './certificates.ts'
import { openOwnKeys } from './own-keys.ts'
import { codeThrown } from './problem.fixture.ts'
import { openSecrets } from './secrets.ts'
import { openSettings } from './settings.ts'
import { openUnsaved } from './unsaved.ts'

const DOMAIN = 'amber-otter-42.relay.test'
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000]
const signal = new AbortController().signal

async function directory(t: TestContext, script: Script = {}): Promise<FakeDirectory> {
  const started = await startDirectory({ meta: { caaIdentities: ['ca.example'] }, ...script })
  t.after(() => started.close())
  return started
}

/** An engine's certificates, at home below a relay. `turn` performs everything that is planned about them now, in order. */
function home(t: TestContext, at: FakeDirectory, change: Partial<NamedAuthority> = {}) {
  const data = folder(t)
  const caFile = join(data, 'ca.pem')
  writeFileSync(caFile, at.ca)
  const [secrets, settings] = [openSecrets(data), openSettings(data, () => {})]
  const named = { directoryUrl: at.url, caFile, email: undefined, stagingUrl: undefined, agrees: true, ...change }
  const authority = keepAuthority(settings, secrets, named)
  let state: State = { ...situation(...ADDED, ...RELAY), authority: authority.view() }
  const asks: Ask[] = []
  const lines: string[] = []
  const emit = (happening: Happening): void => {
    state = reduce(state, { ...happening, atMs: Date.now() } as Event)
  }
  const log = (event: string, more?: object): void => void lines.push(`${event} ${JSON.stringify(more)}`)
  const unsaved = openUnsaved(log, emit)
  const tunnel: Pick<Tunnel, 'ask'> = {
    ask: async (what) => {
      asks.push(what)
      self.onAsk(what)
    },
  }
  const source = {
    ...{ authority, settings, unsaved, ownKeys: openOwnKeys(data, unsaved, log), log, state: () => state },
    tunnels: () => [tunnel as Tunnel],
  }
  const kept = keepCertificates({
    ...source,
    folder: data,
    secrets,
    showChallenge: () => assert.fail('no name of its own'),
    texts: { answererFor: async () => undefined, clearLeft: async () => {} },
    byHttp: () => assert.fail('no name of its own'),
  })
  const self = {
    onAsk: (_what: Ask): void => {},
    ...{ data, kept, authority, asks, lines, emit, source, settings },
    snapshot: () => view(state),
    serves: () => kept.certificateFor(`web.${DOMAIN}`)?.certPem,
    /** As after a restart that forgot all but what is written down. */
    restarted() {
      state = { ...state, certificates: {} }
      return self.turn()
    },
    async turn() {
      for (const effect of plan(state, Date.now()).effects.values()) {
        if (effect.kind === 'obtain-certificate') await kept.obtain(effect.domain, emit, signal)
        if (effect.kind === 'ask-renewal-info') await kept.askRenewal(effect.domain, emit, signal)
        if (effect.kind === 'age-certificate') emit({ type: 'certificate-aged', domain: effect.domain })
      }
      return view(state).certificates[0]
    },
  }
  return self
}

test('nobody’s account is made before its owner has agreed; then the next attempt is made at once', async (t) => {
  const terms = 'https://ca.example/terms.pdf'
  const at = await directory(t, { meta: { termsOfService: terms } })
  const { turn, snapshot, authority, emit, settings } = home(t, at, { agrees: false })
  assert.equal((await turn())?.state, 'failed')
  assert.deepEqual([snapshot().authority.wanted, at.accounts.size], [terms, 0])
  authority.agree(terms)
  emit({ type: 'authority-chosen', authority: authority.view() })
  assert.equal((await turn())?.state, 'valid')
  assert.deepEqual([snapshot().authority.wanted, snapshot().authority.agreed?.url], [null, terms])
  assert.ok(Math.abs((settings.current.terms[at.url]?.atMs ?? 0) - Date.now()) < 60_000)
})

test('a customer’s account: the key is in the secret store, and in no settings and no log', async (t) => {
  const at = await directory(t, { meta: { externalAccountRequired: true } })
  const house = home(t, at, { directoryUrl: undefined, caFile: undefined })
  const caFile = join(house.data, 'ca.pem')
  const external = { keyId: 'customer-seven', hmacKey: 'c2VjcmV0LWhtYWMta2V5LW9mLWEtY3VzdG9tZXI' }
  house.authority.choose({ directory: at.url, email: null, caFile, external: null })
  assert.equal((await house.turn())?.failure?.problem.code, 'certificate-account')
  house.authority.choose({ directory: at.url, email: 'me@home.example', caFile, external })
  house.emit({ type: 'authority-chosen', authority: house.authority.view() })
  assert.equal((await house.turn())?.state, 'valid')
  assert.deepEqual([house.authority.view().hasAccount, house.authority.isPublic, house.authority.view().caFile], [true, false, caFile])
  const told = readFileSync(join(house.data, 'settings.json'), 'utf8') + house.lines.join() + JSON.stringify(house.snapshot())
  assert.doesNotMatch(told, /customer-seven|c2VjcmV0/)
  const wrong = { directory: 'ftp://x', email: null, caFile: null, external: null }
  assert.equal(
    codeThrown(() => house.authority.choose(wrong)),
    'authority-invalid',
  )
})

test('who vouches for a private directory is a file with a certificate; what is none is refused, and changes nothing', async (t) => {
  const at = await directory(t)
  const house = home(t, at, { directoryUrl: undefined, caFile: undefined })
  const notes = join(house.data, 'notes.txt')
  writeFileSync(notes, 'no certificate')
  for (const caFile of [notes, house.data, '/dev/zero', 'ca.pem', join(house.data, 'missing.pem')])
    assert.equal(
      codeThrown(() => house.authority.choose({ directory: at.url, email: null, caFile, external: null })),
      'authority-file',
      caFile,
    )
  assert.equal(house.settings.current.authority, undefined)
})

test('after failures the rehearsal is asked until it gives one; what it gives is never served', async (t) => {
  let isSeen = false
  const validate = () => (isSeen ? undefined : 'no TXT record')
  const [real, staging] = [await directory(t, { validate }), await directory(t, { validate })]
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const bothFile = join(folder(t), 'both.pem')
  writeFileSync(bothFile, real.ca + staging.ca)
  const house = home(t, real, { stagingUrl: staging.url, caFile: bothFile })
  for (const expected of [
    [1, 0],
    [2, 0],
    [2, 1],
    [2, 2],
  ]) {
    const shown = await house.turn()
    assert.equal(shown?.failure?.problem.params.reason, 'no TXT record')
    assert.deepEqual([real.orders.length, staging.orders.length], expected)
    t.mock.timers.setTime(shown?.nextAtMs ?? 0)
  }
  isSeen = true
  assert.equal((await house.turn())?.state, 'valid')
  assert.deepEqual([real.orders.length, staging.orders.length], [3, 3])
  assert.ok(new X509Certificate(house.serves() ?? '').verify(new X509Certificate(real.ca).publicKey))
  const accounts = house.asks.flatMap((ask) => (ask.kind === 'issuance' ? [ask.issuance.accountUri] : []))
  assert.ok(
    accounts.some((uri) => uri.startsWith(new URL(staging.url).origin)),
    'CAA names the rehearsal’s account while it lasts',
  )
  assert.ok(accounts.at(-1)?.startsWith(new URL(real.url).origin))
})

test('a trial goes the whole way at the rehearsal, tells its steps, and touches nothing', async (t) => {
  let failure: string | undefined
  const [real, staging] = [await directory(t), await directory(t, { validate: () => failure })]
  const bothFile = join(folder(t), 'both.pem')
  writeFileSync(bothFile, real.ca + staging.ca)
  const house = home(t, real, { stagingUrl: staging.url, caFile: bothFile })
  await house.turn()
  const before = house.serves()
  const good = await tryCertificate(house.source, signal)
  assert.deepEqual(
    [good.steps.map(({ step, by }) => [step, by]), good.reason],
    [
      [
        ['account', null],
        ['ordered', null],
        ['proving', 'dns-01'],
        ['proven', 'dns-01'],
        ['issued', null],
      ],
      null,
    ],
  )
  failure = 'the record is another one'
  const bad = await tryCertificate(house.source, signal)
  assert.deepEqual([bad.steps.at(-1)?.step, bad.reason], ['proving', failure])
  assert.deepEqual([house.serves(), real.orders.length], [before, 1])
  assert.ok(before)
  const issuances = house.asks.flatMap((ask) => (ask.kind === 'issuance' ? [ask.issuance] : []))
  assert.deepEqual(issuances.at(-1), house.settings.current.issuance, 'CAA is as before')
  await assert.rejects(tryCertificate(home(t, real).source, signal), /certificate-untested/)
})

test('six-day certificates are renewed in time for a month, each naming the one that it replaces; the directory’s wish goes before', async (t) => {
  const startMs = Date.now()
  t.mock.timers.enable({ apis: ['Date'], now: startMs })
  let window: object | undefined
  const at = await directory(t, { lifetimeMs: 6 * DAY_MS, renewal: () => (window ? { suggestedWindow: window } : {}) })
  const { turn, serves } = home(t, at)
  const renewedAfter: number[] = []
  for (let [hour, known, since] = [0, serves(), startMs]; hour <= 24 * 30; hour++) {
    t.mock.timers.setTime(startMs + hour * HOUR_MS)
    await turn()
    if (serves() === known) continue
    if (known) renewedAfter.push(Math.round((Date.now() - since) / HOUR_MS))
    known = serves()
    since = Date.now()
  }
  assert.ok(renewedAfter.length >= 7 && renewedAfter.every((hours) => hours >= 90 && hours <= 96), String(renewedAfter))
  assert.deepEqual(
    at.orders.slice(1).map(({ replaces }) => replaces),
    at.issued.slice(0, -1).map((pem) => certificateId(pem)),
  )
  // Just after a renewal, so that the next one by age is days away.
  for (const last = serves(); serves() === last; await turn()) t.mock.timers.setTime(Date.now() + HOUR_MS)
  const before = at.orders.length
  window = { start: new Date(Date.now()).toISOString(), end: new Date(Date.now() + HOUR_MS).toISOString() }
  t.mock.timers.setTime(Date.now() + 8 * HOUR_MS)
  await turn()
  await turn()
  assert.equal(at.orders.length, before + 1, 'renewed long before its age asks for it')
})

const BROKEN: readonly [
  string,
  (what: string) => ReturnType<typeof refusal> | undefined,
  kind: 'directory-unreachable' | 'rate-limited' | 'rejected',
][] = [
  ['5xx', () => refusal(503, 'serverInternal'), 'directory-unreachable'],
  ['nonces that are never good', (what) => (what === 'directory' || what === 'nonce' ? undefined : refusal(400, 'badNonce')), 'rejected'],
  ['answers that are no JSON', () => ({ status: 200, body: '{"newNonce":' }), 'rejected'],
  ['answers without an end', () => ({ status: 200, body: ' '.repeat(1_100_000) }), 'directory-unreachable'],
]
for (const [says, instead, kind] of BROKEN)
  test(`a directory that gives ${says} for a day: it serves on, asks by the table, and then has its certificate`, async (t) => {
    const at = await directory(t, { lifetimeMs: 6 * DAY_MS })
    const startMs = Date.now()
    t.mock.timers.enable({ apis: ['Date'], now: startMs })
    const house = home(t, at)
    await house.turn()
    const before = house.serves()
    const dueMs = house.snapshot().certificates[0]?.nextAtMs ?? 0
    t.mock.timers.setTime(dueMs)
    at.script = { ...at.script, instead }
    const attemptsMs: number[] = []
    const codes = new Set<string>()
    while (Date.now() < dueMs + DAY_MS) {
      const orders = house.lines.filter((line) => line.startsWith('certificate-failed')).length
      await house.turn()
      if (house.lines.filter((line) => line.startsWith('certificate-failed')).length > orders) attemptsMs.push(Date.now())
      assert.equal(house.serves(), before)
      for (const { code } of house.snapshot().problems) if (code.startsWith('certificate-')) codes.add(code)
      t.mock.timers.setTime(Math.min(house.snapshot().certificates[0]?.nextAtMs ?? 0, Date.now() + HOUR_MS))
    }
    for (const [at, atMs] of attemptsMs.slice(0, -1).entries()) {
      const [least, most] = [0, 1].map((jitter) => retryAtMs(atMs, at + 1, { kind, final: false }, jitter)) as [number, number]
      const nextMs = attemptsMs[at + 1] ?? 0
      assert.ok(nextMs >= least && nextMs <= most + 1, `attempt ${at + 2} came ${nextMs - atMs} ms after`)
    }
    assert.ok(codes.has('certificate-renewal-late') && codes.has('certificate-renewal-failing'), [...codes].join())
    at.script = { lifetimeMs: 6 * DAY_MS, now: () => Date.now() }
    t.mock.timers.setTime(house.snapshot().certificates[0]?.nextAtMs ?? 0)
    assert.equal((await house.turn())?.state, 'valid')
    assert.notEqual(house.serves(), before)
    assert.deepEqual(
      house.snapshot().problems.filter(({ code }) => code.startsWith('certificate-')),
      [],
    )
  })

test('a limit is explained with the time when it ends, and nobody is asked before', async (t) => {
  const at = await directory(t)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  at.script = { instead: (what) => (what === 'order' ? refusal(429, 'rateLimited', { 'retry-after': '7200' }) : undefined) }
  const { turn, snapshot, restarted } = home(t, at)
  const shown = await turn()
  const untilMs = Number(shown?.failure?.problem.params.until)
  assert.deepEqual([shown?.failure?.problem.code, shown?.nextAtMs], ['certificate-rate-limited', untilMs])
  assert.ok(untilMs >= Date.now() + 2 * HOUR_MS)
  const asked = at.asked.order
  t.mock.timers.setTime(untilMs - 1)
  await turn()
  assert.equal(at.asked.order, asked)
  const again = await restarted()
  assert.deepEqual([again?.failure?.problem.code, at.asked.order], ['certificate-rate-limited', asked], 'nor after a restart')
  at.script = {}
  t.mock.timers.setTime(untilMs)
  await turn()
  assert.equal(snapshot().certificates[0]?.state, 'valid')
})

test('CAA names exactly the account that orders, and the way by which it proves', async (t) => {
  let allowed: string | undefined
  const validate = ({ accountUri, type }: Challenge) => (accountUri === allowed && type === 'dns-01' ? undefined : 'CAA forbids it')
  const at = await directory(t, { validate })
  const house = home(t, at)
  house.onAsk = (what) => {
    if (what.kind === 'issuance') allowed = what.issuance.accountUri
  }
  assert.equal((await house.turn())?.state, 'valid')
})
