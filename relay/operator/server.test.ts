import assert from 'node:assert/strict'
import http from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { writeAtomic } from '../../system/atomic-file.ts'
import { temporaryFolder } from '../registry/registry.fixture.ts'
import { openSqliteRegistry } from '../registry/sqlite.ts'
import { newKey, newLinkId, publicationOf } from '../registry/values.fixture.ts'
import type { Health } from './health.ts'
import { openOperatorServer } from './server.ts'

const HEALTHY: Health = {
  version: '1.2.3',
  url: 'https://relay.example',
  sinceMs: Date.UTC(2030, 0, 2),
  certificateUntilMs: Date.now() + 60 * 86_400_000,
  eyes: { ipv4: 3 },
  dns: 'answers',
  disk: { freeBytes: 40e9, totalBytes: 80e9 },
  memory: { usedBytes: 2e8, totalBytes: 2e9 },
  figures: {
    registered: 2,
    suspended: 0,
    connected: 1,
    lanes: 1,
    streams: 4,
    flows: 0,
    carried: { inBytes: 1e9, outBytes: 2e9, streams: 9, flows: 0 },
    openCodes: 0,
    takedowns: 0,
  },
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: http.IncomingHttpHeaders
}

async function listener(context: TestContext, health: Partial<Health> = {}) {
  const folder = temporaryFolder(context)
  writeAtomic(join(folder, 'address.json'), JSON.stringify({ v: 1, host: 'relay.example', port: 443 }))
  const registry = openSqliteRegistry(join(folder, 'registry.db'))
  const key = newKey()
  const { label } = registry.registerDevice(key, Date.now())
  const server = await openOperatorServer({
    address: { host: '127.0.0.1', port: 0 },
    folder,
    domain: 'relay.example',
    registry,
    health: async () => ({ ...HEALTHY, ...health }),
    metrics: async () => '# HELP a_total A.\n# TYPE a_total counter\na_total 1\n',
    isUp: (device) => device === key,
  })
  context.after(async () => {
    await server.close()
    registry.close()
  })
  const ask = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = options
      const request = http.request(`${server.url}${path}`, { method, headers, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }))
      })
      request.on('error', reject)
      request.end(body)
    })
  const enter = async () => {
    const { headers } = await ask(`/login?key=${registry.createPageKey(Date.now() + 60_000)}`)
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    const show = (path: string, more: Record<string, string> = {}) => ask(path, { headers: { cookie, ...more } })
    const token = /name="token" value="([^"]+)"/.exec((await show('/codes')).body)?.[1] ?? ''
    const send = (path: string, fields: Record<string, string>, changes: Record<string, string> = {}) =>
      ask(path, {
        method: 'POST',
        headers: { cookie, origin: server.url, 'content-type': 'application/x-www-form-urlencoded', ...changes },
        body: new URLSearchParams({ token, ...fields }).toString(),
      })
    return { cookie, show, send, token }
  }
  return { registry, label, key, ask, enter, url: server.url }
}

test('an address lets one browser in, once; a look at its head uses nothing up', async (context) => {
  const { registry, ask } = await listener(context)
  const address = `/login?key=${registry.createPageKey(Date.now() + 60_000)}`
  assert.equal((await ask(address, { method: 'HEAD' })).status, 401)
  const { status, headers } = await ask(address)
  assert.deepEqual([status, headers.location], [303, '/'])
  assert.match(headers['set-cookie']?.[0] ?? '', /^porchlight_relay_\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/)
  assert.equal((await ask(address)).status, 401)
  for (const path of ['/', '/devices', '/codes', '/takedowns']) assert.equal((await ask(path)).status, 401, path)
  assert.equal((await ask('/', { headers: { cookie: 'porchlight_relay_1=x' } })).status, 401)
})

test('names that merely point to this machine are not answered', async (context) => {
  const { ask } = await listener(context)
  for (const host of ['relay.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])
    assert.equal((await ask('/metrics', { headers: { host } })).status, 421, host)
  // Through a tunnel by SSH, at whatever port its near end has.
  for (const host of ['localhost:9000', '127.0.0.1', '[::1]:80'])
    assert.equal((await ask('/metrics', { headers: { host } })).status, 200, host)
})

test('figures and health are for whoever is on this machine', async (context) => {
  const { ask } = await listener(context)
  const metrics = await ask('/metrics')
  assert.deepEqual(
    [metrics.headers['content-type'], metrics.body.split('\n')[2]],
    ['text/plain; version=0.0.4; charset=utf-8', 'a_total 1'],
  )
  assert.deepEqual(JSON.parse((await ask('/health.json')).body).version, '1.2.3')
})

test('what is not well is said, in the operator’s language', async (context) => {
  const well = await (await (await listener(context)).enter()).show('/')
  assert.match(well.body, /Everything is as it should be/)
  assert.match(
    String(well.headers['content-security-policy']),
    /default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self'/,
  )
  const ill = await listener(context, {
    certificateUntilMs: null,
    eyes: { ipv4: null },
    dns: 'silent',
    disk: { freeBytes: 1, totalBytes: 100 },
  })
  const { show } = await ill.enter()
  const [en, fr] = [(await show('/')).body, (await show('/', { 'accept-language': 'fr' })).body]
  assert.equal([...en.matchAll(/<li>/g)].length, 4)
  assert.match(en, /The name server does not answer/)
  assert.match(fr, /<html lang="fr">.*Le serveur de noms ne répond pas/s)
})

test('a device is suspended and let in again, with forms of this page only', async (context) => {
  const { registry, label, key, ask, enter, url } = await listener(context)
  const { show, send, cookie } = await enter()
  assert.match((await show('/devices')).body, new RegExp(`${label}.*✓ connected.*aria-label="Suspend: ${label}"`, 's'))
  const isSuspended = (): boolean => registry.device(key)?.suspendedAtMs !== null
  const refused: [string, number, Record<string, string>, Record<string, string>?][] = [
    ['another site', 403, {}, { origin: 'https://evil.example' }],
    ['no origin', 403, {}, { origin: '' }],
    ['another port of this machine', 403, {}, { origin: 'http://127.0.0.1:1' }],
    ['no session', 403, {}, { cookie: '' }],
    ['no token', 403, { token: '' }],
    ['another token', 403, { token: 'x'.repeat(32) }],
    ['another kind of body', 403, {}, { 'content-type': 'text/plain' }],
    ['too long', 403, { more: 'x'.repeat(9000) }],
    ['a device that is not there', 422, { label: 'nobody-here-1' }],
  ]
  for (const [reason, status, fields, headers] of refused) {
    assert.equal((await send('/devices/suspend', { label, ...fields }, headers)).status, status, reason)
    assert.equal(isSuspended(), false, reason)
  }
  assert.equal((await ask('/devices/suspend', { headers: { cookie } })).status, 404, 'not by looking')
  const done = await send('/devices/suspend', { label })
  assert.deepEqual([done.status, done.headers.location, isSuspended()], [303, '/devices', true])
  assert.match((await show('/devices')).body, /Let in again/)
  await send('/devices/resume', { label })
  assert.equal(isSuspended(), false)
  for (const path of ['/devices/delete', '/devices', '/constructor', '/']) assert.equal((await send(path, {})).status, 404, path)
  assert.ok(url.startsWith('http://127.0.0.1:'))
})

test('a code is made, shown once, and revoked', async (context) => {
  const { registry, enter } = await listener(context)
  const { show, send } = await enter()
  const made = (await send('/codes/make', {})).body
  const [code = ''] = /plr1[a-z2-7]+/.exec(made) ?? []
  assert.ok(code.length > 50 && made.includes(`https://relay.example/join/${code}`))
  assert.ok(!(await show('/codes')).body.includes(code))
  const id = registry.codes()[0]?.id ?? ''
  assert.match((await show('/codes')).body, new RegExp(`${id}.*open`, 's'))
  assert.equal((await send('/codes/revoke', { id })).status, 303)
  assert.deepEqual(registry.codes(), [])
  assert.equal((await send('/codes/revoke', { id })).status, 422)
})

test('a link or a name is taken down and put back; what others wrote stays text', async (context) => {
  const { registry, label, key, enter } = await listener(context)
  const { show, send } = await enter()
  const id = newLinkId()
  registry.setPublished(key, publicationOf({ web: [id] }), Date.now())
  assert.equal((await send('/takedowns/add', { what: `web.${label}`, reason: '<script>alert(1)</script>' })).status, 303)
  assert.equal((await send('/takedowns/add', { what: `https://relay.example/s/${id}` })).status, 303)
  const { body } = await show('/takedowns')
  assert.ok(body.includes('&#60;script&#62;alert(1)') && !body.includes('<script>'))
  assert.ok(body.includes(`link ${id} of ${label}`))
  for (const what of ['nothing.of-ours', '"><img src=x>']) {
    const wrong = await send('/takedowns/add', { what })
    assert.deepEqual([wrong.status, wrong.body.includes('<img')], [422, false])
  }
  assert.equal((await send('/takedowns/add', { what: `web.${label}`, reason: 'x'.repeat(201) })).status, 422)
  assert.equal((await send('/takedowns/put-back', { what: `web.${label}` })).status, 303)
  assert.equal((await send('/takedowns/put-back', { what: id })).status, 303)
  assert.deepEqual(registry.takedowns(), [])
})
