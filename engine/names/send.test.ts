import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpProxy } from '../../test/fakes/http-proxy.ts'
import { follow, reply, troubleOf } from './provider.fixture.ts'
import { custom } from './providers/custom.ts'
import { createSend } from './send.ts'

const URL = 'https://dyn.example/set?host={host}&a={ipv4}&b={ipv6}&token=s3cret'
const ADDRESSES = { ipv4: '203.0.113.7', ipv6: null }

test('a URL of one’s own is filled in, and its answer read by the words that were named', async (t) => {
  const cases = [
    [undefined, 'OK done'],
    [undefined, '  good'],
    ['Fertig', 'fertig!'],
  ] as const
  for (const [success, body] of cases) {
    const { session, requests } = await follow(t, { url: URL, ...(success && { success }) }, [reply(200, body)])
    await custom.set('home.example.net', { ...ADDRESSES, ipv6: '2001:db8::7' }, session)
    assert.match(requests[0] ?? '', /^GET \/set\?host=home\.example\.net&a=203\.0\.113\.7&b=2001:db8::7&token=s3cret HTTP\/1\.1\r\n/)
  }
  const { session } = await follow(t, { url: URL, success: 'fertig' }, [reply(200, 'good')])
  assert.equal((await troubleOf(custom.set('home.example.net', ADDRESSES, session))).trouble, 'odd')
})

test('a URL of one’s own: what ends all attempts is what its owner named, or what dyndns2 calls final', async (t) => {
  for (const [fatal, body, trouble] of [
    [undefined, 'badauth', 'credentials'],
    [undefined, 'abuse', 'abuse'],
    [undefined, '911', 'server'],
    [undefined, 'no idea', 'odd'],
    ['Gesperrt', 'gesperrt, leider', 'agent'],
    ['Gesperrt', 'spaeter', 'odd'],
  ] as const) {
    const { session } = await follow(t, { url: URL, success: 'fertig', ...(fatal && { fatal }) }, [reply(200, body)])
    const error = await troubleOf(custom.set('home.example.net', ADDRESSES, session))
    assert.deepEqual([error.trouble, error.wire], [trouble, body])
  }
})

test('nothing but https leaves, and no address without a place for it', async (t) => {
  for (const url of [
    'http://dyn.example/{ipv4}',
    'file:///{ipv4}',
    'https://dyn.example/',
    'https://user@dyn.example/{ipv4}',
    'x'.repeat(3000),
  ]) {
    const { session } = await follow(t, { url }, [])
    assert.equal((await troubleOf(custom.set('home.example.net', ADDRESSES, session))).trouble, 'credentials', url.slice(0, 40))
  }
  const plain = createSend()({ method: 'GET', url: 'http://127.0.0.1/' }, AbortSignal.timeout(30_000))
  assert.equal((await troubleOf(plain.then(() => undefined))).trouble, 'odd')
})

test('an endless answer is cut, a silent server is left at the signal, and what it said is shown in one short line', async (t) => {
  const endless = await follow(t, { url: URL }, [
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = (): void => void (socket.destroyed || socket.write('x'.repeat(65_536), more))
      more()
    },
  ])
  assert.match((await troubleOf(custom.set('home.example.net', ADDRESSES, endless.session))).message, /too long/)
  const silent = await follow(t, { url: URL }, ['say nothing'])
  const stop = new AbortController()
  const asking = custom.set('home.example.net', ADDRESSES, { ...silent.session, signal: stop.signal })
  setTimeout(() => stop.abort(new Error('enough')), 50)
  await assert.rejects(asking, /enough/)
  const loud = await follow(t, { url: URL }, [reply(500, `a\r\n\u001b[31mb\u202e${'c'.repeat(1000)}`)])
  const { wire, message } = await troubleOf(custom.set('home.example.net', ADDRESSES, loud.session))
  assert.ok(message.length <= 200 && wire.length <= 4010 && !/[\p{Cc}\p{Cf}]/u.test(wire), wire)
})

test('an error tells what the provider said, and never what it was sent', async (t) => {
  const { session } = await follow(t, { url: URL }, [reply(401, 'who?')])
  const error = await troubleOf(custom.set('home.example.net', ADDRESSES, session))
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /s3cret/)
})

test('where only a proxy leads out, the provider is asked through it, and nobody reads along', async (t) => {
  // Whatever answers there has no certificate of the provider's.
  const proxy = await httpProxy(t, { leadsTo: 9 })
  const send = createSend({ proxyFor: async (host) => (host === 'dyn.example' ? proxy.url : undefined) })
  const asking = send({ method: 'GET', url: 'https://dyn.example/set' }, AbortSignal.timeout(30_000))
  assert.equal((await troubleOf(asking.then(() => undefined))).trouble, 'unreachable')
  assert.deepEqual(
    proxy.asked.map(({ authority }) => authority),
    ['dyn.example:443'],
  )
})
