/** Translations of every kind, scripted: what a server at four places would see and how its answers would fare. */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { describe, type TestContext, test } from 'node:test'
import type { Endpoint } from '../../protocol/model/address.ts'
import { type Change, formatBindingResponse, parseBindingRequest } from '../../wire/stun.ts'
import { learnTranslation } from './translation.ts'

interface Nat {
  /** The port that the nth place (0 and 1 on the first address, 2 and 3 on the second) sees. */
  mappedPort?(place: number): number
  /** Whether an answer that comes with such a change gets through. */
  admits?(change: Change): boolean
  /** Places that are there at all. */
  readonly alive?: readonly number[]
}

async function behind(context: TestContext, { mappedPort = () => 40_000, admits = () => true, alive = [0, 1, 2, 3] }: Nat) {
  const first = dgram.createSocket('udp4').bind(0, '127.0.0.1')
  const second = dgram.createSocket('udp4').bind(0, '127.0.0.1')
  await Promise.all([once(first, 'listening'), once(second, 'listening')])
  const ports = [first.address().port, second.address().port]
  const elsewhere = ports.map((port) => dgram.createSocket('udp4').bind(port, '127.0.0.2'))
  await Promise.all(elsewhere.map((socket) => once(socket, 'listening')))
  const sockets = [first, second, ...elsewhere]
  context.after(() => sockets.forEach((socket) => void socket.close()))
  for (const [place, socket] of sockets.entries())
    socket.on('message', (datagram, sender) => {
      const asked = parseBindingRequest(datagram)
      if (!asked || !alive.includes(place) || (asked.change && !admits(asked.change))) return
      const from = sockets[place ^ (asked.change?.address ? 2 : 0) ^ (asked.change?.port ? 1 : 0)]
      from?.send(
        formatBindingResponse(asked.transaction, { mapped: { address: '203.0.113.10', port: mappedPort(place) } }),
        sender.port,
        sender.address,
      )
    })
  const server: Endpoint = { address: '127.0.0.1', port: ports[0] ?? 0 }
  return await learnTranslation(server, { address: '127.0.0.2', port: ports[1] ?? 0 }, new AbortController().signal)
}

// A silence takes 3.5 s to be one, so they are awaited side by side.
describe('what a translation does', { concurrency: true, timeout: 30_000 }, () => {
  test('a home that anybody may answer', async (context) => {
    assert.deepEqual(await behind(context, {}), { mapping: 'endpoint-independent', filtering: 'endpoint-independent' })
  })

  test('a home router as most are: the same outside for all, and only who was spoken to is heard', async (context) => {
    assert.deepEqual(await behind(context, { admits: () => false }), {
      mapping: 'endpoint-independent',
      filtering: 'address-and-port-dependent',
    })
  })

  test('one that lets in every port of those it spoke to, and shows each address another outside', async (context) => {
    const nat: Nat = { mappedPort: (place) => 40_000 + (place >> 1), admits: ({ address }) => !address }
    assert.deepEqual(await behind(context, nat), { mapping: 'address-dependent', filtering: 'address-dependent' })
  })

  test('one that shows every receiver another outside', async (context) => {
    const nat: Nat = { mappedPort: (place) => 40_000 + place }
    assert.deepEqual(await behind(context, nat), { mapping: 'address-and-port-dependent', filtering: 'endpoint-independent' })
  })

  test('a second address that does not answer tells nothing', async (context) => {
    assert.equal(await behind(context, { alive: [0, 1] }), null)
  })
})
