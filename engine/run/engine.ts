/** One engine on one data folder: puts the rooms together, runs the loop, and takes everything down again. */
import { parsePublicRanges } from '../../protocol/model/address.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { grantsOf } from '../access/grants.ts'
import { createPasswords } from '../access/passwords.ts'
import type { Controlled } from '../control/controlled.ts'
import { FRONT_DOOR } from '../core/exposures.ts'
import { portKey } from '../core/path-state.ts'
import type { Effect } from '../core/plan.ts'
import type { State } from '../core/state.ts'
import { view } from '../core/view.ts'
import { createFolders } from '../folder/folders.ts'
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
import { firstState } from './first-state.ts'
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
import { ownHome } from './own-home.ts'
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
import { keepShown } from './shown.ts'
import { takeBack } from './take-back.ts'
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
const TAKE_BACK_MS = 1900
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
  const state = (): State => loop.state()
  const dispatch: Emit = (happening) => loop.dispatch(happening)
  const unsaved = openUnsaved(log, dispatch)
  const journal = openJournal(folder, (notice) => notices.push(notice))
  const relayCa = options.relayCaFile === undefined ? undefined : readPem(options.relayCaFile)
  const relays = chooseRelays(options.relay, settings.current.relays, relayCa)
  const [first] = relays.values()
  /** Calls that wait for something to come true. */
  const waiting = new Set<() => void>()
  const whenState = (check: () => void): (() => void) => {
    waiting.add(check)
    return () => waiting.delete(check)
  }
  const credentials = openCredentials(
    secrets,
    createSend({ proxyFor: async (host, signal) => (isBehindProxy(state()) ? await findProxy(host, signal) : undefined) }),
  )
  const nameRecords = openNameRecords(folder, unsaved, log, Date.now())
  const probes = createProbes(secrets.identity)
  const phoneProofs = createPhoneProofs()
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
  const links = keepLinks(settings, grants, dispatch)
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
    dispatch,
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
    snapshot: () => shown.snapshot(),
    unsaved,
    log,
    onTrouble: (trouble) => notices.push(trouble),
    preferences: () => settings.current.preferences,
    router: () => settings.current.router,
    rttMs: () => context.tunnel?.rttMs(),
    onVisitors: () => shown.show(),
  })
  const shown = keepShown(() => memory.see(view(state())))
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
    awaitPhone: (exposure, stream) => awaitPhone(context, exposure, stream, dispatch),
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
      dispatch,
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

  const loop = startLoop({
    initial: firstState(context, { authority, links, passwords, alerts, notices }, Date.now()),
    perform: createPerform(
      context,
      createLooks(
        () => authority.directoryUrl,
        async (signal) => (await context.routers.gateway?.hasLine(signal)) ?? null,
      ),
    ),
    onState() {
      shown.show()
      for (const check of [...waiting]) check()
    },
    onFault: (effect, error) =>
      log('fault', { effect: effect.kind, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  })
  shown.show()
  bans.start()
  void texts.clearLeft()
  const services = ownServices({ folder, settings, links, passwords, forbidden, dispatch })
  const recheck = (): void => {
    for (const check of [...context.rechecks]) check()
    context.frontDoor.recheck()
  }
  /** Who has come in and may not stay is let go at once. */
  const rechecked =
    <A extends unknown[]>(act: (...args: A) => void) =>
    (...args: A): void => {
      act(...args)
      recheck()
    }
  // A link's end, or an address's, comes without anybody doing anything.
  const checking = setInterval(recheck, RECHECK_MS).unref()
  const setAccess = keepAccess({ settings, passwords, dispatch })
  const routes = ownRoutes({ settings, forbidden, dispatch })
  const membership = keepMembership({ context, relayCa, dispatch, whenState })
  const checkNow = async (): Promise<void> => {
    dispatch({ type: 'check-now' })
    dispatch({ type: 'diagnosis-asked' })
    await loop.quiet(LOOKING, CHECK_TIMEOUT_MS)
  }

  return {
    ...memory,
    ...shown,
    isNewcomer: first !== undefined && first.choice.pin.kind !== 'key',
    ...services,
    removeService: rechecked(services.removeService),
    setPaused: rechecked(services.setPaused),
    ...ownHome(folder, options.wrapping !== undefined),
    ...routes,
    setRelayOnly: rechecked(routes.setRelayOnly),
    setup: () => settings.current.setup ?? null,
    keepSetup: (setup) => settings.change({ setup: setup ?? undefined }),
    hasBattery,
    beginProof: (service, address) => beginProof(context, service, address),
    lookBefore: (wish, signal) => lookBefore(context, wish, signal),
    checkService: (name, tryDefaultLogins, signal) => checkService(context, dispatch, name, tryDefaultLogins, signal),
    addLink: (wish) => links.add(wish),
    revokeLink: rechecked(links.revoke),
    async setAccess(wish) {
      await setAccess(wish)
      recheck()
    },
    expel: rechecked(links.expel),
    checkNow,
    testService: (name) => testService(name, shown.snapshot, checkNow),
    setPreferences(preferences) {
      settings.change({ preferences })
      shown.show()
    },
    chooseRouter(router) {
      settings.change({ router: router ?? undefined })
      shown.show()
    },
    ...keepRouterConsent(context, dispatch, life.signal),
    ...membership,
    addAlert: (text, language) => dispatch({ type: 'alerts-chosen', alerts: alerts.add(text, language) }),
    removeAlert: (id) => dispatch({ type: 'alerts-chosen', alerts: alerts.remove(id) }),
    testAlerts: (signal) => testAlerts(context, dispatch, signal),
    agreeTerms(url) {
      authority.agree(url)
      dispatch({ type: 'authority-chosen', authority: authority.view() })
    },
    chooseAuthority(wish) {
      authority.choose(wish)
      dispatch({ type: 'authority-chosen', authority: authority.view() })
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
      const takenBack = takeBack(context, journal.rules(), AbortSignal.timeout(TAKE_BACK_MS))
      await Promise.race([takenBack, new Promise((resolve) => setTimeout(resolve, TAKE_BACK_MS + 100).unref())])
      for (const router of Object.values(context.routers)) router?.close()
      await context.frontDoor.close()
      bans.close()
      memory.close()
      folders.close()
    },
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
