/** What the owner changes in his services and in who may come in to them: whoever may not stay is let go at once. */
import type { Controlled } from '../control/controlled.ts'
import type { Common, Context } from './context.ts'
import type { Entrance } from './entrance.ts'
import { keepAccess } from './own-access.ts'
import { ownRoutes } from './own-routes.ts'
import { ownServices } from './own-services.ts'

type OwnEntrance = Pick<Controlled, 'addLink' | 'revokeLink' | 'setAccess' | 'expel' | 'ban' | 'unban'> &
  ReturnType<typeof ownServices> &
  ReturnType<typeof ownRoutes>

/** A link's end, or an address's, comes without anybody doing anything. */
const RECHECK_MS = 60_000

export function ownEntrance(
  { folder, settings, forbidden, rechecks, frontDoor }: Context,
  { links, passwords, bans }: Entrance,
  { dispatch, signal }: Common,
): OwnEntrance {
  const recheck = (): void => {
    for (const check of [...rechecks]) check()
    frontDoor.recheck()
  }
  const rechecked =
    <A extends unknown[]>(act: (...args: A) => void) =>
    (...args: A): void => {
      act(...args)
      recheck()
    }
  const checking = setInterval(recheck, RECHECK_MS).unref()
  signal.addEventListener('abort', () => clearInterval(checking))

  const services = ownServices({ folder, settings, links, passwords, forbidden, dispatch })
  const routes = ownRoutes({ settings, forbidden, dispatch })
  const setAccess = keepAccess({ settings, passwords, dispatch })
  return {
    ...services,
    removeService: rechecked(services.removeService),
    setPaused: rechecked(services.setPaused),
    ...routes,
    setRelayOnly: rechecked(routes.setRelayOnly),
    addLink: links.add,
    revokeLink: rechecked(links.revoke),
    async setAccess(wish) {
      await setAccess(wish)
      recheck()
    },
    expel: rechecked(links.expel),
    ban: bans.ban,
    unban: bans.unban,
  }
}
