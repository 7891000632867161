/** What the faces see: one value that says everything the page, the tray and `status --json` show. Version 1, documented in docs/command-line.md. */
import { z } from 'zod'
import { Diagnosis, UNDIAGNOSED } from './diagnosis.ts'
import { Safety } from './finding.ts'
import { Access } from './model/access.ts'
import { AlertState } from './model/alerts.ts'

import { BansView, NO_BANS } from './model/ban.ts'
import { GuideChoice, NO_CHOICE } from './model/guide-choice.ts'
import { KeptName } from './model/kept-name.ts'
import { LinkVia } from './model/link.ts'
import { PathView, Rung } from './model/path.ts'
import { NO_PREFERENCES, Preferences } from './model/preferences.ts'
import { NO_ROUTER_ACCESS, RouterAccess } from './model/router-api.ts'
import { ServiceKind } from './model/service.ts'
import { Problem } from './problem.ts'

/** `at-home`: only the home's own network comes in, so that nobody outside is asked whether it can be reached. */
export const ServiceState = z.enum(['reachable', 'checking', 'unreachable', 'unknown', 'paused', 'at-home'])
export type ServiceState = z.infer<typeof ServiceState>

export const InternetState = z.enum(['online', 'offline', 'unknown'])

export const RelayState = z.enum(['none', 'connecting', 'connected', 'waiting', 'refused'])

/** How the relay is reached: by TLS with our own protocol, by a WebSocket where only the web passes, or by one through an HTTP proxy. */
export const Transport = z.enum(['direct', 'websocket', 'proxy'])
export type Transport = z.infer<typeof Transport>

/** What stands between the router's outside and the internet, as far as the facts tell. */
export const NatVerdict = z.enum(['single', 'double', 'carrier', 'ds-lite', 'shared-ports', 'mobile', 'unsure', 'unknown'])
export type NatVerdict = z.infer<typeof NatVerdict>

/** `foreign`: somebody else's key was seen. `unchecked`: nobody could look, or has yet. `off`: its owner wants no look. */
export const GuardState = z.enum(['own', 'foreign', 'unchecked', 'off'])
export type GuardState = z.infer<typeof GuardState>

/** `atMs`: when somebody last tried to look. */
export const Watched = z.object({ state: GuardState, atMs: z.number().nullable() })
export type Watched = z.infer<typeof Watched>

/** Also what a face makes of an engine that is older than this watch. */
export const UNGUARDED = { ownNames: { state: 'unchecked', atMs: null }, certificateLog: { state: 'unchecked', atMs: null } } as const

/** Whom the relay tells when this house is dark; `to` is shortened, where it may be a secret. `reason`: why the last message failed. */
export const AlertView = z.object({
  id: z.string(),
  kind: z.enum(['mail', 'ntfy', 'webhook']),
  to: z.string(),
  state: AlertState,
  reason: z.string().nullable(),
})
export type AlertView = z.infer<typeof AlertView>

/** One of a service's share links. `registered`: the relay that serves knows it; until then it does not work yet. */
export const LinkView = z.object({
  id: z.string(),
  label: z.string(),
  /** Null until it is known which relay or name it goes by. */
  url: z.string().nullable(),
  alias: z.string().nullable(),
  via: LinkVia,
  createdAtMs: z.number().nullable(),
  endsAtMs: z.number().nullable(),
  maxUses: z.number().nullable(),
  uses: z.number(),
  lastUsedAtMs: z.number().nullable(),
  registered: z.boolean(),
  /** It asks for a PIN as well; and so many wrong ones were given that it opens no more. */
  pin: z.boolean().default(false),
  locked: z.boolean().default(false),
})
export type LinkView = z.infer<typeof LinkView>

/** Of a link that cannot be opened any more; a relay and the home see by themselves that it is over. */
export function whyOver({ endsAtMs, maxUses, uses, locked }: LinkView, nowMs: number): 'ended' | 'used-up' | 'locked' | null {
  if (endsAtMs !== null && endsAtMs <= nowMs) return 'ended'
  if (locked) return 'locked'
  return maxUses !== null && uses >= maxUses ? 'used-up' : null
}
/** How a program shows the link's grant with each request, to a website that opens by link. Null: it cannot. Where `Authorization` is the website's
 *  own, `Porchlight-Grant: GRANT` does the same. */
export function curlOf({ url, pin, maxUses }: LinkView, publicUrl: string | null): string | null {
  const grant = url?.split('#')[1]
  return grant === undefined || publicUrl === null || pin || maxUses !== null
    ? null
    : `curl -H 'Authorization: Bearer ${grant}' ${publicUrl}`
}

/** What the device is called. `next`: the domain that it is about to show itself under, once it has a certificate for it; null: it does.
 *  `former`: domains that still lead to it, and until when (ms since 1970). */
export const NamesView = z.object({
  label: z.string().nullable(),
  next: z.string().nullable(),
  former: z.array(z.object({ domain: z.string(), untilMs: z.number() })),
})
export type NamesView = z.infer<typeof NamesView>

/** Also what a face makes of an engine that cannot change its name. */
export const UNNAMED: NamesView = { label: null, next: null, former: [] }

/** A path below the service's name that leads elsewhere. `pin`: SHA-256 of the certificate that was accepted. */
export const RouteView = z.object({
  prefix: z.string(),
  target: z.string(),
  strip: z.boolean(),
  pin: z.string().nullable(),
  problem: Problem.nullable(),
})
export type RouteView = z.infer<typeof RouteView>

/** Who is asked for certificates. `agreed`: to which of its terms of service, and when (ms since 1970); `hasAccount`: it knows its customer
 *  (external account binding). */
export const Authority = z.object({
  name: z.string(),
  directory: z.string(),
  email: z.string().nullable(),
  hasAccount: z.boolean(),
  /** Of a private one: who vouches for it itself. */
  caFile: z.string().nullable().default(null),
  agreed: z.object({ url: z.string(), atMs: z.number() }).nullable(),
})
export type Authority = z.infer<typeof Authority>

/** `wanted`: terms that somebody has to agree to first. */
export const AuthorityView = Authority.extend({ wanted: z.string().nullable() })
export type AuthorityView = z.infer<typeof AuthorityView>

/** Also what a face makes of an engine that does not tell. */
export const NO_AUTHORITY: AuthorityView = {
  name: '',
  directory: '',
  email: null,
  hasAccount: false,
  caFile: null,
  agreed: null,
  wanted: null,
}

/** One certificate. `nextAtMs`: when it is renewed, or asked for again. Times in ms since 1970. */
export const CertificateView = z.object({
  name: z.string(),
  /** Ordered from a directory, or kept by its owner in files. */
  source: z.enum(['ordered', 'files']),
  /** Of a name of the owner's own: what it leads to. */
  service: z.string().nullable(),
  state: z.enum(['none', 'valid', 'failed']),
  issuer: z.string().nullable(),
  untilMs: z.number().nullable(),
  nextAtMs: z.number().nullable(),
  /** Why its directory wants it renewed so soon. */
  explanationUrl: z.string().nullable(),
  failure: z.object({ problem: Problem, atMs: z.number() }).nullable(),
})
export type CertificateView = z.infer<typeof CertificateView>

export const ServiceView = z.object({
  name: z.string(),
  target: z.string(),
  kind: ServiceKind,
  state: ServiceState,
  paths: z.array(PathView),
  best: z.object({ ipv4: Rung.nullable(), ipv6: Rung.nullable() }),
  publicUrl: z.string().nullable(),
  publicAddress: z.object({ host: z.string(), port: z.number() }).nullable(),
  /** The one that is given away where nothing else is asked for. */
  shareLink: z.string().nullable(),
  /** Which program it is, where its owner has said so. */
  preset: z.string().nullable().default(null),
  /** What a look from inside found; null: nobody has looked yet. */
  safety: Safety.nullable().default(null),
  access: Access.default('public'),
  routes: z.array(RouteView).default([]),
  /** It is told its visitors' addresses by the PROXY protocol. */
  proxyProtocol: z.boolean().default(false),
  /** What a request may carry at most, in MB; null: as much as it likes. */
  uploadLimitMb: z.number().nullable().default(null),
  /** Its visitors come through the relay alone, and its name does not tell where the home is. */
  relayOnly: z.boolean().default(false),
  pin: z.string().nullable().default(null),
  hasPassword: z.boolean().default(false),
  /** Who may come in where certain addresses may. `addresses`: where a name leads now; null for what is no name, or was not found yet. */
  allowed: z.array(z.object({ entry: z.string(), addresses: z.array(z.string()).nullable() })).default([]),
  /** Who opened a link to a service that is no website: an IPv4 address or an IPv6 network, by the link with this id. */
  admitted: z.array(z.object({ place: z.string(), link: z.string(), untilMs: z.number() })).default([]),
  links: z.array(LinkView).default([]),
  /** When an outsider last proved a path of this service, ms since 1970. */
  provenAtMs: z.number().nullable(),
  /** Since when outsiders can come in without a break, ms since 1970; null while they cannot. */
  reachableSinceMs: z.number().nullable().default(null),
  /** Addresses that have something open just now. */
  visitors: z.number().default(0),
  problem: Problem.nullable(),
})
export type ServiceView = z.infer<typeof ServiceView>

export const Snapshot = z.object({
  v: z.literal(1),
  /** A relay on loopback makes this a rehearsal: nothing here is on the internet. */
  rehearsal: z.boolean(),
  internet: z.object({ state: InternetState }),
  gateway: z.object({
    address: z.string().nullable(),
    name: z.string().nullable(),
    protocols: z.array(z.enum(['pcp', 'natpmp', 'upnp'])),
    externalIPv4: z.string().nullable(),
    nat: NatVerdict,
    /** The facts that the verdict rests on. */
    natEvidence: z.array(z.string()),
    guide: GuideChoice.default(NO_CHOICE),
    access: RouterAccess.default(NO_ROUTER_ACCESS),
  }),
  relay: z.object({
    url: z.string().nullable(),
    state: RelayState,
    /** Null while it is not connected. */
    transport: Transport.nullable(),
    /** Round trip to it, in milliseconds. */
    rttMs: z.number().nullable(),
    observedIPv4: z.string().nullable(),
    observedIPv6: z.string().nullable(),
  }),
  /** Every relay that was joined, in the owner's order; the one that serves is also told of above. */
  relays: z.array(
    z.object({ url: z.string(), state: RelayState, transport: Transport.nullable(), rttMs: z.number().nullable(), serves: z.boolean() }),
  ),
  /** The device's own domain, under which its services have their names. */
  domain: z.string().nullable(),
  names: NamesView.default(UNNAMED),
  /** Names of the owner's own that somebody is told of, or that are looked at. */
  ownNames: z.array(KeptName).default([]),
  /** Who watches over our names: what is shown under them, and what the public logs know of certificates for them. */
  guard: z.object({ ownNames: Watched, certificateLog: Watched }).default(UNGUARDED),
  alerts: z.array(AlertView).default([]),
  /** Visitors who are shut out. */
  bans: BansView.default(NO_BANS),
  authority: AuthorityView.default(NO_AUTHORITY),
  certificates: z.array(CertificateView).default([]),
  preferences: Preferences.default(NO_PREFERENCES),
  services: z.array(ServiceView),
  problems: z.array(Problem),
  /** What is wrong, whose it is, and what merely follows. */
  diagnosis: Diagnosis.default(UNDIAGNOSED),
})
export type Snapshot = z.infer<typeof Snapshot>

/** The one light. `needs-you` is a service that only its owner can mend; it wins over a green one so that it is seen. */
export const Light = z.enum(['reachable', 'relayed', 'checking', 'cannot-check', 'unreachable', 'paused', 'at-home', 'needs-you', 'empty'])
export type Light = z.infer<typeof Light>

export function lightOfService(service: ServiceView): Exclude<Light, 'empty'> {
  switch (service.state) {
    case 'reachable':
      return service.best.ipv4 !== null && service.best.ipv4 !== 'tunnel'
        ? 'reachable'
        : service.best.ipv6 !== null && service.best.ipv6 !== 'tunnel'
          ? 'reachable'
          : 'relayed'
    case 'checking':
      return 'checking'
    case 'unknown':
      return 'cannot-check'
    case 'paused':
    case 'at-home':
      return service.state
    case 'unreachable':
      return service.problem === null || service.problem.code === 'unreachable-outside' ? 'unreachable' : 'needs-you'
  }
}

const WORST_FIRST: readonly Light[] = ['needs-you', 'unreachable', 'cannot-check', 'checking', 'relayed', 'reachable', 'at-home', 'paused']

/** The light over the whole house: the worst of its services, paused ones and those of the home alone aside. */
export function lightOf(snapshot: Snapshot): Light {
  const lights = new Set<Light>(snapshot.services.map(lightOfService))
  return WORST_FIRST.find((light) => lights.has(light)) ?? 'empty'
}
