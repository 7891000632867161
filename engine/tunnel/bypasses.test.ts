/** The engine's end of a bypass against relays that do not keep their word. What goes well is in test/loopback/bypass.test.ts. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { testCertificate } from '../../test/certificates.ts'
import { drained, lanePair, pour } from '../../test/lanes.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { createBypasses } from './bypasses.ts'

const TOKEN = Buffer.alloc(32, 7)

/** A relay that answers so on connections for bypasses, and one stream of its lane. */
async function relay(t: TestContext, answer: (session: TLSSocket) => void, ca?: string) {
  const certificate = await testCertificate('relay.localhost')
  let dials = 0
  const server = tls.createServer({ ...certificate, ALPNCallback: ({ protocols }) => protocols[0] }, (session) => {
    answer(session.on('error', () => {}))
  })
  server.on('connection', (socket) => {
    dials += 1
    t.after(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const stop = new AbortController()
  const address = { host: 'relay.localhost', port: (server.address() as AddressInfo).port, ca: ca ?? certificate.cert }
  const take = createBypasses({ relay: address, findProxy: async () => undefined }, stop.signal)
  const accepted = Promise.withResolvers<LaneStream>()
  const lanes = lanePair(duplexPair(), accepted.resolve)
  t.after(() => lanes.relay.close('done'))
  const near = lanes.relay.open({}) as LaneStream
  const far = await accepted.promise
  far.isSealed = true
  return { take, near, far, stop, dials: () => dials }
}

/** The stream goes on by its lane. */
async function untouched({ near, far }: { near: LaneStream; far: LaneStream }): Promise<void> {
  const [said, heard] = await Promise.all([pour(far, 300_000, 1), drained(near)])
  assert.equal(heard, said)
  assert.deepEqual([far.isBypassed, near.isBypassed], [false, false])
}

test('whatever the relay does instead of letting it in, the stream stays on its lane', async (t) => {
  const answers: Record<string, (session: TLSSocket) => void> = {
    'hangs up': (session) => session.destroy(),
    ends: (session) => session.end(),
    'says something else': (session) => session.write('no'),
    'says more': (session) => session.write('gone'),
  }
  for (const [name, answer] of Object.entries(answers)) {
    const said = Promise.withResolvers<Buffer>()
    const here = await relay(t, (session) => {
      session.once('data', (bytes: Buffer) => {
        said.resolve(bytes)
        answer(session)
      })
    })
    here.take(here.far, TOKEN)
    assert.deepEqual(await said.promise, TOKEN, name)
    await untouched(here)
  }
})

test('a relay whose certificate nobody vouches for is told nothing', async (t) => {
  const other = await testCertificate('relay.localhost')
  const here = await relay(t, () => assert.fail('TLS stands'), other.cert)
  here.take(here.far, TOKEN)
  await untouched(here)
  while (here.dials() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
})

test('one that says nothing is left when the tunnel stops', async (t) => {
  const closed = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<void>()
  const here = await relay(t, (session) => session.once('data', () => heard.resolve()).once('close', () => closed.resolve()))
  here.take(here.far, TOKEN)
  await heard.promise
  here.stop.abort()
  await closed.promise
  await untouched(here)
})

test('for bytes that are nobody’s TLS no connection is made, whatever is offered', async (t) => {
  const here = await relay(t, () => {})
  here.far.isSealed = false
  here.take(here.far, TOKEN)
  await untouched(here)
  assert.equal(here.dials(), 0)
})
