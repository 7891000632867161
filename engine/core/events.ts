/** Everything that can happen to an engine: what its owner does, and what its effects found out. */
import type { Finding } from '../../protocol/finding.ts'
import type { Access, Admission } from '../../protocol/model/access.ts'
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import type { BansView } from '../../protocol/model/ban.ts'
import type { LinkUse, ShareLink } from '../../protocol/model/link.ts'
import type { Verdict } from '../../protocol/model/path.ts'
import type { RouterAccess } from '../../protocol/model/router-api.ts'
import type { Translation } from '../../protocol/model/translation.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Transport } from '../../protocol/snapshot.ts'
import type { AlertsHappening } from './alerts.ts'
import type { CertificateHappening } from './certificates.ts'
import type { ClaimHappening, ClaimsDue } from './claims.ts'
import type { DiagnosisHappening } from './diagnosis/diagnosis.ts'
import type { FirewallHappening } from './firewall.ts'
import type { Guarded } from './guard.ts'
import type { NamingHappening } from './naming.ts'
import type { ProofHappening } from './phone-proof.ts'
import type { NameHappening } from './publisher.ts'
import type { RelayNotice, Welcomed } from './relay-state.ts'
import type { GatewayProtocol, NetworkFacts, RouterRole, Rule, TriedPort } from './router-state.ts'
import type { Service } from './service-state.ts'

/** What the router's table has for one of our rules. `silent`: it did not answer; `unknown`: it does not say. */
export type Found = 'present' | 'absent' | 'foreign' | 'unknown' | 'silent'

export type Happening =
  // The owner
  | { readonly type: 'service-added'; readonly service: Service; readonly grants?: Readonly<Record<string, string>> }
  | { readonly type: 'service-removed' | 'service-paused' | 'service-resumed'; readonly name: string }
  /** By {@link Service.name}: its routes, and what it is told of its visitors. */
  | {
      readonly type: 'service-changed'
      readonly name: string
      readonly change: Pick<Service, 'routes' | 'proxyProtocol' | 'uploadLimitMb' | 'relayOnly'>
    }
  /** From now on this certificate is the one that it shows. `prefix`: of which of its routes; `unasked`: nobody has been asked. */
  | {
      readonly type: 'target-pinned'
      readonly name: string
      readonly prefix: string | null
      readonly pin: string
      readonly unasked?: boolean
    }
  | { readonly type: 'link-added'; readonly name: string; readonly link: ShareLink; readonly grant: string }
  | { readonly type: 'link-revoked'; readonly name: string; readonly id: string }
  | {
      readonly type: 'access-changed'
      readonly name: string
      readonly access: Access
      readonly allowed: readonly string[]
      readonly hasPassword: boolean
    }
  | { readonly type: 'relay-chosen'; readonly url: string }
  | { readonly type: 'relay-left'; readonly url: string }
  | { readonly type: 'check-now' }
  /** This computer slept: nothing that was agreed with others is sure any more. */
  | { readonly type: 'woke' }
  // This computer and its network
  /** Somebody was shut out, or may come in again. */
  | { readonly type: 'bans'; readonly bans: BansView }
  /** `what` holds, but could not be written down. */
  | { readonly type: 'unsaved'; readonly what: string; readonly problem: Problem }
  | { readonly type: 'saved'; readonly what: string }
  | { readonly type: 'network'; readonly facts: NetworkFacts | null }
  | { readonly type: 'listening'; readonly exposure: string; readonly family: Family; readonly port: number }
  | { readonly type: 'listening-refused'; readonly exposure: string; readonly family: Family; readonly problem: Problem }
  // `name`: as in `targetKey`.
  /** `remark`: it answers, and its owner should know something all the same. */
  | { readonly type: 'target-up'; readonly name: string; readonly remark?: Problem | undefined }
  | { readonly type: 'target-doubted'; readonly name: string }
  | { readonly type: 'target-down'; readonly name: string; readonly problem: Problem }
  | { readonly type: 'target-known'; readonly name: string; readonly mac: string }
  /** The service's machine answers at another address now. */
  | { readonly type: 'target-moved'; readonly name: string; readonly host: string }
  /** It was looked for, and answers nowhere else. */
  | { readonly type: 'target-stayed'; readonly name: string }
  /** `name`: as in `targetKey`. `of`: as it was planned, {@link safetyQuestions}. */
  | { readonly type: 'safety-checked'; readonly name: string; readonly of: string; readonly findings: readonly Finding[] }
  // The router
  | {
      readonly type: 'gateway-found'
      readonly address: string
      readonly name: string | null
      readonly protocols: readonly GatewayProtocol[]
      /** In how many languages its IPv6 firewall can be asked. */
      readonly pinholes: number
      readonly externalIPv4: string | null
      /** Whatever it tells of itself, made safe to show: by it the guide is found. */
      readonly says?: string
    }
  | { readonly type: 'gateway-absent'; readonly problem: Problem; readonly says?: string }
  /** What its owner lets us do there. `anew`: he has just let us in, or shut us out, so that the router is to be asked again. */
  | { readonly type: 'router-access'; readonly access: RouterAccess; readonly anew: boolean }
  | {
      readonly type: 'upstream-found'
      readonly address: string
      /** Our router's address on that side. */
      readonly routerAddress: string
      readonly pinholes: number
      readonly externalIPv4: string
    }
  /** `claimed`: what one that answers says of its outside, though outsiders see us elsewhere. */
  | { readonly type: 'upstream-absent'; readonly routerAddress: string; readonly claimed: string | null }
  | { readonly type: 'rule-journalled' | 'rule-gone' | 'rule-stuck'; readonly rule: Rule }
  /** `silent`: the router that did not answer at all, so that it must be looked for again. */
  | {
      readonly type: 'opened'
      readonly path: string
      /** From us outwards. */
      readonly rules: readonly Rule[]
      readonly outside: Endpoint
      /** Why the upstream router let nothing through. Its owner may have made a rule by hand, so that the way is open all the same. */
      readonly missing: Problem | null
      readonly silent: RouterRole | null
    }
  /** `watched`: the router's table tells who has the port, so that it may be read often. */
  | {
      readonly type: 'opening-failed'
      readonly path: string
      readonly problem: Problem
      readonly silent: RouterRole | null
      readonly watched?: boolean
    }
  | {
      readonly type: 'inspected'
      readonly path: string
      /** What is amiss with a rule, and where; `present` when nothing is. */
      readonly found: Found
      readonly router: RouterRole
      /** What the routers now say of their outsides; null when there was nothing to hear. */
      readonly claims: Readonly<Record<RouterRole, string | null>>
    }
  /** The router says goodbye. */
  | { readonly type: 'router-leaving' }
  /** The router makes itself heard after a silence. */
  | { readonly type: 'router-heard' }
  /** The router has lost its table. */
  | { readonly type: 'router-restarted' }
  // The way beyond it
  | { readonly type: 'next-hop-found'; readonly address: string | null }
  | FirewallHappening
  | { readonly type: 'nat64-found'; readonly prefix: string | null }
  | { readonly type: 'port-tried'; readonly tried: TriedPort }
  // The relay
  | { readonly type: 'relay-connected'; readonly known: Welcomed }
  // Of the relay at this address; without one, of the one that serves.
  /** The same session goes on by another way. */
  | { readonly type: 'relay-transport'; readonly transport: Transport; readonly url?: string }
  /** All that its operator has decided about us. */
  | { readonly type: 'relay-notice'; readonly notice: RelayNotice; readonly url?: string }
  | { readonly type: 'relay-waiting' | 'relay-refused'; readonly problem: Problem; readonly url?: string }
  /** `address`: null when the relay cannot be reached in that family. */
  | { readonly type: 'relay-observed'; readonly family: Family; readonly address: string | null }
  /** Where the relay sees our datagrams come from; null when it hears none. */
  | { readonly type: 'udp-observed'; readonly from: Endpoint | null; readonly other?: Endpoint | undefined }
  /** What the translation before this house does with UDP; null: it could not be learnt. */
  | { readonly type: 'translation-learnt'; readonly translation: Translation | null }
  /** It is being told of these. */
  | { readonly type: 'publishing'; readonly services: readonly string[]; readonly url?: string }
  /** `services`: of which the relay now knows. `ports`: its public port of every raw one of them; null where it has none to give. `links`:
   *  ids and aliases that it took. */
  | {
      readonly type: 'published'
      readonly key: string
      readonly services: readonly string[]
      readonly ports: Readonly<Record<string, number | null>>
      readonly links?: readonly string[]
      readonly url?: string
    }
  | { readonly type: 'publish-failed'; readonly url?: string }
  | ClaimHappening
  | ClaimsDue
  /** The round trip to the relay has been measured anew. */
  | { readonly type: 'relay-measured'; readonly url: string; readonly rttMs: number }
  /** A relay that stands by has looked at this path; `address`: where it was to see us. */
  | {
      readonly type: 'standby-proven'
      readonly url: string
      readonly path: string
      readonly address: string
      readonly reachable: boolean
    }
  /** `unasked`: it failed at home, before the relay was asked. */
  | { readonly type: 'probed'; readonly path: string; readonly verdict: Verdict; readonly unasked?: boolean }
  /** The relay has looked for us often enough for now. */
  | { readonly type: 'probe-postponed'; readonly path: string }
  | AlertsHappening
  | NamingHappening
  // Visitors
  /** Somebody opened it, and it was counted. */
  | { readonly type: 'link-used'; readonly id: string; readonly use: LinkUse }
  | { readonly type: 'pin-missed'; readonly id: string; readonly count: number }
  /** All who are let in by a link of a raw service. */
  | { readonly type: 'admitted'; readonly admitted: readonly Admission[] }
  /** Where a friend's name leads; null: nobody could be asked. */
  | {
      readonly type: 'friend-found'
      readonly name: string
      readonly found: { readonly addresses: readonly string[]; readonly ttlS: number } | null
    }
  // The certificate
  | Guarded
  | ProofHappening
  | CertificateHappening
  | NameHappening
  | DiagnosisHappening

export type Event = Happening & { readonly atMs: number }
