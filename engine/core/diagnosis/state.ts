/** What the diagnosis remembers from one event to the next. */
import type { LinkName } from '../../../protocol/diagnosis.ts'
import type { Diagnosed } from './diagnose.ts'
import { EMPTY_LEDGER, type Ledger } from './ledger.ts'

export interface LineLook {
  readonly router: 'answers' | 'silent' | 'unknown'
  /** Whether the router says that its line has an address; null when it does not say. */
  readonly routerHasLine: boolean | null
  /** Somebody else on the internet whom we deal with anyway: the directory that gives our certificates. */
  readonly elsewhere: { readonly state: 'answers' | 'silent' | 'unknown'; readonly host: string | null }
  /** When it was looked at, and when it will be again. */
  readonly atMs: number
  readonly nextAtMs: number
}

/** `found`: with addresses; `missing`: it says that there are none; `silent`: no answer that could be used. */
export interface Answer {
  readonly state: 'found' | 'missing' | 'silent'
  readonly addresses: readonly string[]
}

export interface NamesLook {
  /** Null: not asked. */
  readonly here: Answer | null
  /** The relay itself, which is asked where the resolver does not know. */
  readonly relay: Answer | null
  /** Whether this computer's resolver knows any other name. */
  readonly others: Answer['state'] | null
  readonly resolver: string
  /** How often in a row the resolver did not know ours, and how often it did not answer. */
  readonly misses: number
  readonly silences: number
  readonly nextAtMs: number
}

export const NO_LINE: LineLook = {
  ...{ router: 'unknown', routerHasLine: null, elsewhere: { state: 'unknown', host: null } },
  ...{ atMs: Number.NEGATIVE_INFINITY, nextAtMs: Number.NEGATIVE_INFINITY },
}
export const NO_NAMES: NamesLook = {
  ...{ here: null, relay: null, others: null, resolver: '', misses: 0, silences: 0 },
  nextAtMs: Number.NEGATIVE_INFINITY,
}

export interface DiagnosisState {
  readonly line: LineLook
  readonly names: NamesLook
  /** How often since it was lost; from the first day on, where it never was there. */
  readonly dialledInVain: number
  readonly chain: Diagnosed['chain']
  readonly ledger: Ledger
  /** When what a link rests on was last seen. */
  readonly seen: Readonly<Partial<Record<LinkName, number>>>
  /** When its owner last wanted to know. */
  readonly askedAtMs: number
  /** Of the last event. */
  readonly atMs: number
}

export const UNDIAGNOSED_STATE: DiagnosisState = {
  line: NO_LINE,
  names: NO_NAMES,
  dialledInVain: 0,
  chain: [],
  ledger: EMPTY_LEDGER,
  seen: {},
  askedAtMs: Number.NEGATIVE_INFINITY,
  atMs: 0,
}
