/** Directories and visitors at one door, by real TLS. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { challengeCertificate, serverNameOf, TLS_ALPN_PROTOCOL } from '../../certificates/tls-alpn.ts'
import { eventually } from '../../lab/eventually.ts'
import { createChallengeDoor } from './challenge-door.ts'
import { openBackend, openDoor } from './test-door.ts'
import type { Nameless } from './visitor-tls.ts'
import { createVisitorTls } from './visitor-tls.ts'

const authority = await makeAuthority()
const web = await issue(authority, { names: ['web.example'] })
const byAddress = await issue(authority, { names: ['127.0.0.1'] })

/** Both doors behind one listener, as the front door has them. */
async function open(t: TestContext, nameless?: () => Nameless | undefined, isFull = () => false) {
  const counts = { entered: 0, left: 0 }
  const challenges = createChallengeDoor()
  const hosts: string[] = []
  const secure = createVisitorTls({
    protocols: ['http/1.1'],
    certificate: (host) => (host === 'web.example' ? web : undefined),
    nameless,
    intercept: challenges.intercept,
    enter: () => {
      counts.entered += 1
      const leave = () => void counts.left++
      return isFull() ? undefined : { secured() {}, beginRequest: () => undefined, endRequest() {}, answered() {}, malformed() {}, leave }
    },
    onSecured: (socket, { host }) => {
      hosts.push(host)
      socket.end()
    },
  })
  const server = net.createServer((socket) => {
    secure.accept(socket, { address: '127.0.0.1', port: 1 })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    await secure.close(0)
  })
  const { port } = server.address() as net.AddressInfo
  /** What is shown; `none` for an alert or a closed connection. */
  const shown = async (servername: string, ALPNProtocols: string[] = ['http/1.1']): Promise<string> => {
    const socket = tls.connect({ host: '127.0.0.1', port, servername, ALPNProtocols, rejectUnauthorized: false })
    try {
      await once(socket, 'secureConnect')
      const { raw } = socket.getPeerCertificate()
      // The other side may not have seen the end of the handshake yet.
      await once(socket.resume(), 'end')
      return `${new X509Certificate(raw).subjectAltName} ${socket.alpnProtocol}`
    } catch {
      return 'none'
    } finally {
      socket.destroy()
    }
  }
  return { challenges, shown, hosts, port, secure, counts }
}

test('a directory sees the proof for a name and for an address, and only while it is shown; visitors of the name see their page all the while', async (t) => {
  const { challenges, shown } = await open(t)
  for (const [identifier, alternative] of [
    [{ type: 'dns', value: 'web.example' }, 'DNS:web.example'],
    [{ type: 'ip', value: '127.0.0.1' }, 'IP Address:127.0.0.1'],
  ] as const) {
    const name = serverNameOf(identifier)
    const pair = await challengeCertificate({ identifier, token: 't', text: 'text' })
    const hide = challenges.show(name, pair)
    assert.equal(await shown(name, [TLS_ALPN_PROTOCOL]), `${alternative} ${TLS_ALPN_PROTOCOL}`)
    assert.equal(await shown('other.example', [TLS_ALPN_PROTOCOL]), 'none')
    assert.equal(await shown('web.example'), 'DNS:web.example http/1.1')
    hide()
    assert.equal(await shown(name, [TLS_ALPN_PROTOCOL]), 'none')
  }
})

test('who says nothing while an order waits is let go, and the door goes on', async (t) => {
  const { challenges, shown, port } = await open(t)
  challenges.show('web.example', web)
  const silent = net.connect(port, '127.0.0.1')
  await once(silent, 'connect')
  silent.destroy()
  assert.equal(await shown('web.example'), 'DNS:web.example http/1.1')
})

test('a directory is a visitor like any other: he is counted, turned away where it is too much, and cut off when the door closes', async (t) => {
  let isFull = false
  const { challenges, shown, port, secure, counts } = await open(t, undefined, () => isFull)
  challenges.show('web.example', web)
  assert.equal(await shown('web.example', [TLS_ALPN_PROTOCOL]), `DNS:web.example ${TLS_ALPN_PROTOCOL}`)
  await eventually(() => counts.left === 1)
  isFull = true
  assert.equal(await shown('web.example', [TLS_ALPN_PROTOCOL]), 'none')
  isFull = false
  const silent = net.connect(port, '127.0.0.1').on('error', () => undefined)
  await eventually(() => counts.entered === 3)
  const closed = new Promise((resolve) => silent.once('close', resolve))
  await secure.close(60_000)
  await closed
})

test('the front door counts a directory before it looks at what it wants, whichever way it comes', async (t) => {
  let isFull = false
  let entered = 0
  const guest = { secured() {}, beginRequest: () => undefined, endRequest() {}, answered() {}, malformed() {}, leave() {} }
  const { target } = await openBackend(t, (_request, response) => response.end())
  const { door, port } = await openDoor(t, target, {
    enter: () => {
      entered += 1
      return isFull ? undefined : guest
    },
  })
  door.showChallenge('own.example', web)
  const look = async (stream: Duplex): Promise<string> => {
    const socket = tls.connect({ socket: stream, servername: 'own.example', ALPNProtocols: [TLS_ALPN_PROTOCOL], rejectUnauthorized: false })
    const seen = await once(socket, 'secureConnect').then(
      () => String(socket.alpnProtocol),
      () => 'none',
    )
    socket.destroy()
    return seen
  }
  const outOfTunnel = (): Duplex => {
    const [here, there] = duplexPair()
    door.accept(there, { address: '198.18.0.7', port: 1 })
    return here
  }
  for (const stream of [() => net.connect(port, '127.0.0.1'), outOfTunnel]) {
    isFull = false
    assert.equal(await look(stream()), TLS_ALPN_PROTOCOL)
    isFull = true
    assert.equal(await look(stream()), 'none')
  }
  assert.equal(entered, 4)
})

test('who asks for no name is shown a page only where there is one for the address, and nobody else is ever shown it', async (t) => {
  let nameless: Nameless | undefined
  const { shown, hosts } = await open(t, () => nameless)
  assert.equal(await shown(''), 'none')
  nameless = { host: '127.0.0.1', pair: byAddress }
  assert.equal(await shown(''), 'IP Address:127.0.0.1 http/1.1')
  assert.equal(await shown('web.example'), 'DNS:web.example http/1.1')
  assert.equal(await shown('unknown.example'), 'none')
  assert.deepEqual(hosts, ['127.0.0.1', 'web.example'])
  nameless = undefined
  assert.equal(await shown(''), 'none')
})

test('out of the tunnel nobody comes by an address, whatever is shown to who comes straight', async (t) => {
  const { secure, shown, hosts } = await open(t, () => ({ host: '127.0.0.1', pair: byAddress }))
  assert.equal(await shown(''), 'IP Address:127.0.0.1 http/1.1')
  for (const servername of ['', 'unknown.example', 'web.example']) {
    const [here, there] = duplexPair()
    secure.accept(there, { address: '127.0.0.1', port: 1 })
    const socket = tls.connect({ socket: here, servername, rejectUnauthorized: false })
    socket.on('error', () => socket.destroy())
    socket.resume().once('end', () => socket.destroy())
    await new Promise((resolve) => socket.once('close', resolve))
  }
  assert.deepEqual(hosts, ['127.0.0.1', 'web.example'])
})
