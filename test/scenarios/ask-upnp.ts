/**
 * Run on a machine of the lab: finds its router by UPnP, takes one step after the other, and prints each outcome as a line of JSON.
 *
 *     node ask-upnp.ts '{"find":"pinholes","gateway":{…},"localAddress":…,"steps":[{"do":"map","mapping":{…}},…]}'
 *
 * The first line is what was found: `{"found":{"address":…,"name":…}}`. With `"find":"notices"` it stays, and prints what the router
 * says by itself.
 */
import { type Gateway, GatewayError, type Mapping } from '../../engine/gateway/gateway.ts'
import { openUpnp, type UpnpOptions } from '../../engine/gateway/upnp/client.ts'
import { openUpnpPinholes, type PinholeOptions } from '../../engine/gateway/upnp/firewall.ts'
import { type NoticesOptions, watchNotices } from '../../engine/gateway/upnp/notices.ts'

export interface Step {
  readonly do: 'map' | 'inspect' | 'unmap' | 'address' | 'rules'
  readonly mapping?: Mapping
}

/** `searchMs`: for who is not there; who is there is waited for longer. */
export type Errand = { readonly steps?: readonly Step[]; readonly searchMs?: number } & (
  | ({ readonly find: 'lines' } & Pick<UpnpOptions, 'gatewayAddress' | 'localAddress' | 'upstream'>)
  | ({ readonly find: 'pinholes' } & Pick<PinholeOptions, 'gateway' | 'localAddress' | 'place'>)
  | ({ readonly find: 'notices' } & Pick<NoticesOptions, 'gatewayAddress' | 'localAddress'>)
)

export type Outcome = { readonly ok: unknown } | { readonly fault: string; readonly wire?: number; readonly reason?: string }

/** The router may have no processor for a while. */
const PATIENCE_MS = 20_000

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

async function take(gateway: Gateway, { do: what, mapping }: Step, signal: AbortSignal): Promise<unknown> {
  if (what === 'address') return gateway.externalAddress(signal)
  if (what === 'rules') return gateway.rules?.(signal)
  if (!mapping) throw new Error(`${what} needs a mapping`)
  return (await gateway[what](mapping, signal)) ?? null
}

async function find(errand: Exclude<Errand, { find: 'notices' }>, signal: AbortSignal): Promise<Gateway | null> {
  const options = { signal, tuning: { searchMs: errand.searchMs ?? PATIENCE_MS, answerMs: PATIENCE_MS } }
  return errand.find === 'lines' ? openUpnp({ ...errand, ...options }) : openUpnpPinholes({ ...errand, ...options })
}

async function main(errand: Errand): Promise<void> {
  if (errand.find === 'notices') {
    // Its socket keeps the program running.
    const signal = new AbortController().signal
    return say({ listening: await watchNotices({ ...errand, signal, onNotice: say }) })
  }
  const signal = AbortSignal.timeout(60_000)
  const gateway = await find(errand, signal)
  say({ found: gateway && { address: gateway.address, name: gateway.name } })
  for (const step of gateway ? (errand.steps ?? []) : [])
    try {
      say({ ok: await take(gateway as Gateway, step, signal) })
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      say({ fault: error.fault, wire: error.wire, reason: error.reason })
    }
}

await main(JSON.parse(process.argv[2] ?? '{}'))
