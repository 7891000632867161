/** Has a relay carry the names of the owner's own. */
import { OwnHosts } from '../../wire/messages.ts'
import type { EffectOf } from '../core/plan.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

export async function claimHosts(
  context: Context,
  { url, hosts }: EffectOf<'claim-hosts'>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const told = (standing: OwnHosts['hosts'] | null): void => emit({ type: 'hosts-claimed', url, hosts, standing })
  try {
    const tunnel = context.relays.get(url)?.tunnel
    if (!tunnel) throw new AskRejected('no tunnel')
    const answer = OwnHosts.safeParse(await tunnel.ask({ kind: 'own-hosts', hosts: [...hosts] }, signal))
    if (!answer.success || answer.data.hosts.length !== hosts.length) throw new AskRejected('an answer outside the protocol')
    told(answer.data.hosts)
  } catch (error) {
    if (signal.aborted) return
    // An older relay does not know the question.
    if (error instanceof AskRejected && error.reason === 'malformed')
      return told(hosts.map(() => ({ state: 'unsupported', untilMs: null })))
    context.log('claim-failed', { relay: url, error: String(error) })
    told(null)
  }
}
