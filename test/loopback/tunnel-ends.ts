/** A whole relay and the engine's end of the tunnel in this one process, for what goes on between the two. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { startTunnel, type Tunnel } from '../../engine/tunnel/tunnel.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Transport } from '../../protocol/snapshot.ts'
import { browserHello, inRecords } from '../../relay/public-side/hello.fixture.ts'
import { startRelay } from '../../relay/relay.ts'
import { newIdentity } from '../../wire/identity.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { Welcome } from '../../wire/messages.ts'
import { folder, later } from '../folder.ts'
import { DOMAIN, type TestAuthority } from './programs.ts'

export interface Relay {
  readonly port: number
  readonly ca: string
  /** What it logged, one line each. */
  readonly logged: readonly string[]
  close(): Promise<void>
}

/** Takes every device; on the same `data` and `port`, with the same certificate, it is the same relay again. */
export async function relayHere(
  t: TestContext,
  options: { data?: string; port?: number; certificate?: TestAuthority; deviceMbit?: number } = {},
): Promise<Relay> {
  const { data = folder(t), port = 0, certificate, deviceMbit } = options
  const logged: string[] = []
  const here = (at: number) => ({ host: '127.0.0.1', port: at })
  const relay = await startRelay(
    {
      domain: DOMAIN,
      addresses: { ipv4: '127.0.0.1' },
      https: here(port),
      http: here(0),
      dns: 'off',
      dnsUpdate: undefined,
      certificate: certificate ? { kind: 'files', ...certificate } : { kind: 'self-made' },
      open: true,
      host: DOMAIN,
      siblings: [],
      nameServers: [`ns.${DOMAIN}`],
      publicPorts: 'off',
      lineMbit: undefined,
      deviceMbit,
      operating: { monthlyBytes: null, page: 'off', abuseContact: undefined, logVisitors: false },
      stunIPv4: undefined,
      probeCaFile: undefined,
      witnesses: {},
      mail: undefined,
      alertAfterMs: 300_000,
    },
    data,
    (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
  )
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= relay.close()
    return closing
  }
  later(t, close)
  return { port: Number(new URL(relay.url).port), ca: readFileSync(certificate?.caFile ?? join(data, 'ca.pem'), 'utf8'), logged, close }
}

export interface Home {
  readonly tunnel: Tunnel
  /** Every transport it was connected by, in order. */
  readonly transports: readonly Transport[]
  readonly welcomes: readonly Welcome[]
  readonly waiting: readonly Problem[]
}

/** A home that answers each visitor with what he said. */
export function homeHere(
  t: TestContext,
  { ca }: Pick<Relay, 'ca'>,
  options: { port: number; identity?: ReturnType<typeof newIdentity>; proxy?: URL; onVisitor?: (stream: LaneStream) => void },
): Home {
  const aborter = new AbortController()
  const [transports, welcomes, waiting] = [[] as Transport[], [] as Welcome[], [] as Problem[]]
  const tunnel = startTunnel({
    relay: { host: DOMAIN, port: options.port, ca },
    identity: options.identity ?? newIdentity(),
    pin: () => ({ kind: 'none' }),
    code: () => undefined,
    findProxy: async () => options.proxy,
    signal: aborter.signal,
    onConnected(welcome, _key, transport) {
      welcomes.push(welcome)
      transports.push(transport)
    },
    onNotice: () => {},
    onTransport: (transport) => void transports.push(transport),
    onWaiting: (problem) => void waiting.push(problem),
    onRefused: (problem) => void waiting.push(problem),
    onVisitor: options.onVisitor ?? ((stream) => void stream.pipe(stream)),
    onRawVisitor: (stream) => stream.destroy(),
    onFlow: (flow) => flow.close(),
  })
  later(t, async () => {
    aborter.abort()
    await tunnel.ended
  })
  return { tunnel, transports, welcomes, waiting }
}

export interface Visitor {
  /** Says something and hears it again. Rejects when the connection ends before. */
  echo(text: string): Promise<void>
  readonly closed: Promise<unknown>
  end(): void
}

/** Somebody who comes to a service of this home, and whose hello has come back from there. */
export async function visit(t: TestContext, port: number, label: string): Promise<Visitor> {
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true })
  later(t, () => socket.destroy())
  const closed = once(socket, 'close')
  socket.on('error', () => {})
  const heard = async (bytes: Buffer): Promise<void> => {
    let seen = Buffer.alloc(0)
    socket.write(bytes)
    while (seen.length < bytes.length) {
      const [chunk] = (await Promise.race([once(socket, 'data'), closed.then(() => [])])) as [Buffer?]
      if (!chunk) throw new Error('the connection ended')
      seen = Buffer.concat([seen, chunk])
    }
    if (!seen.equals(bytes)) throw new Error('something else came back')
  }
  await heard(inRecords(browserHello(`web.${label}.${DOMAIN}`)))
  return { echo: (text) => heard(Buffer.from(text)), closed, end: () => void socket.end() }
}
