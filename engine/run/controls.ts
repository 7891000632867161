/** What the faces may ask of this engine and have done by it; what it shows and remembers is told elsewhere (shown.ts, memory.ts). */
import type { Controlled, Remembering } from '../control/controlled.ts'
import type { Effect } from '../core/plan.ts'
import { hasBattery } from '../network/battery.ts'
import { testAlerts } from './alerts.ts'
import { tryCertificate } from './certificate-trial.ts'
import type { Certification } from './certification.ts'
import type { Common, Context } from './context.ts'
import { startDiagnosis } from './diagnosis.ts'
import { startDiscovery } from './discovery.ts'
import type { Entrance } from './entrance.ts'
import { keepNames } from './kept-names.ts'
import type { Loop } from './loop.ts'
import { keepMembership } from './membership.ts'
import { checkOwnDomain } from './own-domain.ts'
import { ownEntrance } from './own-entrance.ts'
import { ownHome } from './own-home.ts'
import { ownNames } from './own-names.ts'
import { beginProof } from './phone-proof.ts'
import { keepRouterConsent } from './router-access.ts'
import { askRouterName } from './router-name.ts'
import { checkService, lookBefore } from './safety.ts'
import type { Shown } from './shown.ts'
import type { Store } from './store.ts'
import { testService } from './test-service.ts'

export interface ControlsOptions {
  readonly context: Context
  readonly common: Common
  readonly store: Pick<Store, 'alerts'>
  readonly entrance: Entrance
  readonly certification: Certification
  readonly shown: Shown
  readonly loop: Loop
  /** PEM of who vouches for relays beside the authorities that everybody knows. */
  readonly relayCa: string | undefined
  /** A keychain opens the keys on the disk. */
  readonly isLocked: boolean
}

type Controls = Omit<Controlled, keyof Remembering | 'snapshot' | 'onSnapshot'>

const CHECK_TIMEOUT_MS = 8000
const LOOKING: ReadonlySet<Effect['kind']> = new Set<Effect['kind']>([
  'check-target',
  'inspect',
  'look-at-firewall',
  'open',
  'probe',
  'publish',
])

export function createControls(options: ControlsOptions): Controls {
  const { context, common, entrance, shown, loop, relayCa, isLocked } = options
  const { settings, folder, log, relays } = context
  const { dispatch, signal: life } = common
  const checkNow = async (): Promise<void> => {
    dispatch({ type: 'check-now' })
    dispatch({ type: 'diagnosis-asked' })
    await loop.quiet(LOOKING, CHECK_TIMEOUT_MS)
  }
  return {
    ...ownEntrance(context, entrance, common),
    lookBefore: (wish, signal) => lookBefore(context, wish, signal),
    checkService: (name, tryDefaultLogins, signal) => checkService(context, dispatch, name, tryDefaultLogins, signal),
    discover: (emit) => startDiscovery(context, emit),

    checkNow,
    testService: (name) => testService(name, shown.snapshot, checkNow),
    beginProof: (service, address) => beginProof(context, service, address),
    diagnose: (emit) => startDiagnosis(loop, emit),

    ...keepMembership({ context, relayCa, dispatch, watch: loop.watch }),
    ...keepRouterConsent(context, dispatch, life),
    chooseRouter(router) {
      settings.change({ router: router ?? undefined })
      shown.show()
    },

    ...ownNames(settings, dispatch),
    ...keepNames(context, dispatch),
    checkOwnDomain: (wish, signal) => checkOwnDomain(context, wish, dispatch, signal),
    routerName: (wish, signal) => askRouterName(context, wish, signal),
    ...certificateControls(options.certification, common),
    ...alertControls(options.store, context, common),

    ...ownHome(folder, isLocked),
    setup: () => settings.current.setup ?? null,
    keepSetup: (setup) => settings.change({ setup: setup ?? undefined }),
    setPreferences(preferences) {
      settings.change({ preferences })
      shown.show()
    },
    hasBattery,
    announceSleep() {
      log('sleep')
      for (const { tunnel } of relays.values()) tunnel?.announceSleep()
    },
  }
}

function certificateControls(
  { authority, orders }: Certification,
  { dispatch }: Common,
): Pick<Controlled, 'agreeTerms' | 'chooseAuthority' | 'tryCertificate'> {
  const tell = (): void => dispatch({ type: 'authority-chosen', authority: authority.view() })
  return {
    agreeTerms(url) {
      authority.agree(url)
      tell()
    },
    chooseAuthority(wish) {
      authority.choose(wish)
      tell()
    },
    tryCertificate: (signal) => tryCertificate(orders, signal),
  }
}

function alertControls(
  { alerts }: Pick<Store, 'alerts'>,
  context: Context,
  { dispatch }: Common,
): Pick<Controlled, 'addAlert' | 'removeAlert' | 'testAlerts'> {
  return {
    addAlert: (text, language) => dispatch({ type: 'alerts-chosen', alerts: alerts.add(text, language) }),
    removeAlert: (id) => dispatch({ type: 'alerts-chosen', alerts: alerts.remove(id) }),
    testAlerts: (signal) => testAlerts(context, dispatch, signal),
  }
}
