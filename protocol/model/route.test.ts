import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder, lead, longestRoute, readPrefix } from './route.ts'

const route = (prefix: string, strip = false) => ({ prefix, strip })
const ROUTES = [route('/zm'), route('/zm/api', true), route('/photos', true), route('/a.b')]

/** `prefix path`, `→ location`, or `?` when it is refused. */
function told(url: string, opens = true, routes = ROUTES): string {
  const led = lead(routes, url, opens)
  if (led.kind === 'ambiguous') return '?'
  return led.kind === 'redirect' ? `→ ${led.location}` : `${led.route?.prefix ?? '*'} ${led.path}`
}

test('the longest prefix that ends with a segment wins, whatever the order they were made in', () => {
  const rows: [url: string, told: string][] = [
    ['/', '* /'],
    ['/index.html?to=/zm/', '* /index.html?to=/zm/'],
    ['/zm/index.php?view=watch', '/zm /zm/index.php?view=watch'],
    ['/zm/', '/zm /zm/'],
    ['/zmx', '* /zmx'],
    ['/ZM/', '* /ZM/'],
    ['/zm/apix', '/zm /zm/apix'],
    ['/zm/api/host.json', '/zm/api /host.json'],
    ['/photos/2026/a%20b.jpg?w=1', '/photos /2026/a%20b.jpg?w=1'],
    ['/photos/', '/photos /'],
    ['/x/zm/', '* /x/zm/'],
    ['/a.b/', '/a.b /a.b/'],
    ['/a-b/', '* /a-b/'],
    ['*', '* *'],
  ]
  for (const [url, expected] of rows) {
    assert.equal(told(url), expected, url)
    assert.equal(told(url, true, [...ROUTES].reverse()), expected, `${url}, reversed`)
  }
  assert.deepEqual(
    inOrder(ROUTES).map(({ prefix }) => prefix),
    ['/photos', '/zm/api', '/a.b', '/zm'],
  )
})

test('whoever opens the prefix itself is sent to its folder; what a program sends there goes on', () => {
  assert.equal(told('/zm'), '→ /zm/')
  assert.equal(told('/zm?view=console'), '→ /zm/?view=console')
  assert.equal(told('/photos'), '→ /photos/')
  assert.equal(told('/zm', false), '/zm /zm')
  assert.equal(told('/photos?x', false), '/photos /?x')
})

test('no way of writing a path leads the proxy and the service to different routes', () => {
  const refused = [
    '/zm/../admin',
    '/zm/..',
    '/./zm/',
    '/zm/.',
    '/zm/%2e%2e/admin',
    '/zm/%2E./admin',
    '/zm/.%2e/admin',
    '/zm/%252e%252e/admin',
    '/zm/%25252e%25252e/admin',
    '/zm/..%2fadmin',
    '/zm/..%5cadmin',
    '/zm/..\\admin',
    '/zm/..;/admin',
    '/zm/..;x=1/admin',
    '/zm/%2e%2e;/admin',
    '/zm/..%3b/admin',
    '/zm/..%00/admin',
    '/zm/.. /admin',
    '/zm/..%20/admin',
    '/zm/.../admin',
    '/zm/%c0%ae%c0%ae/admin',
    '/zm/%c0%af../admin',
    '/zm/%e0%80%ae%e0%80%ae/admin',
    // Read as a route of ours by others, and not by us.
    '//zm/index.php',
    '/;x/zm/',
    '/%7am/',
    '/%7Am/index.php',
    '/%257am/',
    '/zm%2findex.php',
    '/zm%5cindex.php',
    '/zm\\index.php',
    '/zm;x/index.php',
    '/zm%3bx/',
    '/zm./x',
    '/zm%20/x',
    '\\zm\\',
    '/zm//api/host.json',
    '/zm/%61pi/host.json',
    '/zm/api;x/host.json',
    '/zm%2fapi/host.json',
    '/x/../zm/',
    '/x/%2e%2e/zm/',
  ]
  for (const url of refused) {
    assert.equal(told(url), '?', url)
    assert.equal(told(`${url}?q`), '?', `${url}?q`)
  }
})

test('what only looks odd goes on as it was written', () => {
  const rows: [url: string, told: string][] = [
    ['/zm//index.php', '/zm /zm//index.php'],
    ['/js//app.js', '* /js//app.js'],
    ['/projects/group%2Fproject', '* /projects/group%2Fproject'],
    ['/photos/100%25.jpg', '/photos /100%25.jpg'],
    ['/photos/%C3%A9t%C3%A9.jpg', '/photos /%C3%A9t%C3%A9.jpg'],
    ['/x;jsessionid=1/y', '* /x;jsessionid=1/y'],
    ['/zm/x;v=1.2', '/zm /zm/x;v=1.2'],
    ['/.well-known/x', '* /.well-known/x'],
    ['/zm/..x/...y', '/zm /zm/..x/...y'],
    ['/photos/;x', '/photos /;x'],
    ['/?next=/zm/../admin%2e%2e', '* /?next=/zm/../admin%2e%2e'],
  ]
  for (const [url, expected] of rows) assert.equal(told(url), expected, url)
})

test('a service without routes reads no path at all', () => {
  for (const url of ['/zm/../admin', '/%2e%2e/', '//x', '/zm']) assert.equal(told(url, true, []), `* ${url}`)
})

test('what is made to be slow to read is read in no time', () => {
  const before = process.cpuUsage()
  for (const tail of ['.', '%20', '/.', ';', '%25', '..;/']) {
    const path = `/${tail.repeat(32_000 / tail.length)}x`
    for (let each = 0; each < 20; each += 1) lead([{ prefix: '/zm', strip: false }], path, true)
  }
  const { user } = process.cpuUsage(before)
  // A hundredth of it is usual; with an expression that begins anew at each dot the first kind alone took 16 s.
  assert.ok(user < 10_000_000, `${user} µs`)
})

test('a prefix can be written in one way only', () => {
  for (const [text, prefix] of [
    ['/zm', '/zm'],
    [' /zm/ ', '/zm'],
    ['/a/b.c/~d', '/a/b.c/~d'],
    ['/.well-known/acme', '/.well-known/acme'],
  ])
    assert.equal(readPrefix(text as string), prefix)
  for (const text of [
    '',
    '/',
    'zm',
    '//',
    '/zm//',
    '/a//b',
    '/..',
    '/a/../b',
    '/.',
    '/z%6d',
    '/z m',
    '/é',
    '/a;b',
    '/a\\b',
    `/${'x'.repeat(100)}`,
  ])
    assert.equal(readPrefix(text), undefined, text)
})

test('random paths: whatever a generous program makes of one that goes on, it leads to the same route', () => {
  const pieces = [
    '/',
    '/',
    'zm',
    'api',
    'photos',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '\\',
    ';',
    '%25',
    '%7a',
    'm',
    'x',
    '//',
    '%3b',
    '%00',
    ' ',
  ]
  let seed = 7
  const chance = (most: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * most)
  }
  let passed = 0
  for (let run = 0; run < 5_000; run++) {
    const path = `/${Array.from({ length: 1 + chance(8) }, () => pieces[chance(pieces.length)]).join('')}`
    const led = lead(ROUTES, path, false)
    if (led.kind !== 'to') continue
    passed++
    for (const reading of READINGS) {
      const seen = new URL(`http://h${reading(path)}`).pathname
      assert.equal(longestRoute(ROUTES, seen)?.prefix, led.route?.prefix, `${path} read as ${seen}`)
    }
  }
  assert.ok(passed > 700, String(passed))
})

/** What real programs do: nginx and Apache decode and merge, Tomcat cuts parameters, IIS and browsers turn backslashes round, some decode twice. */
const decode = (path: string) => path.replace(/%([0-9a-f]{2})/gi, (_whole, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
const merge = (path: string) => path.replace(/\/{2,}/g, '/')
const cut = (path: string) => path.replace(/;[^/]*/g, '')
const turn = (path: string) => path.replaceAll('\\', '/')
const safe = (path: string) => merge(path).replaceAll('?', '%3f').replaceAll('#', '%23')
const READINGS: ((path: string) => string)[] = [
  safe,
  (path) => safe(decode(path)),
  (path) => safe(decode(decode(path))),
  (path) => safe(decode(cut(path))),
  (path) => safe(cut(decode(path))),
  (path) => safe(turn(decode(cut(turn(path))))),
]
