/** What a relay counts and measures. No figure is of one device or one visitor: the operator's page has those that he needs. */
import { readdirSync } from 'node:fs'
import { RCODE, TYPE } from '../../../dns/codes.ts'
import type { DnsEvent } from '../../dns/server.ts'
import { type Counter, type Histogram, Metrics, type Reading } from './exposition.ts'

export interface RelayFigures {
  readonly registered: number
  readonly suspended: number
  readonly connected: number
  readonly lanes: number
  readonly streams: number
  readonly flows: number
  readonly carried: { readonly inBytes: number; readonly outBytes: number; readonly streams: number; readonly flows: number }
  readonly openCodes: number
  readonly takedowns: number
}

export interface RelayMetrics {
  readonly text: () => Promise<string>
  readonly handshakes: Counter
  readonly visitorsRefused: Counter
  readonly devicesRefused: Counter
  readonly probes: Counter
  readonly events: Counter
  readonly registryWrites: Histogram
  onDns(event: DnsEvent): void
}

export interface RelayMetricsOptions {
  readonly version: string
  figures(): RelayFigures
  /** ms since 1970; undefined: it cannot be told now. */
  certificateUntilMs(): Promise<number | undefined>
}

const nameOf = (numbers: Readonly<Record<string, number>>, number: number | undefined): string =>
  Object.entries(numbers).find(([, each]) => each === number)?.[0] ?? 'other'

/** A write waits for the disk: from a good SSD to one that is about to fail. */
const WRITE_BOUNDS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5]

export function createRelayMetrics({ version, figures, certificateUntilMs }: RelayMetricsOptions): RelayMetrics {
  const metrics = new Metrics()
  const gauge = (name: string, help: string, read: (now: RelayFigures) => Reading): void =>
    metrics.read('gauge', `porchlight_${name}`, help, () => read(figures()))
  metrics.read('gauge', 'porchlight_build_info', 'The version that runs.', () => [[{ version }, 1]])
  gauge('devices_registered', 'Devices that this relay knows.', ({ registered }) => registered)
  gauge('devices_suspended', 'Devices that are shut out.', ({ suspended }) => suspended)
  gauge('devices_connected', 'Devices whose tunnel is up.', ({ connected }) => connected)
  gauge('lanes', 'Connections of devices.', ({ lanes }) => lanes)
  gauge('streams', 'Connections of visitors that are being carried.', ({ streams }) => streams)
  gauge('flows', 'Conversations in datagrams that are being carried.', ({ flows }) => flows)
  gauge('codes_open', 'Relay codes that nobody has used yet.', ({ openCodes }) => openCodes)
  gauge('takedowns', 'Links and names that are taken down.', ({ takedowns }) => takedowns)
  metrics.read(
    'counter',
    'porchlight_streams_opened_total',
    'Connections of visitors carried since the start.',
    () => figures().carried.streams,
  )
  metrics.read(
    'counter',
    'porchlight_flows_opened_total',
    'Conversations in datagrams carried since the start.',
    () => figures().carried.flows,
  )
  metrics.read('counter', 'porchlight_carried_bytes_total', 'Payload of visitors: in is to homes, out is from them.', () => [
    [{ direction: 'in' }, figures().carried.inBytes],
    [{ direction: 'out' }, figures().carried.outBytes],
  ])
  metrics.read(
    'gauge',
    'porchlight_certificate_expiry_timestamp_seconds',
    'When the certificate that the relay shows ends.',
    async () => ((await certificateUntilMs()) ?? Number.NaN) / 1000,
  )
  const dns = metrics.counter('porchlight_dns_responses_total', 'Answers of the name server.')
  const limited = metrics.counter('porchlight_dns_limited_total', 'Answers withheld (drop) or sent empty (slip) by rate limiting.', [
    { action: 'drop' },
    { action: 'slip' },
  ])
  processMetrics(metrics)
  return {
    text: () => metrics.text(),
    handshakes: metrics.counter('porchlight_tls_handshakes_total', 'Handshakes with the relay itself.', [
      { result: 'tunnel' },
      { result: 'page' },
      { result: 'bypass' },
      { result: 'failed' },
    ]),
    visitorsRefused: metrics.counter('porchlight_visitors_refused_total', 'Visitors who were not let through to a home, by reason.'),
    devicesRefused: metrics.counter('porchlight_devices_refused_total', 'Devices that were not let in, by reason.'),
    probes: metrics.counter('porchlight_probes_total', 'Looks at homes, by what came of them.'),
    events: metrics.counter('porchlight_log_events_total', 'Events by name, also those that the log left out.'),
    registryWrites: metrics.histogram(
      'porchlight_registry_write_duration_seconds',
      'Writes to the registry, until they are on the disk.',
      WRITE_BOUNDS_S,
    ),
    onDns(event) {
      if (event.kind === 'answered')
        dns.add({ transport: event.transport, type: nameOf(TYPE, event.type), rcode: nameOf(RCODE, event.rcode) })
      else if (event.kind === 'limited') limited.add({ action: event.action })
    },
  }
}

/** Under the names that every client library of Prometheus uses. */
function processMetrics(metrics: Metrics): void {
  const startedAtS = Date.now() / 1000 - process.uptime()
  metrics.read('counter', 'process_cpu_seconds_total', 'Processor time of this process, user and system.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  metrics.read('gauge', 'process_resident_memory_bytes', 'Memory of this process that is in use.', () => process.memoryUsage.rss())
  metrics.read('gauge', 'process_start_time_seconds', 'When this process began, since 1970.', () => startedAtS)
  metrics.read('gauge', 'process_open_fds', 'Open file descriptors; NaN where the system does not tell.', () => {
    try {
      return readdirSync('/proc/self/fd').length
    } catch {
      return Number.NaN
    }
  })
}
