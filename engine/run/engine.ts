/** One engine on one data folder: puts the rooms together, runs the loop, and takes everything down again. */
import { parsePublicRanges } from '../../protocol/model/address.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { grantsOf } from '../access/grants.ts'
import { createPasswords } from '../access/passwords.ts'
import type { Controlled } from '../control/handlers.ts'
import { FRONT_DOOR } from '../core/exposures.ts'
import { portKey } from '../core/path-state.ts'
import type { Effect } from '../core/plan.ts'
import { NO_PUBLISHER } from '../core/publisher-state.ts'
import { abandoned } from '../core/router-state.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { view } from '../core/view.ts'
import { createFolders } from '../folder/folders.ts'
import type { Mapping } from '../gateway/gateway.ts'
import { nameProviders } from '../names/providers/index.ts'
import { createSend } from '../names/send.ts'
import { hasBattery } from '../network/battery.ts'
import { findProxy } from '../network/proxy/find.ts'
import type { ForbiddenOptions } from '../proxy/forbidden.ts'
import type { FrontDoor } from '../proxy/front-door.ts'
import { openCertificateLog, PUBLIC_CERTIFICATE_LOG } from '../reach/certificate-log.ts'
import { createPhoneProofs } from '../reach/phone-proofs.ts'
import { createProbes } from '../reach/probes.ts'
import { openAlerts, testAlerts } from './alerts.ts'
import { isBehindProxy, keepAuthority, type NamedAuthority, readPem } from './authority.ts'
import { keepBans } from './bans.ts'
import { tryCertificate } from './certificate-trial.ts'
import { keepCertificates } from './certificates.ts'
import { keepChallengeTexts } from './challenge-texts.ts'
import type { Context } from './context.ts'
import { startDiagnosis } from './diagnosis.ts'
import { startDiscovery } from './discovery.ts'
import { openFrontDoor } from './front-door.ts'
import { isOwnAddress, lanPrefixes } from './house.ts'
import { byHttp } from './http-challenge.ts'
import { openJournal } from './journal.ts'
import { keepNames } from './kept-names.ts'
import { keepLinks } from './links.ts'
import type { Log } from './log.ts'
import type { LogBook } from './log-book.ts'
import { createLooks } from './looks.ts'
import { type Emit, startLoop } from './loop.ts'
import { keepMembership } from './membership.ts'
import { openMemory } from './memory.ts'
import { openCredentials } from './name-credentials.ts'
import { openNameRecords } from './name-records.ts'
import { noncesOf } from './nonces.ts'
import type { OrderSource } from './order.ts'
import { createDoorkeeper, keepAccess } from './own-access.ts'
import { checkOwnDomain } from './own-domain.ts'
import { openOwnKeys } from './own-keys.ts'
import { ownNames } from './own-names.ts'
import { ownRoutes } from './own-routes.ts'
import { ownServices } from './own-services.ts'
import { createPerform } from './perform.ts'
import { awaitPhone, beginProof } from './phone-proof.ts'
import { createRawVisitors } from './raw-visitors.ts'
import { chooseRelays, servingTunnel, tunnelsOfDomain } from './relays.ts'
import { keepRouterConsent, openRouterDoor } from './router-access.ts'
import { askRouterName } from './router-name.ts'
import { checkService, lookBefore } from './safety.ts'
import { openSecrets } from './secrets.ts'
import { openSettings } from './settings.ts'
import { testService } from './test-service.ts'
import { openUnsaved } from './unsaved.ts'

export interface EngineOptions {
  /** Exists, is ours alone, and is locked. */
  readonly folder: string
  /** A relay named on the command line: it takes precedence over the one joined earlier. */
  readonly relay: string | undefined
  readonly relayCaFile: string | undefined
  readonly authority: NamedAuthority
  /** What locks the keys on the disk; undefined: nothing does. */
  readonly wrapping: Wrapping | undefined
  /** A search service for the public logs; undefined: the public one, where the directory is public too. The authority of `authority.caFile`
   *  vouches for it too. */
  readonly certificateLog: string | 'off' | undefined
  readonly log: Log
  /** Where what is logged is kept. */
  readonly book: LogBook
}

export interface Engine extends Controlled {
  /** A relay was named that has never let us in. */
  readonly isNewcomer: boolean
  /** Takes back every rule from the router, closes everything. At most five seconds. */
  stop(): Promise<void>
}

const CHECK_TIMEOUT_MS = 8000
const RECHECK_MS = 60_000
const LOOKING: ReadonlySet<Effect['kind']> = new Set<Effect['kind']>([
  'check-target',
  'inspect',
  'look-at-firewall',
  'open',
  'probe',
  'publish',
])

/** Throws ProblemError when the folder, the relay's address or a certificate file cannot be used. */
export function startEngine(options: EngineOptions): Engine {
  const { folder, log } = options
  const notices: Problem[] = []
  const settings = openSettings(folder, (notice) => notices.push(notice))
  const secrets = openSecrets(folder, options.wrapping)
  const unsaved = openUnsaved(log, (happening) => loop.dispatch(happening))
  const journal = openJournal(folder, (notice) => notices.push(notice))
  const relayCa = options.relayCaFile === undefined ? undefined : readPem(options.relayCaFile)
  const relays = chooseRelays(options.relay, settings.current.relays, relayCa)
  const [chosen, ...standby] = [...relays.values()].map(({ choice }) => choice)
  const listeners = new Set<(snapshot: Snapshot) => void>()
  /** Calls that wait for something to come true. */
  const waiting = new Set<() => void>()
  const whenState = (check: () => void): (() => void) => {
    waiting.add(check)
    return () => waiting.delete(check)
  }
  const credentials = openCredentials(
    secrets,
    createSend({ proxyFor: async (host, signal) => (isBehindProxy(loop.state()) ? await findProxy(host, signal) : undefined) }),
  )
  const nameRecords = openNameRecords(folder, unsaved, log, Date.now())
  const probes = createProbes(secrets.identity)
  const phoneProofs = createPhoneProofs()
  const state = (): State => loop.state()
  const publicRanges = parsePublicRanges(process.env.PORCHLIGHT_PUBLIC_RANGES)
  const folders = createFolders(folder)
  const forbidden: ForbiddenOptions = {
    // A target that is ourselves would be a loop without an end.
    isOwnListener: (address, port) => listensAt(state(), address, port),
    lanPrefixes,
    declaredPublic: publicRanges,
    folderSocket: (path) => folders.socketOf(path),
  }
  const alerts = openAlerts(secrets)
  const ownKeys = openOwnKeys(folder, unsaved, log)
  const logCa = options.authority.caFile === undefined ? undefined : readPem(options.authority.caFile)
  const authority = keepAuthority(settings, secrets, options.authority)
  const logUrl = certificateLogOf(options.certificateLog, authority.isPublic)
  const grants = grantsOf(secrets.identity)
  const links = keepLinks(settings, grants, (happening) => loop.dispatch(happening))
  const passwords = createPasswords({ read: () => secrets.read('passwords'), write: (text) => secrets.write('passwords', text) })
  const access = createDoorkeeper({
    grants,
    passwords,
    links,
    declaredPublic: publicRanges,
    state,
    onRefused: ({ address, service, reason, tried }) => bans.visitors.refused(address, service, `${reason} ${tried}`),
  })
  const bans = keepBans({
    folder,
    unsaved,
    log,
    state,
    declaredPublic: publicRanges,
    dispatch: (happening) => loop.dispatch(happening),
    onDamaged: (notice) => notices.push(notice),
  })
  const orders: OrderSource = {
    settings,
    unsaved,
    ownKeys,
    log,
    authority,
    state,
    tunnels: () => tunnelsOfDomain(relays, state()),
  }
  const life = new AbortController()
  const texts = keepChallengeTexts({ folder, credentials, log, signal: life.signal })
  const showChallenge: FrontDoor['showChallenge'] = (name, pair) => context.frontDoor.showChallenge(name, pair)
  const certificates = keepCertificates({
    ...{ ...orders, folder, secrets, showChallenge, texts },
    byHttp: (families, emit) => byHttp(context, families, emit),
  })
  const memory = openMemory({
    folder,
    book: options.book,
    secrets,
    snapshot: () => snapshot(),
    unsaved,
    log,
    onTrouble: (trouble) => notices.push(trouble),
    preferences: () => settings.current.preferences,
    router: () => settings.current.router,
    rttMs: () => context.tunnel?.rttMs(),
    onVisitors: () => show(),
  })
  const context: Context = {
    folder,
    settings,
    unsaved,
    secrets,
    credentials,
    nameRecords,
    journal,
    nonceFor: noncesOf(secrets.identity),
    probes,
    phoneProofs,
    awaitPhone: (exposure, stream) => awaitPhone(context, exposure, stream, (happening) => loop.dispatch(happening)),
    certificates,
    ownKeys,
    certificateLog: logUrl === undefined ? undefined : openCertificateLog(logUrl, logCa),
    access,
    rechecks: new Set(),
    frontDoor: openFrontDoor({
      state,
      visitors: bans.visitors,
      certificates,
      probes,
      access,
      forbidden,
      meter: memory.meter,
      dispatch: (happening) => loop.dispatch(happening),
      onBegin: (stream) => context.awaitPhone(FRONT_DOOR, stream),
    }),
    visitors: bans.visitors,
    meter: memory.meter,
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
    routerDoor: openRouterDoor({ secrets }),
  }

  let shown: Snapshot | undefined
  let shownText = ''
  const show = (): void => {
    const next = memory.see(view(loop.state()))
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
      authority: authority.view(),
      ownNames: settings.current.ownNames,
      publisher: {
        ...NO_PUBLISHER,
        providers: Object.fromEntries(nameProviders().map((provider) => [provider.id, provider])),
        names: nameRecords.found,
        accounts: Object.fromEntries(settings.current.ownNames.map(({ host }) => [host, credentials.accountOf(host)])),
      },
      services: settings.current.services,
      grants: links.grants(settings.current.services),
      linkUses: settings.current.linkUses,
      wrongPins: settings.current.wrongPins,
      passwords: passwords.services(),
      admitted: settings.current.admitted,
      registered: settings.current.registered,
      targets,
      journal: journal.rules().map((rule) => abandoned(rule, Date.now())),
      routerAccess: context.routerDoor.access,
      notices,
      alerts: { wanted: alerts.current, told: {} },
      naming: { wishes: settings.current.labels, refused: {} },
      publicPorts: settings.current.relays.some(({ url }) => url === chosen?.url) ? settings.current.publicPorts : {},
      relay: chosen ? { phase: 'connecting', url: chosen.url, known: null } : { phase: 'none' },
      standby: standby.map(({ url }) => ({ phase: 'connecting', url, known: null })),
      relayOrder: [...relays.keys()],
    },
    perform: createPerform(
      context,
      createLooks(
        () => authority.directoryUrl,
        async (signal) => (await context.routers.gateway?.hasLine(signal)) ?? null,
      ),
    ),
    onState() {
      show()
      for (const check of [...waiting]) check()
    },
    onFault: (effect, error) =>
      log('fault', { effect: effect.kind, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  })
  show()
  bans.start()
  void texts.clearLeft()
  const dispatch: Emit = (happening) => loop.dispatch(happening)
  const services = ownServices({ folder, settings, links, passwords, forbidden, dispatch })
  const recheck = (): void => {
    for (const check of [...context.rechecks]) check()
    context.frontDoor.recheck()
  }
  // A link's end, or an address's, comes without anybody doing anything.
  const checking = setInterval(recheck, RECHECK_MS).unref()
  const setAccess = keepAccess({ settings, passwords, dispatch })
  const routes = ownRoutes({ settings, forbidden, dispatch })
  const membership = keepMembership({ context, relayCa, dispatch, whenState })
  const snapshot = (): Snapshot => shown ?? view(loop.state())
  const checkNow = async (): Promise<void> => {
    loop.dispatch({ type: 'check-now' })
    loop.dispatch({ type: 'diagnosis-asked' })
    await loop.quiet(LOOKING, CHECK_TIMEOUT_MS)
  }

  return {
    ...memory,
    isNewcomer: chosen !== undefined && chosen.pin.kind !== 'key',
    snapshot,
    onSnapshot(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ...services,
    removeService(name) {
      services.removeService(name)
      recheck()
    },
    setPaused(name, paused) {
      services.setPaused(name, paused)
      recheck()
    },
    ...routes,
    setRelayOnly(name, on) {
      routes.setRelayOnly(name, on)
      recheck()
    },
    setup: () => settings.current.setup ?? null,
    keepSetup: (setup) => settings.change({ setup: setup ?? undefined }),
    hasBattery,
    beginProof: (service, address) => beginProof(context, service, address),
    lookBefore: (wish, signal) => lookBefore(context, wish, signal),
    checkService: (name, tryDefaultLogins, signal) => checkService(context, dispatch, name, tryDefaultLogins, signal),
    addLink: (wish) => links.add(wish),
    revokeLink(service, id) {
      links.revoke(service, id)
      recheck()
    },
    async setAccess(wish) {
      await setAccess(wish)
      recheck()
    },
    expel(service, place) {
      links.expel(service, place)
      recheck()
    },
    checkNow,
    testService: (name) => testService(name, snapshot, checkNow),
    setPreferences(preferences) {
      settings.change({ preferences })
      show()
    },
    chooseRouter(router) {
      settings.change({ router: router ?? undefined })
      show()
    },
    ...keepRouterConsent(context, dispatch, life.signal),
    ...membership,
    addAlert: (text, language) => loop.dispatch({ type: 'alerts-chosen', alerts: alerts.add(text, language) }),
    removeAlert: (id) => loop.dispatch({ type: 'alerts-chosen', alerts: alerts.remove(id) }),
    testAlerts: (signal) => testAlerts(context, loop.dispatch, signal),
    agreeTerms(url) {
      authority.agree(url)
      loop.dispatch({ type: 'authority-chosen', authority: authority.view() })
    },
    chooseAuthority(wish) {
      authority.choose(wish)
      loop.dispatch({ type: 'authority-chosen', authority: authority.view() })
    },
    ...ownNames(settings, dispatch),
    ...keepNames(context, dispatch),
    checkOwnDomain: (wish, signal) => checkOwnDomain(context, wish, dispatch, signal),
    tryCertificate: (signal) => tryCertificate(orders, signal),
    routerName: (wish, signal) => askRouterName(context, wish, signal),
    ban: (address, forS) => bans.ban(address, forS),
    unban: (address) => bans.unban(address),
    discover: (emit) => startDiscovery(context, emit),
    diagnose: (emit) => startDiagnosis(loop, (listener) => whenState(listener), emit),
    announceSleep() {
      log('sleep')
      for (const { tunnel } of relays.values()) tunnel?.announceSleep()
    },
    async stop() {
      clearInterval(checking)
      life.abort()
      await loop.stop(1000)
      await Promise.race([takeBack(), new Promise((resolve) => setTimeout(resolve, 2000).unref())])
      for (const router of Object.values(context.routers)) router?.close()
      await context.frontDoor.close()
      bans.close()
      memory.close()
      folders.close()
    },
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

/** A directory of the owner's choice may be one whose certificates no public log knows, and which nobody else should hear of. */
function certificateLogOf(wanted: string | undefined, isPublic: boolean): string | undefined {
  if (wanted !== undefined) return wanted === 'off' ? undefined : wanted
  return isPublic ? PUBLIC_CERTIFICATE_LOG : undefined
}

/** Mapped listeners take every IPv4 address of this machine, direct ones a single IPv6 address. */
function listensAt({ ports, ownListeners, network }: State, address: string, port: number): boolean {
  const services = new Set(ownListeners.map((exposure) => portKey(exposure, 'ipv6')))
  return Object.entries(ports).some(
    ([key, own]) =>
      own === port && !services.has(key) && (key.endsWith(' ipv6') ? address === network?.ipv6?.localAddress : isOwnAddress(address)),
  )
}
