/** The state as the faces see it. Pure. What is green here was proven by somebody outside; everything else says what it is. */
import { recogniseRouter } from '../../protocol/guides/index.ts'
import { type GuideChoice, NO_CHOICE } from '../../protocol/model/guide-choice.ts'
import { NO_PREFERENCES } from '../../protocol/model/preferences.ts'
import { RouterApi } from '../../protocol/model/router-api.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { alertsView } from './alerts.ts'
import { authorityView, certificatesView } from './certificates.ts'
import { diagnosisView } from './diagnosis/diagnosis.ts'
import { deviceDomain } from './exposures.ts'
import { guardView } from './guard.ts'
import { namesView } from './naming.ts'
import { natFinding } from './nat.ts'
import { type GatewayProtocol, routerOf } from './router-state.ts'
import { isRehearsal, type State, seenIPv4 } from './state.ts'
import { keptNamesView } from './view-names.ts'
import { problemsOf } from './view-problems.ts'
import { viewService } from './view-services.ts'

export function view(state: State): Snapshot {
  const { relay, gateway, network } = state
  const known = relay.phase === 'none' ? null : relay.known
  const nat = natFinding(state)
  return {
    v: 1,
    rehearsal: isRehearsal(state),
    // A relay on this very computer has seen no internet.
    internet: { state: network === null ? 'offline' : relay.phase === 'connected' && !isRehearsal(state) ? 'online' : 'unknown' },
    gateway: {
      address: gateway.phase === 'found' ? gateway.address : routerOf(network),
      name: gateway.phase === 'found' ? gateway.name : null,
      protocols: gateway.phase === 'found' ? gateway.protocols.filter(isOpenToAll) : [],
      externalIPv4: gateway.phase === 'found' ? gateway.externalIPv4 : null,
      nat: nat.verdict,
      natEvidence: [...nat.evidence, ...translationEvidence(state)],
      guide: guideFor(gateway),
      access: state.routerAccess,
    },
    relay: {
      url: relay.phase === 'none' ? null : relay.url,
      state: relay.phase,
      transport: relay.phase === 'connected' ? relay.known.transport : null,
      rttMs: relay.phase === 'connected' && relay.rttMs !== null ? Math.round(relay.rttMs) : null,
      observedIPv4: seenIPv4(state),
      observedIPv6: known?.observed.ipv6 ?? null,
    },
    relays: relaysOf(state),
    domain: deviceDomain(state),
    names: namesView(state),
    ownNames: keptNamesView(state),
    guard: guardView(state),
    alerts: alertsView(state),
    bans: state.bans,
    authority: authorityView(state),
    certificates: certificatesView(state),
    preferences: NO_PREFERENCES,
    services: state.services.map((service) => viewService(state, service)),
    problems: problemsOf(state),
    diagnosis: diagnosisView(state),
  }
}

/** What is spoken with its owner's word alone is told as the {@link State.routerAccess}. */
const isOpenToAll = (protocol: GatewayProtocol): protocol is Exclude<GatewayProtocol, RouterApi> =>
  !RouterApi.options.some((api) => api === protocol)

/** By what the router says of itself, and by its name where that is all. */
export function guideFor(gateway: State['gateway']): GuideChoice {
  if (gateway.phase === 'unknown') return NO_CHOICE
  const says = [gateway.phase === 'found' ? gateway.name : null, gateway.says].filter(Boolean).join('\n')
  return { router: recogniseRouter(says) ?? NO_CHOICE.router, chosen: false }
}

/** What the diagnosis weighs. */
export const judgedNow = (state: State): { readonly active: readonly ServiceView[]; readonly problems: readonly Problem[] } => ({
  active: state.services.filter(({ paused }) => !paused).map((service) => viewService(state, service)),
  problems: problemsOf(state),
})

/** It explains which games and calls connect directly, and decides nothing. */
function translationEvidence({ relay }: State): string[] {
  const translation = relay.phase === 'connected' ? relay.udp.translation : undefined
  return translation ? [`udp-mapping ${translation.mapping}`, `udp-filtering ${translation.filtering}`] : []
}

function relaysOf({ relay, standby, relayOrder }: State): Snapshot['relays'] {
  const all = [...(relay.phase === 'none' ? [] : [relay]), ...standby]
  return all
    .sort((a, b) => relayOrder.indexOf(a.url) - relayOrder.indexOf(b.url))
    .map((link) => ({
      url: link.url,
      state: link.phase,
      transport: link.phase === 'connected' ? link.known.transport : null,
      rttMs: link.phase === 'connected' && link.rttMs !== null ? Math.round(link.rttMs) : null,
      serves: relay.phase === 'connected' && link.url === relay.url,
    }))
}
