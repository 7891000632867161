import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSecondHop } from './second-hop.ts'

describe('the router after our own, as the tools tell it', () => {
  const rows: readonly (readonly [string, string, string | null])[] = [
    [
      'Linux',
      'PING 198.51.100.20 (198.51.100.20) 56(84) bytes of data.\nFrom 192.168.0.1 icmp_seq=1 Time to live exceeded\n\n--- 198.51.100.20 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n',
      '192.168.0.1',
    ],
    [
      'Linux, IPv6',
      'PING 2001:db8:200::20(2001:db8:200::20) 56 data bytes\nFrom 2001:db8:101::1 icmp_seq=1 Time exceeded: Hop limit\n',
      '2001:db8:101::1',
    ],
    ['Linux, an older ping', 'From 192.168.0.1: icmp_seq=1 Time to live exceeded\n', '192.168.0.1'],
    ['Linux, no answer', 'PING 198.51.100.20 (198.51.100.20) 56(84) bytes of data.\n\n--- 198.51.100.20 ping statistics ---\n', null],
    ['macOS', ' 2  192.168.0.1  1.204 ms\n', '192.168.0.1'],
    ['macOS, IPv6', ' 2  2001:db8:101::1  2.310 ms\n', '2001:db8:101::1'],
    ['macOS, no answer', ' 2  *\n', null],
    [
      'Windows, in French',
      "\r\nDétermination de l'itinéraire vers 198.51.100.20 avec un maximum de 2 sauts.\r\n\r\n  1    <1 ms    <1 ms    <1 ms  192.168.1.1 \r\n  2     1 ms     1 ms     2 ms  192.168.0.1 \r\n\r\nItinéraire déterminé.\r\n",
      '192.168.0.1',
    ],
    ['Windows, no answer', '  1    <1 ms    <1 ms    <1 ms  192.168.1.1 \r\n  2     *        *        *     Request timed out.\r\n', null],
    ['nothing at all', '', null],
  ]
  for (const [name, text, address] of rows) it(name, () => assert.equal(parseSecondHop(text), address))
})
