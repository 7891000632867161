/**
 * Run on a machine of the lab: asks its router by PCP or NAT-PMP, one step after the other, and prints each outcome as a line of JSON.
 *
 *     node ask-router.ts '{"via":"pcp","gatewayAddress":…,"localAddress":…,"nonceFile":…,"steps":[{"do":"map","mapping":{…}},…]}'
 *
 * With `"watch": true` it then stays, makes anew what it mapped whenever the router has restarted, and says so.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type Gateway, GatewayError, type Mapping } from '../../engine/gateway/gateway.ts'
import { openNatpmp } from '../../engine/gateway/natpmp/client.ts'
import { openPcp } from '../../engine/gateway/pcp/client.ts'

export interface Step {
  readonly do: 'map' | 'inspect' | 'unmap' | 'address'
  readonly mapping?: Mapping
}

export interface Errand {
  readonly via: 'pcp' | 'natpmp'
  readonly gatewayAddress: string
  readonly localAddress: string
  readonly interfaceName?: string
  /** Where the nonces of mappings are kept from one run to the next. */
  readonly nonceFile: string
  readonly steps: readonly Step[]
  readonly watch?: boolean
}

export type Outcome = { readonly ok: unknown } | { readonly fault: string; readonly wire?: number }

/** Up to half a minute for one question: the router may have no processor for a while. */
const PATIENT = { firstWaitMs: 250, tries: 7 }

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

/** Made once for each mapping and then read back, as the product does. */
function nonceFrom(file: string): (key: string) => Uint8Array {
  const nonces: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  return (key) => {
    nonces[key] ??= randomBytes(12).toString('hex')
    writeFileSync(file, JSON.stringify(nonces))
    return Buffer.from(nonces[key], 'hex')
  }
}

async function take(gateway: Gateway, { do: what, mapping }: Step, signal: AbortSignal): Promise<unknown> {
  if (what === 'address') return gateway.externalAddress(signal)
  if (!mapping) throw new Error(`${what} needs a mapping`)
  return (await gateway[what](mapping, signal)) ?? null
}

async function main({ watch = false, steps, nonceFile, via, ...errand }: Errand): Promise<void> {
  const signal = AbortSignal.timeout(60_000)
  const mapped: Mapping[] = []
  const onRestart = async () => {
    for (const mapping of mapped) await gateway?.map(mapping, signal)
    say({ restarted: mapped.length })
  }
  const options = { ...errand, signal, onRestart: () => void onRestart(), tuning: { search: PATIENT, patience: PATIENT } }
  const gateway = via === 'pcp' ? await openPcp({ ...options, nonceFor: nonceFrom(nonceFile) }) : await openNatpmp(options)
  if (!gateway) return say({ fault: 'absent' })
  for (const step of steps)
    try {
      const ok = await take(gateway, step, signal)
      if (step.do === 'map') mapped.push(ok as Mapping)
      say({ ok })
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      say({ fault: error.fault, wire: error.wire })
    }
  if (!watch) return gateway.close?.()
  // An open gateway does not keep the program running by itself.
  setInterval(() => {}, 60_000)
  say({ watching: true })
}

await main(JSON.parse(process.argv[2] ?? '{}'))
