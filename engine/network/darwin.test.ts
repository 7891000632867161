import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIfconfig, parseNetstat } from './darwin.ts'
import { bestRoute } from './interfaces.ts'

const NETSTAT = `Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            link#18            UCSg                utun4       
default            192.168.1.1        UGScIg                en0       
default            link#22            UCSIg           bridge100      !
127                127.0.0.1          UCS                   lo0       
192.168.1          link#11            UCS                   en0      !
192.168.1.1/32     link#11            UCS                   en0      !
192.168.1.1        a4:b1:c2:d3:e4:f5  UHLWIir               en0   1184

Internet6:
Destination                             Gateway                                 Flags               Netif Expire
default                                 fe80::a6b1:c2ff:fed3:e4f5%en0           UGcg                  en0       
default                                 fe80::%utun0                            UGcIg               utun0       
default                                 fe80::%utun1                            UGcIg               utun1       
::1                                     ::1                                     UHL                   lo0       
2001:db8:1::/64                         link#11                                 UC                    en0       
fe80::%lo0/64                           fe80::1%lo0                             UcI                   lo0       
`

const IFCONFIG = `en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\toptions=6460<TSO4,TSO6,CHANNEL_IO,PARTIAL_CSUM,ZEROINVERT_CSUM>
\tether a4:83:e7:01:02:03
\tinet6 fe80::1c2d:3e4f:5a6b:7c8d%en0 prefixlen 64 secured scopeid 0xb
\tinet 192.168.1.10 netmask 0xffffff00 broadcast 192.168.1.255
\tinet6 2001:db8:1::48f:1a2b:3c4d:5e6f prefixlen 64 autoconf secured
\tinet6 2001:db8:1::d4c3:b2a1:908f:7e6d prefixlen 64 autoconf temporary
\tinet6 2001:db8:1::aaaa:b2a1:908f:7e6d prefixlen 64 deprecated autoconf temporary
\tnd6 options=201<PERFORMNUD,DAD>
\tmedia: autoselect
\tstatus: active
`

test('macos: default routes of both families; those bound to an interface come last', () => {
  const routes = parseNetstat(NETSTAT)
  assert.deepEqual(
    routes.map(({ gateway, interfaceName, metric }) => [gateway, interfaceName, metric]),
    [
      [null, 'utun4', 0],
      ['192.168.1.1', 'en0', 1],
      [null, 'bridge100', 1],
      ['fe80::a6b1:c2ff:fed3:e4f5', 'en0', 0],
      [null, 'utun0', 1],
      [null, 'utun1', 1],
    ],
  )
})

test('macos: under a full-tunnel VPN the router at home is still found', () => {
  assert.equal(bestRoute(parseNetstat(NETSTAT), 'ipv4')?.gateway, '192.168.1.1')
})

test('macos: temporary and deprecated addresses are passing', () => {
  assert.deepEqual(parseIfconfig(IFCONFIG), new Set(['2001:db8:1::d4c3:b2a1:908f:7e6d', '2001:db8:1::aaaa:b2a1:908f:7e6d']))
})

test('macos: an empty or foreign text gives no route', () => {
  for (const text of ['', 'netstat: kvm not available', 'default 192.168.1.1 UGSc en0']) assert.deepEqual(parseNetstat(text), [])
})
