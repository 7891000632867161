import type { Words } from '../index.ts'
import { alerts } from './alerts.ts'
import { bans } from './bans.ts'
import { facts, links, marks } from './diagnosis.ts'
import { discovery } from './discovery.ts'
import { expert } from './expert.ts'
import { frFirst } from './first.ts'
import { guides } from './guides.ts'
import { history } from './history.ts'
import { log } from './log.ts'
import { message } from './message.ts'
import { moving } from './moving.ts'
import { names } from './names.ts'
import { ownDomain } from './own-domain.ts'
import { presets } from './presets.ts'
import { providers } from './providers.ts'
import { routerAccess } from './router-access.ts'
import { routerName } from './router-name.ts'
import { routes } from './routes.ts'
import { wizard } from './wizard.ts'

export const frPage: Words = {
  ...frFirst,
  ownDomain,
  links,
  facts,
  marks,
  alerts,
  bans,
  names,
  providers,
  routerAccess,
  routerName,
  routes,
  log,
  history,
  message,
  moving,
  presets,
  guides,
  discovery,
  expert,
  wizard,
}
