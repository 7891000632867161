/** Which links of the chain an event says something of: the ages of what is shown. Pure. */
import type { LinkName } from '../../../protocol/diagnosis.ts'
import type { Event } from '../events.ts'

const SEES: Readonly<Partial<Record<Event['type'], readonly LinkName[]>>> = {
  'target-up': ['service'],
  'target-down': ['service'],
  network: ['computer'],
  'firewall-seen': ['firewall'],
  'gateway-found': ['computer', 'lan', 'router', 'second-router'],
  'gateway-absent': ['router'],
  inspected: ['computer', 'lan', 'router'],
  opened: ['computer', 'lan', 'router'],
  'upstream-found': ['second-router'],
  'upstream-absent': ['second-router'],
  'next-hop-found': ['provider'],
  'nat64-found': ['provider'],
  'port-tried': ['provider'],
  'udp-observed': ['provider'],
  'relay-observed': ['provider'],
  'relay-connected': ['computer', 'lan', 'internet', 'relay'],
  'relay-measured': ['computer', 'lan', 'internet', 'relay'],
  'relay-waiting': ['relay'],
  'relay-refused': ['relay'],
  'line-seen': ['computer', 'lan', 'internet'],
  'names-seen': ['name'],
  'certificate-valid': ['certificate'],
  'certificate-failed': ['certificate'],
}

/** What somebody outside has to pass, or is asked by. */
const ASKED: readonly LinkName[] = ['computer', 'lan', 'internet', 'relay', 'outside', 'visitor']
const CAME_IN: readonly LinkName[] = [...ASKED, 'certificate']
const CAME_IN_DIRECTLY: readonly LinkName[] = [...CAME_IN, 'firewall', 'router', 'second-router', 'provider']

export function seenBy(event: Event): readonly LinkName[] {
  if (event.type !== 'probed') return SEES[event.type] ?? []
  if (event.verdict.outcome === 'unknown') return []
  if (event.verdict.outcome !== 'reachable') return ASKED
  return event.path.includes(' tunnel ') ? CAME_IN : CAME_IN_DIRECTLY
}
