/** What a device may ask its relay: to be looked at from outside, to have its names published or changed, to have a certificate's text in
 *  DNS. */
import type { SecureContext } from 'node:tls'
import type { z } from 'zod'
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import { isPublic, type Range } from '../../protocol/model/address.ts'
import type { Ask, OwnHosts, ProbeRequest, ProbeResult, Publication, Published, RejectionCode, Renamed } from '../../wire/messages.ts'
import { PINGS } from '../../wire/pings.ts'
import type { HouseAlerts } from '../alerts/alerts.ts'
import type { Names } from '../names/names.ts'
import type { OwnHosts as CarriesOwnHosts } from '../names/own-hosts.ts'
import type { ProbeLimits } from '../probe/limits.ts'
import { probe } from '../probe/prober.ts'
import type { SelfTest } from '../probe/self-test.ts'
import type { Buckets } from '../public-ports/buckets.ts'
import type { PublicPorts } from '../public-ports/public-ports.ts'
import { knownDevice } from '../registry/devices.ts'
import { type Registry, RegistryError } from '../registry/registry.ts'
import type { Presence } from './presence.ts'

export interface AskContext {
  readonly presence: Presence
  readonly names: Names
  readonly limits: ProbeLimits
  readonly selfTest: SelfTest
  /** Who vouches for a home's certificate in the eyes of its visitors. */
  readonly trusted: SecureContext
  readonly addresses: { readonly ipv4?: string; readonly ipv6?: string }
  readonly publicRanges: readonly Range[]
  readonly registry: Pick<
    Registry,
    'device' | 'published' | 'publicPorts' | 'labelStanding' | 'renameDevice' | 'formerLabels' | 'releaseDevice'
  >
  readonly publicPorts: Pick<PublicPorts, 'serve'>
  readonly alerts: Pick<HouseAlerts, 'set' | 'test'>
  /** Of a device: each goes to somebody else's server. */
  readonly alertTests: Pick<Buckets, 'take'>
  /** Of a device: each waits for the disk, and everybody with it. */
  readonly writes: Pick<Buckets, 'take'>
  /** Absent: this relay has none to give. */
  routerNames?(deviceKey: string, ask: Extract<Ask, { kind: 'router-name' }>): Reply
  /** Of a device that asks what it might be called. */
  readonly labelQuestions: Pick<Buckets, 'take'>
  readonly ownHosts: Pick<CarriesOwnHosts, 'claim'>
  /** Of a device: each goes to other people's name servers. */
  readonly ownHostLooks: Pick<Buckets, 'take'>
  /** Our word for other relays of the domain. */
  voucherFor(deviceKey: string, label: string): string
  httpsPort(): number
}

/** The rest of an answer message. */
export type Reply = { result: unknown } | { rejected: z.infer<typeof RejectionCode> }

const WRITES: ReadonlySet<Ask['kind']> = new Set<Ask['kind']>(['publish', 'issuance', 'alerts', 'rename', 'release', 'router-name'])

export async function answerAsk(context: AskContext, deviceKey: string, label: string, ask: Ask, signal: AbortSignal): Promise<Reply> {
  const limit = WRITES.has(ask.kind) ? context.writes : ask.kind === 'label' ? context.labelQuestions : undefined
  if (limit && !limit.take(deviceKey, performance.now())) return { rejected: 'rate-limited' }
  switch (ask.kind) {
    case 'probe':
      return await answerProbe(context, deviceKey, ask, signal)
    case 'publish':
      return await answerPublish(context, deviceKey, label, ask.publication)
    case 'issuance':
      context.names.setIssuance(deviceKey, ask.issuance)
      return { result: {} }
    case 'alerts':
      return { result: { channels: context.alerts.set(deviceKey, ask.alerts) } }
    case 'test-alerts':
      if (!context.alertTests.take(deviceKey, performance.now())) return { rejected: 'rate-limited' }
      return { result: { channels: await context.alerts.test(deviceKey) } }
    case 'challenge':
      context.names.setChallenge(deviceKey, ask.action, ask.value)
      return { result: {} }
    case 'label':
      return { result: context.registry.labelStanding(deviceKey, ask.label, Date.now()) }
    case 'rename':
      return { result: rename(context, deviceKey, ask.label) }
    case 'release':
      return release(context, deviceKey)
    case 'own-hosts':
      if (ask.hosts.length > 0 && !context.ownHostLooks.take(deviceKey, performance.now())) return { rejected: 'rate-limited' }
      return { result: { hosts: await context.ownHosts.claim(deviceKey, ask.hosts, signal) } satisfies OwnHosts }
    case 'router-name':
      return context.routerNames?.(deviceKey, ask) ?? { rejected: 'malformed' }
  }
}

function rename({ registry, voucherFor }: AskContext, deviceKey: string, wanted: string): Renamed {
  const nowMs = Date.now()
  const standing = registry.renameDevice(deviceKey, wanted, nowMs)
  const { label } = knownDevice(registry.device(deviceKey))
  return { standing, label, former: registry.formerLabels(deviceKey, nowMs), voucher: voucherFor(deviceKey, label) }
}

/** The answer must arrive before its lane goes. */
const GOODBYE_MS = 500

function release({ registry, presence }: AskContext, deviceKey: string): Reply {
  const session = presence.sessions().find((each) => each.deviceKey === deviceKey)
  registry.releaseDevice(deviceKey, Date.now())
  setTimeout(() => {
    for (const { lane } of [...(session?.lanes ?? [])]) lane.close('released')
  }, GOODBYE_MS).unref()
  return { result: {} }
}

async function answerProbe(context: AskContext, deviceKey: string, ask: ProbeRequest, signal: AbortSignal): Promise<Reply> {
  const outside = destination(context, deviceKey, ask)
  if (!outside) return { rejected: 'no-address' }
  if (ask.host !== undefined && context.names.deviceOfHost(ask.host) !== deviceKey) return { rejected: 'malformed' }
  // An IPv4 address may be shared: a neighbour's service would answer in the place of this home's.
  if (ask.ping && (ask.transport !== 'udp' || ask.via !== 'direct' || ask.family !== 'ipv6')) return { rejected: 'malformed' }
  const { limits } = context
  const admission = limits.admit(deviceKey, ask.transport, ask.via === 'direct' ? ask.port : undefined)
  if (admission !== 'ok') return { rejected: admission }
  return (await limits.run(() => look(context, deviceKey, ask, outside, signal))) ?? { rejected: 'rate-limited' }
}

async function look(context: AskContext, deviceKey: string, ask: ProbeRequest, outside: Endpoint, signal: AbortSignal): Promise<Reply> {
  const unknown = (): Reply => ({ result: { verdict: { outcome: 'unknown', atMs: Date.now() }, outside } satisfies ProbeResult })
  const { transport, host, family, via, authority } = ask
  if ((await context.selfTest.ageS(family, via)) === undefined) return unknown()
  const page = authority && { trusted: context.trusted, authority }
  const ping = ask.ping && PINGS[ask.ping]
  const sighting = await probe({ transport, outside, host, deviceKey, id: Buffer.from(ask.id, 'base64url'), page, ping }, signal)
  if (sighting.outcome === 'unknown') return unknown()
  const isReachable = sighting.outcome === 'reachable'
  // Only eyes that still see may say no; then it says something about the home and not about us.
  const selfTestAgeS = await context.selfTest.ageS(family, via, !isReachable)
  if (selfTestAgeS === undefined) return unknown()
  if (via === 'direct') context.names.noteSighting(deviceKey, { family, transport, port: ask.port, address: outside.address }, isReachable)
  return { result: { verdict: { ...sighting, atMs: Date.now(), selfTestAgeS }, outside } satisfies ProbeResult }
}

/** Only ever the asking device's own address, seen within the last minute, and the relay's own front or the device's own public port there
 *  (rule: never a third party's). */
function destination(context: AskContext, deviceKey: string, { via, family, port, transport }: ProbeRequest): Endpoint | undefined {
  if (via === 'tunnel') {
    const own = context.addresses[family as Family]
    if (own === undefined) return undefined
    if (transport === 'tls') return { address: own, port: context.httpsPort() }
    const isTheirs = context.registry.publicPorts(deviceKey).some((each) => each.protocol === transport && each.port === port)
    return isTheirs ? { address: own, port } : undefined
  }
  const address = context.presence.observedAddress(deviceKey, family)
  return address !== undefined && isPublic(address, context.publicRanges) ? { address, port } : undefined
}

async function answerPublish(context: AskContext, deviceKey: string, label: string, publication: Publication): Promise<Reply> {
  try {
    if (context.names.publish(deviceKey, publication) === 'taken') return { rejected: 'name-taken' }
    const standing = new Set(aliasesOf(context.registry.published(deviceKey)))
    const taken = aliasesOf(publication).filter((alias) => !standing.has(alias))
    const { ports } = await context.publicPorts.serve(deviceKey, label, publication.services)
    return { result: { ports, ...(taken.length > 0 && { taken }) } satisfies Published }
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'publication-malformed') return { rejected: 'malformed' }
    throw error
  }
}

const aliasesOf = (publication: Publication | undefined): string[] =>
  publication?.services.flatMap(({ aliases = [] }) => aliases.map(({ alias }) => alias)) ?? []
