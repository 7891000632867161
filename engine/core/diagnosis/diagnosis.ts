/** The diagnosis: the chain from the service to the visitor, kept up to date at every event (docs/decisions.md). Pure.
 *
 *  facts → a verdict for each link (checks.ts) → causes and consequences (diagnose.ts) → steady words about them (ledger.ts) */
import { type ChainLink, type Diagnosis, LINKS } from '../../../protocol/diagnosis.ts'
import type { Problem } from '../../../protocol/problem.ts'
import type { ServiceView } from '../../../protocol/snapshot.ts'
import type { Event } from '../events.ts'
import type { Add, Due } from '../plan.ts'
import type { State } from '../state.ts'
import { AWAITED_MS, isAwaited } from './awaited.ts'
import { diagnose, type Judged } from './diagnose.ts'
import { ONSET_MS, toldIn, withFound } from './ledger.ts'
import { type LookEffect, type LookHappening, onLineSeen, onNamesSeen, planLooks } from './looks.ts'
import { seenBy } from './seen.ts'
import { type DiagnosisState, NO_LINE } from './state.ts'

/** `diagnosis-asked`: its owner wants to know now. `diagnosis-settled`: time has passed over what was wrong, or no longer is. */
export type DiagnosisHappening = LookHappening | { readonly type: 'diagnosis-asked' | 'diagnosis-settled' }
export type DiagnosisEffect = LookEffect | { readonly kind: 'settle-diagnosis' }

/** A state tells more often than this when it was seen only to who has just asked. */
const SEEN_STEP_MS = 5000

/** `before`: the state that the event met. */
export function withDiagnosis(
  before: State,
  state: State,
  event: Event,
  now: { readonly active: readonly ServiceView[]; readonly problems: readonly Problem[] },
): State {
  const { atMs } = event
  const { seen, askedAtMs, ledger } = state.diagnosis
  const fresh = seenBy(event).filter((link) => {
    const last = seen[link] ?? Number.NEGATIVE_INFINITY
    return last < askedAtMs || atMs - last >= SEEN_STEP_MS
  })
  const { chain, problems } = diagnose({ state, active: now.active }, now.problems)
  const isNews = event.type === 'relay-waiting' && state.relay !== before.relay
  const wasThere = before.relay.phase === 'connected'
  const dialledInVain = isNews ? (wasThere ? 0 : state.diagnosis.dialledInVain + 1) : state.diagnosis.dialledInVain
  const onsetMs = ({ problem, role }: Judged): number =>
    role === 'cause' && isAwaited(problem, state, dialledInVain, atMs) ? AWAITED_MS : ONSET_MS
  return {
    ...state,
    diagnosis: {
      ...state.diagnosis,
      chain,
      dialledInVain,
      ledger: withFound(ledger, problems, atMs, onsetMs),
      seen: fresh.length === 0 ? seen : { ...seen, ...Object.fromEntries(fresh.map((link) => [link, atMs])) },
      atMs,
      // What was seen of the line before says nothing once the relay comes or goes.
      ...(before.relay.phase !== state.relay.phase && { line: { ...NO_LINE, atMs: state.diagnosis.line.atMs } }),
    },
  }
}

export function onDiagnosis(diagnosis: DiagnosisState, event: DiagnosisHappening & { readonly atMs: number }): DiagnosisState {
  const { atMs } = event
  if (event.type === 'line-seen') return { ...diagnosis, line: onLineSeen(event, atMs) }
  if (event.type === 'names-seen') return { ...diagnosis, names: onNamesSeen(diagnosis.names, event, atMs) }
  if (event.type === 'diagnosis-settled') return diagnosis
  return { ...diagnosis, askedAtMs: atMs, line: { ...diagnosis.line, nextAtMs: atMs }, names: { ...diagnosis.names, nextAtMs: atMs } }
}

export function planDiagnosis(state: State, add: Add, due: Due): void {
  planLooks(state, add, due)
  if (due(state.diagnosis.ledger.settleAtMs)) add('settle-diagnosis', { kind: 'settle-diagnosis' })
}

export function diagnosisView({ diagnosis }: State): Diagnosis {
  const { chain, seen, ledger, atMs } = diagnosis
  const { told, healed } = toldIn(ledger, atMs)
  return {
    chain: LINKS.flatMap((link): ChainLink[] => {
      const one = chain.find((each) => each.link === link)
      return one ? [{ ...one, evidence: [...one.evidence], atMs: seen[link] ?? null }] : []
    }),
    problems: told
      .sort((a, b) => a.judged.rank - b.judged.rank)
      .map(({ judged: { problem, link, role, causedBy }, fromMs }) => ({ problem, link, role, causedBy, sinceMs: fromMs })),
    healed,
  }
}
