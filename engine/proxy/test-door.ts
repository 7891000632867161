/** For this room's tests: a front door on loopback with one service behind it, and visitors who come in through TLS. */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import type { Target } from '../../protocol/model/service.ts'
import { createBanList } from '../bans/ban-list.ts'
import { createVisitors } from '../bans/visitors.ts'
import { createFrontDoor, type FrontDoor, type FrontDoorOptions } from './front-door.ts'
import type { Gate } from './gate.ts'

export const HOST = 'web.device.example'
export const authority = await makeAuthority()
export const wildcard = await issue(authority, { names: ['*.device.example'] })

/** What its owner would have accepted. */
export const fingerprintOf = ({ certPem }: { certPem: string }): string =>
  new X509Certificate(certPem).fingerprint256.replaceAll(':', '').toLowerCase()

/** Nothing opens anything. */
export const NOBODY: Gate = {
  judge: () => ({ isIn: false, asks: 'link' }),
  open: () => ({ refused: 'unknown' }),
  admitBeside: () => false,
  signIn: async () => ({ refused: 'wrong' }),
}

export interface Door {
  readonly door: FrontDoor
  readonly port: number
  /** `service failure` and `service ok`, in order. */
  readonly events: string[]
  readonly agent: https.Agent
}

/** A door whose only service is `target`, unless `change` says otherwise. Closed with the test. */
export async function openDoor(t: TestContext, target: Target, change: Partial<FrontDoorOptions> = {}): Promise<Door> {
  const events: string[] = []
  const door = createFrontDoor({
    route: (host) => (host === HOST ? { service: 'web', target, isGated: false } : undefined),
    gate: NOBODY,
    // Loopback is the home's own: counted, and never held back.
    enter: createVisitors({ bans: createBanList(), isExempt: () => true, onBan: () => undefined }).enter,
    certificate: () => wildcard,
    onProbe: (socket) => socket.destroy(),
    onTargetFailure: (service, failure) => events.push(`${service} ${failure}`),
    onTargetSuccess: (service) => events.push(`${service} ok`),
    isOwnListener: () => false,
    lanPrefixes: () => [],
    ...change,
  })
  const { port } = await door.listen('127.0.0.1', 0)
  const agent = new https.Agent({ keepAlive: true, ca: authority.certPem, servername: HOST, host: '127.0.0.1', port })
  t.after(async () => {
    agent.destroy()
    await door.close()
  })
  return { door, port, events, agent }
}

/** A service at home, on loopback. */
export async function openBackend(t: TestContext, listener: RequestListener): Promise<{ server: http.Server; target: Target }> {
  const server = http.createServer(listener)
  const port = await listenOn(t, server)
  t.after(() => server.closeAllConnections())
  return { server, target: { kind: 'http', host: '127.0.0.1', port } }
}

export async function listenOn(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly trailers: NodeJS.Dict<string>
  readonly body: string
}

/** A whole request and its whole answer. */
export async function visit(
  { agent }: Pick<Door, 'agent'>,
  path: string,
  options: https.RequestOptions = {},
  body?: string,
): Promise<Answer> {
  const request = https.request({ agent, path, ...options, headers: { host: HOST, accept: 'text/html', ...options.headers } })
  request.end(body)
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer), trailers: answer.trailers }
}

export async function text(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let whole = ''
  for await (const chunk of stream) whole += chunk.toString()
  return whole
}

/** A secured connection that speaks whatever the test writes. */
export async function enter(port: number, options: tls.ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = tls.connect({ host: '127.0.0.1', port, servername: HOST, ca: authority.certPem, ...options })
  await once(socket, 'secureConnect')
  return socket
}

/** Everything that arrives until the other side hangs up, however it does. */
export async function untilClosed(stream: Duplex): Promise<string> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined)
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve))
  return Buffer.concat(chunks).toString('latin1')
}
