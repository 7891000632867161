/** The way from the service to the visitor, link by link, with what is known of each. A link whose foundation is broken is not known. */
import type { Problem } from './problem.ts'
import type { Snapshot } from './snapshot.ts'

export const LINKS = ['service', 'computer', 'router', 'internet', 'relay', 'certificate', 'outside'] as const
export type LinkName = (typeof LINKS)[number]
export type LinkVerdict = 'ok' | 'broken' | 'warning' | 'unknown'

export interface ChainLink {
  readonly link: LinkName
  readonly verdict: LinkVerdict
  readonly problem: Problem | null
}

const LINK_OF: Readonly<Record<string, LinkName>> = {
  'service-refused': 'service',
  'service-silent': 'service',
  'service-not-found': 'service',
  'certificate-unaccepted': 'service',
  'certificate-replaced': 'service',
  'no-network': 'computer',
  'settings-damaged': 'computer',
  'bans-damaged': 'computer',
  'history-damaged': 'computer',
  'firewall-here': 'computer',
  'firewall-perhaps': 'computer',
  'gateway-silent': 'router',
  'journal-damaged': 'router',
  'old-rule-stands': 'router',
  'forward-by-hand': 'router',
  'gateway-refused': 'router',
  'gateway-conflict': 'router',
  'mapping-unreachable': 'router',
  'ipv6-closed': 'router',
  'second-router': 'router',
  'second-router-refused': 'router',
  'second-router-conflict': 'router',
  'gateway-no-internet': 'internet',
  'gateway-no-address': 'internet',
  'provider-shares-address': 'internet',
  'foreign-certificate': 'certificate',
  'unknown-certificate': 'certificate',
  'unreachable-outside': 'outside',
  'no-relay': 'relay',
  'tls-inspected': 'relay',
  'service-taken-down': 'relay',
  'link-taken-down': 'relay',
}

/** What concerns one service's address, and no link of the chain. */
const ASIDE: ReadonlySet<string> = new Set(['relay-no-port', 'direct-port-differs'])

const linkOf = (code: string): LinkName =>
  LINK_OF[code] ?? (code.startsWith('relay-') ? 'relay' : code.startsWith('certificate-') ? 'certificate' : 'computer')

/** The chain as the snapshot tells it; the first problem of each link stands beside it. */
export function chainOf(snapshot: Snapshot): ChainLink[] {
  const problems = new Map<LinkName, Problem>()
  for (const found of snapshot.problems) {
    const link = linkOf(found.code)
    if (!problems.has(link) && !ASIDE.has(found.code)) problems.set(link, found)
  }
  return LINKS.map((link) => {
    const found = problems.get(link)
    if (found) return { link, verdict: found.severity === 'critical' ? 'broken' : 'warning', problem: found }
    return { link, verdict: isKnownGood(snapshot, link) ? 'ok' : 'unknown', problem: null }
  })
}

function isKnownGood(snapshot: Snapshot, link: LinkName): boolean {
  const { rehearsal, services, gateway, internet, relay } = snapshot
  const confirmed = services.some(({ paths }) => paths.some(({ phase }) => phase === 'confirmed'))
  switch (link) {
    case 'service':
      return services.length > 0 && services.every(({ state }) => state === 'reachable' || state === 'paused' || state === 'at-home')
    case 'computer':
      return internet.state !== 'offline'
    case 'router':
      return gateway.protocols.length > 0
    case 'internet':
      // A relay on this very computer has seen nothing of the internet, and is no outsider.
      return !rehearsal && internet.state === 'online'
    case 'relay':
      return relay.state === 'connected'
    case 'certificate':
      return services.some(({ kind, paths }) => (kind === 'http' || kind === 'https') && paths.some(({ phase }) => phase === 'confirmed'))
    case 'outside':
      return !rehearsal && confirmed
  }
}
