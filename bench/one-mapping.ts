/**
 * Run on a machine of the lab: asks its router for one mapping in one language, from nothing, and prints how long it took.
 *
 *     node one-mapping.ts '{"via":"upnp","gatewayAddress":…,"localAddress":…,"externalPort":…}'
 */
import { randomBytes } from 'node:crypto'
import type { Gateway, GatewayProtocol } from '../engine/gateway/gateway.ts'
import { openNatpmp } from '../engine/gateway/natpmp/client.ts'
import { openPcp } from '../engine/gateway/pcp/client.ts'
import { openUpnp } from '../engine/gateway/upnp/client.ts'

export interface Wanted {
  readonly via: GatewayProtocol
  readonly gatewayAddress: string
  readonly localAddress: string
  readonly externalPort: number
}

/** In milliseconds: finding a router that speaks it, and having the mapping made. */
export interface Took {
  readonly openMs: number
  readonly mapMs: number
}

const LIMIT_MS = 20_000

function open({ via, gatewayAddress, localAddress }: Wanted, signal: AbortSignal): Promise<Gateway | null> {
  const options = { gatewayAddress, localAddress, signal }
  if (via === 'pcp') return openPcp({ ...options, nonceFor: () => randomBytes(12) })
  return via === 'natpmp' ? openNatpmp(options) : openUpnp(options)
}

async function main(wanted: Wanted): Promise<Took> {
  const signal = AbortSignal.timeout(LIMIT_MS)
  const startedMs = performance.now()
  const gateway = await open(wanted, signal)
  if (!gateway) throw new Error(`no answer to ${wanted.via}`)
  const openMs = performance.now() - startedMs
  const { localAddress: internalAddress, externalPort } = wanted
  await gateway.map(
    { protocol: 'tcp', internalAddress, internalPort: 8080, externalPort, lifetimeS: 3600, description: 'Porchlight' },
    signal,
  )
  const mapMs = performance.now() - startedMs - openMs
  gateway.close?.()
  return { openMs, mapMs }
}

process.stdout.write(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '{}'))))
