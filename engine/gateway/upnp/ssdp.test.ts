import assert from 'node:assert/strict'
import { test } from 'node:test'
import { damaged } from '../../../test/fakes/gateway-fuzz.ts'
import { buildSearch } from '../../network/ssdp.ts'
import { parseReply, placeOf } from './ssdp.ts'

const reply = (location: string, more = '') => Buffer.from(`HTTP/1.1 200 OK\r\nLOCATION: ${location}\r\nST: x\r\n${more}\r\n`)

test('ssdp: the search, byte by byte', () => {
  assert.equal(
    buildSearch('ssdp:all').toString(),
    'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n',
  )
})

test('ssdp: the search over IPv6 names its group', () => {
  assert.match(buildSearch('ssdp:all', 'ff02::c').toString(), /^M-SEARCH \* HTTP\/1\.1\r\nHOST: \[FF02::C\]:1900\r\n/)
})

test('ssdp: a FunBox 6 and its place (tailscale#14344)', () => {
  const funBox = [
    'HTTP/1.1 200 OK',
    'CACHE-CONTROL: max-age=1800',
    'EXT:',
    'LOCATION: http://192.168.50.1:60000/01c5ed0a/gatedesc.xml',
    'SERVER: Unspecified, UPnP/1.0, SoftAtHome',
    'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:2',
    '',
    '',
  ]
  const expected = {
    place: { port: 60_000, path: '/01c5ed0a/gatedesc.xml' },
    target: 'urn:schemas-upnp-org:device:InternetGatewayDevice:2',
    server: 'Unspecified, UPnP/1.0, SoftAtHome',
  }
  assert.deepEqual(parseReply(Buffer.from(funBox.join('\r\n'))), expected)
  assert.deepEqual(parseReply(Buffer.from(funBox.join('\n').replace('LOCATION', 'Location'))), expected)
})

test('ssdp: places, with the host always dropped', () => {
  const rows: [string, number, string][] = [
    ['http://192.168.1.1/', 80, '/'],
    ['http://192.168.1.1', 80, '/'],
    ['HTTP://192.168.1.1:1780/InternetGatewayDevice.xml', 1780, '/InternetGatewayDevice.xml'],
    ['http://203.0.113.66:5000/a?b=c', 5000, '/a?b=c'],
    ['http://[fe80::1]:5000/a', 5000, '/a'],
    ['http://[fe80::1%25br-lan]:5000/a', 5000, '/a'],
    ['http://[fe80::1%3]/a', 80, '/a'],
    ['http://192.168.1.1:80/a b', 80, '/a%20b'],
  ]
  for (const [location, port, path] of rows) assert.deepEqual(parseReply(reply(location))?.place, { port, path }, location)
})

test('ssdp: addresses that are none of a web server on an IP literal are refused', () => {
  const refused = [
    'https://192.168.1.1/a',
    'ftp://192.168.1.1/a',
    'http://router.lan/a',
    'http://3232235777/a',
    'http://0x7f.1/a',
    'http://192.168.1.1.evil.example/a',
    'http://user@192.168.1.1/a',
    'http://192.168.1.1:0/a',
    'http://192.168.1.1:99999/a',
    'http://[::zz]/a',
    `http://192.168.1.1/${'a'.repeat(2_000)}`,
    '/desc.xml',
    '',
  ]
  for (const location of refused) assert.equal(parseReply(reply(location)), null, location)
})

test('ssdp: other datagrams are no answer', () => {
  const location = 'LOCATION: http://192.168.1.1/a\r\n\r\n'
  for (const text of [
    `NOTIFY * HTTP/1.1\r\n${location}`,
    `HTTP/1.1 404 Not Found\r\n${location}`,
    `HTTP/1.1 2000\r\n${location}`,
    location,
    '',
  ])
    assert.equal(parseReply(Buffer.from(text)), null, text)
  assert.equal(parseReply(reply('http://192.168.1.1/a', `X: ${'y'.repeat(9_000)}\r\n`)), null)
})

test('ssdp: control addresses are read against a place', () => {
  const base = { port: 5000, path: '/igd/desc.xml?x=1' }
  const rows: [string, number, string][] = [
    ['/ctl/IPConn', 5000, '/ctl/IPConn'],
    ['ctl/IPConn', 5000, '/igd/ctl/IPConn'],
    ['?WANIPConnection', 5000, '/igd/desc.xml?WANIPConnection'],
    ['http://10.0.0.99:49152/upnp', 49_152, '/upnp'],
    ['//evil.example/upnp', 80, '/upnp'],
    ['../../../up', 5000, '/up'],
  ]
  for (const [text, port, path] of rows) assert.deepEqual(placeOf(text, base), { port, path }, text)
  for (const text of ['https://192.168.1.1/ctl', 'javascript:alert(1)', 'http://[', 'file:///etc/passwd'])
    assert.equal(placeOf(text, base), null)
})

test('ssdp: 20,000 damaged answers never throw, and give only places on a web server', () => {
  let found = 0
  for (const bytes of damaged([reply('http://192.168.1.1:5000/rootDesc.xml'), reply('http://[fe80::1]/a?b')], 20_000, 3)) {
    const parsed = parseReply(bytes)
    if (!parsed) continue
    found += 1
    assert.ok(parsed.place.port > 0 && parsed.place.port < 65_536)
    assert.match(parsed.place.path, /^\/[\x21-\x7e]*$/)
  }
  assert.ok(found > 500, String(found))
})
