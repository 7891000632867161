/** What the parts of an engine work with. */
import type { Duplex } from 'node:stream'
import type { Range } from '../../protocol/model/address.ts'
import type { Access } from '../access/access.ts'
import type { Visitors } from '../bans/visitors.ts'
import type { RouterRole } from '../core/router-state.ts'
import type { State } from '../core/state.ts'
import type { Router } from '../gateway/router.ts'
import type { ForbiddenOptions } from '../proxy/forbidden.ts'
import type { FrontDoor } from '../proxy/front-door.ts'
import type { Meter } from '../proxy/guest.ts'
import type { CertificateLog } from '../reach/certificate-log.ts'
import type { PhoneProofs } from '../reach/phone-proofs.ts'
import type { Probes } from '../reach/probes.ts'
import type { Tunnel } from '../tunnel/tunnel.ts'
import type { KeptCertificates } from './certificates.ts'
import type { Journal } from './journal.ts'
import type { Log } from './log.ts'
import type { Loop } from './loop.ts'
import type { CredentialStore } from './name-credentials.ts'
import type { NameRecords } from './name-records.ts'
import type { NonceFor } from './nonces.ts'
import type { OwnKeys } from './own-keys.ts'
import type { RawVisitors } from './raw-visitors.ts'
import type { Relays } from './relays.ts'
import type { RouterDoor } from './router-access.ts'
import type { Secrets } from './secrets.ts'
import type { SettingsFile } from './settings.ts'
import type { Unsaved } from './unsaved.ts'

/** What every part is made with, before the loop runs that they will ask and tell. */
export interface Common extends Pick<Loop, 'state' | 'dispatch'> {
  readonly log: Log
  readonly publicRanges: readonly Range[]
  /** Ends with the engine. */
  readonly signal: AbortSignal
}

/** What the effects work with: one value, made once when the engine starts. */
export interface Context {
  /** Our data folder. */
  readonly folder: string
  readonly settings: SettingsFile
  readonly unsaved: Unsaved
  readonly secrets: Secrets
  /** What opens the owner's names at their providers. */
  readonly credentials: CredentialStore
  /** What was last sent to them. */
  readonly nameRecords: NameRecords
  readonly journal: Journal
  readonly probes: Probes
  readonly phoneProofs: PhoneProofs
  /** True when this visitor of the exposure was the owner's phone. */
  awaitPhone(exposure: string, stream: Duplex): Promise<boolean> | false
  readonly nonceFor: NonceFor
  readonly certificates: KeptCertificates
  readonly ownKeys: OwnKeys
  /** Undefined: its owner does not want to ask it. */
  readonly certificateLog: CertificateLog | undefined
  readonly access: Access
  /** Called when the owner has changed who may come in: whoever may not stay is let go. */
  readonly rechecks: Set<() => void>
  readonly frontDoor: FrontDoor
  readonly visitors: Visitors
  readonly meter: Meter
  readonly rawVisitors: RawVisitors
  readonly forbidden: ForbiddenOptions
  readonly publicRanges: readonly Range[]
  readonly log: Log
  /** By place: resolves when whoever listens there has let go of it. */
  readonly listening: Map<string, Promise<void>>
  state(): State
  readonly relays: Relays
  /** To the relay that serves, while it is kept. */
  readonly tunnel: Tunnel | undefined
  readonly routers: Record<RouterRole, Router | undefined>
  /** To the router, where its owner has let us in. */
  readonly routerDoor: RouterDoor
}
