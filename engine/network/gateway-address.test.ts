import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'node:test'
import { chooseFacts, findNetwork } from './gateway-address.ts'
import { type DefaultRoute, isVirtual, type RouteTable } from './interfaces.ts'

const info = (cidr: string): NetworkInterfaceInfo => {
  const address = cidr.split('/')[0] ?? ''
  const common = { address, netmask: '', mac: '02:00:00:00:00:01', internal: false, cidr }
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' }
}
const table = (routes: DefaultRoute[], ...passing: string[]): RouteTable => ({ routes, passing: new Set(passing) })
const ipv4 = (gateway: string | null, interfaceName = 'eth0', metric = 0): DefaultRoute => ({
  family: 'ipv4',
  gateway,
  interfaceName,
  metric,
})
const ipv6 = (gateway: string | null, interfaceName = 'eth0'): DefaultRoute => ({ family: 'ipv6', gateway, interfaceName, metric: 0 })

test('the local address is the one in the subnet of the gateway', () => {
  const interfaces = { eth0: [info('10.9.0.4/16'), info('192.168.1.10/24')], wlan0: [info('192.168.1.11/24')] }
  assert.deepEqual(chooseFacts(table([ipv4('192.168.1.1')]), interfaces), {
    ipv4: { gateway: '192.168.1.1', localAddress: '192.168.1.10', interfaceName: 'eth0' },
  })
})

test('on a /32 link the address of the interface is taken, and a link without a next hop has no gateway to ask', () => {
  assert.equal(chooseFacts(table([ipv4('172.31.1.1')]), { eth0: [info('198.51.100.7/32')] })?.ipv4?.localAddress, '198.51.100.7')
  assert.equal(chooseFacts(table([ipv4(null)]), { eth0: [info('198.51.100.7/32')] }), null)
})

test('the stable global IPv6 address is preferred, a temporary one is better than none, unique local ones do not count', () => {
  const addresses = [info('fe80::1/64'), info('fd00::10/64'), info('2001:db8:1::aaaa/64'), info('2001:db8:1::10/64')]
  const routes = [ipv6('fe80::2')]
  const facts = { gateway: 'fe80::2', interfaceName: 'eth0' }
  const found = (passing: string[], own = addresses) => chooseFacts(table(routes, ...passing), { eth0: own })?.ipv6
  assert.deepEqual(found(['2001:db8:1::aaaa']), { ...facts, localAddress: '2001:db8:1::10' })
  assert.deepEqual(found(['2001:db8:1::aaaa', '2001:db8:1::10']), { ...facts, localAddress: '2001:db8:1::aaaa' })
  assert.equal(found([], [info('fe80::1/64'), info('fd00::10/64')]), undefined)
})

test('no route, a route on an interface without an address, and virtual interfaces alone are no network', () => {
  const docker = { docker0: [info('172.17.0.1/16')], utun3: [info('10.8.0.2/24')] }
  assert.equal(chooseFacts(table([]), { eth0: [info('192.168.1.10/24')] }), null)
  assert.equal(chooseFacts(table([ipv4('192.168.1.1')]), {}), null)
  assert.equal(chooseFacts(table([ipv4('172.17.0.9', 'docker0'), ipv4('10.8.0.1', 'utun3')]), docker), null)
})

test('names of interfaces, real and virtual', () => {
  const real = [
    'eth0',
    'enp3s0',
    'wlan0',
    'wlp2s0',
    'en0',
    'br0',
    'br-lan',
    'bond0',
    'Ethernet',
    'Wi-Fi',
    'Connexion réseau',
    'ppp0',
    'eth0.100',
  ]
  const virtual = [
    'lo',
    'lo0',
    'tun0',
    'utun4',
    'wg0',
    'wg-home',
    'docker0',
    'br-0123456789ab',
    'veth12ab3c',
    'virbr0',
    'vmnet8',
    'tailscale0',
  ]
  const windows = ['vEthernet (Default Switch)', 'vEthernet (WSL (Hyper-V firewall))', 'WireGuard Tunnel', 'Loopback Pseudo-Interface 1']
  assert.deepEqual(real.filter(isVirtual), [])
  assert.deepEqual(
    [...virtual, ...windows, 'awdl0', 'llw0', 'bridge100'].filter((name) => !isVirtual(name)),
    [],
  )
})

test('this machine answers without throwing, and a signal that has fired is obeyed', async () => {
  const facts = await findNetwork(AbortSignal.timeout(60_000))
  assert.ok(facts === null || facts.ipv4 || facts.ipv6)
  await assert.rejects(findNetwork(AbortSignal.abort(new Error('enough'))), /enough/)
})
