/** A relay that says what a test wants it to say: over real TLS with real lanes, so that only its words are made up. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { takeWebsockets } from '../../relay/tunnel/websocket.ts'
import { type Identity, newIdentity, proveIdentity, sessionBinding } from '../../wire/identity.ts'
import { Lane } from '../../wire/lane.ts'
import { type Answer, type Ask, type Device, TUNNEL_ALPN, type Welcome, WIRE_VERSION } from '../../wire/messages.ts'
import { folder, later } from '../folder.ts'

export interface FakeRelayOptions {
  readonly host?: string
  readonly identity?: Identity
  /** The first message on every lane; a proper hello unless told. */
  hello?(proper: Record<string, unknown>): unknown
  /** What a device is told; a welcome unless told. Undefined: nothing at all. */
  reply?(device: Device, welcome: Welcome): unknown
  /** Undefined: no answer. */
  answer?(ask: Ask): Omit<Answer, 'm' | 'id'> | undefined
  /** What is neither an introduction nor a question. */
  other?(message: unknown): void
  readonly tls?: tls.TlsOptions
}

export interface FakeRelay {
  /** What `--relay` takes. */
  readonly ready: string
  readonly host: string
  readonly port: number
  readonly identity: Identity
  /** The authority behind its certificate: PEM, and the file that holds it. */
  readonly caPem: string
  readonly ca: string
  /** Every introduction, in order. */
  readonly devices: readonly Device[]
  readonly asks: readonly Ask[]
  /** The lanes that are open now, in order. */
  lanes(): readonly Lane[]
  /** Cut every connection; new ones are welcome. */
  cut(): void
  close(): void
}

export async function fakeRelay(t: TestContext, options: FakeRelayOptions = {}): Promise<FakeRelay> {
  const { host = 'porchlight.localhost', identity = newIdentity() } = options
  const authority = await makeAuthority()
  const { certPem, keyPem } = await issue(authority, { names: [host] })
  const ca = join(folder(t), 'ca.pem')
  writeFileSync(ca, authority.certPem)
  const server = tls.createServer({
    cert: certPem,
    key: keyPem,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [TUNNEL_ALPN, 'http/1.1'],
    ...options.tls,
  })
  const pages = http.createServer((_request, response) => void response.end())
  const devices: Device[] = []
  const asks: Ask[] = []
  const open = new Map<TLSSocket, Lane>()
  const sockets = new Set<TLSSocket>()
  const port = (): number => (server.address() as AddressInfo).port

  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    // A server that was told to know no ALPN speaks as if it were a relay all the same.
    if (socket.alpnProtocol === 'http/1.1') pages.emit('connection', socket)
    else greet(socket, socket)
  })
  takeWebsockets(pages, (stream, session) => greet(stream, session))
  const greet = (stream: Duplex, socket: TLSSocket): void => {
    const lane = new Lane(stream, {
      onControl(message) {
        const said = message as { m?: unknown; id: number; ask: Ask }
        if (said.m === 'device') introduce(message as Device)
        else if (said.m === 'ask') {
          asks.push(said.ask)
          const answer = (options.answer ?? (() => ({ result: {} })))(said.ask)
          if (answer) lane.sendControl({ m: 'answer', id: said.id, ...answer })
        } else options.other?.(message)
      },
      onClose: () => void open.delete(socket),
    })
    const introduce = (device: Device): void => {
      devices.push(device)
      if (device.purpose === 'session') open.set(socket, lane)
      const reply = (options.reply ?? ((_device, welcome) => welcome))(device, welcomeAt(host, port()))
      if (reply !== undefined) lane.sendControl(reply)
    }
    const proof = proveIdentity(identity, 'relay', sessionBinding(socket))
    const proper = { m: 'hello', min: WIRE_VERSION, max: WIRE_VERSION, key: identity.publicKey, proof }
    lane.sendControl(options.hello ? options.hello(proper) : proper)
  }
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const close = (): void => {
    server.close()
    cut()
  }
  later(t, close)
  return {
    ready: `https://${host}:${port()}`,
    host,
    port: port(),
    identity,
    caPem: authority.certPem,
    ca,
    devices,
    asks,
    lanes: () => [...open.values()],
    cut,
    close,
  }
}

function welcomeAt(host: string, httpsPort: number): Welcome {
  return {
    m: 'welcome',
    domain: host,
    label: 'amber-otter-42',
    former: [],
    lanes: 4,
    observed: { family: 'ipv4', address: '127.0.0.1' },
    addresses: { ipv4: '127.0.0.1' },
    httpsPort,
  }
}
