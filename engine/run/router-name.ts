/** The name that the owner's router updates by itself: made, shown and taken back at the relay that serves. Nothing of it is kept here. */
import type { RouterNameView, RouterNameWish } from '../../protocol/model/router-name.ts'
import { ServiceName } from '../../protocol/model/service.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { RouterName } from '../../wire/messages.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'

/** Throws ProblemError `name-invalid`, `no-relay`, `router-name-taken`, `router-name-unsupported`, `relay-busy`. */
export async function askRouterName(
  { state, relays, log }: Pick<Context, 'state' | 'relays' | 'log'>,
  { action, name = '' }: RouterNameWish,
  signal: AbortSignal,
): Promise<RouterNameView> {
  if (action === 'on' && !ServiceName.safeParse(name).success) throw new ProblemError(problem('name-invalid', { name }))
  const { relay } = state()
  const tunnel = relay.phase === 'connected' ? relays.get(relay.url)?.tunnel : undefined
  if (relay.phase !== 'connected' || !tunnel) throw new ProblemError(problem('no-relay', {}))
  const { host, httpsPort } = relay.known
  try {
    const answer = RouterName.parse(await tunnel.ask({ kind: 'router-name', action, ...(action === 'on' && { name }) }, signal))
    return { ...answer, updateUrl: `https://${host}${httpsPort === 443 ? '' : `:${httpsPort}`}/nic/update` }
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof AskRejected ? error.reason : String(error)
    log('router-name-failed', { reason })
    if (reason === 'name-taken') throw new ProblemError(problem('router-name-taken', { name }))
    // A relay that is older than these names, or has siblings.
    if (reason === 'malformed') throw new ProblemError(problem('router-name-unsupported', { relay: host }))
    throw new ProblemError(problem('relay-busy', { relay: host }))
  }
}
