/** The relays in use: where each is, how it is known again, a code's key until it has been used, and its tunnel while one is kept. */

import { isLoopbackHost } from '../core/relay-state.ts'
import type { State } from '../core/state.ts'
import type { Tunnel } from '../tunnel/tunnel.ts'
import type { RelayAddress } from '../tunnel/ways.ts'
import { joinedRelay, type RelayChoice, readRelayChoice } from './relay-choice.ts'
import type { Settings } from './settings.ts'

export interface RelayInUse {
  /** Another one once it has let us in, and when its owner has typed a code for it. */
  choice: RelayChoice
  readonly address: RelayAddress
  tunnel: Tunnel | undefined
}

/** By address, in the owner's order. */
export type Relays = Map<string, RelayInUse>

export const inUse = (choice: RelayChoice, ca: string | undefined): RelayInUse => ({
  choice,
  address: { host: choice.host, port: choice.port, ca },
  tunnel: undefined,
})

/** One named on the command line comes before those joined earlier. A rehearsal is alone: nothing of it may be on the internet.
 *  Throws ProblemError. */
export function chooseRelays(named: string | undefined, joined: Settings['relays'], ca: string | undefined): Relays {
  const known = joined.map(joinedRelay)
  const choice = named === undefined ? undefined : readRelayChoice(named)
  // Joined already: its key is known, and a relay code that let us in once is used up.
  const first = choice && (known.find(({ url }) => url === choice.url) ?? choice)
  const all = !first ? known : isLoopbackHost(first.host) ? [first] : [first, ...known.filter(({ url }) => url !== first.url)]
  return new Map(all.map((each) => [each.url, inUse(each, ca)]))
}

/** The tunnel to the relay that serves. */
export const servingTunnel = (relays: Relays, { relay }: State): Tunnel | undefined =>
  relay.phase === 'none' ? undefined : relays.get(relay.url)?.tunnel

/** Those to relays that answer for the same domain as the one that serves, which is the first of them. */
export function tunnelsOfDomain(relays: Relays, { relay, standby }: State): Tunnel[] {
  if (relay.phase !== 'connected') return []
  const same = [relay, ...standby].filter(({ phase, known }) => phase === 'connected' && known?.domain === relay.known.domain)
  return same.flatMap(({ url }) => relays.get(url)?.tunnel ?? [])
}
