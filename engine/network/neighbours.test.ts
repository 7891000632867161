import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'node:test'
import { addressesBeside, parseDarwinArp, parseProcArp, parseWin32Arp } from './neighbours.ts'

const PROC = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         3a:5d:1f:00:9c:01     *        eth0
192.168.1.20     0x1         0x2         00:16:3E:0A:0B:0C     *        eth0
192.168.1.21     0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.22     0x1         0x6         00:16:3e:0a:0b:0d     *        eth0
`

const DARWIN = `? (192.168.1.1) at 3a:5d:1f:0:9c:1 on en0 ifscope [ethernet]
? (192.168.1.20) at 0:16:3e:a:b:c on en0 ifscope [ethernet]
? (192.168.1.21) at (incomplete) on en0 ifscope [ethernet]
? (192.168.1.255) at ff:ff:ff:ff:ff:ff on en0 ifscope [ethernet]
mdns.mcast.net (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]
`

const WIN32 = `\r
Schnittstelle: 192.168.1.10 --- 0xb\r
  Internetadresse       Physische Adresse     Typ\r
  192.168.1.1           3a-5d-1f-00-9c-01     dynamisch \r
  192.168.1.20          00-16-3e-0a-0b-0c     dynamisch \r
  192.168.1.255         ff-ff-ff-ff-ff-ff     statisch  \r
  224.0.0.22            01-00-5e-00-00-16     statisch  \r
`

const ROUTER = { address: '192.168.1.1', mac: '3a:5d:1f:00:9c:01' }
const SERVER = { address: '192.168.1.20', mac: '00:16:3e:0a:0b:0c' }

test('each system’s table names the machines that answered, and nothing else', () => {
  assert.deepEqual(parseProcArp(PROC), [ROUTER, SERVER, { address: '192.168.1.22', mac: '00:16:3e:0a:0b:0d' }])
  assert.deepEqual(parseDarwinArp(DARWIN), [ROUTER, SERVER])
  assert.deepEqual(parseWin32Arp(WIN32), [ROUTER, SERVER])
})

test('what is no table names nobody', () => {
  for (const parse of [parseProcArp, parseDarwinArp, parseWin32Arp])
    for (const text of ['', '\0\0', 'arp: no such file', '1.2.3.4', '999.1.1.1 0x1 0x2 00:16:3e:0a:0b:0c', '? (::1) at zz on x'])
      assert.deepEqual(parse(text), [])
})

const on = (cidr: string): NetworkInterfaceInfo[] => [
  { address: cidr.split('/')[0] ?? '', cidr, family: 'IPv4', internal: false, mac: '', netmask: '' },
]

test('a machine is looked for in our own subnet only', () => {
  const beside = addressesBeside({ eth0: on('192.168.1.10/29'), docker0: on('172.17.0.1/24') }, '192.168.1.12')
  assert.deepEqual(beside, ['192.168.1.9', '192.168.1.11', '192.168.1.13', '192.168.1.14'])
  const home = { eth0: on('192.168.1.10/24'), docker0: on('172.17.0.1/24') }
  assert.equal(addressesBeside(home, '192.168.1.20')?.length, 252)
  for (const elsewhere of ['192.168.2.20', '172.17.0.2', '203.0.113.5', '2001:db8::1', 'nas.local', ''])
    assert.equal(addressesBeside(home, elsewhere), null, elsewhere)
})

test('a network of more than 1024 addresses, or of one line, is not looked through', () => {
  assert.equal(addressesBeside({ eth0: on('10.0.4.7/22') }, '10.0.5.5')?.length, 1020)
  assert.equal(addressesBeside({ eth0: on('10.0.4.7/21') }, '10.0.5.5'), null)
  assert.equal(addressesBeside({ eth0: on('10.0.4.6/31') }, '10.0.4.7'), null)
})
