import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { testCertificate } from '../../test/certificates.ts'
import { addressesOf, visitOwnName } from './own-names.ts'

const HOST = 'web.amber-otter-42.relay.example'
const [ours, theirs] = [await testCertificate(HOST), await testCertificate(HOST)]
const ourKey = new X509Certificate(ours.cert).publicKey.export({ type: 'spki', format: 'der' })
const isOwnKey = (key: Buffer): boolean => key.equals(ourKey)
const never = new AbortController().signal

async function listening(context: TestContext, server: net.Server): Promise<{ address: string; port: number }> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

const showing = (context: TestContext, pair: { cert: string; key: string }, asked: unknown[] = []) => {
  const ALPNCallback = (hello: { servername: string; protocols: string[] }): string => {
    asked.push(hello)
    return 'http/1.1'
  }
  return listening(context, tls.createServer({ ...pair, ALPNCallback }))
}

test('our own key is our own, whoever carries us', async (context) => {
  const asked: unknown[] = []
  const endpoints = [await showing(context, ours, asked), await showing(context, ours, asked)]
  assert.deepEqual(await visitOwnName({ host: HOST, endpoints, isOwnKey }, never), { finding: 'own' })
  const asABrowser = { servername: HOST, protocols: ['h2', 'http/1.1'] }
  assert.deepEqual(asked, [asABrowser, asABrowser])
})

test('one foreign key among others is an alarm, with the address where it was shown', async (context) => {
  const endpoints = [await showing(context, ours), { ...(await showing(context, theirs)), address: 'localhost' }]
  assert.deepEqual(await visitOwnName({ host: HOST, endpoints, isOwnKey }, never), { finding: 'foreign', address: 'localhost' })
})

test('who refuses, speaks no TLS or keeps silent shows nothing: neither good nor bad', async (context) => {
  const closed = await listening(context, net.createServer())
  const endpoints = [
    { ...closed, port: 1 },
    await listening(
      context,
      net.createServer((socket) => socket.end('SSH-2.0-lab\r\n')),
    ),
    await listening(
      context,
      tls.createServer({ ...ours, SNICallback: (_name, done) => done(new Error('nobody here')) }).on('tlsClientError', () => {}),
    ),
  ]
  assert.deepEqual(await visitOwnName({ host: HOST, endpoints, isOwnKey }, never), { finding: 'unreached' })
  assert.deepEqual(await visitOwnName({ host: HOST, endpoints: [], isOwnKey }, never), { finding: 'unreached' })
  const stop = new AbortController()
  const visit = visitOwnName({ host: HOST, endpoints: [closed], isOwnKey }, stop.signal)
  stop.abort()
  assert.deepEqual(await visit, { finding: 'unreached' })
})

test('the resolver of this computer is asked, no longer than it may be', async () => {
  assert.ok((await addressesOf('localhost', never)).some((address) => address === '127.0.0.1' || address === '::1'))
  assert.deepEqual(await addressesOf('localhost', AbortSignal.abort()), [])
})
