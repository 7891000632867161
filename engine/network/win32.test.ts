import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestRoute } from './interfaces.ts'
import { parseNetRoute } from './win32.ts'

const route = (alias: string, prefix: string, hop: string, metric: number, interfaceMetric: number) =>
  `{"InterfaceAlias":"${alias}","DestinationPrefix":"${prefix}","NextHop":"${hop}","RouteMetric":${metric},"InterfaceMetric":${interfaceMetric}}`
const address = (ip: string, origin: string, state: string) => `{"IPAddress":"${ip}","SuffixOrigin":"${origin}","AddressState":"${state}"}`

const OUTPUT = `\uFEFF{"routes":[${[
  route('WireGuard Tunnel home', '0.0.0.0/0', '0.0.0.0', 0, 5),
  route('Wi-Fi', '0.0.0.0/0', '192.168.1.1', 0, 45),
  route('Connexion au réseau local', '0.0.0.0/0', '192.168.1.1', 0, 25),
  route('vEthernet (Default Switch)', '0.0.0.0/0', '172.20.0.1', 0, 1),
  route('Connexion au réseau local', '::/0', 'fe80::211:22ff:fe33:4455', 256, 25),
].join()}],"addresses":[${[
  address('fe80::1c2d:3e4f:5a6b:7c8d%12', 'Link', 'Preferred'),
  address('2001:db8:1::10', 'Link', 'Preferred'),
  address('2001:db8:1::d4c3:b2a1:908f:7e6d', 'Random', 'Preferred'),
  address('2001:db8:1::dead', 'Link', 'Deprecated'),
  address('::1', 'WellKnown', 'Preferred'),
].join()}]}\r\n`

test('windows: default routes with the sum of both metrics, tunnels and own switches skipped', () => {
  const { routes } = parseNetRoute(OUTPUT)
  assert.equal(routes.length, 5)
  assert.deepEqual(bestRoute(routes, 'ipv4'), {
    family: 'ipv4',
    gateway: '192.168.1.1',
    interfaceName: 'Connexion au réseau local',
    metric: 25,
  })
  assert.deepEqual(bestRoute(routes, 'ipv6')?.gateway, 'fe80::211:22ff:fe33:4455')
})

test('windows: an external Hyper-V switch carries the real connection and counts', () => {
  const { routes } = parseNetRoute(`{"routes":[${route('vEthernet (External)', '0.0.0.0/0', '192.168.1.1', 0, 25)}],"addresses":[]}`)
  assert.equal(bestRoute(routes, 'ipv4')?.gateway, '192.168.1.1')
})

test('windows: random suffixes and deprecated addresses are passing', () => {
  assert.deepEqual(parseNetRoute(OUTPUT).passing, new Set(['2001:db8:1::d4c3:b2a1:908f:7e6d', '2001:db8:1::dead']))
})

test('windows: without a network both lists are empty, and rows of another shape are left out', () => {
  assert.deepEqual(parseNetRoute('{"routes":[],"addresses":[]}'), { routes: [], passing: new Set() })
  assert.deepEqual(parseNetRoute('{"routes":[null,7,{}],"addresses":{"IPAddress":1}}'), { routes: [], passing: new Set() })
  assert.throws(() => parseNetRoute('Get-NetRoute : Access denied'), SyntaxError)
})
