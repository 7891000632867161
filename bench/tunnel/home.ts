/**
 * Run on the home's side: the engine's own tunnel and its own forwarding to a TCP and a UDP service, and nothing else of the engine.
 *
 *     node home.ts '{"relay":"fast.test","caFile":…,"servicePort":7000,"datagramPort":7001,"devices":1}'
 *
 * Prints `ready LABEL …` once every device has been let in, and `udp PORT` when the relay has opened the first one's public port.
 */
import { readFileSync } from 'node:fs'
import { forwardTcp } from '../../engine/proxy/forward-tcp.ts'
import { forwardUdp } from '../../engine/proxy/forward-udp.ts'
import { createRawVisitors } from '../../engine/run/raw-visitors.ts'
import { startTunnel, type Tunnel } from '../../engine/tunnel/tunnel.ts'
import type { Target } from '../../protocol/model/service.ts'
import { newIdentity } from '../../wire/identity.ts'
import { Published } from '../../wire/messages.ts'

export interface HomeOptions {
  readonly relay: string
  readonly caFile: string
  /** Both on this machine's loopback. */
  readonly servicePort: number
  readonly datagramPort: number
  readonly devices: number
}

async function connect(
  { relay, caFile, servicePort, datagramPort }: HomeOptions,
  signal: AbortSignal,
): Promise<{ tunnel: Tunnel; label: string }> {
  const here = { listenAddress: '127.0.0.1', port: 0, isOwnListener: () => false, lanPrefixes: () => [], signal }
  const streams: Target = { kind: 'tcp', host: '127.0.0.1', port: servicePort }
  const game: Target = { kind: 'udp', host: '127.0.0.1', port: datagramPort }
  const service = await forwardTcp({ ...here, target: () => streams })
  // The same one each time: another one is another service, and ends the flows to the one before.
  const datagrams = await forwardUdp({ ...here, target: () => game })
  const raw = createRawVisitors()
  raw.leadTo('game', datagrams)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const tunnel = startTunnel({
    relay: { host: relay, port: 443, ca: readFileSync(caFile, 'utf8') },
    identity: newIdentity(),
    pin: () => ({ kind: 'none' }),
    code: () => undefined,
    signal,
    onConnected: ({ label }) => resolve(label),
    // While the relay is busy it tries again; who started this process has a limit.
    onWaiting: ({ code, params }) => console.error(code, params),
    findProxy: async () => undefined,
    onTransport: () => {},
    onNotice: () => {},
    onRefused: ({ code }) => reject(new Error(code)),
    onVisitor: (stream, { peer }) => service.accept(stream, peer),
    onRawVisitor: raw.onStream,
    onFlow: raw.onFlow,
  })
  return { tunnel, label: await promise }
}

/** Any, in the relay's range. */
const WISHED_PORT = 22_124

async function publicPort({ tunnel }: { tunnel: Tunnel }, signal: AbortSignal): Promise<number | null | undefined> {
  const publication = { services: [{ name: 'game', kind: 'udp' as const, links: [], direct: [], port: WISHED_PORT }], direct: [] }
  return Published.parse(await tunnel.ask({ kind: 'publish', publication }, signal)).ports[0]?.port
}

const options = JSON.parse(process.argv[2] ?? '{}') as HomeOptions
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const devices: Awaited<ReturnType<typeof connect>>[] = []
for (let device = 0; device < options.devices; device++) devices.push(await connect(options, stop.signal))
console.log(`ready ${devices.map(({ label }) => label).join(' ')}`)
const [first] = devices
if (first) console.log(`udp ${await publicPort(first, stop.signal)}`)
