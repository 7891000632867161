/** By the proxy's own connection and head, against a program on loopback that shows what it was sent. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { formatTarget } from '../../protocol/model/service.ts'
import { reduce } from '../core/reduce.ts'
import { safetyQuestions } from '../core/safety.ts'
import { continued, RELAY, situation, WEB } from '../core/situation.fixture.ts'
import type { State } from '../core/state.ts'
import type { Context } from './context.ts'
import { checkService, lookAtSafety, lookBefore } from './safety.ts'

const NOW = 1_800_000_001_000

async function house(t: TestContext, routed = false) {
  const asked: { method: string | undefined; path: string | undefined; heads: http.IncomingHttpHeaders }[] = []
  const server = http.createServer((request, response) => {
    asked.push({ method: request.method, path: request.url, heads: request.headers })
    response.end(request.method === 'POST' ? '{"state":"error"}' : '<title>Jeedom</title><input type="password">')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const target = { kind: 'http', host: '127.0.0.1', port: (server.address() as AddressInfo).port } as const
  const routes = routed ? [{ prefix: '/zm', target, strip: true }] : []
  let state: State = continued(
    situation(
      { type: 'service-added', service: { ...WEB, name: 'jeedom', target, preset: 'jeedom', routes } },
      { type: 'target-up', name: 'jeedom' },
    ),
    ...RELAY,
  )
  const logged: [string, object | undefined][] = []
  const context = {
    state: () => state,
    forbidden: { isOwnListener: () => false, lanPrefixes: () => [] },
    log: (event: string, facts?: object) => void logged.push([event, facts]),
  } as unknown as Context
  const emit: Parameters<typeof lookAtSafety>[2] = (happening) => {
    state = reduce(state, { ...happening, atMs: NOW })
  }
  const [service] = state.services
  assert.ok(service)
  const question = () => {
    const [own] = safetyQuestions(state, service)
    assert.ok(own)
    return own
  }
  return { context, emit, asked, logged, question, found: () => state.safety.jeedom }
}
const { signal } = new AbortController()

test('a service is asked as a visitor’s request would ask it, and as somebody at home would', async (t) => {
  const { context, emit, asked, logged, question, found } = await house(t)
  await lookAtSafety(context, question(), emit, signal)
  assert.deepEqual(
    found()?.findings.map(({ code }) => code),
    ['default-login-known', 'asks-login', 'as-expected'],
  )
  const [direct, proxied] = [false, true].map((isProxied) =>
    asked.find(({ heads }) => (heads['x-forwarded-for'] !== undefined) === isProxied),
  )
  assert.match(direct?.heads.host ?? '', /^127\.0\.0\.1:\d+$/)
  const { heads = {} } = proxied ?? {}
  assert.equal(heads.host, 'jeedom.amber-otter-42.relay.test')
  assert.deepEqual([heads['x-forwarded-for'], heads['x-forwarded-proto'], heads['x-forwarded-host']], ['192.0.2.1', 'https', heads.host])
  assert.ok(asked.every(({ method, heads: { connection } }) => method === 'GET' && connection === 'close'))
  assert.deepEqual(logged, [])
})

test('a default login is tried when its owner says so, written down first, and what it showed stays', async (t) => {
  const { context, emit, asked, logged, question } = await house(t)
  const { findings } = await checkService(context, emit, 'jeedom', true, signal)
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['default-login-refused', 'asks-login', 'as-expected'],
  )
  assert.deepEqual(logged, [['default-login-tried', { service: 'jeedom', user: 'admin' }]])
  assert.equal(asked.filter(({ method }) => method === 'POST').length, 1)
  await lookAtSafety(context, question(), emit, signal)
  assert.equal(asked.filter(({ method }) => method === 'POST').length, 1)
  const again = await checkService(context, emit, 'jeedom', false, signal)
  assert.ok(again.findings.some(({ code }) => code === 'default-login-refused'))
})

test('what stands behind its paths is asked as well, and told where it begins for a visitor', async (t) => {
  const { context, emit, asked } = await house(t, true)
  const { findings } = await checkService(context, emit, 'jeedom', false, signal)
  assert.deepEqual(
    findings.map(({ code, route }) => [code, route]),
    [
      ['default-login-known', undefined],
      ['asks-login', undefined],
      ['asks-login', '/zm'],
      ['as-expected', undefined],
      ['answers', '/zm'],
    ],
  )
  const prefixes = asked.map(({ heads }) => heads['x-forwarded-prefix']).filter((prefix) => prefix !== undefined)
  assert.deepEqual(prefixes, ['/zm'])
})

test('a service that nobody has is a problem', async (t) => {
  const { context, emit } = await house(t)
  await assert.rejects(checkService(context, emit, 'other', false, signal), /service-unknown/)
})

test('before it is added it is looked at too, and nothing is remembered', async (t) => {
  const { context, asked, found } = await house(t)
  const [there] = context.state().services
  assert.ok(there)
  const target = formatTarget(there.target)
  const { problem, findings } = await lookBefore(context, { name: 'other', target, preset: 'jeedom' }, signal)
  assert.equal(problem, null)
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['default-login-known', 'asks-login', 'as-expected'],
  )
  assert.ok(asked.every(({ method }) => method === 'GET'))
  assert.equal(found(), undefined)
  const silent = await lookBefore(context, { name: 'other', target: 'http://127.0.0.1:9' }, signal)
  assert.deepEqual([silent.problem?.code, silent.problem?.params.service, silent.findings], ['service-refused', 'other', []])
  await assert.rejects(lookBefore(context, { name: 'other', target: 'http://8.8.8.8' }, signal), /target-forbidden/)
  await assert.rejects(lookBefore(context, { name: 'other', target, preset: 'ssh' }, signal), /preset-mismatch/)
})
