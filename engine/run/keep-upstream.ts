/** The lasting effect behind the second router of a house (double NAT): find it, make sure that it is the one, and keep a conversation. */
import { inRange, isPrivateIPv4, parseAddress, type Range } from '../../protocol/model/address.ts'
import type { EffectOf } from '../core/plan.ts'
import { openNatpmp } from '../gateway/natpmp/client.ts'
import { openPcp } from '../gateway/pcp/client.ts'
import { type Opener, openRouter, type Router } from '../gateway/router.ts'
import { openUpnp } from '../gateway/upnp/client.ts'
import { findSecondHop } from '../network/second-hop.ts'
import type { Context } from './context.ts'
import { lanPrefixes } from './house.ts'
import type { Emit } from './loop.ts'

/** A router that tells its address does so at once. */
const EXTERNAL_ADDRESS_MS = 3000

type Effect = EffectOf<'keep-upstream'>

/** Only a router that claims the very address at which outsiders see us is believed: any other may be a neighbour's, and a rule there would
 *  open nothing. */
export async function keepUpstream(context: Context, effect: Effect, emit: Emit, signal: AbortSignal): Promise<void> {
  const { network, sought, towards } = effect
  const { routerAddress, observedAddress } = sought
  const [hop, hopIPv6] = await Promise.all(
    [towards.ipv4, network.ipv6 && towards.ipv6].map((target) => (target === undefined ? null : findSecondHop(target, signal))),
  )
  let believed: Router | undefined
  const converse = async (address: string): Promise<string | null> => {
    let router: Router | null = null
    const tell = (): void => {
      if (!router || router !== believed) return
      const pinholes = router.pinholes()
      context.log('upstream-found', { address, via: router.protocols(), name: router.name(), external: observedAddress, pinholes })
      emit({ type: 'upstream-found', address, routerAddress, pinholes, externalIPv4: observedAddress })
    }
    router = await openRouter(address, openers(context, effect, address, hopIPv6 ?? null), signal, tell)
    const claimed = (await router?.externalAddress(AbortSignal.any([signal, AbortSignal.timeout(EXTERNAL_ADDRESS_MS)]))) ?? null
    if (!router || believed || signal.aborted || claimed !== observedAddress) {
      router?.close()
      return claimed
    }
    believed = router
    // It is closed by its successor, or at the very end: until then rules may have to be taken back through it.
    context.routers.upstream?.close()
    context.routers.upstream = router
    tell()
    return claimed
  }
  const claims = await Promise.all(placesOf(hop ?? null, effect, lanPrefixes()).map(converse))
  if (!believed) emit({ type: 'upstream-absent', routerAddress, claimed: claims.find((claimed) => claimed !== null) ?? null })
  else if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Where it may be: at the next hop after our router; where no tool shows that, at the two places in our router's outer network that makes
 *  give themselves (FRITZ!Box, Livebox, OpenWrt: .1; Freebox, Bbox: .254). Never at home, where our own router is, nor out on the internet. */
export function placesOf(
  hop: string | null,
  { network, sought: { routerAddress } }: Pick<Effect, 'network' | 'sought'>,
  atHome: readonly Range[],
): string[] {
  const net = routerAddress.slice(0, routerAddress.lastIndexOf('.'))
  return (hop === null ? [`${net}.1`, `${net}.254`] : [hop]).filter((address) => {
    const bytes = parseAddress(address)
    const isOurs = address === routerAddress || address === network.ipv4?.gateway
    return isPrivateIPv4(address) && !isOurs && bytes !== undefined && !atHome.some((prefix) => inRange(bytes, prefix))
  })
}

/** Every way to ask it. Not PCP over IPv4, which sees our own router between us and refuses (RFC 6887 §8.2, ADDRESS_MISMATCH). Over IPv6
 *  nobody translates, and PCP opens its firewall to ourselves. */
function openers({ nonceFor }: Context, { network, sought }: Effect, address: string, hopIPv6: string | null): Opener[] {
  const { ipv4, ipv6 } = network
  if (!ipv4) return []
  // The one exception to "only our own address is ever mapped": here it is our router's, which leads on to us.
  const upstream = { routerAddress: sought.routerAddress }
  const common = { gatewayAddress: address, localAddress: ipv4.localAddress, upstream }
  const overIPv4: Opener[] = [
    {
      family: 'ipv4',
      // NAT-PMP takes what its owner made by hand for ours, and only UPnP can look before it asks.
      open: async (signal) => (await openUpnp({ ...common, signal }).catch(() => null)) ?? (await openNatpmp({ ...common, signal })),
    },
  ]
  if (!ipv6 || hopIPv6 === null) return overIPv4
  const { localAddress } = ipv6
  // A nonce is a secret shared with one router.
  const nonceOf = (key: string): Uint8Array => nonceFor(`upstream ${key}`)
  return [...overIPv4, { family: 'ipv6', open: (signal) => openPcp({ gatewayAddress: hopIPv6, localAddress, nonceFor: nonceOf, signal }) }]
}
