import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestRoute } from './interfaces.ts'
import { parseProcAddresses, parseProcIPv6Route, parseProcRoute } from './linux.ts'

const ROUTE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
`

const IPV6_ROUTE = `00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
20010db8000100000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80000000000000021122fffe334455 00000400 00000002 00000000 00450003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 00000032 00000002 00000000 00000001     wg0
`

const IF_INET6 = `00000000000000000000000000000001 01 80 10 80       lo
20010db8000100000000000000000010 0c 40 00 80     eth0
20010db80001000074a1c0ffee00abcd 0c 40 00 01     eth0
20010db8000100000000000000000dea 0c 40 00 20     eth0
fe8000000000000002163efffe0a0b0c 0c 40 20 80     eth0
`

test('linux: the IPv4 default routes, split tunnels and rejected routes left out', () => {
  assert.deepEqual(parseProcRoute(ROUTE, 'LE'), [
    { family: 'ipv4', gateway: null, interfaceName: 'tun0', metric: 50 },
    { family: 'ipv4', gateway: '192.168.1.1', interfaceName: 'wlan0', metric: 600 },
    { family: 'ipv4', gateway: '192.168.1.1', interfaceName: 'eth0', metric: 100 },
  ])
})

test('linux: a big-endian kernel prints the same address the other way round', () => {
  const line = 'eth0\t00000000\tC0A80101\t0003\t0\t0\t0\t00000000\t0\t0\t0\n'
  assert.equal(parseProcRoute(line, 'BE')[0]?.gateway, '192.168.1.1')
})

test('linux: the IPv6 default route with its link-local router', () => {
  assert.deepEqual(parseProcIPv6Route(IPV6_ROUTE), [
    { family: 'ipv6', gateway: 'fe80::211:22ff:fe33:4455', interfaceName: 'eth0', metric: 1024 },
    { family: 'ipv6', gateway: null, interfaceName: 'wg0', metric: 50 },
  ])
})

test('linux: temporary and deprecated addresses are passing, permanent ones are not', () => {
  assert.deepEqual(parseProcAddresses(IF_INET6), new Set(['2001:db8:1:0:74a1:c0ff:ee00:abcd', '2001:db8:1::dea']))
})

test('linux: a full-tunnel VPN with a better metric does not hide the home router', () => {
  assert.equal(bestRoute(parseProcRoute(ROUTE, 'LE'), 'ipv4')?.interfaceName, 'eth0')
})

test('linux: damaged tables give no route', () => {
  for (const text of ['', '\n\n', 'eth0', 'eth0\t00000000\tXYZ\t0003\t0\t0\t0\t00000000', '\0\0\0'])
    assert.deepEqual([parseProcRoute(text), parseProcIPv6Route(text), [...parseProcAddresses(text)]], [[], [], []])
})
