import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDarwin } from './darwin.ts'
import { readEnvironment } from './environment.ts'
import { readGnome } from './gnome.ts'
import { isExcepted, type ProxySettings, readProxy } from './settings.ts'
import { readWin32 } from './win32.ts'

/** The proxy's address, and whom it is not for. */
const told = (settings: ProxySettings | undefined): [string, readonly string[]] | undefined =>
  settings && [settings.proxy.href, settings.except.filter((entry) => entry !== '')]

test('a proxy is a host and a port, with or without http://', () => {
  const rows: readonly [string, number | undefined, string | undefined][] = [
    ['proxy.corp.example:3128', undefined, 'http://proxy.corp.example:3128/'],
    ['http://proxy.corp.example:3128/', undefined, 'http://proxy.corp.example:3128/'],
    ['proxy.corp.example', 8080, 'http://proxy.corp.example:8080/'],
    ['http://ann:s%40cret@192.0.2.7:3128', undefined, 'http://ann:s%40cret@192.0.2.7:3128/'],
    ['[2001:db8::7]:3128', undefined, 'http://[2001:db8::7]:3128/'],
    ['', 8080, undefined],
    ['  ', undefined, undefined],
    ['socks5://proxy.corp.example:1080', undefined, undefined],
    ['https://proxy.corp.example:3128', undefined, undefined],
    ['http://', undefined, undefined],
    ['http://a b', undefined, undefined],
    ['p'.repeat(1001), undefined, undefined],
  ]
  for (const [text, port, expected] of rows) assert.equal(readProxy(text, port)?.href, expected, text)
})

test('who is reached without it', () => {
  const rows: readonly [string, string, boolean][] = [
    ['relay.example', 'relay.example', true],
    ['relay.example', 'RELAY.example', true],
    ['a.relay.example', 'relay.example', true],
    ['a.relay.example', '.relay.example', true],
    ['a.relay.example', '*.relay.example', true],
    ['myrelay.example', 'relay.example', false],
    ['relay.example', '*', true],
    ['relay.example', '', false],
    ['relay', '<local>', true],
    ['relay.example', '<local>', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.0/24', true],
    ['192.0.3.7', '192.0.2.0/24', false],
    ['192.0.2.7', '192.0.2.0/77', false],
    ['192.0.2.7', '192.0.*', true],
    ['192.0.2.7', '2.7', false],
    ['192.0.2.7', '2001:db8::/32', false],
    ['2001:db8::7', '2001:db8::/32', true],
    ['2001:db9::7', '2001:db8::/32', false],
  ]
  for (const [host, entry, expected] of rows) assert.equal(isExcepted(host, [entry]), expected, `${host} ${entry}`)
})

test('the environment', () => {
  assert.deepEqual(told(readEnvironment({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost, .lan  10.0.0.0/8' })), [
    'http://proxy:3128/',
    ['localhost', '.lan', '10.0.0.0/8'],
  ])
  assert.deepEqual(told(readEnvironment({ https_proxy: 'small:1', HTTPS_PROXY: 'large:2' })), ['http://small:1/', []])
  for (const none of [{}, { HTTPS_PROXY: '' }, { HTTP_PROXY: 'http://proxy:3128' }, { HTTPS_PROXY: 'socks5://proxy' }])
    assert.equal(readEnvironment(none), undefined)
})

const gnome = (change: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    'autoconfig-url': "''",
    'ignore-hosts': "['localhost', '127.0.0.0/8', '::1']",
    mode: "'manual'",
    'use-same-proxy': 'true',
    '.ftp host': "''",
    '.ftp port': '0',
    '.http authentication-password': "''",
    '.http authentication-user': "''",
    '.http enabled': 'false',
    '.http host': "'web.corp.example'",
    '.http port': '8080',
    '.http use-authentication': 'false',
    '.https host': "'proxy.corp.example'",
    '.https port': '3128',
    '.socks host': "''",
    '.socks port': '0',
    ...change,
  })
    .map(([key, value]) => `org.gnome.system.proxy${key.startsWith('.') ? '' : ' '}${key} ${value}\n`)
    .join('')

test('GNOME', () => {
  assert.deepEqual(told(readGnome(gnome())), ['http://proxy.corp.example:3128/', ['localhost', '127.0.0.0/8', '::1']])
  assert.equal(told(readGnome(gnome({ '.https host': "''" })))?.[0], 'http://web.corp.example:8080/')
  assert.equal(readGnome(gnome({ '.https host': "''", 'use-same-proxy': 'false' })), undefined)
  const withPassword = {
    '.http use-authentication': 'true',
    '.http authentication-user': "'ann'",
    '.http authentication-password': `"it's"`,
  }
  assert.equal(readGnome(gnome(withPassword))?.proxy.href, "http://ann:it's@proxy.corp.example:3128/")
  assert.deepEqual(told(readGnome(gnome({ 'ignore-hosts': '@as []' })))?.[1], [])
  for (const mode of ["'none'", "'auto'", '']) assert.equal(readGnome(gnome({ mode })), undefined)
  for (const noise of ['', 'No such schema “org.gnome.system.proxy”', 'org.gnome.system.proxy mode'])
    assert.equal(readGnome(noise), undefined)
})

const SCUTIL = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 8080
  HTTPProxy : web.corp.example
  HTTPSEnable : 1
  HTTPSPort : 3128
  HTTPSProxy : proxy.corp.example
}
`

test('macOS', () => {
  assert.deepEqual(told(readDarwin(SCUTIL)), ['http://proxy.corp.example:3128/', ['*.local', '169.254/16', '<local>']])
  assert.equal(readDarwin(SCUTIL.replace('HTTPSEnable : 1', 'HTTPSEnable : 0')), undefined)
  assert.equal(readDarwin('<dictionary> {\n  FTPPassive : 1\n}\n'), undefined)
  assert.equal(readDarwin(SCUTIL.replace('HTTPSProxy : proxy.corp.example', 'HTTPSProxy : ')), undefined)
  assert.equal(readDarwin(''), undefined)
})

const registry = (...values: readonly string[]): string =>
  `\r\nHKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\r\n${values.map((value) => `    ${value}\r\n`).join('')}\r\n`

test('Windows', () => {
  const on = 'ProxyEnable    REG_DWORD    0x1'
  const override = 'ProxyOverride    REG_SZ    *.corp.example;192.168.*;<local>'
  const rows: readonly [string, string | undefined][] = [
    ['proxy.corp.example:3128', 'http://proxy.corp.example:3128/'],
    ['http://proxy.corp.example:3128', 'http://proxy.corp.example:3128/'],
    ['http=web:80;https=proxy.corp.example:3128;socks=socks:1080', 'http://proxy.corp.example:3128/'],
    ['http=web:80', undefined],
    ['', undefined],
  ]
  for (const [server, expected] of rows)
    assert.equal(readWin32(registry(on, `ProxyServer    REG_SZ    ${server}`, override))?.proxy.href, expected, server)
  assert.deepEqual(readWin32(registry(on, 'ProxyServer    REG_SZ    p:1', override))?.except, ['*.corp.example', '192.168.*', '<local>'])
  assert.equal(readWin32(registry('ProxyEnable    REG_DWORD    0x0', 'ProxyServer    REG_SZ    p:1')), undefined)
  assert.equal(readWin32('ERROR: The system was unable to find the specified registry key or value.'), undefined)
})
