/** The lasting effect behind the tunnel: connects the relay's news to events, and its visitors to the front door. */
import type { Problem } from '../../protocol/problem.ts'
import type { Voucher } from '../../wire/messages.ts'
import type { EffectOf } from '../core/plan.ts'
import type { Welcomed } from '../core/relay-state.ts'
import { isLoopbackHost } from '../core/relay-state.ts'
import { linkTo } from '../core/state.ts'
import { findProxy } from '../network/proxy/find.ts'
import { startTunnel, type Tunnel } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import type { Relays } from './relays.ts'
import type { JoinedRelay } from './settings.ts'

const MEASURE_EVERY_MS = 2000
/** Smaller changes are no news. */
const NEWS_MS = 1
const NEWS_SHARE = 0.1

function tellDelay({ state }: Context, url: string, rttMs: number | undefined, emit: Emit): void {
  const link = linkTo(state(), url)
  if (rttMs === undefined || link?.phase !== 'connected') return
  const known = link.rttMs
  if (known === null || Math.abs(rttMs - known) > Math.max(NEWS_MS, known * NEWS_SHARE)) emit({ type: 'relay-measured', url, rttMs })
}

export async function keepTunnel(context: Context, { url }: EffectOf<'keep-tunnel'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { relays, secrets, settings, unsaved, log } = context
  const relay = relays.get(url)
  if (!relay) return
  const told = (event: 'relay-lost' | 'relay-refused', found: Problem): void => log(event, { code: found.code, ...found.params })
  /** A full disk must not cost the connection that stands. */
  const remember = (joined: { url: string; key: string }): void => {
    const known = settings.current.relays
    if (known.some((before) => before.url === joined.url && before.key === joined.key)) return
    void unsaved.write(`relay ${url}`, () => {
      const others = settings.current.relays.filter((before) => before.url !== joined.url)
      if (relays.has(url)) settings.change({ relays: inOrder([...others, joined], relays) })
    })
  }
  const tunnel = startTunnel({
    relay: relay.address,
    identity: secrets.identity,
    pin: () => relay.choice.pin,
    code: () => relay.choice.code,
    vouchers: () => vouchersBut(url, context),
    findProxy,
    signal,
    onConnected(welcome, relayKey, transport) {
      relay.choice = { ...relay.choice, pin: { kind: 'key', key: relayKey }, code: undefined }
      // A rehearsal's relay is made anew with every folder: it is not what its owner joined.
      if (!isLoopbackHost(relay.address.host)) remember({ url, key: relayKey })
      const { domain, label, former, voucher, httpsPort, relayOnly = false, addresses, observed } = welcome
      const known: Welcomed = {
        url,
        host: relay.choice.host,
        relayKey,
        voucher: voucher ?? null,
        domain,
        label,
        former,
        httpsPort,
        relayOnly,
        transport,
        family: observed.family,
        addresses,
        // Another way may end at a proxy, whose address says nothing of ours.
        observed: transport === 'direct' ? { [observed.family]: observed.address } : {},
      }
      log('relay-connected', { relay: url, label, transport })
      emit({ type: 'relay-connected', known })
      void tellIssuance(context, tunnel, signal)
    },
    onTransport(transport) {
      log('relay-transport', { relay: url, transport })
      emit({ type: 'relay-transport', url, transport })
    },
    onNotice({ suspendAtMs, quota, takenDown }) {
      const notice = { suspendAtMs, quota, takenDown }
      log('relay-notice', { relay: url, ...notice })
      emit({ type: 'relay-notice', url, notice })
    },
    onWaiting(found) {
      told('relay-lost', found)
      emit({ type: 'relay-waiting', url, problem: found })
    },
    onRefused(found) {
      told('relay-refused', found)
      emit({ type: 'relay-refused', url, problem: found })
    },
    onVisitor: (stream, { peer }) => context.frontDoor.accept(stream, peer),
    onRawVisitor: (stream, meta) => context.rawVisitors.onStream(stream, meta),
    onFlow: (flow, meta) => context.rawVisitors.onFlow(flow, meta),
  })
  relay.tunnel = tunnel
  const measuring = setInterval(() => tellDelay(context, url, tunnel.rttMs(), emit), MEASURE_EVERY_MS).unref()
  try {
    await tunnel.ended
    // Refused for good: the plan lets it go, until the owner chooses or asks again.
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  } finally {
    clearInterval(measuring)
    if (relay.tunnel === tunnel) relay.tunnel = undefined
  }
}

/** A relay that was joined after the certificate was ordered, or whose memory was lost, must not let others issue until the next order. An
 *  older one does not know the question. */
async function tellIssuance({ settings, log }: Context, tunnel: Tunnel, signal: AbortSignal): Promise<void> {
  const { issuance } = settings.current
  if (issuance)
    await tunnel.ask({ kind: 'issuance', issuance }, signal).catch((error: unknown) => log('issuance-not-set', { error: String(error) }))
}

/** What the others have said of us, for this one. */
function vouchersBut(url: string, { state }: Context): Voucher[] {
  const { relay, standby } = state()
  return [relay, ...standby].flatMap((link) => {
    if (link.phase === 'none' || link.url === url || !link.known?.voucher) return []
    const { relayKey, label, voucher } = link.known
    return [{ relayKey, label, signature: voucher }]
  })
}

/** As its owner ordered them: the next start begins with the same one. */
const inOrder = (joined: readonly JoinedRelay[], relays: Relays): JoinedRelay[] => {
  const order = [...relays.keys()]
  return [...joined].sort((a, b) => order.indexOf(a.url) - order.indexOf(b.url))
}
