/** Who may come in: by which links and passwords, by the one rule that every door asks, and who is shut out. */
import type { Access } from '../access/access.ts'
import { grantsOf } from '../access/grants.ts'
import { createPasswords, type Passwords } from '../access/passwords.ts'
import { type KeptBans, keepBans } from './bans.ts'
import type { Common } from './context.ts'
import { keepLinks, type Links } from './links.ts'
import { createDoorkeeper } from './own-access.ts'
import type { Store } from './store.ts'

export interface Entrance {
  readonly links: Links
  readonly passwords: Passwords
  readonly access: Access
  readonly bans: KeptBans
}

export function openEntrance({ folder, settings, secrets, unsaved, notices }: Store, common: Common): Entrance {
  const { log, state, dispatch, publicRanges: declaredPublic } = common
  const grants = grantsOf(secrets.identity)
  const links = keepLinks(settings, grants, dispatch)
  const passwords = createPasswords({ read: () => secrets.read('passwords'), write: (text) => secrets.write('passwords', text) })
  const bans = keepBans({ folder, unsaved, log, state, declaredPublic, dispatch, onDamaged: (notice) => notices.push(notice) })
  const access = createDoorkeeper({
    grants,
    passwords,
    links,
    declaredPublic,
    state,
    onRefused: ({ address, service, reason, tried }) => bans.visitors.refused(address, service, `${reason} ${tried}`),
  })
  return { links, passwords, access, bans }
}
