import { access } from './access.ts'
import { certificates } from './certificates.ts'
import { dashboard } from './dashboard.ts'
import { actions, diagnosis } from './diagnosis.ts'
import { light, path, rehearsal, serviceLight, serviceState } from './light.ts'
import { page } from './page.ts'
import { problems } from './problems.ts'
import { quoted, reasons } from './reasons.ts'
import { safety } from './safety.ts'
import { shell } from './shell.ts'

/** What stands on the first page that somebody sees, and every problem: without more than this the light can be seen and explained. */
export const enFirst = {
  locale: 'en',
  name: 'English',
  light,
  rehearsal,
  serviceLight,
  serviceState,
  path,
  actions,
  diagnosis,
  page,
  shell,
  dashboard,
  access,
  certificates,
  problems,
  reasons,
  quoted,
  safety,
}
