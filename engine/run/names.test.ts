/** Names at a provider, as their owner decides, and what is written down before anything leaves. No provider is asked: each request is
 *  answered here. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { ProblemError } from '../../protocol/problem.ts'
import { folder } from '../../test/folder.ts'
import type { Happening } from '../core/events.ts'
import { NO_PUBLISHER } from '../core/publisher-state.ts'
import { reduce } from '../core/reduce.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { view } from '../core/view.ts'
import { type ProviderAnswer, ProviderError, type ProviderRequest } from '../names/provider.ts'
import { nameProviders } from '../names/providers/index.ts'
import type { Context } from './context.ts'
import { keepNames } from './kept-names.ts'
import { openCredentials } from './name-credentials.ts'
import { openNameRecords } from './name-records.ts'
import { setName } from './names.ts'
import { openSecrets } from './secrets.ts'
import { openSettings } from './settings.ts'
import { openUnsaved } from './unsaved.ts'

const HOST = 'home.duckdns.org'
const TOKEN = 'a1b2c3d4-t0ken'
const ADDRESSES = { ipv4: '203.0.113.7', ipv6: null }
const { signal } = new AbortController()

/** `answers`: what the provider says to each request; an error is one on the way. */
function home(t: TestContext, answers: (string | Partial<ProviderAnswer> | Error)[], onRequest: () => void = () => {}) {
  const data = folder(t)
  const requests: ProviderRequest[] = []
  const logged: string[] = []
  const log = (what: string, facts?: object): void => void logged.push(`${what} ${JSON.stringify(facts)}`)
  let state: State = {
    ...EMPTY_STATE,
    publisher: { ...NO_PUBLISHER, providers: Object.fromEntries(nameProviders().map((provider) => [provider.id, provider])) },
  }
  const dispatch = (happening: Happening): void => {
    state = reduce(state, { ...happening, atMs: 1_800_000_000_000 } as never)
  }
  const settings = openSettings(data, ({ code }) => assert.fail(code))
  const unsaved = openUnsaved(log, dispatch)
  const credentials = openCredentials(openSecrets(data), async (request) => {
    requests.push(request)
    onRequest()
    const next = answers.shift() ?? assert.fail(`nobody expected ${request.url}`)
    if (next instanceof Error) throw next
    return { status: 200, retryAfterS: undefined, body: '', ...(typeof next === 'string' ? { body: next } : next) }
  })
  const context = {
    ...{ settings, unsaved, credentials, log, state: () => state },
    nameRecords: openNameRecords(data, unsaved, log, Date.now()),
  } as unknown as Context
  const set = (host = HOST, stop = signal): Promise<void> =>
    setName(context, { kind: 'set-name', host, addresses: ADDRESSES }, dispatch, stop)
  const record = (host = HOST) => JSON.parse(readFileSync(join(data, 'names.json'), 'utf8')).names[host]
  const told = () => [readFileSync(join(data, 'settings.json'), 'utf8'), JSON.stringify(view(state)), ...logged].join('\n')
  return {
    data,
    names: keepNames(context, dispatch),
    set,
    record,
    told,
    requests,
    settings,
    dispatch,
    credentials,
    shown: () => view(state).ownNames,
  }
}

const wish = (change: object = {}) => ({
  ...{ host: HOST, provider: 'duckdns', service: null, credentials: { token: TOKEN }, ipv6Suffix: null },
  ...change,
})
const refused = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code

describe('a name at a provider', () => {
  it('is added, sent and taken back; its secret stands in the secret store alone', async (t) => {
    const { names, set, told, requests, shown, data, settings } = home(t, ['OK', 'OK', 'OK'])
    assert.deepEqual(await names.addName(wish({ host: 'Home.DuckDNS.org.' }), signal), { checked: false })
    await set()
    assert.match(requests[0]?.url ?? '', new RegExp(`token=${TOKEN}.*clear=true`))
    assert.deepEqual(
      [shown()[0]?.host, shown()[0]?.failure, settings.current.ownNames],
      [HOST, null, [{ host: HOST, provider: 'duckdns' }]],
    )
    assert.ok(!told().includes(TOKEN))
    assert.deepEqual(await names.removeName(HOST, signal), { left: false })
    assert.match(requests[2]?.url ?? '', /clear=true/)
    assert.deepEqual([shown(), settings.current.ownNames], [[], []])
    assert.ok(!readFileSync(join(data, 'secrets', 'names.json'), 'utf8').includes(TOKEN))
  })

  it('is written down before anything leaves, and after the answer', async (t) => {
    let before: unknown
    const { names, set, record } = home(t, ['OK', 'OK'], () => {
      before ??= record()
    })
    await names.addName(wish(), signal)
    await set()
    assert.deepEqual((before as { sending: { addresses: object } }).sending.addresses, ADDRESSES)
    const { sending, sent } = record()
    assert.deepEqual([sending, sent.addresses], [null, ADDRESSES])
  })

  it('that is stopped in the middle leaves it written down that something may have left', async (t) => {
    const stop = new AbortController()
    const { names, set, record } = home(t, [new Error('cut')], () => stop.abort())
    await names.addName(wish(), signal)
    await assert.rejects(set(HOST, stop.signal), /cut/)
    assert.deepEqual(record().sending.addresses, ADDRESSES)
  })

  it('goes on resting after a restart', async (t) => {
    const { names, set, data } = home(t, ['KO'])
    await names.addName(wish(), signal)
    await set()
    const quiet = { write: async () => {}, again: async () => {} }
    const { found } = openNameRecords(data, quiet, () => assert.fail(), Date.now())
    assert.deepEqual([found[HOST]?.trouble?.kind, found[HOST]?.trouble?.final], ['credentials', true])
  })

  it('whose provider says back what it was sent shows none of it', async (t) => {
    const { names, set, told, shown } = home(t, [
      { status: 500, body: `cannot do ${TOKEN} for you` },
      { status: 500, body: `bad ${TOKEN}` },
    ])
    await names.addName(
      wish({ host: 'home.example.org', provider: 'custom', credentials: { url: `https://p.example/?t=${TOKEN}&a={ipv4}` } }),
      signal,
    )
    await names.addName(wish({ host: 'x.afraid.example', provider: 'freedns' }), signal)
    await set('x.afraid.example')
    await set('home.example.org')
    const evidence = shown().map(({ failure }) => failure?.evidence)
    assert.deepEqual(evidence, ['HTTP 500: bad …', 'HTTP 500: cannot do … for you'])
    assert.ok(!told().includes(TOKEN))
  })

  it('is asked about where that changes nothing: what is refused for good is not added, what cannot be asked is', async (t) => {
    const { names, settings } = home(t, [{ status: 401 }, '[]', new ProviderError('unreachable', 'gone'), '[{"name":"example.org"}]'])
    const desec = wish({ host: 'home.example.org', provider: 'desec' })
    await assert.rejects(names.addName(desec, signal), refused('name-credentials-refused'))
    await assert.rejects(names.addName(desec, signal), refused('name-not-there'))
    assert.deepEqual(settings.current.ownNames, [])
    assert.deepEqual(await names.addName(desec, signal), { checked: false })
    assert.deepEqual(await names.testName('home.example.org', signal), { checked: true })
  })

  it('takes what another name there was given, and changes it for both', async (t) => {
    const { names, credentials } = home(t, [])
    await assert.rejects(names.addName(wish({ credentials: null }), signal), refused('name-credentials-missing'))
    await names.addName(wish(), signal)
    await names.addName(wish({ host: 'cam.duckdns.org', credentials: null }), signal)
    await names.updateName(HOST, { token: 'another' }, signal)
    assert.equal(credentials.sessionFor('cam.duckdns.org', signal)?.session.credentials.token, 'another')
  })

  it('whose credentials were lost is opened again by new ones', async (t) => {
    const { names, credentials, set, shown } = home(t, ['OK', 'OK'])
    await names.addName(wish(), signal)
    credentials.keep(HOST, null)
    await set()
    assert.equal(shown()[0]?.state, 'stopped')
    await names.updateName(HOST, { token: TOKEN }, signal)
    await set()
    assert.equal(shown()[0]?.failure, null)
  })

  it('that goes over to somebody else takes its credentials along into nothing', async (t) => {
    const { names, credentials } = home(t, [])
    await names.addName(wish(), signal)
    await names.addName(wish({ provider: 'watched', credentials: null }), signal)
    assert.equal(credentials.sessionFor(HOST, signal), undefined)
  })

  it('that somebody else keeps needs nothing', async (t) => {
    const { names, shown } = home(t, [])
    await names.addName(wish({ host: 'hd.free.example', provider: 'watched', credentials: null }), signal)
    assert.deepEqual(shown()[0]?.provider, 'watched')
    assert.deepEqual(await names.testName('hd.free.example', signal), { checked: false })
    assert.deepEqual(await names.removeName('hd.free.example', signal), { left: false })
  })

  it('is refused where it makes no sense', async (t) => {
    const { names, settings } = home(t, [])
    for (const [change, code] of [
      [{ host: 'ipv4' }, 'own-name-invalid'],
      [{ host: 'a..b' }, 'own-name-invalid'],
      [{ host: '203.0.113.7' }, 'own-name-invalid'],
      [{ host: '*.*.example.org' }, 'own-name-invalid'],
      [{ provider: 'nobody' }, 'provider-unknown'],
      [{ service: 'nothing' }, 'service-unknown'],
      [{ ipv6Suffix: '2001:db8::1' }, 'ipv6-suffix-invalid'],
      [{ credentials: { token: ' ' } }, 'name-credentials-missing'],
    ] as const)
      await assert.rejects(names.addName(wish(change), signal), refused(code), JSON.stringify(change))
    for (const ask of [names.testName, names.removeName]) await assert.rejects(ask('nobody.example', signal), refused('own-name-unknown'))
    assert.deepEqual(settings.current.ownNames, [])
  })
})
