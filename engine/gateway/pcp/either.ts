/** PCP where the router speaks it, else NAT-PMP. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Gateway } from '../gateway.ts'
import { openNatpmp } from '../natpmp/client.ts'
import { openPcp, type PcpOptions } from './client.ts'

/** RFC 6886 §1.1: NAT-PMP is tried once PCP has been refused, which takes no time. Some routers only ignore what they do not know: after
 *  two unanswered questions they are asked both ways. */
const HEAD_START_MS = 600

/**
 * As {@link openPcp} and {@link openNatpmp}: resolves as soon as the router has answered one of them, and prefers PCP when both have
 * been asked. Null when it speaks neither.
 */
export async function openPcpOrNatpmp(options: PcpOptions): Promise<Gateway | null> {
  const decided = new AbortController()
  const signal = AbortSignal.any([options.signal, decided.signal])
  const pcp = openPcp({ ...options, signal })
  const natpmp = askedSecond(pcp, signal, () => openNatpmp({ ...options, signal }))
  let first: Gateway | null = null
  try {
    first = await Promise.race([
      pcp.then((found) => found ?? natpmp),
      natpmp.then(
        (found) => found ?? pcp,
        async (error) => (await pcp) ?? Promise.reject(error),
      ),
    ])
    return first
  } catch (error) {
    options.signal.throwIfAborted()
    throw error
  } finally {
    decided.abort()
    for (const search of [pcp, natpmp]) search.then((found) => found !== first && found?.close?.()).catch(() => {})
  }
}

/** Null when PCP has found something, or been told why it may not. */
async function askedSecond(
  pcp: Promise<Gateway | null>,
  signal: AbortSignal,
  open: () => Promise<Gateway | null>,
): Promise<Gateway | null> {
  const done = pcp.then(
    (found) => found !== null,
    () => true,
  )
  const timer = new AbortController()
  const waited = sleep(HEAD_START_MS, false, { signal: AbortSignal.any([signal, timer.signal]) })
  waited.catch(() => {})
  const isOver = await Promise.race([done, waited]).finally(() => timer.abort())
  return isOver ? null : open()
}
