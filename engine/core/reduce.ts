/** What an event means: the state after it. Pure. The ladder's rules for a single path stand in reduce-path.ts, what concerns all
 *  of them at once in reduce-line.ts, what happens to the services in reduce-service.ts. */
import { onAlerts } from './alerts.ts'
import { onCertificate, soonTried } from './certificates.ts'
import { onClaimedHere, soonClaimed } from './claims.ts'
import { onDiagnosis, withDiagnosis } from './diagnosis/diagnosis.ts'
import type { Event } from './events.ts'
import { deviceDomain, FRONT_DOOR } from './exposures.ts'
import { onFirewallSeen, soonLookedAt } from './firewall.ts'
import { onFriend } from './friends.ts'
import { onGuarded, soonGuarded } from './guard.ts'
import { toldOf } from './line.ts'
import { onNaming, withoutOver } from './naming.ts'
import type { Path } from './path-state.ts'
import { onProof } from './phone-proof.ts'
import { onNames, soonLookedUp, withLosses } from './publisher.ts'
import {
  onGatewayAbsent,
  onGatewayFound,
  onNetwork,
  onObserved,
  onOutsideAddress,
  onPublishFailed,
  onRelayConnected,
  onRouterAccess,
  onRouterHeard,
  onRouterLeaving,
  onSilence,
  onUpstreamAbsent,
  onUpstreamFound,
  reconnecting,
  relayBase,
  withPublicPorts,
  withRelay,
} from './reduce-line.ts'
import { onLink, withRegistered } from './reduce-links.ts'
import {
  eachPath,
  halfTimeOf,
  onePath,
  onInspected,
  onOpened,
  onOpeningFailed,
  onProbed,
  onProbePostponed,
  seeking,
  unproven,
} from './reduce-path.ts'
import { onListening, onListeningRefused, onService, without } from './reduce-service.ts'
import { ruleKey } from './router-state.ts'
import { onSafetyChecked } from './safety.ts'
import {
  failedOver,
  isStandby,
  newlyConnected,
  onChosen,
  onLeft,
  onStandby,
  relayOf,
  withPreferred,
  withTelling,
  withTold,
} from './standby.ts'
import { certificateOf, type State } from './state.ts'
import { judgedNow } from './view.ts'
import { withWantedPaths } from './wanted-paths.ts'

const PUBLISH_RETRY_MS = 3000
const STUCK_RULE_RETRY_MS = 60_000
/** A disk that was full is looked at again this often. */
const UNSAVED_RETRY_MS = 10_000

export function reduce(state: State, event: Event): State {
  const { atMs } = event
  const next = withoutOver(withRegistered(applyToRelay(state, event), event), atMs)
  const settled = withLosses(withWantedPaths(withPreferred(next, atMs), atMs), atMs)
  return withDiagnosis(state, settled, event, judgedNow(settled))
}

function applyToRelay(state: State, event: Event): State {
  // A name is changed at each relay, whichever serves.
  if (event.type === 'renamed' || event.type === 'rename-refused') return apply(state, event)
  const url = relayOf(event)
  if (url === undefined || event.type === 'relay-chosen' || event.type === 'relay-left') return apply(state, event)
  if (isStandby(state, url)) return onStandby(state, event, url, { atMs: event.atMs, retryMs: PUBLISH_RETRY_MS })
  // Of one that was left meanwhile.
  return state.relay.phase !== 'none' && state.relay.url !== url ? state : apply(state, event)
}

function apply(state: State, event: Event): State {
  const { atMs } = event
  switch (event.type) {
    case 'service-added':
    case 'service-removed':
    case 'service-paused':
    case 'service-resumed':
    case 'service-changed':
    case 'target-pinned':
    case 'target-doubted':
    case 'target-up':
    case 'target-down':
    case 'target-known':
    case 'target-stayed':
    case 'target-moved':
      return onService(state, event)
    case 'safety-checked':
      return onSafetyChecked(state, event)
    case 'unsaved':
      return {
        ...state,
        unsaved: { ...state.unsaved, [event.what]: { problem: event.problem, retryAtMs: atMs + UNSAVED_RETRY_MS } },
      }
    case 'saved':
      return { ...state, unsaved: without(state.unsaved, event.what) }
    case 'listening':
      return onListening(state, event)
    case 'listening-refused':
      return onListeningRefused(state, event)
    case 'network':
      return onNetwork(state, event.facts, atMs)
    case 'gateway-found':
      return onGatewayFound(state, event)
    case 'gateway-absent':
      return onGatewayAbsent(state, event.problem, atMs, event.says)
    case 'router-access':
      return onRouterAccess(state, event)
    case 'upstream-found':
      return onUpstreamFound(state, event, atMs)
    case 'upstream-absent':
      return onUpstreamAbsent(state, event, atMs)
    case 'rule-journalled':
      return { ...state, journal: [...state.journal.filter((rule) => ruleKey(rule) !== ruleKey(event.rule)), event.rule] }
    case 'rule-gone':
      return {
        ...state,
        journal: state.journal.filter((rule) => ruleKey(rule) !== ruleKey(event.rule)),
        leftovers: without(state.leftovers, ruleKey(event.rule)),
      }
    case 'rule-stuck':
      return { ...state, leftovers: { ...state.leftovers, [ruleKey(event.rule)]: atMs + STUCK_RULE_RETRY_MS } }
    case 'opened':
      return onSilence(
        onePath(state, event.path, (path) => onOpened(path, event, atMs)),
        event.silent,
        atMs,
      )
    case 'opening-failed':
      return onSilence(
        onePath(state, event.path, (path) => onOpeningFailed(path, event, state, atMs)),
        event.silent,
        atMs,
      )
    case 'inspected': {
      const { claims, found, router } = event
      const next = onOutsideAddress(
        onePath(state, event.path, (path) => onInspected(path, event, state, atMs)),
        claims,
      )
      // Somebody outside would say whether the rule still stands; without him, whether the router is still there is all that can be found out.
      return found === 'silent' && state.relay.phase !== 'connected' ? onSilence(next, router, atMs) : next
    }
    case 'router-leaving':
      return onRouterLeaving(state, atMs)
    case 'router-heard':
      return onRouterHeard(state, atMs)
    case 'router-restarted':
      return eachPath(state, (path) => ('way' in path && path.way.rules.length > 0 ? seeking(path) : path))
    case 'probed':
      return onePath(state, event.path, (path) => onProbed(path, event, state, atMs))
    case 'probe-postponed':
      return onePath(state, event.path, (path) => onProbePostponed(path, atMs))
    case 'next-hop-found':
      return { ...state, line: { ...state.line, nextHop: event.address } }
    case 'firewall-seen':
      return onFirewallSeen(state, event, atMs)
    case 'nat64-found':
      return { ...state, line: { ...state.line, nat64: event.prefix } }
    case 'port-tried':
      return { ...state, line: { ...state.line, [state.line.within ? 'beyond' : 'within']: event.tried } }
    case 'relay-chosen':
      return onChosen(state, event.url, (next) =>
        withPublicPorts(withRelay(next, { phase: 'connecting', url: event.url, known: null }), {}),
      )
    case 'relay-left':
      return onLeft(state, event.url, atMs, (next) => withPublicPorts(withRelay(next, { phase: 'none' }), {}))
    case 'relay-connected':
      return onRelayConnected(state, newlyConnected(event.known, atMs), atMs)
    case 'relay-waiting':
    case 'relay-refused': {
      const phase = event.type === 'relay-waiting' ? 'waiting' : 'refused'
      const lost = { phase, ...relayBase(state), problem: event.problem } as const
      return failedOver(state, lost, atMs) ?? withRelay(state, lost)
    }
    case 'relay-notice':
      return state.relay.phase === 'connected' ? { ...state, relay: { ...state.relay, notice: event.notice } } : state
    case 'relay-transport':
      return state.relay.phase === 'connected'
        ? { ...state, relay: { ...state.relay, known: { ...state.relay.known, transport: event.transport } } }
        : state
    case 'relay-observed':
      return onObserved(state, event, atMs)
    case 'udp-observed':
      return state.relay.phase === 'connected'
        ? { ...state, relay: { ...state.relay, udp: { ipv4: event.from, other: event.other ?? null } } }
        : state
    case 'translation-learnt':
      return state.relay.phase === 'connected'
        ? { ...state, relay: { ...state.relay, udp: { ...state.relay.udp, translation: event.translation } } }
        : state
    case 'publishing':
      return state.relay.phase === 'connected' ? { ...state, relay: withTelling(state.relay, event) } : state
    case 'published':
      return state.relay.phase === 'connected' ? withPublicPorts({ ...state, relay: withTold(state.relay, event) }, event.ports) : state
    case 'publish-failed':
      return onPublishFailed(state, atMs + PUBLISH_RETRY_MS)
    case 'claims-due':
      return state.relay.phase === 'connected' ? { ...state, relay: soonClaimed(state.relay, atMs) } : state
    case 'hosts-claimed':
      return onClaimedHere(state, event, atMs)
    // It serves meanwhile.
    case 'standby-proven':
      return state
    case 'relay-measured':
      return state.relay.phase === 'connected' ? { ...state, relay: { ...state.relay, rttMs: event.rttMs } } : state
    case 'certificate-valid':
    case 'certificate-failed':
    case 'certificate-aged':
    case 'renewal-advised':
    case 'authority-chosen':
      return withoutUnshown(onCertificate(state, event, atMs))
    case 'own-names-chosen':
    case 'name-looked-up':
    case 'name-sending':
    case 'name-sent':
    case 'name-failed':
    case 'name-way-lost':
    case 'name-retried':
      return onNames(state, event, atMs)
    case 'name-wished':
    case 'renamed':
    case 'rename-refused':
      return onNaming(state, event, atMs)
    case 'alerts-chosen':
    case 'alerts-told':
      return onAlerts(state, event, atMs)
    case 'link-added':
    case 'link-revoked':
    case 'link-used':
    case 'access-changed':
    case 'pin-missed':
    case 'admitted':
      return onLink(state, event)
    case 'bans':
      return { ...state, bans: event.bans }
    case 'friend-found':
      return onFriend(state, event)
    case 'line-seen':
    case 'names-seen':
    case 'diagnosis-asked':
    case 'diagnosis-settled':
      return { ...state, diagnosis: onDiagnosis(state.diagnosis, event) }
    case 'phone-came':
    case 'proofs-over':
      return onProof(state, event, atMs)
    case 'guarded':
      return { ...state, guard: onGuarded(state.guard, event, atMs) }
    case 'check-now':
      return onCheckNow(state, atMs)
    case 'woke':
      return onCheckNow(eachPath(state, unproven), atMs)
  }
}

/** Without a certificate nobody can look at the front door, nor does a browser show it: what was seen before says nothing of it any more. */
function withoutUnshown(state: State): State {
  if (certificateOf(state, deviceDomain(state)).phase === 'valid') return state
  return eachPath(state, (path) => (path.exposure === FRONT_DOOR ? unproven(path) : path))
}

function onCheckNow(state: State, atMs: number): State {
  // What a relay refused for good its operator may have changed; one that is away is called now, whatever the pause it was in.
  const asked = state.relay.phase === 'refused' || state.relay.phase === 'waiting' ? reconnecting(state) : state
  const { gateway, upstream, relay } = asked
  const targets = Object.fromEntries(Object.entries(state.targets).map(([name, target]) => [name, { ...target, nextAtMs: atMs }]))
  const soon = {
    ...asked,
    guard: soonGuarded(state.guard, atMs),
    publisher: soonLookedUp(state.publisher, atMs),
    targets,
    unsaved: Object.fromEntries(Object.entries(asked.unsaved).map(([what, one]) => [what, { ...one, retryAtMs: atMs }])),
    gateway: gateway.phase === 'absent' ? { ...gateway, retryAtMs: atMs } : gateway,
    upstream: upstream.phase === 'absent' ? { ...upstream, retryAtMs: atMs } : upstream,
    certificates: soonTried(state.certificates, atMs),
    diagnosis: { ...state.diagnosis, names: { ...state.diagnosis.names, nextAtMs: Math.min(state.diagnosis.names.nextAtMs, atMs) } },
    relay: relay.phase === 'connected' ? soonClaimed({ ...relay, publishAtMs: atMs }, atMs) : relay,
    line: toldOf(asked.line),
    firewall: soonLookedAt(asked.firewall, atMs),
  }
  return eachPath(soon, (path) => {
    if (path.phase === 'blocked')
      return { ...path, retryAtMs: atMs, closed: path.closed && { way: { ...path.closed.way, probeAtMs: atMs }, looks: 0 } }
    if (!('way' in path)) return path
    // The clock may have been set back: no lease is longer for that.
    const renewAtMs = Math.min(path.way.renewAtMs, halfTimeOf(path.way.rules, atMs))
    return { ...path, way: { ...path.way, probeAtMs: atMs, inspectAtMs: atMs, renewAtMs } } as Path
  })
}
