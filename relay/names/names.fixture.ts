/** A relay that knows one device, and what its names lead to. */
import { duplexPair } from 'node:stream'
import type { TestContext } from 'node:test'
import { Lane } from '../../wire/lane.ts'
import type { Publication } from '../../wire/messages.ts'
import type { Closed } from '../operating/decisions.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import type { Registry } from '../registry/registry.ts'
import { newKey } from '../registry/values.fixture.ts'
import { createPresence, type Presence, type SessionLane } from '../tunnel/presence.ts'
import { createNames, type Names } from './names.ts'
import type { Proof } from './sightings.ts'

export const KEY = newKey()
export const HOME = '203.0.113.7'
export const HOME6 = '2001:db8::7'
export const RELAY = { ipv4: '198.51.100.1', ipv6: '2001:db8:1::1' }
export const MINUTE_MS = 60_000
export const NOW = 1_800_000_000_000
export const FRONT: Proof = { family: 'ipv4', transport: 'tls', port: 443, address: HOME }

export interface House {
  readonly names: Names
  readonly registry: Registry
  readonly presence: Presence
  readonly label: string
  readonly clock: { nowMs: number }
  readonly ownChallenges: Set<string>
  /** The device's tunnel, up from now on; closing the lane takes it down. */
  connect(address?: string): Lane
  /** The addresses at `web.LABEL`, or at another name below the domain. */
  at(...below: string[]): string[] | undefined
}

export function house(context: TestContext, closed: () => Closed | undefined = () => undefined): House {
  const registry = temporaryRegistry(context)
  const clock = { nowMs: NOW }
  const presence = createPresence(
    () => {},
    () => clock.nowMs,
  )
  const ownChallenges = new Set<string>()
  const names = createNames({
    domain: 'relay.example',
    nameServers: ['ns.relay.example'],
    addresses: RELAY,
    registry,
    presence,
    ownChallenges,
    closed,
    now: () => clock.nowMs,
  })
  const { label } = registry.registerDevice(KEY, clock.nowMs)
  const connect = (address = HOME): Lane => {
    const [socket] = duplexPair()
    const lane = new Lane(socket, { onControl: () => {}, onClose: () => presence.leave(KEY, sessionLane) })
    const sessionLane: SessionLane = { lane, from: { family: address.includes(':') ? 'ipv6' : 'ipv4', address }, leaving: false }
    presence.join(KEY, 'one', sessionLane, 4)
    context.after(() => lane.close('over'))
    return lane
  }
  const at = (...below: string[]): string[] | undefined =>
    names.zone
      .lookup(below.length === 0 ? ['web', label] : below)
      ?.records.filter(({ type }) => type !== 'HTTPS')
      .map((record) => ('address' in record ? record.address : 'text' in record ? record.text : record.type))
  return { names, registry, presence, label, clock, ownChallenges, connect, at }
}

export const published = (changes: Partial<Publication> = {}): Publication => ({
  services: [{ name: 'web', kind: 'http', links: [], direct: [] }],
  direct: [],
  ...changes,
})
export const raw = (kind: 'tcp' | 'udp', ...direct: { address: string; port: number }[]): Publication =>
  published({ services: [{ name: 'mqtt', kind, links: [], direct }] })

/** Direct since now. */
export function directHouse(context: TestContext): House & { readonly lane: Lane } {
  const opened = house(context)
  const lane = opened.connect()
  opened.names.noteSighting(KEY, FRONT, true)
  opened.names.publish(KEY, published({ direct: ['ipv4'] }))
  return { ...opened, lane }
}
