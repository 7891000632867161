/** A scripted house for the wizard's specs: it keeps how far somebody is, adds what is added, and lets in who has a relay code. */
import type { Page } from 'playwright-core'
import { PRESETS } from '../../engine/services/presets/index.ts'
import { LANGUAGES } from '../../languages/index.ts'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import { parseTarget, servedAs } from '../../protocol/model/service.ts'
import type { Setup } from '../../protocol/model/setup.ts'
import { problem } from '../../protocol/problem.ts'
import type { CertificateView, ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import type { PageHost } from '../fakes/page-host.ts'
import { CONNECTED_RELAY, HOUSES, house, service } from '../fakes/snapshots.ts'

export const CODE = formatRelayCode({
  host: 'relay.example',
  port: 443,
  fingerprint: Uint8Array.from({ length: 16 }, (_, index) => index * 17),
  key: new Uint8Array(16),
})

export const BY_HAND = problem('forward-by-hand', {
  address: '192.168.1.1',
  protocol: 'TCP',
  port: '443',
  internal: '192.168.1.10',
  internalPort: '24443',
})

export const certificate = (state: CertificateView['state']): CertificateView => ({
  ...{ name: '*.maison-dupont.relay.example', source: 'ordered', service: null, state, issuer: null, nextAtMs: null, explanationUrl: null },
  ...{ untilMs: state === 'valid' ? Date.UTC(2027, 2, 1) : null, failure: null },
})

const VERDICT = { outcome: 'reachable', rttMs: 34 } as const

export interface WizardHouse {
  readonly snapshot: Snapshot
  readonly setup: Setup | null
  change(next: Partial<Snapshot>): void
  /** Of every service: ways that have been proven, or not yet. */
  ways(paths: ServiceView['paths'], state?: ServiceView['state']): void
}

export const PROVEN: ServiceView['paths'] = [
  {
    rung: 'tunnel',
    family: 'ipv4',
    phase: 'confirmed',
    outside: { address: '198.51.100.20', port: 443 },
    verdict: { ...VERDICT, atMs: Date.now() },
  },
  {
    rung: 'mapped',
    family: 'ipv4',
    phase: 'confirmed',
    outside: { address: '203.0.113.7', port: 443 },
    verdict: { ...VERDICT, atMs: Date.now() },
  },
]
export const SHUT: ServiceView['paths'] = [
  {
    rung: 'tunnel',
    family: 'ipv4',
    phase: 'confirmed',
    outside: { address: '198.51.100.20', port: 443 },
    verdict: { ...VERDICT, atMs: Date.now() },
  },
  { rung: 'mapped', family: 'ipv4', phase: 'blocked', problem: 'gateway-silent' },
  { rung: 'manual', family: 'ipv4', phase: 'blocked', problem: 'forward-by-hand' },
  { rung: 'direct', family: 'ipv6', phase: 'provisioned', outside: { address: '2001:db8::10', port: 443 } },
]

/** A home without anything, in a network that is well. */
export const FRESH: Snapshot = house({ services: [], relay: HOUSES.empty.relay, domain: null, problems: [problem('no-relay', {})] })

export function furnish(host: PageHost, first: Snapshot = FRESH): WizardHouse {
  let snapshot = first
  let setup: Setup | null = null
  const show = (next: Snapshot): void => {
    snapshot = next
    host.show(next)
  }
  const change = (next: Partial<Snapshot>): void => show({ ...snapshot, ...next })
  const each = (map: (one: ServiceView) => ServiceView): void => change({ services: snapshot.services.map(map) })
  host.on('presets', () => ({ presets: [...PRESETS.values()] }))
  host.on('computer', () => ({ battery: false }))
  host.on('setup', () => ({ setup }))
  host.on('keepSetup', (input) => {
    setup = (input as unknown as { setup: Setup | null }).setup
  })
  host.on('lookBefore', () => ({ problem: null, findings: [{ code: 'asks-login', weight: 'fine', facts: {} }] }))
  host.on('lookAtCertificate', () => ({ certificate: null }))
  host.on('checkName', () => ({ state: 'free' }))
  host.on('addService', ({ name = '', target = '', preset }) => {
    const read = parseTarget(target)
    const kind = read ? servedAs(read) : 'http'
    const isJoined = snapshot.relay.state === 'connected'
    const added = service({
      name,
      target,
      kind,
      preset: preset ?? null,
      state: isJoined ? 'checking' : 'unknown',
      paths: [],
      provenAtMs: null,
    })
    const host = `${name}.maison-dupont.relay.example`
    const isWebsite = kind === 'http' || kind === 'https'
    const addresses = isJoined
      ? {
          publicUrl: isWebsite ? `https://${host}/` : null,
          publicAddress: { host, port: isWebsite ? 443 : 22124 },
          shareLink: 'https://relay.example/s/k7dq2vxm4p3a',
        }
      : { publicUrl: null, publicAddress: null, shareLink: null }
    change({ services: [...snapshot.services, { ...added, ...addresses, safety: { atMs: Date.now(), findings: [] } }] })
  })
  host.on('setAccess', ({ name, access }) => each((one) => (one.name === name ? { ...one, access: access as ServiceView['access'] } : one)))
  host.on('removeService', ({ name }) => change({ services: snapshot.services.filter((one) => one.name !== name) }))
  host.on('joinRelay', () => {
    change({ relay: CONNECTED_RELAY, domain: 'maison-dupont.relay.example', problems: [], certificates: [certificate('none')] })
    each((one) => ({
      ...one,
      state: 'checking',
      paths: [
        { rung: 'tunnel', family: 'ipv4', phase: 'provisioned', outside: { address: '198.51.100.20', port: 443 } },
        { rung: 'mapped', family: 'ipv4', phase: 'seeking' },
      ],
      publicUrl: `https://${one.name}.maison-dupont.relay.example/`,
      publicAddress: { host: `${one.name}.maison-dupont.relay.example`, port: 443 },
      shareLink: 'https://relay.example/s/k7dq2vxm4p3a',
    }))
  })
  show(first)
  return {
    get snapshot() {
      return snapshot
    },
    get setup() {
      return setup
    },
    change,
    ways: (paths, state = 'reachable') =>
      each((one) => ({
        ...one,
        paths,
        state,
        best: { ipv4: 'mapped', ipv6: null },
        provenAtMs: state === 'reachable' ? Date.now() : null,
      })),
  }
}

export async function openWizard(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.location.hash = '#/add'
  })
  await page.reload()
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
export const next = (page: Page) => press(page, LANGUAGES.en.wizard.next)
export const chooseJeedom = (page: Page) => page.getByText('Jeedom', { exact: true }).click()
