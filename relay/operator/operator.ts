/** The operator's side of a running relay: what is counted from the start, and, once the relay listens, the listener that shows it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import type { ListenAddress } from '../command-line/command.ts'
import type { Log } from '../log.ts'
import type { Operating } from '../operating/operating.ts'
import type { Registry } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import { VERSION } from '../version.ts'
import { createHealth, type HealthOptions } from './health.ts'
import { createRelayMetrics, type RelayFigures, type RelayMetrics } from './metrics/relay-metrics.ts'
import { openOperatorServer } from './server.ts'

/** Where `porchlight-relay page` and `health` find the listener. */
const PAGE_FILE = 'operator-page.json'

/** Undefined: no relay runs on this folder, or it has no listener for its operator. */
export function pageOf(folder: string): string | undefined {
  const text = readIfThere(join(folder, PAGE_FILE))
  return text === undefined ? undefined : (JSON.parse(text) as { url: string }).url
}

export interface OperatorInput extends Omit<HealthOptions, 'version' | 'figures'> {
  readonly address: ListenAddress | 'off'
  readonly registry: Registry
  /** These two are made after this, and asked only once the relay runs. */
  presence(): Presence
  operating(): Operating
}

export interface OperatorSide {
  readonly metrics: RelayMetrics
  /** Rejects with the system's error when the port is taken. */
  listen(): Promise<{ close(): Promise<void> }>
}

export function createOperatorSide(input: OperatorInput): OperatorSide {
  const { address, registry, folder } = input
  const figures = (): RelayFigures => figuresOf(registry, input.presence(), input.operating(), Date.now())
  const health = createHealth({ ...input, version: VERSION, figures })
  const metrics = createRelayMetrics({ version: VERSION, figures, certificateUntilMs: health.certificateUntilMs })
  return {
    metrics,
    async listen() {
      if (address === 'off') return { close: async () => {} }
      const { domain } = input
      const isUp = (deviceKey: string): boolean => input.presence().isUp(deviceKey)
      const server = await openOperatorServer({ address, folder, domain, registry, health: health.look, metrics: metrics.text, isUp })
      writeAtomic(join(folder, PAGE_FILE), JSON.stringify({ v: 1, url: server.url }))
      return {
        close() {
          rmSync(join(folder, PAGE_FILE), { force: true })
          return server.close()
        },
      }
    },
  }
}

function figuresOf(registry: Registry, presence: Presence, { meter }: Operating, nowMs: number): RelayFigures {
  const lanes = presence.sessions().flatMap((session) => [...session.lanes].map(({ lane }) => lane))
  return {
    registered: registry.devices().length,
    suspended: registry.suspensions().filter(({ suspendedAtMs }) => suspendedAtMs <= nowMs).length,
    connected: presence.sessions().length,
    lanes: lanes.length,
    streams: lanes.reduce((count, lane) => count + lane.streamCount, 0),
    flows: lanes.reduce((count, lane) => count + lane.flowCount, 0),
    carried: { ...meter.total },
    openCodes: registry.codes().filter(({ redeemedBy, expiresAtMs }) => redeemedBy === null && expiresAtMs > nowMs).length,
    takedowns: registry.takedowns().length,
  }
}

/** Every event counts, also those that the log leaves out. */
export function counted(log: Log, { events, devicesRefused }: Pick<RelayMetrics, 'events' | 'devicesRefused'>): Log {
  return (event, fields) => {
    events.add({ event })
    if (event === 'device-refused') devicesRefused.add({ reason: String(fields?.reason) })
    log(event, fields)
  }
}
