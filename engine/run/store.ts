/** What stands in the data folder and outlives the engine, opened once at a start. What the rooms keep for themselves (bans, history, certificates)
 *  is theirs. */
import type { Problem } from '../../protocol/problem.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { createSend } from '../names/send.ts'
import { findProxy } from '../network/proxy/find.ts'
import { type KeptAlerts, openAlerts } from './alerts.ts'
import { isBehindProxy } from './authority.ts'
import type { Common } from './context.ts'
import { type Journal, openJournal } from './journal.ts'
import { type CredentialStore, openCredentials } from './name-credentials.ts'
import { type NameRecords, openNameRecords } from './name-records.ts'
import { type OwnKeys, openOwnKeys } from './own-keys.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import { openSettings, type SettingsFile } from './settings.ts'
import { openUnsaved, type Unsaved } from './unsaved.ts'

export interface Store {
  readonly folder: string
  readonly settings: SettingsFile
  readonly unsaved: Unsaved
  readonly secrets: Secrets
  readonly alerts: KeptAlerts
  /** What opens the owner's names at their providers. */
  readonly credentials: CredentialStore
  /** What was last sent to them. */
  readonly nameRecords: NameRecords
  readonly journal: Journal
  readonly ownKeys: OwnKeys
  /** What was found damaged. */
  readonly notices: Problem[]
}

/** `wrapping`: what locks the keys on the disk; undefined: nothing does. Throws ProblemError when the folder cannot be used. */
export function openStore(folder: string, wrapping: Wrapping | undefined, { log, state, dispatch }: Common): Store {
  const notices: Problem[] = []
  const onDamaged = (notice: Problem): void => void notices.push(notice)
  const settings = openSettings(folder, onDamaged)
  const secrets = openSecrets(folder, wrapping)
  const unsaved = openUnsaved(log, dispatch)
  const send = createSend({ proxyFor: async (host, signal) => (isBehindProxy(state()) ? await findProxy(host, signal) : undefined) })
  return {
    folder,
    settings,
    unsaved,
    secrets,
    alerts: openAlerts(secrets),
    credentials: openCredentials(secrets, send),
    nameRecords: openNameRecords(folder, unsaved, log, Date.now()),
    journal: openJournal(folder, onDamaged),
    ownKeys: openOwnKeys(folder, unsaved, log),
    notices,
  }
}
