/** What is asked of the relay: to look at a path from outside, and to publish our names. */
import { isDeepStrictEqual } from 'node:util'
import type { Family } from '../../protocol/model/address.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import { isWeb } from '../../protocol/model/service.ts'
import { ProblemError } from '../../protocol/problem.ts'
import { ProbeResult, type Publication, Published } from '../../wire/messages.ts'
import type { EffectOf } from '../core/plan.ts'
import type { StandbyRelay } from '../core/relay-state.ts'
import { linkTo } from '../core/state.ts'
import { AskRejected, type Tunnel } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

export async function lookFromOutside(context: Context, effect: EffectOf<'probe'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { path } = effect
  try {
    const verdict = await look(context, effect, emit, signal)
    logIfNews(context, path, verdict)
    emit({ type: 'probed', path, verdict })
  } catch (error) {
    if (signal.aborted) return
    const reason = error instanceof AskRejected ? error.reason : String(error)
    context.log('probe-failed', { path, reason })
    // To be seen we dial the relay anew, which may fail while its lanes are well: by a clock that was set back, for one.
    const unasked = error instanceof ProblemError
    emit(reason === 'rate-limited' ? { type: 'probe-postponed', path } : { type: 'probed', path, verdict: unknown(), unasked })
  }
}

/** The one that serves has seen it. What is not seen here is no news, but for this relay. */
export async function proveToStandby(context: Context, effect: EffectOf<'prove-standby'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { url, path, address } = effect
  const tunnel = context.relays.get(url)?.tunnel
  const verdict = await lookBy(tunnel, context, effect, () => {}, signal).catch(unknown)
  if (!signal.aborted) emit({ type: 'standby-proven', url, path, address, reachable: verdict.outcome === 'reachable' })
}

type Question = Omit<EffectOf<'probe'>, 'kind' | 'path'>

/** One look by the relay that serves. Throws when it could not be had. */
export const look = (context: Context, question: Question, emit: Emit, signal: AbortSignal): Promise<Verdict> =>
  lookBy(context.tunnel, context, question, emit, signal)

/** `tunnel`: to the relay that is to look. */
async function lookBy(
  tunnel: Tunnel | undefined,
  context: Context,
  { via, family, transport, port, host, ping, afresh }: Question,
  emit: Emit,
  signal: AbortSignal,
): Promise<Verdict> {
  const over = new AbortController()
  try {
    if (via === 'direct') await beSeen(tunnel, context, family, afresh, emit, signal)
    const id = context.probes.expect(over.signal)
    const seenPage = `page ${via} ${family} ${port}`
    const wantsPage = host !== null && (afresh || isDue(tunnel, seenPage, PAGE_EVERY_MS))
    const page = host === null ? {} : { host, ...(wantsPage ? { authority: context.certificates.authority() } : {}) }
    const answer = await tunnel?.ask({ kind: 'probe', id, via, family, transport, port, ...page, ...(ping && { ping }) }, signal)
    const result = ProbeResult.safeParse(answer)
    if (result.success && wantsPage) countAsDone(tunnel, seenPage)
    return result.success ? result.data.verdict : unknown()
  } finally {
    over.abort()
  }
}

const unknown = (): Verdict => ({ outcome: 'unknown', atMs: Date.now() })

/** Looks that say the same again and again are no news, and a log of them would grow for years. */
function logIfNews({ log, state }: Context, path: string, { outcome }: Verdict): void {
  const before = state().paths[path]
  const known =
    before?.phase === 'confirmed' ? before.verdict.outcome : before?.phase === 'provisioned' ? before.lastVerdict?.outcome : undefined
  if (outcome !== known) log('probed', { path, outcome })
}

/** So that the router is asked for the same ports at the next start, also before any relay answers. */
async function keepPorts({ settings, state, unsaved }: Context, ports: Readonly<Record<string, number | null>>): Promise<void> {
  const publicPorts = Object.fromEntries(Object.entries(ports).flatMap(([name, port]) => (port === null ? [] : [[name, port]])))
  // A rehearsal's relay is not what its owner joined.
  const { relay } = state()
  const isJoined = relay.phase !== 'none' && settings.current.relays.some(({ url }) => url === relay.url)
  if (!isJoined || isDeepStrictEqual(settings.current.publicPorts, publicPorts)) return
  await unsaved.write('public ports', () => settings.change({ publicPorts }))
}

const acknowledged = ({ services }: EffectOf<'publish'>['publication'], taken: readonly string[] = []): string[] =>
  services.flatMap(({ links, aliases = [] }) => [...links, ...aliases.map(({ alias }) => alias)]).filter((link) => !taken.includes(link))

/** So that at the next start, also away from the relay, it is known which links it knows. */
async function keepRegistered({ settings, unsaved }: Context, url: string, links: string[]): Promise<void> {
  const { relays, registered } = settings.current
  if (!relays.some((joined) => joined.url === url) || isDeepStrictEqual(registered[url], links)) return
  await unsaved.write('registered links', () => settings.change({ registered: { ...registered, [url]: links } }))
}

/** To be seen, and to have the page seen as by a browser, costs both sides as much as the look itself: neither is done at each look while
 *  nothing speaks against what was seen before. A relay dials only an address from which it has seen us within the last minute. */
const BE_SEEN_EVERY_MS = 25_000
const PAGE_EVERY_MS = 30_000
const lastDone = new WeakMap<Tunnel, Map<string, number>>()

const isDue = (tunnel: Tunnel | undefined, what: string, everyMs: number): boolean =>
  !tunnel || performance.now() - (lastDone.get(tunnel)?.get(what) ?? Number.NEGATIVE_INFINITY) >= everyMs

/** Only what went well counts: what failed is due at the next look. */
function countAsDone(tunnel: Tunnel | undefined, what: string): void {
  if (!tunnel) return
  const done = lastDone.get(tunnel) ?? new Map<string, number>()
  lastDone.set(tunnel, done)
  done.set(what, performance.now())
}

async function beSeen(
  tunnel: Tunnel | undefined,
  { state }: Context,
  family: Family,
  afresh: boolean,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const { relay } = state()
  if (relay.phase !== 'connected' || !tunnel) return
  const seen = `seen ${family}`
  if (!afresh && !isDue(tunnel, seen, BE_SEEN_EVERY_MS)) return
  // In IPv6 a computer has many addresses, and only the one that is to be dialled proves anything.
  const address = await tunnel.observe(family, family === 'ipv6' ? state().network?.ipv6?.localAddress : undefined, signal)
  countAsDone(tunnel, seen)
  if (relay.known.observed[family] !== address) emit({ type: 'relay-observed', family, address })
}

/** Once, to know the address: a relay that is spoken to over IPv6 does not see the other one. */
export async function showAddress(context: Context, { family }: EffectOf<'be-seen'>, emit: Emit, signal: AbortSignal): Promise<void> {
  try {
    await beSeen(context.tunnel, context, family, true, emit, signal)
  } catch (error) {
    if (signal.aborted) return
    context.log('not-seen', { family, error: String(error) })
    emit({ type: 'relay-observed', family, address: null })
  }
}

/** An older relay gives away the home's address under every name as soon as it stands under one. Where its owner wants a website's kept back, it
 *  then stands under none: that website is never answered directly, and would be lost. */
function asToldTo(relay: StandbyRelay | undefined, publication: Publication): Publication {
  const isWished = publication.services.some(({ kind, relayOnly }) => relayOnly && isWeb(kind))
  return isWished && !relay?.known?.relayOnly ? { ...publication, direct: [] } : publication
}

export async function publishNames(
  context: Context,
  { url, publication, key }: EffectOf<'publish'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  try {
    const tunnel = context.relays.get(url)?.tunnel
    if (!tunnel) throw new AskRejected('no tunnel')
    const services = publication.services.map(({ name }) => name)
    emit({ type: 'publishing', url, services })
    const told = asToldTo(linkTo(context.state(), url), publication)
    const answer = Published.safeParse(await tunnel.ask({ kind: 'publish', publication: told }, signal))
    if (!answer.success) throw new AskRejected('an answer outside the protocol')
    const given = new Map(answer.data.ports.map(({ service, port }) => [service, port]))
    const raw = publication.services.filter(({ kind }) => !isWeb(kind))
    const ports = Object.fromEntries(raw.map(({ name }) => [name, given.get(name) ?? null]))
    const links = acknowledged(publication, answer.data.taken)
    emit({ type: 'published', url, key, services, ports, links })
    await keepRegistered(context, url, links)
    const { relay } = context.state()
    if (relay.phase === 'connected' && relay.url === url) await keepPorts(context, ports)
  } catch (error) {
    if (signal.aborted) return
    context.log('publish-failed', { error: String(error) })
    emit({ type: 'publish-failed', url })
  }
}
