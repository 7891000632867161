/** What to ask about the way beyond our router, so that a home that cannot be reached directly knows why. Pure. */
import { soughtPort, towards, wantsNat64, wantsNextHop } from './line.ts'
import type { Add } from './plan.ts'
import { isRehearsal, type State } from './state.ts'

export function planLine(state: State, add: Add): void {
  const { relay, network } = state
  const target = towards(state)
  if (relay.phase !== 'connected' || isRehearsal(state)) return
  if (target !== null) {
    const server = { address: target, port: relay.known.httpsPort }
    if (relay.udp.ipv4 === undefined) add('ask-stun', { kind: 'ask-stun', ...server })
    if (relay.udp.ipv4 && relay.udp.other && relay.udp.translation === undefined)
      add('learn-translation', { kind: 'learn-translation', server, other: relay.udp.other })
    if (relay.udp.ipv4 === null && relay.known.observed.ipv4 === undefined) add('be-seen ipv4', { kind: 'be-seen', family: 'ipv4' })
    if (wantsNextHop(state)) add('find-next-hop', { kind: 'find-next-hop', towards: target })
  }
  if (wantsNat64(state)) add('ask-nat64', { kind: 'ask-nat64' })
  const port = soughtPort(state)
  if (port !== null && network?.ipv4) add(`try-port ${port}`, { kind: 'try-port', port, internalAddress: network.ipv4.localAddress })
}
