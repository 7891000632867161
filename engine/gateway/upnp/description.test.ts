import assert from 'node:assert/strict'
import { test } from 'node:test'
import { damaged } from '../../../test/fakes/gateway-fuzz.ts'
import { describeDevice, type FakeDevice, PLAIN_DEVICE } from '../../../test/fakes/gateway-xml.ts'
import { GatewayError } from '../gateway.ts'
import { parseDescription, printable } from './description.ts'

const FROM = { port: 5000, path: '/igd/desc.xml' }
const GATEWAY = '192.168.1.1'
const parse = (device: Partial<FakeDevice>) => parseDescription(Buffer.from(describeDevice({ ...PLAIN_DEVICE, ...device })), FROM, GATEWAY)
const controls = (device: Partial<FakeDevice>) => parse(device).services[0]?.controls.map(({ port, path }) => `${port}${path}`)

test('description: who the router is, and where it takes orders', () => {
  assert.deepEqual(parse({}), {
    friendlyName: 'Scripted router',
    manufacturer: 'Nobody',
    modelName: 'SR-1',
    services: [{ type: 'urn:schemas-upnp-org:service:WANIPConnection:1', controls: [{ port: 5000, path: '/ctl/IPConn' }] }],
  })
})

test('description: services in order of preference, whatever the order and case in the text', () => {
  const types = [
    'urn:dslforum-org:service:WANIPConnection:1',
    'urn:schemas-upnp-org:service:WANPPPConnection:2',
    'urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1',
    'URN:schemas-upnp-org:service:WANIPConnection:2',
  ]
  const { services } = parse({ moreServices: types.map((serviceType) => ({ serviceType, controlUrl: '/c' })) })
  assert.deepEqual(
    services.map(({ type }) => type),
    [
      'urn:schemas-upnp-org:service:WANIPConnection:2',
      'urn:schemas-upnp-org:service:WANIPConnection:1',
      'urn:schemas-upnp-org:service:WANPPPConnection:2',
      'urn:dslforum-org:service:WANIPConnection:1',
    ],
  )
})

test('description: relative control addresses, with and without a URLBase, right and wrong', () => {
  assert.deepEqual(controls({ controlUrl: 'ctl' }), ['5000/igd/ctl', '5000/ctl'])
  assert.deepEqual(controls({ controlUrl: '?WANIPConnection' }), ['5000/igd/desc.xml?WANIPConnection', '5000/?WANIPConnection'])
  assert.deepEqual(controls({ urlBase: 'http://192.168.1.1:1780/' }), ['1780/ctl/IPConn', '5000/ctl/IPConn'])
  assert.deepEqual(controls({ urlBase: 'http://10.0.0.138:80/' }), ['5000/ctl/IPConn', '80/ctl/IPConn'])
  assert.deepEqual(controls({ urlBase: 'not an address' }), ['5000/ctl/IPConn'])
})

test('description: an absolute control address keeps its port and loses its host', () => {
  assert.deepEqual(controls({ controlUrl: 'http://198.51.100.66:49152/ctl?x=1' }), ['49152/ctl?x=1'])
  assert.equal(controls({ controlUrl: 'https://192.168.1.1/ctl' }), undefined)
  assert.equal(controls({ controlUrl: '' }), undefined)
})

test('description: names are made safe to show', () => {
  assert.equal(parse({ friendlyName: '  Box\n\t of &quot;Ann&quot; ' }).friendlyName, 'Box of "Ann"')
  assert.equal(parse({ friendlyName: 'x'.repeat(200) }).friendlyName.length, 80)
  assert.equal(printable('a\u202Eb\u0007\u200Bc\uFFFD'), 'abc')
  assert.equal([...printable('🏠'.repeat(100))].length, 80)
})

test('description: a device that is no gateway has no services; no device at all is garbled', () => {
  assert.deepEqual(parse({ serviceType: 'urn:schemas-upnp-org:service:AVTransport:1' }).services, [])
  for (const text of ['<root/>', '<html><body>404</body></html>', '', '<root><device>', '<!DOCTYPE html><html/>'])
    assert.throws(
      () => parseDescription(Buffer.from(text), FROM, GATEWAY),
      (error) => error instanceof GatewayError && error.fault === 'garbled',
      text,
    )
})

test('description: at most sixteen services', () => {
  const moreServices = Array.from({ length: 50 }, (_, index) => ({ serviceType: PLAIN_DEVICE.serviceType, controlUrl: `/c${index}` }))
  assert.equal(parse({ moreServices }).services.length, 16)
})

test('description: 20,000 damaged descriptions are read, or refused as garbled', () => {
  const samples = [
    describeDevice(PLAIN_DEVICE),
    describeDevice({ ...PLAIN_DEVICE, urlBase: 'http://192.168.1.1:1780/', controlUrl: '?WANIPConnection' }),
  ]
  let withServices = 0
  for (const bytes of damaged(samples, 20_000, 4)) {
    try {
      const { friendlyName, services } = parseDescription(bytes, FROM, GATEWAY)
      assert.ok([...friendlyName].length <= 80)
      if (services.length > 0) withServices += 1
      for (const { path, port } of services.flatMap(({ controls }) => controls)) {
        assert.match(path, /^\/[\x21-\x7e]*$/)
        assert.ok(port > 0 && port < 65_536)
      }
    } catch (error) {
      assert.ok(error instanceof GatewayError && error.fault === 'garbled', String(error))
    }
  }
  assert.ok(withServices > 500, String(withServices))
})
