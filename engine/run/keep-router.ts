/** The lasting effects behind the router: a conversation in every language it speaks, and an ear for what it says by itself. */
import { problem } from '../../protocol/problem.ts'
import type { EffectOf } from '../core/plan.ts'
import { type NetworkFacts, routerOf } from '../core/router-state.ts'
import { openNatpmp } from '../gateway/natpmp/client.ts'
import { pageTitle } from '../gateway/page-title.ts'
import { openPcp } from '../gateway/pcp/client.ts'
import { type Opener, openRouter, type Router } from '../gateway/router.ts'
import { openUpnp, type UpnpGateway } from '../gateway/upnp/client.ts'
import { openUpnpPinholes } from '../gateway/upnp/firewall.ts'
import { watchNotices } from '../gateway/upnp/notices.ts'
import { makerOf } from '../network/mac-makers.ts'
import { macAt } from '../network/neighbours.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

/** A router that tells its address does so at once. */
const EXTERNAL_ADDRESS_MS = 3000
/** Several protocols tell of one restart within this time. */
const ONE_RESTART_MS = 5000

export async function keepRouter(context: Context, { network }: EffectOf<'keep-router'>, emit: Emit, signal: AbortSignal): Promise<void> {
  context.routers.gateway?.close()
  context.routers.gateway = undefined
  const address = routerOf(network) ?? ''
  let router: Router | null = null
  const seen: Seen = { title: '', server: '', maker: '' }
  const look = network.ipv4 ? lookAtRouter(network.ipv4, seen, signal) : Promise.resolve()
  const says = (): string => [router?.says() ?? '', seen.title, seen.server, seen.maker].filter(Boolean).join('\n')
  const tell = async (): Promise<void> => {
    if (!router) return
    const externalIPv4 = await router.externalAddress(AbortSignal.timeout(EXTERNAL_ADDRESS_MS))
    context.log('gateway-found', { address, via: router.protocols(), name: router.name(), external: externalIPv4 })
    emit({
      ...{ type: 'gateway-found', address, name: router.name(), says: says(), externalIPv4 },
      ...{ protocols: router.protocols(), pinholes: router.pinholes() },
    })
  }
  let restartedMs = Number.NEGATIVE_INFINITY
  const onRestart = (): void => {
    // PCP over both families and NAT-PMP each notice the same restart.
    if (performance.now() - restartedMs < ONE_RESTART_MS) return
    restartedMs = performance.now()
    context.log('router-restarted', { address })
    emit({ type: 'router-restarted' })
  }
  router = await openRouter(
    address,
    openers(context, network, { onRestart, emit, onServer: (server) => (seen.server ||= server) }),
    signal,
    () => void tell(),
  )
  if (signal.aborted) router?.close()
  else if (!router) {
    await look
    emit({ type: 'gateway-absent', problem: problem('gateway-silent', { address }), says: says() })
  } else {
    context.routers.gateway = router
    await tell()
    // Of one that speaks only PCP or NAT-PMP, nothing else says which it is.
    void look.then(() => (router?.says() === '' && says() !== '' ? tell() : undefined))
    // It is closed by its successor, or at the very end: until then rules may have to be taken back through it.
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
}

/** What gives a router away without its knowing, made safe to show; "" where nothing did. */
interface Seen {
  title: string
  server: string
  maker: string
}

/** The title of its page, and who made its network card. */
async function lookAtRouter(place: NonNullable<NetworkFacts['ipv4']>, seen: Seen, signal: AbortSignal): Promise<void> {
  seen.title = await pageTitle(place, signal)
  // It has been spoken to by now, so that the system knows its card.
  const mac = await macAt(place.gateway, signal)
  seen.maker = (mac !== null && makerOf(mac)) || ''
}

interface Ears {
  readonly onRestart: () => void
  readonly onServer: (server: string) => void
  readonly emit: Emit
}

/** Every way to ask this network's router. */
function openers({ nonceFor, routerDoor }: Context, { ipv4, ipv6 }: NetworkFacts, { onRestart, onServer, emit }: Ears): Opener[] {
  let overIPv4: Promise<UpnpGateway | null> = Promise.resolve(null)
  const found: Opener[] = []
  if (ipv4) {
    const common = { gatewayAddress: ipv4.gateway, localAddress: ipv4.localAddress }
    found.push({ family: 'ipv4', open: (signal) => openPcp({ ...common, nonceFor, onRestart, signal }) })
    found.push({ family: 'ipv4', open: (signal) => openNatpmp({ ...common, onRestart, signal }) })
    found.push({
      family: 'ipv4',
      open: (signal) => {
        overIPv4 = openUpnp({ ...common, signal, onServer })
        return overIPv4
      },
    })
    if (routerDoor.isOpen()) found.push({ family: 'ipv4', open: (signal) => routerDoor.enter(ipv4, emit, signal) })
  }
  if (!ipv6?.gateway) return found
  const { gateway: address, localAddress, interfaceName } = ipv6
  const zoned = address.startsWith('fe80:') ? `${address}%${interfaceName}` : address
  return [
    ...found,
    { family: 'ipv6', open: (signal) => openPcp({ gatewayAddress: zoned, localAddress, interfaceName, nonceFor, onRestart, signal }) },
    {
      family: 'ipv6',
      // By the description that IPv4 has found, and after it: a FRITZ!Box does not bear two searches at once (syncthing lib/upnp/upnp.go).
      open: async (signal) => {
        const place = (await overIPv4.catch(() => null))?.place
        if (ipv4 && !place) return null
        return await openUpnpPinholes({ gateway: { address, interfaceName }, localAddress, ...(place ? { place } : {}), signal })
      },
    },
  ]
}

/** A router that starts says so to everybody (SSDP); one that was silent is asked at once, one that was known has lost its rules. So does
 *  one that stops. */
export async function hearRouter(
  { log }: Context,
  { gateway: gatewayAddress, localAddress }: EffectOf<'hear-router'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  let lastBoot: number | null = null
  await watchNotices({
    gatewayAddress,
    localAddress,
    signal,
    onNotice({ kind, bootId }) {
      log('router-notice', { kind, boot: bootId })
      if (kind !== 'alive') {
        emit({ type: 'router-leaving' })
        return
      }
      emit({ type: lastBoot !== null && bootId !== null && bootId !== lastBoot ? 'router-restarted' : 'router-heard' })
      lastBoot = bootId ?? lastBoot
    },
  })
  // Port 1900 may be somebody else's: then the router is only looked at, not heard.
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
