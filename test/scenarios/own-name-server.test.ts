/** Somebody has a zone at a name server of his own, BIND or Knot, and gives us a key for it (RFC 2136). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { byDns } from '../../certificates/challenge.ts'
import { ask } from '../../dns/ask.ts'
import { askEach, findAuthorities } from '../../dns/authorities.ts'
import { TYPE } from '../../dns/codes.ts'
import { openNameServer } from '../../dns/exchange.ts'
import { nameOf } from '../../dns/names.ts'
import { textOf } from '../../dns/text.ts'
import { readTsigKey } from '../../dns/tsig.ts'
import { update } from '../../dns/update.ts'
import { plan } from '../../engine/core/plan.ts'
import { type NameHappening, onNames } from '../../engine/core/publisher.ts'
import { continued, DIRECT, T0, WEB } from '../../engine/core/situation.fixture.ts'
import { EMPTY_STATE } from '../../engine/core/state.ts'
import { view } from '../../engine/core/view.ts'
import { ProviderError, type Session } from '../../engine/names/provider.ts'
import { nameProviders } from '../../engine/names/providers/index.ts'
import { rfc2136 } from '../../engine/names/providers/rfc2136.ts'
import { keepChallengeTexts } from '../../engine/run/challenge-texts.ts'
import type { Context } from '../../engine/run/context.ts'
import { lookUpName } from '../../engine/run/names.ts'
import { eventually } from '../../lab/eventually.ts'
import { folder } from '../folder.ts'
import { bind, bindWithSecondary, knot, type NameServer, primary, ZONE } from '../name-servers.ts'

const HOST = `home.${ZONE}`

function sessionWith({ endpoint, keyText }: NameServer, change: { key?: string; server?: string; zone?: string } = {}): Session {
  const server = `${endpoint.address}:${endpoint.port}`
  const send = (): never => assert.fail('a name server is not asked over the web')
  return { credentials: { server, key: keyText, ...change }, send, signal: AbortSignal.timeout(120_000), now: Date.now }
}

/** Each record's bytes in hex. */
async function standing({ endpoint }: NameServer, host: string, type: number): Promise<string[]> {
  const { records } = await ask(endpoint, nameOf(host), type, AbortSignal.timeout(30_000))
  return records.map(({ data }) => Buffer.from(data).toString('hex')).sort()
}

const fails = (trouble: ProviderError['trouble']) => (error: unknown) => error instanceof ProviderError && error.trouble === trouble

for (const [name, make] of Object.entries({ BIND: bind, Knot: knot }))
  test(`${name}: addresses come, change and go, a proof stands beside others, and a wrong key changes nothing`, async (t) => {
    const server = await make(t)
    const session = sessionWith(server)
    await rfc2136.check?.(HOST, session)
    assert.deepEqual(await standing(server, HOST, TYPE.A), [], 'the check has changed nothing')

    await rfc2136.set(HOST, { ipv4: '203.0.113.7', ipv6: '2001:db8::7' }, session)
    assert.deepEqual(await standing(server, HOST, TYPE.A), ['cb007107'])
    assert.deepEqual(await standing(server, HOST, TYPE.AAAA), ['20010db8000000000000000000000007'])
    await rfc2136.set(HOST, { ipv4: '203.0.113.8', ipv6: null }, session)
    assert.deepEqual(await standing(server, HOST, TYPE.A), ['cb007108'])
    assert.deepEqual(await standing(server, HOST, TYPE.AAAA), [])
    await rfc2136.set(`*.${HOST}`, { ipv4: '203.0.113.8', ipv6: null }, session)
    assert.deepEqual(await standing(server, `any.${HOST}`, TYPE.A), ['cb007108'])
    assert.deepEqual(await standing(server, `www.${ZONE}`, TYPE.A), ['c0000250'], 'what was there already')

    const proof = `_acme-challenge.${HOST}`
    const [first, second] = ['first', 'second'].map((text) => Buffer.from([text.length, ...Buffer.from(text)]).toString('hex'))
    for (const text of ['first', 'second', 'second']) await rfc2136.txt?.add(proof, text, session)
    assert.deepEqual(await standing(server, proof, TYPE.TXT), [first, second].sort())
    // Found as anybody finds it: the zone of the name, its servers, and what they say.
    const { address, port } = server.endpoint
    const found = await findAuthorities(`a.b.${HOST}`, { resolvers: [`${address}:${port}`], port }, session.signal)
    assert.deepEqual(found, { state: 'found', zone: ZONE, servers: [server.endpoint] })
    const said = await askEach([server.endpoint, { address, port: 1 }], proof, TYPE.TXT, session.signal)
    assert.deepEqual(
      said.map(({ records }) => records.map(textOf).sort()),
      [['first', 'second']],
    )
    await rfc2136.txt?.remove(proof, 'first', session)
    assert.deepEqual(await standing(server, proof, TYPE.TXT), [second])
    await rfc2136.txt?.remove(proof, 'second', session)
    assert.deepEqual(await standing(server, proof, TYPE.TXT), [])

    const other = server.keyText.replace(/secret:?\s+"?[A-Za-z0-9+/]/, (start) => `${start.slice(0, -1)}${start.endsWith('A') ? 'B' : 'A'}`)
    for (const [change, trouble] of [
      [{ key: other }, 'credentials'],
      [{ key: 'nothing like a key' }, 'credentials'],
      [{ server: '127.0.0.1:1' }, 'unreachable'],
      [{ server: 'no/host' }, 'credentials'],
      [{ zone: 'elsewhere.test' }, 'credentials'],
    ] as const) {
      const wrong = sessionWith(server, change)
      await assert.rejects(rfc2136.check?.(HOST, wrong) ?? assert.fail(), fails(trouble), JSON.stringify(change))
      await assert.rejects(rfc2136.set(HOST, { ipv4: '203.0.113.66', ipv6: null }, wrong), fails(trouble))
    }
    await assert.rejects(rfc2136.set('home.example.org', { ipv4: '203.0.113.66', ipv6: null }, session), fails('name'))
    assert.deepEqual(await standing(server, HOST, TYPE.A), ['cb007108'])
    const elsewhere = { resolvers: [`${server.endpoint.address}:${server.endpoint.port}`] }
    assert.deepEqual(await findAuthorities('home.example.org', elsewhere, session.signal), { state: 'failing' })
  })

test('BIND takes a key of every kind that RFC 8945 still has', async (t) => {
  for (const algorithm of ['hmac-sha1', 'hmac-sha224', 'hmac-sha384', 'hmac-sha512']) {
    const server = await primary(t, '', algorithm)
    await rfc2136.set(HOST, { ipv4: '203.0.113.7', ipv6: null }, sessionWith(server))
    assert.deepEqual(await standing(server, HOST, TYPE.A), ['cb007107'], algorithm)
    await server.kill()
  }
})

/** How many servers have to show a text is how many the zone has; here one, which is killed and comes back. */
test('a proof stands at the zone’s servers before a directory is asked, and what a crash has left is taken away by the next start', async (t) => {
  const server = await bind(t)
  const { address, port } = server.endpoint
  const data = folder(t)
  const session = sessionWith(server)
  const logged: string[] = []
  let isKnown = true
  const start = () => {
    const life = new AbortController()
    t.after(() => life.abort())
    const texts = keepChallengeTexts({
      folder: data,
      credentials: { sessionFor: (_name, signal) => (isKnown ? { provider: rfc2136, session: { ...session, signal } } : undefined) },
      log: (event) => logged.push(event),
      signal: life.signal,
      resolver: { resolvers: [`${address}:${port}`], port },
      shownWithinMs: 30_000,
    })
    return { texts, kill: () => life.abort() }
  }
  const { signal } = new AbortController()
  const proof = `_acme-challenge.${HOST}`
  const text = (token: string) => ({ identifier: { type: 'dns', value: HOST }, token: 't', text: token }) as const
  const hex = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]).toString('hex')

  const { texts, kill } = start()
  const answerer = await texts.answererFor(`*.${HOST}`, undefined, signal)
  assert.equal(answerer?.type, 'dns-01')
  await Promise.all(['one', 'two', 'three'].map((value) => answerer?.set(text(value), signal)))
  assert.deepEqual(await standing(server, proof, TYPE.TXT), ['one', 'two', 'three'].map(hex).sort(), 'none has overwritten another')
  await answerer?.clear(text('two'), signal)
  kill()

  const again = start()
  await again.texts.clearLeft()
  assert.deepEqual([await standing(server, proof, TYPE.TXT), logged], [[], ['challenge-cleared', 'challenge-cleared']])
  await again.texts.clearLeft()
  assert.equal(logged.length, 2, 'once is enough')

  isKnown = false
  assert.equal(await again.texts.answererFor(HOST, undefined, signal), undefined)
  isKnown = true

  // Where the proof's name is an alias of the relay's, the relay sets it; elsewhere whoever keeps that name.
  const relay = {
    names: ['_acme-challenge.otter.relay.test'],
    answerer: byDns(
      async () => {},
      async () => {},
    ),
  }
  const connection = await openNameServer(server.endpoint, signal)
  const alias = (host: string) =>
    update(
      connection,
      nameOf(ZONE),
      [{ owner: nameOf(proof), type: 'CNAME', records: [{ type: 'CNAME', host, ttlS: 1 }] }],
      readTsigKey(server.keyText),
    )
  await alias('_ACME-challenge.otter.relay.test')
  assert.equal(await again.texts.answererFor(HOST, relay, signal), relay.answerer)
  await alias(`proofs.${ZONE}`)
  const elsewhere = await again.texts.answererFor(HOST, relay, signal)
  await elsewhere?.set(text('four'), signal)
  assert.deepEqual(await standing(server, `proofs.${ZONE}`, TYPE.TXT), [hex('four')])
  connection.close()

  // A provider that says yes and does nothing.
  const deaf = { ...rfc2136, txt: { add: async () => {}, remove: async () => {} } }
  const vain = keepChallengeTexts({
    ...{ folder: data, log: () => {}, signal, resolver: { resolvers: [`${address}:${port}`], port }, shownWithinMs: 2000 },
    credentials: { sessionFor: () => ({ provider: deaf, session }) },
  })
  const unseen = await vain.answererFor(`other.${ZONE}`, undefined, signal)
  await assert.rejects(unseen?.set(text('five'), signal) ?? assert.fail(), /1 name servers do not show the text/)
})

test('of two servers one lags behind: a proof waits for both, and a name is not called right, nor sent again, while one of them says something else', async (t) => {
  const { first, second } = await bindWithSecondary(t)
  const { address, port } = first.endpoint
  const resolver = { resolvers: [`${address}:${port}`], port }
  const session = sessionWith(first)
  const { signal } = new AbortController()
  const texts = (shownWithinMs: number) =>
    keepChallengeTexts({
      ...{ folder: folder(t), log: () => {}, signal, resolver, shownWithinMs },
      credentials: { sessionFor: () => ({ provider: rfc2136, session }) },
    })
  const text = (value: string) => ({ identifier: { type: 'dns', value: HOST }, token: 't', text: value }) as const
  const hurried = await texts(2000).answererFor(HOST, undefined, signal)
  await assert.rejects(hurried?.set(text('one'), signal) ?? assert.fail(), /1 name servers do not show the text/)
  await hurried?.clear(text('one'), signal)

  await rfc2136.set(HOST, { ipv4: '203.0.113.10', ipv6: null }, session)
  let state = continued(EMPTY_STATE, ...DIRECT)
  const happen = (happening: NameHappening): void => {
    state = onNames(state, happening, T0)
  }
  const providers = Object.fromEntries(nameProviders().map((provider) => [provider.id, provider]))
  state = { ...state, publisher: { ...state.publisher, providers } }
  happen({ type: 'own-names-chosen', ownNames: [{ host: HOST, provider: 'rfc2136', service: WEB.name }] })
  happen({ type: 'name-sending', host: HOST, addresses: { ipv4: '203.0.113.10', ipv6: null } })
  happen({ type: 'name-sent', host: HOST, proxied: false })
  const look = async (): Promise<string | undefined> => {
    const context = { state: () => state, nameRecords: { write: async () => {} } } as unknown as Context
    await lookUpName(context, { kind: 'look-up-name', host: HOST }, (event) => happen(event as NameHappening), signal, resolver)
    return view(state).ownNames[0]?.state
  }
  const sets = (afterMs: number): number => [...plan(state, T0 + afterMs).effects.values()].filter(({ kind }) => kind === 'set-name').length
  assert.equal(await look(), 'changing')
  assert.deepEqual(
    state.publisher.names[HOST]?.standing?.answers.map(({ ipv4 }) => ipv4),
    [['203.0.113.10'], []],
  )
  assert.equal(sets(0), 0)

  const patient = await texts(60_000).answererFor(HOST, undefined, signal)
  let isShown = false
  const shown = patient?.set(text('two'), signal).then(() => {
    isShown = true
  })
  const proof = `_acme-challenge.${HOST}`
  await eventually(async () => assert.equal((await standing(first, proof, TYPE.TXT)).length, 1), { everyMs: 50 })
  await sleep(600)
  assert.deepEqual([isShown, await standing(second, proof, TYPE.TXT)], [false, []])
  // It fetches the zone as soon as it starts.
  await second.kill()
  await second.start()
  await shown
  assert.deepEqual(await standing(second, proof, TYPE.TXT), await standing(first, proof, TYPE.TXT))
  assert.equal(await look(), 'ok')
})
