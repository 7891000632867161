import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'node:test'
import { findListeners, readLsof, readNetstat, readProcNet } from './listeners.ts'

const PROC = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5001 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5002 1 0000000000000000 100 0 0 10 0
   2: 0A01A8C0:9C40 1401A8C0:0050 01 00000000:00000000 00:00000000 00000000  1000        0 5003 1 0000000000000000 20 4 30 10 -1
   3: 00000000:2000 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 5004 1 0000000000000000 100 0 0 10 0
garbage
`
const PROC6 = `   0: 00000000000000000000000000000000:1FA0 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 6001 1
   1: 00000000000000000000000001000000:1FA1 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 6002 1`

test('Linux: what listens, without our own', () => {
  assert.deepEqual(readProcNet(PROC, 'tcp', new Set(['5004'])), [
    { protocol: 'tcp', address: '127.0.0.1', port: 8080 },
    { protocol: 'tcp', address: '0.0.0.0', port: 22 },
  ])
  assert.deepEqual(
    readProcNet(PROC6, 'tcp6', new Set()).map(({ address, port }) => [address, port]),
    [
      ['::', 8096],
      ['0:0:0:0:0:0:0:1', 8097],
    ],
  )
  const udp = PROC.replaceAll(' 0A ', ' 07 ')
  assert.equal(readProcNet(udp, 'udp', new Set()).length, 3)
})

test('Linux: a real listener is found, and our own are not', async (t) => {
  if (process.platform !== 'linux') return
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as net.AddressInfo
  assert.equal(
    (await findListeners(AbortSignal.timeout(30_000))).some((one) => one.port === port),
    false,
  )
})

/** Written after its documentation, in the words of a French and an English system; never taken on one. */
test('Windows: by a capture', () => {
  const capture = `
Connexions actives

  Proto  Adresse locale         Adresse distante       État            PID
  TCP    0.0.0.0:8123           0.0.0.0:0              LISTENING       1234
  TCP    127.0.0.1:5000         0.0.0.0:0              À l’écoute      99
  TCP    192.168.1.10:50000     93.184.216.34:443      ESTABLISHED     1234
  TCP    [::]:8096              [::]:0                 LISTENING       77
  TCP    [fe80::1%12]:80        [::]:0                 LISTENING       78
  UDP    0.0.0.0:5353           *:*                                    4321
  UDP    0.0.0.0:22124          *:*                                    10
`
  assert.deepEqual(
    readNetstat(capture, 10).map(({ protocol, address, port }) => `${protocol} ${address} ${port}`),
    ['tcp 0.0.0.0 8123', 'tcp 127.0.0.1 5000', 'tcp :: 8096', 'tcp fe80::1 80', 'udp 0.0.0.0 5353'],
  )
})

/** Written after its documentation; never taken on a Mac. */
test('macOS: by a capture', () => {
  const capture = 'p501\nf3\nPTCP\nn*:8123\nf4\nPTCP\nn127.0.0.1:631\np77\nf9\nPTCP\nn[::1]:8080\nn*:*\n'
  assert.deepEqual(
    readLsof(capture, 77).map(({ address, port }) => `${address} ${port}`),
    ['0.0.0.0 8123', '127.0.0.1 631'],
  )
})
