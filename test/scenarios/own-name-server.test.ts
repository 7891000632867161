/** Somebody has a zone at a name server of his own, BIND or Knot, and gives us a key for it (RFC 2136). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from '../../dns/ask.ts'
import { askEach, findAuthorities } from '../../dns/authorities.ts'
import { TYPE } from '../../dns/codes.ts'
import { nameOf } from '../../dns/names.ts'
import { textOf } from '../../dns/text.ts'
import { ProviderError, type Session } from '../../engine/names/provider.ts'
import { rfc2136 } from '../../engine/names/providers/rfc2136.ts'
import { bind, knot, type NameServer, ZONE } from '../name-servers.ts'

const HOST = `home.${ZONE}`

function sessionWith({ endpoint, keyText }: NameServer, change: { key?: string; server?: string; zone?: string } = {}): Session {
  const server = `${endpoint.address}:${endpoint.port}`
  const send = (): never => assert.fail('a name server is not asked over the web')
  return { credentials: { server, key: keyText, ...change }, send, signal: AbortSignal.timeout(30_000), now: Date.now }
}

/** Each record's bytes in hex. */
async function standing({ endpoint }: NameServer, host: string, type: number): Promise<string[]> {
  const { records } = await ask(endpoint, nameOf(host), type, AbortSignal.timeout(10_000))
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
