/** Suspensions that the operator sets while the relay runs: those to come are told to the device beforehand, those that have come end its
 *  lanes (it comes back at once, and is told why it is not let in). */
import type { Log } from '../log.ts'
import type { Registry } from '../registry/registry.ts'
import type { Presence } from './presence.ts'

/** The operator's command is another process, which writes into the registry. */
const EVERY_MS = 2000

export interface SuspensionOptions {
  readonly registry: Pick<Registry, 'suspensions'>
  readonly presence: Pick<Presence, 'sessions'>
  readonly signal: AbortSignal
  readonly log: Log
  readonly now?: () => number
}

export function watchSuspensions({ registry, presence, signal, log, now = Date.now }: SuspensionOptions): void {
  /** What each session was told last. */
  const told = new WeakMap<object, number>()
  const look = (): void => {
    const planned = new Map(registry.suspensions().map((each) => [each.key, each]))
    for (const session of presence.sessions()) {
      const { suspendedAtMs: atMs, label } = planned.get(session.deviceKey) ?? {}
      if (atMs !== undefined && atMs <= now()) {
        log('device-suspended', { device: label })
        for (const { lane } of [...session.lanes]) lane.close('suspended')
      } else if (told.get(session) !== atMs) {
        if (atMs === undefined) told.delete(session)
        else told.set(session, atMs)
        const [lane] = [...session.lanes].filter(({ leaving }) => !leaving)
        lane?.lane.sendControl({ m: 'notice', suspendAtMs: atMs ?? null })
      }
    }
  }
  const timer = setInterval(() => {
    try {
      look()
    } catch (error) {
      log('suspensions-unread', { error: String(error) })
    }
  }, EVERY_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
