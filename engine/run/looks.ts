/** Performs the looks that only the diagnosis needs: along the line when no relay answers, and at where our names lead. */

import { ask } from '../../dns/ask.ts'
import { RCODE, TYPE } from '../../dns/codes.ts'
import { nameOf } from '../../dns/names.ts'
import { familyOf } from '../../protocol/model/address.ts'
import type { Answer } from '../core/diagnosis/state.ts'
import type { EffectOf } from '../core/plan.ts'
import { answersAt, routerAnswers } from '../network/answers.ts'
import { askResolver, resolverAddress } from '../network/ask-resolver.ts'
import type { Emit } from './loop.ts'

export interface Looks {
  line(effect: EffectOf<'look-at-line'>, emit: Emit, signal: AbortSignal): Promise<void>
  names(effect: EffectOf<'look-up-names'>, emit: Emit, signal: AbortSignal): Promise<void>
}

/** No longer than the others take. */
const ROUTER_ASK_MS = 3500

/** `directoryUrl`: who gives our certificates. It is somebody whom we deal with anyway, and who is not the relay. `routerHasLine`: what our router
 *  says of its line; null when it does not say. */
export function createLooks(directoryUrl: () => string, routerHasLine: (signal: AbortSignal) => Promise<boolean | null>): Looks {
  /** Where it was last: a line without names is looked at all the same. */
  let remembered: { host: string; addresses: readonly string[] } | undefined
  const lookUp = async (host: string, signal: AbortSignal): Promise<Answer> => {
    if (familyOf(host) !== undefined) return { state: 'found', addresses: [host] }
    const answer = await askResolver(host, signal)
    if (answer.state === 'found') remembered = { host, addresses: answer.addresses }
    return answer
  }
  return {
    async line({ router }, emit, signal) {
      const { host, port } = endpointOf(directoryUrl())
      const elsewhere = async (): Promise<'answers' | 'silent' | 'unknown'> => {
        const known = remembered?.host === host ? remembered.addresses : []
        const ask = (addresses: readonly string[]) => Promise.all(addresses.map((address) => answersAt(address, port, signal)))
        const isNew = (address: string): boolean => !known.includes(address)
        const found = (await Promise.all([ask(known), lookUp(host, signal).then(({ addresses }) => ask(addresses.filter(isNew)))])).flat()
        // Nobody whose address is not known can be called silent.
        return found.length === 0 ? 'unknown' : found.includes('answers') ? 'answers' : 'silent'
      }
      const [routerIs, hasLine, state] = await Promise.all([
        router === null ? ('unknown' as const) : routerAnswers(router, signal),
        routerHasLine(AbortSignal.any([signal, AbortSignal.timeout(ROUTER_ASK_MS)])).catch(() => null),
        elsewhere(),
      ])
      // A router that is gone takes everybody beyond it along.
      const is = state === 'unknown' && routerIs === 'silent' ? 'silent' : state
      emit({ type: 'line-seen', router: routerIs, routerHasLine: hasLine, elsewhere: { state: is, host } })
    },
    async names({ host, relay }, emit, signal) {
      const [here, others, there] = await Promise.all([
        askResolver(host, signal),
        lookUp(endpointOf(directoryUrl()).host, signal),
        relay === undefined ? null : askRelay(host, relay, signal),
      ])
      signal.throwIfAborted()
      emit({ type: 'names-seen', here, relay: here.state === 'found' ? null : there, others: others.state, resolver: resolverAddress() })
    },
  }
}

function endpointOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'http:' ? 80 : 443) }
}

const RELAY_ASK_MS = 3000

/** By itself: it answers for its own names. */
async function askRelay(host: string, address: string, signal: AbortSignal): Promise<Answer> {
  try {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(RELAY_ASK_MS)])
    const { rcode, records } = await ask({ address, port: 53 }, nameOf(host), TYPE.A, bounded)
    if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return { state: 'silent', addresses: [] }
    return { state: records.length > 0 ? 'found' : 'missing', addresses: records.map(({ data }) => data.join('.')) }
  } catch {
    return { state: 'silent', addresses: [] }
  }
}
