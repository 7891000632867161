/** What the doors tell of who is let in: the same by HTTP/1 and HTTP/2, direct and out of the tunnel, and nothing of who is not. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { eventually } from '../../lab/eventually.ts'
import type { Carried, Meter } from './guest.ts'
import { authority, type Door, HOST, NOBODY, openBackend, openDoor, untilClosed, visit } from './test-door.ts'

const STRANGER = '198.51.100.7'
const PAGE = 'x'.repeat(50_000)

interface Seen {
  readonly who: string
  readonly carried: Carried
  readonly statuses: number[]
  readonly waitedMs: number[]
  /** What it had carried by then. */
  left: { bytesIn: number; bytesOut: number } | undefined
}

function metering(): { seen: Seen[]; meter: Meter } {
  const seen: Seen[] = []
  return {
    seen,
    meter(service, address, isDirect, carried) {
      const one: Seen = {
        who: `${service} ${address} ${isDirect ? 'direct' : 'tunnel'}`,
        carried,
        statuses: [],
        waitedMs: [],
        left: undefined,
      }
      seen.push(one)
      return {
        answered: (status) => one.statuses.push(status),
        waited: (ms) => one.waitedMs.push(ms),
        leave() {
          assert.equal(one.left, undefined, 'nobody leaves twice')
          one.left = { bytesIn: carried.bytesRead, bytesOut: carried.bytesWritten }
        },
      }
    },
  }
}

async function house(t: TestContext, change = {}): Promise<{ door: Door; seen: Seen[] }> {
  const { seen, meter } = metering()
  const { target } = await openBackend(t, ({ url }, response) => {
    response.statusCode = url === '/' ? 200 : 404
    response.end(PAGE)
  })
  return { door: await openDoor(t, target, { meter, ...change }), seen }
}

const REQUEST = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`

test('direct and out of the tunnel the same bytes count, without TLS', async (t) => {
  const { door, seen } = await house(t)
  const direct = tls.connect({ host: '127.0.0.1', port: door.port, servername: HOST, ca: authority.certPem })
  direct.write(REQUEST)
  const answer = await untilClosed(direct)
  const [here, there] = duplexPair()
  door.door.accept(there, { address: STRANGER, port: 50_000 })
  const tunnelled = tls.connect({ socket: here, servername: HOST, ca: authority.certPem })
  tunnelled.write(REQUEST)
  tunnelled.once('end', () => tunnelled.destroy())
  await untilClosed(tunnelled)
  there.destroy()
  await eventually(() => seen.every(({ left }) => left))
  assert.deepEqual(
    seen.map(({ who }) => who),
    ['web 127.0.0.1 direct', `web ${STRANGER} tunnel`],
  )
  for (const { left, statuses, waitedMs } of seen) {
    assert.deepEqual(left, { bytesIn: REQUEST.length, bytesOut: answer.length })
    assert.deepEqual([statuses, waitedMs.length], [[200], 1])
  }
})

test('HTTP/2: one visit a connection, however many requests, and its bytes', async (t) => {
  const { door, seen } = await house(t)
  const session = http2.connect(`https://${HOST}`, {
    createConnection: () =>
      tls.connect({ host: '127.0.0.1', port: door.port, servername: HOST, ca: authority.certPem, ALPNProtocols: ['h2'] }),
  })
  for (const path of ['/', '/nothing', '/']) {
    const stream = session.request({ ':path': path })
    stream.resume()
    await once(stream, 'close')
  }
  const [one, ...others] = seen
  assert.ok(one && others.length === 0)
  assert.deepEqual([one.statuses, one.waitedMs.length], [[200, 404, 200], 3])
  assert.ok(one.carried.bytesWritten > 3 * PAGE.length && one.carried.bytesWritten < 3.1 * PAGE.length, String(one.carried.bytesWritten))
  session.close()
})

test('who is not let in is no visitor', async (t) => {
  const { target } = await openBackend(t, (_request, response) => response.end())
  const gated = { gate: NOBODY, route: () => ({ service: 'web', target, isGated: true }) }
  const { door, seen } = await house(t, gated)
  assert.equal((await visit(door, '/')).status, 403)
  assert.deepEqual(seen, [])
})
