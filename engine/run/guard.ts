/** Performs the watch over our own names: how often, what counts as seen, and what is said of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Endpoint, isPublic } from '../../protocol/model/address.ts'
import { problem } from '../../protocol/problem.ts'
import type { EffectOf } from '../core/plan.ts'
import { findProxy } from '../network/proxy/find.ts'
import { LogUnreadable } from '../reach/certificate-log.ts'
import { addressesOf, visitOwnName } from '../reach/own-names.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

const VISIT_AGAIN_MS = 15 * 60_000
/** Longer than a name's time to live: an address that was just given to somebody else is gone from every resolver by then. */
const SURE_AFTER_MS = 12_000
const READ_AGAIN_MS = 6 * 3_600_000
const UNREAD_AGAIN_MS = 3_600_000

/** Homes that were started together by a power cut must not ask a public service together for ever. */
const spread = (ms: number): number => ms * (0.75 + Math.random() / 2)

export async function visitOwnNames(
  context: Context,
  { domain, host, relay }: EffectOf<'visit-own-names'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const visit = async () => {
    const endpoints = [...relay, ...(await strangeAddresses(context, host, relay, signal))]
    return await visitOwnName({ host, endpoints, isOwnKey: context.ownKeys.has }, signal)
  }
  let found = await visit()
  if (found.finding === 'foreign') {
    await sleep(SURE_AFTER_MS, undefined, { signal })
    found = await visit()
  }
  const { finding, address } = found
  if (address !== undefined) context.log('foreign-certificate', { host, address })
  emit({
    type: 'guarded',
    watch: 'ownNames',
    domain,
    state: finding === 'unreached' ? 'unchecked' : finding,
    problem: address === undefined ? null : problem('foreign-certificate', { host, address }),
    againInMs: spread(VISIT_AGAIN_MS),
  })
}

/** Where the name leads, but for the relay, which is visited anyway, and for our own address: a router that is asked for it from inside shows
 *  its own page. Addresses of the house are its owner's arrangement. */
async function strangeAddresses(
  { publicRanges, state }: Context,
  host: string,
  relay: readonly Endpoint[],
  signal: AbortSignal,
): Promise<Endpoint[]> {
  const { relay: link, gateway, network } = state()
  const own = new Set([
    ...relay.map(({ address }) => address),
    network?.ipv6?.localAddress,
    gateway.phase === 'found' ? gateway.externalIPv4 : undefined,
    ...(link.phase === 'connected' ? [link.known.observed.ipv4, link.known.observed.ipv6] : []),
  ])
  const found = await addressesOf(host, signal)
  return found.filter((address) => !own.has(address) && isPublic(address, publicRanges)).map((address) => ({ address, port: 443 }))
}

export async function readCertificateLog(
  context: Context,
  { domain }: EffectOf<'read-certificate-log'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const { certificateLog, ownKeys, log, state } = context
  const said = { type: 'guarded', watch: 'certificateLog', domain, problem: null } as const
  if (!certificateLog) {
    emit({ ...said, state: 'off', againInMs: Number.POSITIVE_INFINITY })
    return
  }
  try {
    const { relay } = state()
    // It lies beyond the same network as the relay does.
    const isBehindProxy = relay.phase === 'connected' && relay.known.transport === 'proxy'
    const proxy = isBehindProxy ? await findProxy(certificateLog.host, signal) : undefined
    const found = await certificateLog.stranger(domain, ownKeys.has, signal, proxy)
    if (found) log('unknown-certificate', { domain, issuer: found.issuer, since: found.since })
    const alarm = found && problem('unknown-certificate', { host: domain, detail: `${found.issuer}, ${found.since}` })
    emit({ ...said, state: found ? 'foreign' : 'own', problem: alarm, againInMs: spread(READ_AGAIN_MS) })
  } catch (error) {
    if (!(error instanceof LogUnreadable)) throw error
    log('certificate-log-unread', { reason: error.message })
    emit({ ...said, state: 'unchecked', againInMs: spread(UNREAD_AGAIN_MS) })
  }
}
