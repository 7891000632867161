/** What the faces need of an engine; who runs one provides it (engine/run/controls.ts). */
import type { DiagnosisRun } from '../../protocol/diagnosis.ts'
import type { FirstLook, Safety } from '../../protocol/finding.ts'
import type { Access } from '../../protocol/model/access.ts'
import type { AuthorityWish, CertificateTrial } from '../../protocol/model/certificate.ts'
import type { Discovery } from '../../protocol/model/discovery.ts'
import type { HistoryView, TrafficRange, TrafficView, VisitorsView } from '../../protocol/model/history.ts'
import type { LabelStanding } from '../../protocol/model/label.ts'
import type { ShareLink } from '../../protocol/model/link.ts'
import type { LogEntry, LogFilter } from '../../protocol/model/log.ts'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import type { OwnDomain } from '../../protocol/model/own-domain.ts'
import type { NameCredentials } from '../../protocol/model/own-name.ts'
import type { PhoneLook } from '../../protocol/model/phone.ts'
import type { Preferences } from '../../protocol/model/preferences.ts'
import type { PresetFacts } from '../../protocol/model/preset.ts'
import type { RouterWish } from '../../protocol/model/router-api.ts'
import type { RouterNameView, RouterNameWish } from '../../protocol/model/router-name.ts'
import type { ServiceTest } from '../../protocol/model/service-test.ts'
import type { Setup } from '../../protocol/model/setup.ts'
import type { ShownCertificate } from '../../protocol/model/shown-certificate.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'

/** Of which service, and how: as in the contract. */
export interface LinkWish {
  readonly service: string
  readonly label: string
  readonly endsAtMs: number | null
  readonly maxUses: number | null
  readonly alias: boolean
  readonly via: ShareLink['via']
  readonly pin: string | null
}

export interface AccessWish {
  readonly name: string
  readonly access: Access
  readonly password?: string | undefined
  readonly allowed?: readonly string[] | undefined
}

/** A path below a service's name, and where it leads: as in the contract. */
export interface RouteWish {
  readonly service: string
  readonly prefix: string
  readonly target: string
  readonly strip: boolean
  readonly pin?: string | undefined
}

/** A name of the owner's own, and what it leads to: as in the contract. */
export interface OwnNameWish {
  readonly host: string
  readonly service: string
  readonly files: { readonly cert: string; readonly key: string } | null
}

/** A service to be added: as in the contract. */
export interface ServiceWish {
  readonly name: string
  readonly target: string
  readonly preset?: string | undefined
  readonly pin?: string | undefined
}

/** What the engine remembers, and says of itself. */
export interface Remembering {
  history(sinceMs: number, service?: string): HistoryView
  /** Null: the whole home. */
  traffic(service: string | null, range: TrafficRange): TrafficView
  /** Tells who is here now, and again every two seconds where that has changed; returns what ends it. */
  watchVisitors(emit: (visitors: VisitorsView) => void): () => void
  /** Newest first. `beforeId`: older than this entry. */
  log(filter: LogFilter, limit: number, beforeId?: number): LogEntry[]
  followLog(filter: LogFilter, emit: (entries: LogEntry[]) => void): () => void
  supportBundle(): { fileName: string; text: string }
}

/** A name of the owner's own that a provider keeps, or somebody else: as in the contract. */
export interface NameWish {
  readonly host: string
  readonly provider: string
  readonly service: string | null
  readonly credentials: NameCredentials | null
  readonly ipv6Suffix: string | null
}

/** What the faces need of an engine. */
export interface Controlled extends Remembering {
  /** Looks for programs at home, and tells all that it has found each time it finds one; returns what ends it. */
  discover(emit: (found: Discovery) => void): () => void
  /** Looks at everything anew, and tells what is known each time that it changes; returns what ends it. */
  diagnose(emit: (now: DiagnosisRun) => void): () => void
  snapshot(): Snapshot
  /** Called after every change with the new snapshot; returns what ends it. */
  onSnapshot(listener: (snapshot: Snapshot) => void): () => void
  addService(name: string, target: string, preset?: string, pin?: string): Promise<void>
  presets(): PresetFacts[]
  setup(): Setup | null
  keepSetup(setup: Setup | null): void
  /** Throws ProblemError. */
  beginProof(service: string, address: string | null): PhoneLook
  hasBattery(signal: AbortSignal): Promise<boolean | null>
  lookBefore(wish: ServiceWish, signal: AbortSignal): Promise<FirstLook>
  /** All throw ProblemError. */
  lookAtCertificate(target: string, signal: AbortSignal): Promise<ShownCertificate | null>
  acceptCertificate(name: string, prefix: string | null, fingerprint: string): void
  addRoute(wish: RouteWish): void
  removeRoute(service: string, prefix: string): void
  setProxyProtocol(name: string, on: boolean): void
  setUploadLimit(name: string, mb: number | null): void
  setRelayOnly(name: string, on: boolean): void
  /** At most five seconds. Throws ProblemError. */
  checkService(name: string, tryDefaultLogins: boolean, signal: AbortSignal): Promise<Safety>
  removeService(name: string): void
  setPaused(name: string, paused: boolean): void
  /** A new share link: its id. Throws ProblemError. */
  addLink(wish: LinkWish): string
  revokeLink(service: string, id: string): void
  /** Throws ProblemError; then nothing has changed. */
  setAccess(wish: AccessWish): Promise<void>
  expel(service: string, place: string): void
  /** Resolves when the looking is done, at most after eight seconds. */
  checkNow(): Promise<void>
  /** One service, from outside; at most ten seconds. Throws ProblemError. */
  testService(name: string): Promise<ServiceTest>
  /** Throws ProblemError. */
  setPreferences(preferences: Preferences): void
  /** Null: whatever is recognised. */
  chooseRouter(router: string | null): void
  /** Throws ProblemError. A Freebox's answer comes with the snapshot. */
  connectRouter(wish: RouterWish, signal: AbortSignal): Promise<void>
  /** `left`: rules that could not be taken back. Throws ProblemError. */
  forgetRouter(signal: AbortSignal): Promise<{ left: boolean }>
  /** Throws ProblemError. */
  leaveRelay(text: string, signal: AbortSignal): Promise<void>
  /** Throws ProblemError when no relay can be asked. */
  checkName(text: string, signal: AbortSignal): Promise<LabelStanding>
  /** Resolves when the relay that serves calls us so. Throws ProblemError; then the name stays. */
  rename(text: string, signal: AbortSignal): Promise<void>
  /** Whom the relay tells when this house is dark. Throw ProblemError. */
  addAlert(to: string, language: 'en' | 'fr'): void
  removeAlert(id: string): void
  /** Resolves when each was tried. */
  testAlerts(signal: AbortSignal): Promise<void>
  /** Throw ProblemError. */
  agreeTerms(url: string): void
  chooseAuthority(wish: AuthorityWish): void
  addOwnName(wish: OwnNameWish): void
  removeOwnName(host: string, signal: AbortSignal): Promise<void>
  nameProviders(): NameProvider[]
  /** All throw ProblemError; then nothing has changed. `checked`: the provider was asked whether it takes the credentials. */
  addName(wish: NameWish, signal: AbortSignal): Promise<{ checked: boolean }>
  updateName(host: string, credentials: NameCredentials, signal: AbortSignal): Promise<{ checked: boolean }>
  testName(host: string, signal: AbortSignal): Promise<{ checked: boolean }>
  /** `left`: its last address still stands at the provider. */
  removeName(host: string, signal: AbortSignal): Promise<{ left: boolean }>
  /** Throws ProblemError. */
  checkOwnDomain(wish: { readonly host: string; readonly service: string }, signal: AbortSignal): Promise<OwnDomain>
  tryCertificate(signal: AbortSignal): Promise<CertificateTrial>
  /** Throws ProblemError. */
  routerName(wish: RouterNameWish, signal: AbortSignal): Promise<RouterNameView>
  /** Both throw ProblemError. `forS` null: until it is taken back. */
  ban(address: string, forS: number | null): void
  unban(address: string): void
  /** This home, sealed, in base64. Throws ProblemError. */
  exportHome(): { fileName: string; sealed: string; code: string; leftOut: string[] }
  /** Writes the home in such a file beside this one, which goes on until its engine stops to become that. Throws ProblemError. */
  takeHomeIn(fileName: string, sealed: string, code: string): void
  /** Tells the relay at once; nobody waits for an answer. */
  announceSleep(): void
  /** Resolves when the relay has let us in. Throws ProblemError; then the relay in use stays. */
  joinRelay(text: string, signal: AbortSignal): Promise<void>
}
