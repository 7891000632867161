/**
 * Run on the home's side: the engine's own tunnel and its own forwarding to a TCP service, and nothing else of the engine.
 *
 *     node home.ts '{"relay":"fast.test","caFile":…,"servicePort":7000,"devices":1}'
 *
 * Prints `ready LABEL …` once every device has been let in.
 */
import { readFileSync } from 'node:fs'
import { forwardTcp } from '../../engine/proxy/forward-tcp.ts'
import { startTunnel } from '../../engine/tunnel/tunnel.ts'
import { newIdentity } from '../../wire/identity.ts'

export interface HomeOptions {
  readonly relay: string
  readonly caFile: string
  /** On this machine's loopback. */
  readonly servicePort: number
  readonly devices: number
}

async function connect({ relay, caFile, servicePort }: HomeOptions, signal: AbortSignal): Promise<string> {
  const service = await forwardTcp({
    listenAddress: '127.0.0.1',
    port: 0,
    target: () => ({ kind: 'tcp', host: '127.0.0.1', port: servicePort }),
    isOwnListener: () => false,
    lanPrefixes: () => [],
    signal,
  })
  return new Promise((resolve, reject) => {
    // While the relay is busy it tries again; who started this process has a limit.
    startTunnel({
      relay: { host: relay, port: 443, ca: readFileSync(caFile, 'utf8') },
      identity: newIdentity(),
      pin: () => ({ kind: 'none' }),
      code: () => undefined,
      signal,
      onConnected: ({ label }) => resolve(label),
      onWaiting: ({ code, params }) => console.error(code, params),
      findProxy: async () => undefined,
      onTransport: () => {},
      onNotice: () => {},
      onRefused: ({ code }) => reject(new Error(code)),
      onVisitor: (stream, { peer }) => service.accept(stream, peer),
      onRawVisitor: (stream) => stream.destroy(),
      onFlow: (flow) => flow.close(),
    })
  })
}

const options = JSON.parse(process.argv[2] ?? '{}') as HomeOptions
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const labels: string[] = []
for (let device = 0; device < options.devices; device++) labels.push(await connect(options, stop.signal))
console.log(`ready ${labels.join(' ')}`)
