/** One engine on one data folder: puts the parts together, runs the loop, and takes everything down again. */
import { parsePublicRanges } from '../../protocol/model/address.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import type { Controlled } from '../control/controlled.ts'
import { FRONT_DOOR } from '../core/exposures.ts'
import { view } from '../core/view.ts'
import { createPhoneProofs } from '../reach/phone-proofs.ts'
import { createProbes } from '../reach/probes.ts'
import { type NamedAuthority, readPem } from './authority.ts'
import { openCertification } from './certification.ts'
import type { Common, Context } from './context.ts'
import { createControls } from './controls.ts'
import { openEntrance } from './entrance.ts'
import { firstState } from './first-state.ts'
import { openFrontDoor } from './front-door.ts'
import { byHttp } from './http-challenge.ts'
import type { Log } from './log.ts'
import type { LogBook } from './log-book.ts'
import { createLooks } from './looks.ts'
import { startLoop } from './loop.ts'
import { openMemory } from './memory.ts'
import { noncesOf } from './nonces.ts'
import { createPerform } from './perform.ts'
import { awaitPhone } from './phone-proof.ts'
import { createRawVisitors } from './raw-visitors.ts'
import { chooseRelays, servingTunnel, tunnelsOfDomain } from './relays.ts'
import { openRouterDoor } from './router-access.ts'
import { keepShown } from './shown.ts'
import { openStore } from './store.ts'
import { takeBack } from './take-back.ts'
import { openTargets } from './targets.ts'

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

const TAKE_BACK_MS = 1900

/** Throws ProblemError when the folder, the relay's address or a certificate file cannot be used. */
export function startEngine(options: EngineOptions): Engine {
  const { folder, log } = options
  const life = new AbortController()
  const common: Common = {
    log,
    publicRanges: parsePublicRanges(process.env.PORCHLIGHT_PUBLIC_RANGES),
    state: () => loop.state(),
    dispatch: (happening) => loop.dispatch(happening),
    signal: life.signal,
  }
  const { state, dispatch, publicRanges } = common

  const store = openStore(folder, options.wrapping, common)
  const relayCa = options.relayCaFile === undefined ? undefined : readPem(options.relayCaFile)
  const relays = chooseRelays(options.relay, store.settings.current.relays, relayCa)
  const [first] = relays.values()
  const isNewcomer = first !== undefined && first.choice.pin.kind !== 'key'
  const targets = openTargets(folder, common)
  const entrance = openEntrance(store, common)
  const certification = openCertification(store, common, {
    named: options.authority,
    log: options.certificateLog,
    tunnels: () => tunnelsOfDomain(relays, state()),
    showChallenge: (name, pair) => context.frontDoor.showChallenge(name, pair),
    byHttp: (families, emit) => byHttp(context, families, emit),
  })
  const memory = openMemory({
    ...store,
    book: options.book,
    log,
    snapshot: () => shown.snapshot(),
    onTrouble: (trouble) => store.notices.push(trouble),
    preferences: () => store.settings.current.preferences,
    router: () => store.settings.current.router,
    rttMs: () => context.tunnel?.rttMs(),
    onVisitors: () => shown.show(),
  })
  const shown = keepShown(() => memory.see(view(state())))

  const { access, bans } = entrance
  const { certificates } = certification
  const { visitors } = bans
  const { meter } = memory
  const { forbidden } = targets
  const probes = createProbes(store.secrets.identity)
  const context: Context = {
    ...store,
    nonceFor: noncesOf(store.secrets.identity),
    probes,
    phoneProofs: createPhoneProofs(),
    awaitPhone: (exposure, stream) => awaitPhone(context, exposure, stream, dispatch),
    certificates,
    certificateLog: certification.certificateLog,
    access,
    rechecks: new Set(),
    frontDoor: openFrontDoor({
      ...{ state, visitors, certificates, probes, access, forbidden, meter, dispatch },
      onBegin: (stream) => context.awaitPhone(FRONT_DOOR, stream),
    }),
    visitors,
    meter,
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
    routerDoor: openRouterDoor({ secrets: store.secrets }),
  }

  const looks = createLooks(
    () => certification.authority.directoryUrl,
    async (signal) => (await context.routers.gateway?.hasLine(signal)) ?? null,
  )
  const loop = startLoop({
    initial: firstState(context, { ...store, ...entrance, ...certification }, Date.now()),
    perform: createPerform(context, looks),
    onState: shown.show,
    onFault: (effect, error) =>
      log('fault', { effect: effect.kind, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  })
  shown.show()
  bans.start()
  void certification.texts.clearLeft()

  return {
    ...memory,
    ...shown,
    ...createControls({
      ...{ context, common, store, entrance, certification, shown, loop, relayCa },
      isLocked: options.wrapping !== undefined,
    }),
    isNewcomer,
    async stop() {
      life.abort()
      await loop.stop(1000)
      const takenBack = takeBack(context, store.journal.rules(), AbortSignal.timeout(TAKE_BACK_MS))
      await Promise.race([takenBack, new Promise((resolve) => setTimeout(resolve, TAKE_BACK_MS + 100).unref())])
      for (const router of Object.values(context.routers)) router?.close()
      await context.frontDoor.close()
      bans.close()
      memory.close()
      targets.folders.close()
    },
  }
}
