/** One engine on one data folder: puts the rooms together, runs the loop, and takes everything down again. */
import { readFileSync } from 'node:fs'
import { familyOf, parsePublicRanges } from '../../protocol/model/address.ts'
import { labelOf } from '../../protocol/model/label.ts'
import { plainLink } from '../../protocol/model/link.ts'
import { formatTarget, parseTarget, ServiceName, type Target } from '../../protocol/model/service.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { problemOfStanding } from '../../protocol/standing.ts'
import { createAccess } from '../access/access.ts'
import { grantsOf } from '../access/grants.ts'
import type { Controlled } from '../control/handlers.ts'
import type { Effect } from '../core/plan.ts'
import { abandoned, EMPTY_STATE, isLoopbackHost, linkTo, portKey, type State } from '../core/state.ts'
import { view } from '../core/view.ts'
import type { Mapping } from '../gateway/gateway.ts'
import { type ForbiddenOptions, forbiddenTarget } from '../proxy/forbidden.ts'
import { openCertificateLog } from '../reach/certificate-log.ts'
import { createProbes } from '../reach/probes.ts'
import { PRESETS } from '../services/presets/index.ts'
import { openAlerts, testAlerts } from './alerts.ts'
import { keepCertificates } from './certificates.ts'
import type { Context } from './context.ts'
import { openFrontDoor } from './front-door.ts'
import { isOwnAddress, lanPrefixes } from './house.ts'
import { openJournal } from './journal.ts'
import { keepLinks, newLinkId } from './links.ts'
import type { Log } from './log.ts'
import { startLoop } from './loop.ts'
import { checkName, release, servingRelay } from './naming.ts'
import { noncesOf } from './nonces.ts'
import { openOwnKeys } from './own-keys.ts'
import { createPerform } from './perform.ts'
import { createRawVisitors } from './raw-visitors.ts'
import { type RelayChoice, readRelayChoice } from './relay-choice.ts'
import { chooseRelays, inUse, servingTunnel, tunnelsOfDomain } from './relays.ts'
import { askRouterName } from './router-name.ts'
import { openSecrets } from './secrets.ts'
import { MAX_RELAYS, MAX_SERVICES, openSettings } from './settings.ts'
import { openUnsaved } from './unsaved.ts'

export interface EngineOptions {
  /** Exists, is ours alone, and is locked. */
  readonly folder: string
  /** A relay named on the command line: it takes precedence over the one joined earlier. */
  readonly relay: string | undefined
  readonly relayCaFile: string | undefined
  readonly acme: { readonly directoryUrl: string; readonly caFile: string | undefined; readonly email: string | undefined }
  /** A search service for the public logs; undefined: none is asked. The authority of `acme.caFile` vouches for it too. */
  readonly certificateLog: string | undefined
  readonly log: Log
}

export interface Engine extends Controlled {
  /** A relay was named that has never let us in. */
  readonly isNewcomer: boolean
  /** Takes back every rule from the router, closes everything. At most five seconds. */
  stop(): Promise<void>
}

const CHECK_TIMEOUT_MS = 8000
const JOIN_TIMEOUT_MS = 15_000
const RENAME_TIMEOUT_MS = 15_000
/** A relay that does not answer is left all the same. */
const RELEASE_TIMEOUT_MS = 3000
const LOOKING: ReadonlySet<Effect['kind']> = new Set<Effect['kind']>(['check-target', 'inspect', 'open', 'probe', 'publish'])

/** Throws ProblemError when the folder, the relay's address or a certificate file cannot be used. */
export function startEngine(options: EngineOptions): Engine {
  const { folder, log } = options
  const notices: Problem[] = []
  const settings = openSettings(folder, (notice) => notices.push(notice))
  const secrets = openSecrets(folder)
  const unsaved = openUnsaved(log, (happening) => loop.dispatch(happening))
  const journal = openJournal(folder, (notice) => notices.push(notice))
  const relayCa = readPem(options.relayCaFile)
  const relays = chooseRelays(options.relay, settings.current.relays, relayCa)
  const [chosen, ...standby] = [...relays.values()].map(({ choice }) => choice)
  const listeners = new Set<(snapshot: Snapshot) => void>()
  /** Calls that wait for something to come true. */
  const waiting = new Set<() => void>()
  const probes = createProbes(secrets.identity)
  const state = (): State => loop.state()
  const publicRanges = parsePublicRanges(process.env.PORCHLIGHT_PUBLIC_RANGES)
  const forbidden: ForbiddenOptions = {
    // A target that is ourselves would be a loop without an end.
    isOwnListener: (address, port) => listensAt(state(), address, port),
    lanPrefixes,
    declaredPublic: publicRanges,
  }
  const alerts = openAlerts(secrets)
  const ownKeys = openOwnKeys(folder, unsaved, log)
  const directoryCa = readPem(options.acme.caFile)
  const grants = grantsOf(secrets.identity)
  const links = keepLinks(settings, grants, (happening) => loop.dispatch(happening))
  const access = createAccess({
    grants,
    linksOf: (name) => state().services.find((service) => service.name === name)?.links ?? [],
    usedOf: (id) => state().linkUses[id],
    count: (id, atMs) => links.count(id, atMs),
  })
  const certificates = keepCertificates({
    folder,
    secrets,
    settings,
    unsaved,
    ownKeys,
    log,
    directoryUrl: options.acme.directoryUrl,
    directoryCa,
    email: options.acme.email,
    state,
    tunnels: () => tunnelsOfDomain(relays, state()),
  })
  const context: Context = {
    settings,
    unsaved,
    secrets,
    journal,
    nonceFor: noncesOf(secrets.identity),
    probes,
    certificates,
    ownKeys,
    certificateLog: options.certificateLog === undefined ? undefined : openCertificateLog(options.certificateLog, directoryCa),
    frontDoor: openFrontDoor({ state, certificates, probes, access, forbidden, dispatch: (happening) => loop.dispatch(happening) }),
    rawVisitors: createRawVisitors(),
    forbidden,
    publicRanges,
    log,
    listening: new Map(),
    state,
    relays,
    get tunnel() {
      return servingTunnel(relays, state())
    },
    routers: { gateway: undefined, upstream: undefined },
  }

  let shown: Snapshot | undefined
  let shownText = ''
  const show = (): void => {
    const next = view(loop.state())
    const text = JSON.stringify(next)
    if (text === shownText) return
    shown = next
    shownText = text
    for (const listener of [...listeners]) listener(next)
  }
  const targets = Object.fromEntries(settings.current.services.map(({ name }) => [name, { phase: 'unknown', nextAtMs: 0 } as const]))
  const loop = startLoop({
    initial: {
      ...EMPTY_STATE,
      services: settings.current.services,
      grants: links.grants(settings.current.services),
      linkUses: settings.current.linkUses,
      registered: settings.current.registered,
      targets,
      journal: journal.rules().map((rule) => abandoned(rule, Date.now())),
      notices,
      alerts: { wanted: alerts.current, told: {} },
      naming: { wishes: settings.current.labels, refused: {} },
      publicPorts: settings.current.relays.some(({ url }) => url === chosen?.url) ? settings.current.publicPorts : {},
      relay: chosen ? { phase: 'connecting', url: chosen.url, known: null } : { phase: 'none' },
      standby: standby.map(({ url }) => ({ phase: 'connecting', url, known: null })),
      relayOrder: [...relays.keys()],
    },
    perform: createPerform(context),
    onState() {
      show()
      for (const check of [...waiting]) check()
    },
    onFault: (effect, error) =>
      log('fault', { effect: effect.kind, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  })
  show()

  function mustKnow(name: string): void {
    if (!settings.current.services.some((service) => service.name === name)) throw new ProblemError(problem('service-unknown', { name }))
  }

  let joining: Promise<unknown> = Promise.resolve()
  return {
    isNewcomer: chosen !== undefined && chosen.pin.kind !== 'key',
    snapshot: () => shown ?? view(loop.state()),
    onSnapshot(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async addService(name, text, preset) {
      if (!ServiceName.safeParse(name).success) throw new ProblemError(problem('name-invalid', { name }))
      if (settings.current.services.some((service) => service.name === name)) throw new ProblemError(problem('name-taken', { name }))
      const target = parseTarget(text)
      if (!target) throw new ProblemError(problem('target-invalid', { target: text }))
      mustFit(target, preset)
      if (settings.current.services.length >= MAX_SERVICES) throw new ProblemError(problem('services-full', { name }))
      // A name is judged when it is looked up, each time anew.
      const reason = familyOf(target.host) && forbiddenTarget(target.host, target.port, forbidden)
      if (reason) throw new ProblemError(problem('target-forbidden', { target: text, reason }))
      const given = { access: 'public' as const, links: [plainLink(newLinkId(), Date.now())] }
      const service = { name, target, paused: false, ...given, ...(preset === undefined ? {} : { preset }) }
      settings.change({ services: [...settings.current.services, service] })
      loop.dispatch({ type: 'service-added', service, grants: links.grants([service]) })
    },
    removeService(name) {
      mustKnow(name)
      const ports = Object.fromEntries(Object.entries(settings.current.ports).filter(([key]) => key !== portKey(name, 'ipv4')))
      const services = settings.current.services.filter((service) => service.name !== name)
      const kept = new Set(services.flatMap((service) => service.links.map(({ id }) => id)))
      const linkUses = Object.fromEntries(Object.entries(settings.current.linkUses).filter(([id]) => kept.has(id)))
      settings.change({ services, ports, linkUses })
      loop.dispatch({ type: 'service-removed', name })
    },
    setPaused(name, paused) {
      mustKnow(name)
      settings.change({ services: settings.current.services.map((service) => (service.name === name ? { ...service, paused } : service)) })
      loop.dispatch({ type: paused ? 'service-paused' : 'service-resumed', name })
    },
    addLink: (wish) => links.add(wish),
    revokeLink: (service, id) => links.revoke(service, id),
    setAccess: (name, access) => links.setAccess(name, access),
    async checkNow() {
      loop.dispatch({ type: 'check-now' })
      await loop.quiet(LOOKING, CHECK_TIMEOUT_MS)
    },
    async joinRelay(text, signal) {
      const choice = readRelayChoice(text)
      const mine = joining.then(() => join(choice, signal))
      joining = mine.catch(() => {})
      await mine
    },
    async leaveRelay(text, signal) {
      const { url } = readRelayChoice(text)
      if (!relays.has(url)) throw new ProblemError(problem('relay-not-joined', { relay: url }))
      await release(context, url, AbortSignal.any([signal, AbortSignal.timeout(RELEASE_TIMEOUT_MS)]))
      const { [url]: _forgotten, ...registered } = settings.current.registered
      settings.change({ relays: settings.current.relays.filter((joined) => joined.url !== url), registered })
      leave(url)
    },
    checkName: (text, signal) => checkName(context, labelOf(text), signal),
    rename: (text, signal) => renameTo(labelOf(text), signal),
    addAlert: (text, language) => loop.dispatch({ type: 'alerts-chosen', alerts: alerts.add(text, language) }),
    removeAlert: (id) => loop.dispatch({ type: 'alerts-chosen', alerts: alerts.remove(id) }),
    testAlerts: (signal) => testAlerts(context, loop.dispatch, signal),
    routerName: (wish, signal) => askRouterName(context, wish, signal),
    announceSleep() {
      log('sleep')
      for (const { tunnel } of relays.values()) tunnel?.announceSleep()
    },
    async stop() {
      await loop.stop(1000)
      await Promise.race([takeBack(), new Promise((resolve) => setTimeout(resolve, 2000).unref())])
      for (const router of Object.values(context.routers)) router?.close()
      await context.frontDoor.close()
    },
  }

  /** Besides those there are, one after the other: each that fails leaves everything as it was. */
  async function join(choice: RelayChoice, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new ProblemError(problem('relay-unreachable', { relay: choice.url, reason: 'ETIMEDOUT' }))
    const { url } = choice
    // In already; a code that was typed stays unused.
    if (linkTo(loop.state(), url)?.phase === 'connected') return
    const known = relays.get(url)
    const before = known?.choice
    if (!known && relays.size >= MAX_RELAYS) throw new ProblemError(problem('relays-full', { relay: url }))
    if (known) known.choice = choice
    else relays.set(url, inUse(choice, relayCa))
    loop.dispatch({ type: 'relay-chosen', url })
    const failure = await settled(url, signal)
    if (!failure) {
      // A rehearsal and what is on the internet do not go together.
      for (const { choice: other } of [...relays.values()]) if (isLoopbackHost(other.host) !== isLoopbackHost(choice.host)) leave(other.url)
      return
    }
    if (known && before) known.choice = before
    else leave(url)
    throw new ProblemError(failure)
  }

  function leave(url: string): void {
    relays.delete(url)
    loop.dispatch({ type: 'relay-left', url })
  }

  /** The wish is written down first: a crash in the middle leaves the old name or the new one, and in the end the same at every relay. */
  async function renameTo(label: string, signal: AbortSignal): Promise<void> {
    const { url, known } = servingRelay(loop.state())
    const against = problemOfStanding(label, await checkName(context, label, signal))
    if (against) throw new ProblemError(against)
    const wish = (wanted: string | null): void => {
      const { [known.domain]: _, ...others } = settings.current.labels
      settings.change({ labels: wanted === null ? others : { ...others, [known.domain]: wanted } })
      loop.dispatch({ type: 'name-wished', domain: known.domain, label: wanted })
    }
    const before = settings.current.labels[known.domain] ?? null
    wish(label)
    if (linkTo(loop.state(), url)?.known?.label === label) return
    const failure = await until(url, RENAME_TIMEOUT_MS, signal, (state) => {
      if (linkTo(state, url)?.known?.label === label) return null
      return state.naming.refused[url]?.problem
    })
    if (!failure) return
    wish(before)
    throw new ProblemError(failure)
  }

  /** Null when the relay has let us in; else why not. */
  function settled(url: string, signal: AbortSignal): Promise<Problem | null> {
    return until(url, JOIN_TIMEOUT_MS, signal, (state) => {
      const link = linkTo(state, url)
      if (link?.phase === 'connected') return null
      return link?.phase === 'refused' || link?.phase === 'waiting' ? link.problem : undefined
    })
  }

  /** What `told` says of the state as soon as it says something; that the relay does not answer, when it never does. */
  function until(
    url: string,
    timeoutMs: number,
    signal: AbortSignal,
    told: (state: State) => Problem | null | undefined,
  ): Promise<Problem | null> {
    return new Promise((resolve) => {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      const check = (): void => {
        const found = told(loop.state())
        if (found !== undefined) finish(found)
      }
      const finish = (found: Problem | null): void => {
        waiting.delete(check)
        bounded.removeEventListener('abort', onAbort)
        resolve(found)
      }
      const onAbort = (): void => finish(problem('relay-unreachable', { relay: url, reason: 'ETIMEDOUT' }))
      bounded.addEventListener('abort', onAbort)
      waiting.add(check)
    })
  }

  /** Every rule that may stand on the router goes; what the router keeps is noted for the next start. */
  async function takeBack(): Promise<void> {
    const bounded = AbortSignal.timeout(1900)
    await Promise.allSettled(
      journal.rules().map(async (rule) => {
        const router = context.routers[rule.router]
        if (!router) return
        await router.unmap(rule as Mapping, bounded)
        journal.strike(rule)
        log('rule-removed', { protocol: rule.protocol, external: rule.externalPort })
      }),
    )
  }
}

/** Throws ProblemError when there is no such preset, or when it speaks another protocol. */
function mustFit(target: Target, preset: string | undefined): void {
  if (preset === undefined) return
  const known = PRESETS.get(preset)
  if (!known) throw new ProblemError(problem('preset-unknown', { name: preset, detail: [...PRESETS.keys()].join(', ') }))
  if (known.kind === target.kind) return
  const fitting = formatTarget({ kind: known.kind, host: target.host, port: known.usualPort })
  throw new ProblemError(problem('preset-mismatch', { name: preset, target: formatTarget(target), detail: fitting }))
}

/** Mapped listeners take every IPv4 address of this machine, direct ones a single IPv6 address. */
function listensAt({ ports, ownListeners, network }: State, address: string, port: number): boolean {
  const services = new Set(ownListeners.map((exposure) => portKey(exposure, 'ipv6')))
  return Object.entries(ports).some(
    ([key, own]) =>
      own === port && !services.has(key) && (key.endsWith(' ipv6') ? address === network?.ipv6?.localAddress : isOwnAddress(address)),
  )
}

function readPem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ProblemError(problem('file-unreadable', { path, reason: (error as NodeJS.ErrnoException).code ?? 'unreadable' }), {
      cause: error,
    })
  }
}
