/** What the engine knows at a start: what its owner has chosen, and what was written down. */
import type { Problem } from '../../protocol/problem.ts'
import type { Passwords } from '../access/passwords.ts'
import { NO_PUBLISHER } from '../core/publisher-state.ts'
import { abandoned } from '../core/router-state.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { nameProviders } from '../names/providers/index.ts'
import type { KeptAlerts } from './alerts.ts'
import type { KeptAuthority } from './authority.ts'
import type { Context } from './context.ts'
import type { Links } from './links.ts'

interface Chosen {
  readonly authority: KeptAuthority
  readonly links: Links
  readonly passwords: Passwords
  readonly alerts: KeptAlerts
  /** What was found damaged. */
  readonly notices: readonly Problem[]
}

export function firstState(
  { settings: { current: settings }, credentials, nameRecords, journal, relays, routerDoor }: Context,
  { authority, links, passwords, alerts, notices }: Chosen,
  nowMs: number,
): State {
  const [chosen, ...standby] = [...relays.values()].map(({ choice }) => choice)
  return {
    ...EMPTY_STATE,
    authority: authority.view(),
    ownNames: settings.ownNames,
    publisher: {
      ...NO_PUBLISHER,
      providers: Object.fromEntries(nameProviders().map((provider) => [provider.id, provider])),
      names: nameRecords.found,
      accounts: Object.fromEntries(settings.ownNames.map(({ host }) => [host, credentials.accountOf(host)])),
    },
    services: settings.services,
    grants: links.grants(settings.services),
    linkUses: settings.linkUses,
    wrongPins: settings.wrongPins,
    passwords: passwords.services(),
    admitted: settings.admitted,
    registered: settings.registered,
    targets: Object.fromEntries(settings.services.map(({ name }) => [name, { phase: 'unknown', nextAtMs: 0 }])),
    journal: journal.rules().map((rule) => abandoned(rule, nowMs)),
    routerAccess: routerDoor.access,
    notices,
    alerts: { wanted: alerts.current, told: {} },
    naming: { wishes: settings.labels, refused: {} },
    publicPorts: settings.relays.some(({ url }) => url === chosen?.url) ? settings.publicPorts : {},
    relay: chosen ? { phase: 'connecting', url: chosen.url, known: null } : { phase: 'none' },
    standby: standby.map(({ url }) => ({ phase: 'connecting', url, known: null })),
    relayOrder: [...relays.keys()],
  }
}
