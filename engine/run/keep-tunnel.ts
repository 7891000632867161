/** The lasting effect behind the tunnel: connects the relay's news to events, and its visitors to the front door. */
import type { Problem } from '../../protocol/problem.ts'
import type { Welcomed } from '../core/state.ts'
import { isLoopbackHost } from '../core/state.ts'
import { findProxy } from '../network/proxy/find.ts'
import { startTunnel } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

const MEASURE_EVERY_MS = 2000
/** Smaller changes are no news. */
const NEWS_MS = 1
const NEWS_SHARE = 0.1

function tellDelay({ state }: Context, rttMs: number | undefined, emit: Emit): void {
  const { relay } = state()
  if (rttMs === undefined || relay.phase !== 'connected') return
  const known = relay.rttMs
  if (known === null || Math.abs(rttMs - known) > Math.max(NEWS_MS, known * NEWS_SHARE)) emit({ type: 'relay-measured', rttMs })
}

export async function keepTunnel(context: Context, emit: Emit, signal: AbortSignal): Promise<void> {
  const { relay, secrets, settings, unsaved, log } = context
  if (!relay) return
  const told = (event: string, found: Problem): void => log(event, { code: found.code, ...found.params })
  /** A full disk must not cost the connection that stands. */
  const remember = (joined: { url: string; key: string }): void => {
    const before = settings.current.relay
    if (before?.url === joined.url && before.key === joined.key) return
    void unsaved.write('relay', () => settings.change({ relay: joined }))
  }
  const tunnel = startTunnel({
    relay: relay.address,
    identity: secrets.identity,
    pin: () => context.relay?.pin ?? relay.pin,
    code: () => context.relay?.code,
    findProxy,
    signal,
    onConnected(welcome, relayKey, transport) {
      context.relay = { ...relay, pin: { kind: 'key', key: relayKey }, code: undefined }
      // A rehearsal's relay is made anew with every folder: it is not what its owner joined.
      if (!isLoopbackHost(relay.host)) remember({ url: relay.url, key: relayKey })
      const { domain, label, httpsPort, addresses, observed } = welcome
      const known: Welcomed = {
        url: relay.url,
        host: relay.host,
        domain,
        label,
        httpsPort,
        transport,
        family: observed.family,
        addresses,
        // Another way may end at a proxy, whose address says nothing of ours.
        observed: transport === 'direct' ? { [observed.family]: observed.address } : {},
      }
      log('relay-connected', { relay: relay.url, label, transport })
      emit({ type: 'relay-connected', known })
    },
    onTransport(transport) {
      log('relay-transport', { relay: relay.url, transport })
      emit({ type: 'relay-transport', transport })
    },
    onNotice(suspendAtMs) {
      log('relay-notice', { relay: relay.url, suspendAt: suspendAtMs === null ? null : new Date(suspendAtMs).toISOString() })
      emit({ type: 'relay-notice', suspendAtMs })
    },
    onWaiting(found) {
      told('relay-lost', found)
      emit({ type: 'relay-waiting', problem: found })
    },
    onRefused(found) {
      told('relay-refused', found)
      emit({ type: 'relay-refused', problem: found })
    },
    onVisitor: (stream, { peer }) => context.frontDoor.accept(stream, peer),
    onRawVisitor: (stream, meta) => context.rawVisitors.onStream(stream, meta),
    onFlow: (flow, meta) => context.rawVisitors.onFlow(flow, meta),
  })
  context.tunnel = tunnel
  const measuring = setInterval(() => tellDelay(context, tunnel.rttMs(), emit), MEASURE_EVERY_MS).unref()
  try {
    await tunnel.ended
    // Refused for good: the plan lets it go, until the owner chooses or asks again.
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  } finally {
    clearInterval(measuring)
    if (context.tunnel === tunnel) context.tunnel = undefined
  }
}
