/** What the publisher of the owner's names knows, as values. */
import type { Family } from '../../protocol/model/address.ts'
import type { AddressChange } from '../../protocol/model/kept-name.ts'
import type { NameProvider, NameTrouble } from '../../protocol/model/name-provider.ts'

/** The whole of what a name leads to: null is no record of that family. */
export type Addresses = Readonly<Record<Family, string | null>>
/** As one name server has it. */
export type Answer = Readonly<Record<Family, readonly string[]>>

export interface Sent {
  readonly addresses: Addresses
  readonly atMs: number
  /** The provider shows other addresses than those it was given: only what was sent can be compared. */
  readonly proxied?: boolean | undefined
  /** Its name servers never had it: it is to be sent again. */
  readonly doubted?: boolean | undefined
}

export interface TroubleSeen {
  /** `unchanged`: the provider said that it went well, and its name servers say something else. */
  readonly kind: NameTrouble | 'unchanged'
  /** The provider's own words. */
  readonly wire: string
  readonly atMs: number
  /** It rests until its owner acts. */
  readonly final: boolean
}

/** What outlives a restart. */
export interface NameRecord {
  /** On its way, or lost on it: who was killed does not know. */
  readonly sending: Sent | null
  /** What the provider took last. */
  readonly sent: Sent | null
  readonly trouble: TroubleSeen | null
  /** In a row. */
  readonly failures: number
  /** How often in a row the provider has said of the same update that it went well, while no name server showed it. */
  readonly unshown: number
  /** No update before; and how long that was when it was decided, for a clock that is set back. */
  readonly notBeforeMs: number
  readonly waitMs: number
  readonly history: readonly AddressChange[]
}

export interface NameState extends NameRecord {
  /** One for each different answer; none: they could not be asked. Null: not asked yet. */
  readonly standing: { readonly answers: readonly Answer[]; readonly atMs: number } | null
  readonly lookAtMs: number
  /** Families without a way in, since when, and whether that is sure by now. */
  readonly lost: Readonly<Partial<Record<Family, { readonly sinceMs: number; readonly isSure: boolean }>>>
}

export interface PublisherState {
  readonly providers: Readonly<Record<string, NameProvider>>
  readonly names: Readonly<Record<string, NameState>>
  /** Names with the same are one customer of one provider. Absent: one of its own. */
  readonly accounts: Readonly<Record<string, string>>
}

export const NO_PUBLISHER: PublisherState = { providers: {}, names: {}, accounts: {} }

export const NEW_NAME: NameState = {
  ...{ sending: null, sent: null, trouble: null, failures: 0, unshown: 0, notBeforeMs: 0, waitMs: 0, history: [] },
  ...{ standing: null, lookAtMs: 0, lost: {} },
}
