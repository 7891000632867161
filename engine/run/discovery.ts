/** A search for programs at home, for a face that asks for one: one at a time for each, ended when the face has enough of it. */
import { inRange, isLoopback, parseAddress } from '../../protocol/model/address.ts'
import type { Discovery } from '../../protocol/model/discovery.ts'
import { forbiddenTarget } from '../proxy/forbidden.ts'
import { discover } from '../services/discovery/discover.ts'
import { PRESETS } from '../services/presets/index.ts'
import type { Context } from './context.ts'
import { isOwnAddress } from './house.ts'

/** Returns what ends it. */
export function startDiscovery({ state, forbidden }: Pick<Context, 'state' | 'forbidden'>, emit: (found: Discovery) => void): () => void {
  const ended = new AbortController()
  let found: Discovery['found'] = []
  emit({ done: false, found })
  discover(
    {
      presets: [...PRESETS.values()],
      localAddress: state().network?.ipv4?.localAddress ?? null,
      isOwnAddress,
      isAtHome(address) {
        const bytes = parseAddress(address)
        return bytes !== undefined && !isLoopback(address) && forbidden.lanPrefixes().some((range) => inRange(bytes, range))
      },
      isAllowed: (address, port) => forbiddenTarget(address, port, forbidden) === undefined,
      services: state().services,
      onFound(now) {
        found = [...now]
        emit({ done: false, found })
      },
    },
    ended.signal,
  ).finally(() => {
    if (!ended.signal.aborted) emit({ done: true, found })
  })
  return () => ended.abort()
}
