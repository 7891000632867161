/** How the relay is, looked at from its own machine: for the operator's page, `porchlight-relay health` and the metrics. */
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import tls from 'node:tls'
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import type { RelayFigures } from './metrics/relay-metrics.ts'

export interface Health {
  readonly version: string
  readonly url: string
  readonly sinceMs: number
  /** Null: no certificate is shown at our own door. */
  readonly certificateUntilMs: number | null
  /** By family that this relay has: seconds since it last saw itself from outside; null: it cannot see now, so it judges no home. */
  readonly eyes: { readonly [F in Family]?: number | null }
  /** Does our own name server answer for the domain? `off`: another one does. */
  readonly dns: 'answers' | 'silent' | 'off'
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number }
  readonly memory: { readonly usedBytes: number; readonly totalBytes: number }
  readonly figures: RelayFigures
}

export interface HealthOptions {
  readonly version: string
  url(): string
  readonly domain: string
  readonly folder: string
  /** Where we listen ourselves, as seen from this machine; DNS undefined: we have no name server. */
  front(): Endpoint
  dns(): Endpoint | undefined
  readonly families: readonly Family[]
  ageS(family: Family): Promise<number | undefined>
  figures(): RelayFigures
}

const LOOK_MS = 2000

export function createHealth(options: HealthOptions): { look(): Promise<Health>; certificateUntilMs(): Promise<number | undefined> } {
  const sinceMs = Date.now()
  const { version, url, domain, folder, families, figures } = options
  const certificateUntilMs = (): Promise<number | undefined> => shownUntilMs(options.front(), domain)
  return {
    certificateUntilMs,
    async look() {
      const [certificate, dns, disk, ...ages] = await Promise.all([
        certificateUntilMs(),
        askDns(options.dns(), domain),
        statfs(folder),
        ...families.map((family) => options.ageS(family)),
      ])
      return {
        version,
        url: url(),
        sinceMs,
        certificateUntilMs: certificate ?? null,
        eyes: Object.fromEntries(families.map((family, index) => [family, ages[index] ?? null])),
        dns,
        disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
        memory: { usedBytes: process.memoryUsage.rss(), totalBytes: totalmem() },
        figures: figures(),
      }
    },
  }
}

/** What visitors are shown, not what stands in a file. */
async function shownUntilMs({ address: host, port }: Endpoint, servername: string): Promise<number | undefined> {
  const socket = tls.connect({ host, port, servername, rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(LOOK_MS) })
    return Date.parse(socket.getPeerCertificate().valid_to) || undefined
  } catch {
    return undefined
  } finally {
    socket.destroy()
    socket.on('error', () => {})
  }
}

async function askDns(server: Endpoint | undefined, domain: string): Promise<Health['dns']> {
  if (!server) return 'off'
  const resolver = new Resolver({ timeout: LOOK_MS, tries: 1 })
  resolver.setServers([server.address.includes(':') ? `[${server.address}]:${server.port}` : `${server.address}:${server.port}`])
  return await resolver.resolveSoa(domain).then(
    () => 'answers' as const,
    () => 'silent' as const,
  )
}

/** A listener on every address is reached on this machine's own. */
export const seenFromHere = (host: string): string => (host === '::' ? '::1' : host === '0.0.0.0' ? '127.0.0.1' : host)
