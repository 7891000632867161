/** Which relays this computer belongs to, and by which name it is known there: joined, left and renamed by its owner. */
import { labelOf } from '../../protocol/model/label.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { problemOfStanding } from '../../protocol/standing.ts'
import type { Controlled } from '../control/controlled.ts'
import { isLoopbackHost } from '../core/relay-state.ts'
import { linkTo, type State } from '../core/state.ts'
import type { Context } from './context.ts'
import type { Emit, Loop } from './loop.ts'
import { checkName, release, servingRelay } from './naming.ts'
import { type RelayChoice, readRelayChoice } from './relay-choice.ts'
import { inUse } from './relays.ts'
import { MAX_RELAYS } from './settings.ts'

const JOIN_TIMEOUT_MS = 15_000
const RENAME_TIMEOUT_MS = 15_000
/** A relay that does not answer is left all the same. */
const RELEASE_TIMEOUT_MS = 3000

export interface MembershipOptions {
  readonly context: Context
  /** PEM of who vouches for relays beside the authorities that everybody knows. */
  readonly relayCa: string | undefined
  readonly dispatch: Emit
  readonly watch: Loop['watch']
}

/** All throw ProblemError; then everything is as it was. */
export function keepMembership({
  context,
  relayCa,
  dispatch,
  watch,
}: MembershipOptions): Pick<Controlled, 'joinRelay' | 'leaveRelay' | 'checkName' | 'rename'> {
  const { relays, settings, state } = context
  /** One after the other. */
  let joining: Promise<unknown> = Promise.resolve()

  async function join(choice: RelayChoice, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new ProblemError(problem('relay-unreachable', { relay: choice.url, reason: 'ETIMEDOUT' }))
    const { url } = choice
    // In already; a code that was typed stays unused.
    if (linkTo(state(), url)?.phase === 'connected') return
    const known = relays.get(url)
    const before = known?.choice
    if (!known && relays.size >= MAX_RELAYS) throw new ProblemError(problem('relays-full', { relay: url }))
    if (known) known.choice = choice
    else relays.set(url, inUse(choice, relayCa))
    dispatch({ type: 'relay-chosen', url })
    const failure = await settled(url, signal)
    if (!failure) {
      // A rehearsal and what is on the internet do not go together.
      for (const { choice: other } of [...relays.values()]) if (isLoopbackHost(other.host) !== isLoopbackHost(choice.host)) leave(other.url)
      return
    }
    if (known && before) known.choice = before
    else leave(url)
    throw new ProblemError(failure)
  }

  function leave(url: string): void {
    relays.delete(url)
    dispatch({ type: 'relay-left', url })
  }

  /** The wish is written down first: a crash in the middle leaves the old name or the new one, and in the end the same at every relay. */
  async function renameTo(label: string, signal: AbortSignal): Promise<void> {
    const { url, known } = servingRelay(state())
    const against = problemOfStanding(label, await checkName(context, label, signal))
    if (against) throw new ProblemError(against)
    const wish = (wanted: string | null): void => {
      const { [known.domain]: _, ...others } = settings.current.labels
      settings.change({ labels: wanted === null ? others : { ...others, [known.domain]: wanted } })
      dispatch({ type: 'name-wished', domain: known.domain, label: wanted })
    }
    const before = settings.current.labels[known.domain] ?? null
    wish(label)
    if (linkTo(state(), url)?.known?.label === label) return
    const failure = await until(url, RENAME_TIMEOUT_MS, signal, (now) => {
      if (linkTo(now, url)?.known?.label === label) return null
      return now.naming.refused[url]?.problem
    })
    if (!failure) return
    wish(before)
    throw new ProblemError(failure)
  }

  /** Null when the relay has let us in; else why not. */
  function settled(url: string, signal: AbortSignal): Promise<Problem | null> {
    return until(url, JOIN_TIMEOUT_MS, signal, (now) => {
      const link = linkTo(now, url)
      if (link?.phase === 'connected') return null
      return link?.phase === 'refused' || link?.phase === 'waiting' ? link.problem : undefined
    })
  }

  /** What `told` says of the state as soon as it says something; that the relay does not answer, when it never does. */
  function until(
    url: string,
    timeoutMs: number,
    signal: AbortSignal,
    told: (state: State) => Problem | null | undefined,
  ): Promise<Problem | null> {
    return new Promise((resolve) => {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      const finish = (found: Problem | null): void => {
        stop()
        bounded.removeEventListener('abort', onAbort)
        resolve(found)
      }
      const onAbort = (): void => finish(problem('relay-unreachable', { relay: url, reason: 'ETIMEDOUT' }))
      const stop = watch(() => {
        const found = told(state())
        if (found !== undefined) finish(found)
      })
      bounded.addEventListener('abort', onAbort)
    })
  }

  return {
    async joinRelay(text, signal) {
      const choice = readRelayChoice(text)
      const mine = joining.then(() => join(choice, signal))
      joining = mine.catch(() => {})
      await mine
    },
    async leaveRelay(text, signal) {
      const { url } = readRelayChoice(text)
      if (!relays.has(url)) throw new ProblemError(problem('relay-not-joined', { relay: url }))
      await release(context, url, AbortSignal.any([signal, AbortSignal.timeout(RELEASE_TIMEOUT_MS)]))
      const { [url]: _forgotten, ...registered } = settings.current.registered
      settings.change({ relays: settings.current.relays.filter((joined) => joined.url !== url), registered })
      leave(url)
    },
    checkName: (text, signal) => checkName(context, labelOf(text), signal),
    rename: (text, signal) => renameTo(labelOf(text), signal),
  }
}
