/** The device's name: asked about, wished for, and changed at each relay that has it. */
import { isLabel, LabelStanding } from '../../protocol/model/label.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { problemOfStanding } from '../../protocol/standing.ts'
import { type Ask, Renamed } from '../../wire/messages.ts'
import type { EffectOf } from '../core/plan.ts'
import type { ConnectedRelay } from '../core/relay-state.ts'
import type { State } from '../core/state.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

/** The relay that serves. Throws ProblemError. */
export function servingRelay({ relay }: State): ConnectedRelay {
  if (relay.phase === 'connected') return relay
  if (relay.phase === 'none') throw new ProblemError(problem('no-relay', {}))
  throw new ProblemError('problem' in relay ? relay.problem : problem('relay-unreachable', { relay: relay.url, reason: 'ETIMEDOUT' }))
}

/** What the relays of our domain say to this label: the first that speaks against it, else the one that serves. Throws ProblemError. */
export async function checkName(context: Context, label: string, signal: AbortSignal): Promise<LabelStanding> {
  // What no relay would even read.
  if (!isLabel(label)) return { state: 'malformed' }
  const state = context.state()
  const serving = servingRelay(state)
  const others = state.standby.filter(({ phase, known }) => phase === 'connected' && known?.domain === serving.known.domain)
  const [first, ...more] = await Promise.all(
    [serving, ...others].map(async ({ url }) => LabelStanding.parse(await ask(context, url, { kind: 'label', label }, signal))),
  )
  return more.find((standing) => problemOfStanding(label, standing) !== null) ?? first ?? { state: 'malformed' }
}

/** At one relay. Ends with `renamed` or `rename-refused`. */
export async function rename(context: Context, { url, label }: EffectOf<'rename'>, emit: Emit, signal: AbortSignal): Promise<void> {
  try {
    const { standing, former, voucher, label: now } = Renamed.parse(await ask(context, url, { kind: 'rename', label }, signal))
    const refused = problemOfStanding(label, standing)
    context.log(refused ? 'rename-refused' : 'renamed', { relay: url, label, standing: standing.state })
    if (refused) emit({ type: 'rename-refused', url, label, problem: refused })
    else emit({ type: 'renamed', url, label: now, former, voucher: voucher ?? null })
  } catch (error) {
    if (signal.aborted) return
    if (!(error instanceof ProblemError)) throw error
    context.log('rename-refused', { relay: url, label, code: error.problem.code })
    emit({ type: 'rename-refused', url, label, problem: error.problem })
  }
}

/** The relay is told that we leave for good. One that cannot be told keeps our name for us. */
export async function release(context: Context, url: string, signal: AbortSignal): Promise<void> {
  const tunnel = context.relays.get(url)?.tunnel
  await tunnel
    ?.ask({ kind: 'release' }, signal)
    .catch((error: unknown) => context.log('release-untold', { relay: url, error: String(error) }))
}

/** Throws ProblemError when the relay does not answer, is too old for the question, or has been asked too often. */
async function ask({ relays }: Context, url: string, question: Ask, signal: AbortSignal): Promise<unknown> {
  const relay = new URL(url).host
  const tunnel = relays.get(url)?.tunnel
  if (!tunnel) throw new ProblemError(problem('relay-unreachable', { relay, reason: 'ETIMEDOUT' }))
  return await tunnel.ask(question, signal).catch((cause: unknown) => {
    const reason = cause instanceof AskRejected ? cause.reason : ''
    const told = { malformed: problem('label-unsupported', { relay }), 'rate-limited': problem('relay-busy', { relay }) }[reason]
    throw new ProblemError(told ?? problem('relay-unreachable', { relay, reason: 'ETIMEDOUT' }), { cause })
  })
}
