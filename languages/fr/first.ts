import type { FirstWords } from '../index.ts'
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

export const frFirst: FirstWords = {
  locale: 'fr',
  name: 'Français',
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
