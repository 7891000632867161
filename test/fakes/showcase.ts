/** A house with something of everything, for looking at every view of the page. Times are counted from a fixed moment, so that pictures stay alike. */
import { finding } from '../../protocol/finding.ts'
import type { HistoryView, TrafficRange, TrafficView, VisitorsView } from '../../protocol/model/history.ts'
import { isWanted, type LogEntry, LogFilter } from '../../protocol/model/log.ts'
import { problem } from '../../protocol/problem.ts'
import type { CertificateView, LinkView, Snapshot } from '../../protocol/snapshot.ts'
import type { PageHost } from './page-host.ts'
import { CONNECTED_RELAY, house, jamulus, service } from './snapshots.ts'

/** Where a view is, and how its picture is called. */
export const VIEWS = [
  { name: 'home', at: '' },
  { name: 'service', at: 'services/jeedom' },
  { name: 'share', at: 'services/photos/share' },
  { name: 'access', at: 'services/photos/access' },
  { name: 'expert', at: 'services/jeedom/expert' },
  { name: 'visitors', at: 'visitors' },
  { name: 'names', at: 'names' },
  { name: 'history', at: 'history' },
  { name: 'settings', at: 'settings' },
] as const

/** A Sunday in November, in the afternoon. */
export const NOW_MS = Date.UTC(2026, 10, 22, 14, 30)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const link = (changes: Partial<LinkView>): LinkView => ({
  id: 'abcdefghijklmnop',
  label: '',
  url: 'https://relay.example/s/abcdefghijklmnop',
  alias: null,
  via: 'relay',
  createdAtMs: NOW_MS - 12 * DAY_MS,
  endsAtMs: null,
  maxUses: null,
  uses: 0,
  lastUsedAtMs: null,
  registered: true,
  pin: false,
  locked: false,
  ...changes,
})

const wildcard: CertificateView = {
  name: '*.maison-dupont.relay.example',
  source: 'ordered',
  service: null,
  state: 'valid',
  issuer: "Let's Encrypt (E7)",
  untilMs: NOW_MS + 63 * DAY_MS,
  nextAtMs: NOW_MS + 33 * DAY_MS,
  explanationUrl: null,
  failure: null,
}

const own = { state: 'own', atMs: NOW_MS - HOUR_MS } as const

export const SHOWCASE: Snapshot = house({
  guard: { ownNames: own, certificateLog: own },
  authority: {
    name: "Let's Encrypt",
    directory: 'https://ca.example/dir',
    email: null,
    hasAccount: false,
    caFile: null,
    agreed: null,
    wanted: null,
  },
  certificates: [wildcard],
  relay: CONNECTED_RELAY,
  relays: [
    { url: 'https://relay.example', state: 'connected', transport: 'direct', rttMs: 24, serves: true },
    { url: 'https://second.example', state: 'connected', transport: 'websocket', rttMs: 61, serves: false },
  ],
  alerts: [{ id: 'abcdefgh', kind: 'mail', to: 'anna@home.example', state: 'ready', reason: null }],
  bans: {
    total: 1,
    newest: [
      { place: '198.51.100.66', reason: 'scan', service: 'jeedom', count: 5, sinceMs: NOW_MS - 2 * HOUR_MS, untilMs: NOW_MS + HOUR_MS },
    ],
  },
  preferences: { language: null, quietHours: { from: '22:30', to: '07:00' } },
  services: [
    service({
      preset: 'jeedom',
      visitors: 2,
      provenAtMs: NOW_MS - 3 * MINUTE_MS,
      reachableSinceMs: NOW_MS - 9 * DAY_MS,
      safety: {
        atMs: NOW_MS - 40 * MINUTE_MS,
        findings: [finding('login-in-clear-at-home', {}), finding('as-expected', { program: 'Jeedom' })],
      },
      routes: [{ prefix: '/zm', target: 'http://192.168.1.40:80', strip: false, pin: null, problem: null }],
    }),
    service({
      name: 'photos',
      target: 'https://nas.local:5001',
      access: 'link',
      provenAtMs: NOW_MS - 3 * MINUTE_MS,
      reachableSinceMs: NOW_MS - 2 * DAY_MS,
      links: [
        link({
          label: 'tante Marie',
          uses: 2,
          maxUses: 3,
          lastUsedAtMs: NOW_MS - 2 * DAY_MS,
          url: `https://relay.example/s/aunt#${'g'.repeat(22)}`,
        }),
        link({ id: 'b'.repeat(16), label: 'Paul & Zoé', endsAtMs: NOW_MS + 5 * DAY_MS, pin: true }),
        link({ id: 'c'.repeat(16), label: 'la fanfare', endsAtMs: NOW_MS - DAY_MS, uses: 7 }),
      ],
    }),
    { ...jamulus, provenAtMs: NOW_MS - 4 * MINUTE_MS, reachableSinceMs: NOW_MS - 5 * DAY_MS, visitors: 0 },
  ],
})

const STEPS: Readonly<Record<TrafficRange, readonly [count: number, ms: number]>> = {
  hour: [60, MINUTE_MS],
  day: [24, HOUR_MS],
  month: [30, DAY_MS],
}

/** More in the evening than at night. */
function traffic(range: TrafficRange): TrafficView {
  const [count, stepMs] = STEPS[range]
  const points = Array.from({ length: count }, (_, i) => {
    const much = 1 + Math.sin((i / count) * 2 * Math.PI - 2) + ((i * 7919) % 13) / 20
    const requests = { fine: Math.round(much * 40), refused: 1, failed: 0 }
    return {
      atMs: NOW_MS - (count - i) * stepMs,
      carried: {
        bytesIn: Math.round(much * 2_400_000),
        bytesOut: Math.round(much * 31_000_000),
        visits: Math.round(much * 4),
        visitors: 2,
        requests,
        latencyMs: { median: 30 + ((i * 31) % 17), p95: 90 + ((i * 53) % 80) },
      },
    }
  })
  return { points }
}

/** `rows`: how many events. */
export function historyOf(rows = 8): HistoryView {
  const from = NOW_MS - 30 * DAY_MS
  const spans = ['jeedom', 'photos', 'jamulus'].flatMap((name, i) => [
    { service: name, state: 'relayed' as const, fromMs: from, toMs: from + (3 + i) * DAY_MS },
    { service: name, state: 'direct' as const, fromMs: from + (3 + i) * DAY_MS, toMs: from + 17 * DAY_MS },
    { service: name, state: 'unreachable' as const, fromMs: from + 17 * DAY_MS, toMs: from + 17 * DAY_MS + 5 * HOUR_MS },
    { service: name, state: 'relayed' as const, fromMs: from + 17 * DAY_MS + 5 * HOUR_MS, toMs: from + 20 * DAY_MS },
    { service: name, state: 'asleep' as const, fromMs: from + 20 * DAY_MS, toMs: from + 21 * DAY_MS },
    { service: name, state: 'direct' as const, fromMs: from + 21 * DAY_MS, toMs: null },
  ])
  const kinds = [
    (atMs: number) => ({
      kind: 'path' as const,
      atMs,
      service: 'jeedom',
      family: 'ipv4' as const,
      before: 'tunnel' as const,
      after: 'mapped' as const,
    }),
    (atMs: number) => ({ kind: 'address' as const, atMs, family: 'ipv4' as const, before: '203.0.113.4', after: '203.0.113.7' }),
    (atMs: number) => ({ kind: 'relay' as const, atMs, before: 'https://second.example', after: 'https://relay.example' }),
    (atMs: number) => ({
      kind: 'problem' as const,
      atMs,
      problem: problem('gateway-silent', { address: '192.168.1.1' }),
      untilMs: atMs + HOUR_MS,
    }),
    (atMs: number) => ({ kind: 'engine' as const, atMs, what: 'awake' as const }),
  ]
  const events = Array.from({ length: rows }, (_, i) =>
    (kinds[i % kinds.length] as (typeof kinds)[0])(NOW_MS - (i + 1) * ((30 * DAY_MS) / (rows + 1))),
  )
  return { nowMs: NOW_MS, knownSinceMs: from, spans, events, isCut: false }
}

export const LOG: readonly LogEntry[] = [
  {
    id: 3,
    atMs: NOW_MS - HOUR_MS,
    level: 'info',
    subject: 'service',
    event: 'service-direct',
    service: 'jeedom',
    facts: { service: 'jeedom' },
  },
  {
    id: 2,
    atMs: NOW_MS - 2 * HOUR_MS,
    level: 'warning',
    subject: 'service',
    event: 'service-unreachable',
    service: 'photos',
    facts: { service: 'photos' },
  },
  { id: 1, atMs: NOW_MS - DAY_MS, level: 'info', subject: 'engine', event: 'started', service: null, facts: { version: '0.1.0' } },
]

const HERE: VisitorsView = {
  services: [{ service: 'jeedom', visitors: 2, connections: 5 }],
  longest: [
    {
      service: 'jeedom',
      place: '198.51.100.7',
      direct: true,
      sinceMs: NOW_MS - 25 * MINUTE_MS,
      connections: 4,
      bytesIn: 1_300_000,
      bytesOut: 48_000_000,
    },
    {
      service: 'jeedom',
      place: '2001:db8:7:1::/64',
      direct: false,
      sinceMs: NOW_MS - 4 * MINUTE_MS,
      connections: 1,
      bytesIn: 52_000,
      bytesOut: 910_000,
    },
  ],
}

/** Has a scripted engine answer everything that the views ask. */
export function fillHost(host: PageHost): void {
  host.on('traffic', ({ range }) => traffic(range as TrafficRange))
  host.on('history', () => historyOf())
  host.on('log', ({ filter }) => ({ entries: LOG.filter((entry) => isWanted(LogFilter.parse(filter), entry)) }))
  host.on('supportBundle', () => ({
    fileName: 'porchlight-2026-11-22.txt',
    text: 'Porchlight 0.1.0\nlinux x64\n\nServices\n  jeedom: direct\n',
  }))
  host.on('presets', () => ({ presets: [] }))
  host.receives(HERE)
}
