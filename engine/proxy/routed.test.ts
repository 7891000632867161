import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { placed } from './routed.ts'
import { enter, HOST, openBackend, openDoor, visit } from './test-door.ts'

const target = { kind: 'http', host: '192.168.1.40', port: 8080 } as const
const at = (strip: boolean, isPrefixItself = false) =>
  ({ route: { prefix: '/zm', strip }, target, authority: 'web.example:8443', isPrefixItself }) as const
const OWN = { ...at(false), route: null }

const one = (name: string, value: string, place: Parameters<typeof placed>[1]): string | undefined => placed([name, value], place)[1]

test('where an answer leads', () => {
  const rows: [location: string, kept: string, stripped: string][] = [
    ['/login', '/login', '/zm/login'],
    ['/', '/', '/zm/'],
    ['/zm/login', '/zm/login', '/zm/login'],
    ['/zmx', '/zmx', '/zm/zmx'],
    ['/?next=/x', '/?next=/x', '/zm/?next=/x'],
    ['login', 'login', 'login'],
    ['?page=2', '?page=2', '?page=2'],
    ['//cdn.example/x', '//cdn.example/x', '//cdn.example/x'],
    ['https://elsewhere.example/x', 'https://elsewhere.example/x', 'https://elsewhere.example/x'],
    ['https://web.example:8443/x', 'https://web.example:8443/x', 'https://web.example:8443/zm/x'],
    ['https://WEB.example:8443', 'https://WEB.example:8443/', 'https://WEB.example:8443/zm/'],
    // nginx's `proxy_redirect default`: the home's own address, which nobody outside can open.
    ['http://192.168.1.40:8080/x?y', '/x?y', '/zm/x?y'],
    ['HTTP://192.168.1.40:8080', '/', '/zm/'],
    ['http://192.168.1.40/x', 'http://192.168.1.40/x', 'http://192.168.1.40/x'],
    ['https://192.168.1.40:8080/x', 'https://192.168.1.40:8080/x', 'https://192.168.1.40:8080/x'],
  ]
  for (const [location, kept, stripped] of rows) {
    assert.equal(one('Location', location, at(false)), kept, location)
    assert.equal(one('content-location', location, at(true)), stripped, location)
    assert.equal(one('Refresh', `5; url=${location}`, at(true)), `5; url=${stripped}`, location)
  }
  assert.equal(one('Refresh', '30', at(true)), '30')
})

test('a cookie of a route is for its paths alone', () => {
  const rows: [cookie: string, kept: string, stripped: string][] = [
    ['a=1; Path=/; HttpOnly', 'a=1; HttpOnly; Path=/zm', 'a=1; HttpOnly; Path=/zm'],
    ['a=1; path=/admin', 'a=1; Path=/zm', 'a=1; Path=/zm/admin'],
    ['a=1; Path=/zm/', 'a=1; Path=/zm/', 'a=1; Path=/zm/'],
    ['a=1; Path=/zm/sub', 'a=1; Path=/zm/sub', 'a=1; Path=/zm/sub'],
    ['a=1; Path=/zmx', 'a=1; Path=/zm', 'a=1; Path=/zm/zmx'],
    ['a=1; Path=/zm; PATH=/', 'a=1; Path=/zm', 'a=1; Path=/zm'],
    ['a=1; Path=x; Secure', 'a=1; Secure', 'a=1; Secure'],
    ['a=1; Secure', 'a=1; Secure', 'a=1; Secure'],
    ['path=/; Path=/', 'path=/; Path=/zm', 'path=/; Path=/zm'],
    ['__Host-a=1; Secure; Path=/', '__Host-a=1; Secure; Path=/', '__Host-a=1; Secure; Path=/'],
  ]
  for (const [cookie, kept, stripped] of rows) {
    assert.equal(one('Set-Cookie', cookie, at(false)), kept, cookie)
    assert.equal(one('Set-Cookie', cookie, at(true)), stripped, cookie)
    assert.equal(one('Set-Cookie', cookie, OWN), cookie)
  }
  assert.equal(one('set-cookie', 'a=1', at(true, true)), 'a=1; Path=/zm')
})

test('a service worker gets no scope outside of its route', () => {
  const rows: [allowed: string, kept: string | undefined, stripped: string | undefined][] = [
    ['/', undefined, '/zm/'],
    ['/zm/', '/zm/', '/zm/'],
    ['/zm', undefined, '/zm/zm'],
    ['/zm/app', '/zm/app', '/zm/app'],
    ['/zmx/', undefined, '/zm/zmx/'],
    ['/zm/../', undefined, undefined],
    ['/%2e%2e/', undefined, undefined],
    ['../', undefined, undefined],
    ['https://web.example/', undefined, undefined],
  ]
  for (const [allowed, kept, stripped] of rows) {
    assert.equal(one('Service-Worker-Allowed', allowed, at(false)), kept, allowed)
    assert.equal(one('service-worker-allowed', allowed, at(true)), stripped, allowed)
    assert.equal(one('Service-Worker-Allowed', allowed, OWN), undefined, allowed)
  }
})

test('each request reaches the place of its path, and the service with its own words', async (t) => {
  const say = (who: string) =>
    openBackend(t, (request, response) => {
      const { host, 'x-forwarded-prefix': prefix } = request.headers
      response.writeHead(200, { Location: '/login', 'Set-Cookie': `${who}=1; Path=/` })
      response.end(JSON.stringify({ who, url: request.url, host, prefix }))
    })
  const [main, zm, photos] = await Promise.all([say('main'), say('zm'), say('photos')])
  const routes = [
    { prefix: '/zm', target: zm.target, strip: false },
    { prefix: '/photos', target: photos.target, strip: true },
    { prefix: '/down', target: { ...zm.target, port: 1 }, strip: false },
  ]
  const route = (host: string) => (host === HOST ? { service: 'web', target: main.target, isGated: false, routes } : undefined)
  const door = await openDoor(t, main.target, { route })
  const rows: [path: string, told: object, cookie: string, location: string][] = [
    ['/?a', { who: 'main', url: '/?a' }, 'main=1; Path=/', '/login'],
    ['/zm/x?y', { who: 'zm', url: '/zm/x?y' }, 'zm=1; Path=/zm', '/login'],
    ['/photos/2026/?w', { who: 'photos', url: '/2026/?w', prefix: '/photos' }, 'photos=1; Path=/photos', '/photos/login'],
  ]
  for (const [path, told, cookie, location] of rows) {
    const { status, body, headers } = await visit(door, path, { headers: { 'X-Forwarded-Prefix': '/claimed' } })
    assert.deepEqual([status, JSON.parse(body)], [200, { host: HOST, ...told }], path)
    assert.deepEqual([headers['set-cookie'], headers.location], [[cookie], location], path)
  }
  const folder = await visit(door, '/zm?view=console')
  assert.deepEqual([folder.status, folder.headers.location, folder.headers['cache-control']], [307, '/zm/?view=console', 'no-store'])
  assert.equal(JSON.parse((await visit(door, '/photos', { method: 'POST' }, 'x')).body).url, '/')
  assert.deepEqual(door.events.splice(0), ['web ok', 'web/zm ok', 'web/photos ok', 'web/photos ok'])
  assert.equal((await visit(door, '/down/')).status, 502)
  assert.deepEqual(door.events.splice(0), ['web/down refused'])
})

test('a service that sends visitors to its own address at home sends them to where they see it', async (t) => {
  const { target } = await openBackend(t, (request, response) => {
    const { localAddress, localPort } = request.socket
    response.writeHead(302, { Location: `http://${localAddress}:${localPort}/login` }).end()
  })
  assert.equal((await visit(await openDoor(t, target), '/')).headers.location, '/login')
})

test('a path that somebody could read otherwise reaches nobody, and ends the connection', async (t) => {
  const heard: string[] = []
  const { target } = await openBackend(t, (request, response) => {
    heard.push(request.url ?? '')
    response.end()
  })
  const routes = [{ prefix: '/zm', target, strip: false }]
  const door = await openDoor(t, target, { route: () => ({ service: 'web', target, isGated: false, routes }) })
  for (const path of ['/zm/../admin', '/zm/%2e%2e/admin', '/zm/..%2fadmin', '//zm/x', '/zm/..;/x', '/%7am/']) {
    const { status, headers } = await visit(door, path)
    assert.deepEqual([status, headers.connection], [400, 'close'], path)
  }
  assert.deepEqual(heard, [])
})

test('who may not come in to the service comes in by none of its paths', async (t) => {
  const { target } = await openBackend(t, () => assert.fail('nobody was let in'))
  const routes = [{ prefix: '/zm', target, strip: false }]
  const door = await openDoor(t, target, { route: () => ({ service: 'web', target, isGated: true, routes }) })
  for (const path of ['/', '/zm', '/zm/', '/zm/x', '/zm/../x', '/%7am/']) {
    const { status } = await visit(door, path)
    assert.ok(status === 400 || status === 401 || status === 403, `${path}: ${status}`)
  }
})

test('a WebSocket takes the same way, also at the prefix itself', async (t) => {
  const { target, server } = await openBackend(t, (_, response) => response.end())
  server.on('upgrade', (request, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSet-Cookie: s=${request.url}; Path=/\r\n\r\nhello`,
    )
    socket.on('data', () => socket.end())
  })
  const routes = [{ prefix: '/live', target, strip: true }]
  const nobody = { kind: 'http', host: '127.0.0.1', port: 1 } as const
  const door = await openDoor(t, nobody, { route: () => ({ service: 'web', target: nobody, isGated: false, routes }) })
  const socket = await enter(door.port)
  socket.write(`GET /live?x HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  let heard = ''
  while (!heard.includes('hello')) heard += String((await once(socket, 'data'))[0])
  assert.match(heard, /^HTTP\/1.1 101 /)
  assert.match(heard, /Set-Cookie: s=\/\?x; Path=\/live\r\n/)
  socket.end('bye')
})
