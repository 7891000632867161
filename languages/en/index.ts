import type { ProblemWords } from '../problems.ts'
import { access } from './access.ts'
import { alertProblems, alerts } from './alerts.ts'
import { background, backgroundProblems } from './background.ts'
import { banProblems, bans } from './bans.ts'
import { certificateProblems, certificates } from './certificates.ts'
import { dashboard } from './dashboard.ts'
import { desktop } from './desktop.ts'
import { actions, diagnosis, diagnosisProblems, facts, links, marks } from './diagnosis.ts'
import { discovery } from './discovery.ts'
import { folder, folderProblems } from './folder.ts'
import { guides } from './guides.ts'
import { history, historyProblems } from './history.ts'
import { light, path, rehearsal, serviceLight, serviceState } from './light.ts'
import { log } from './log.ts'
import { message } from './message.ts'
import { moving, movingProblems } from './moving.ts'
import { nameProblems, names } from './names.ts'
import { ownDomain } from './own-domain.ts'
import { page } from './page.ts'
import { presets } from './presets.ts'
import { addressProblems, homeProblems, serviceProblems } from './problems-home.ts'
import { operatorProblems } from './problems-operator.ts'
import { runningProblems } from './problems-running.ts'
import { relayProblems, routerProblems } from './problems-way.ts'
import { nameKeepingProblems, providers } from './providers.ts'
import { quoted, reasons } from './reasons.ts'
import { relayCheck } from './relay-check.ts'
import { routerName, routerNameProblems } from './router-name.ts'
import { routeProblems, routes } from './routes.ts'
import { safety } from './safety.ts'
import { shell } from './shell.ts'
import { tray } from './tray.ts'
import { wizard } from './wizard.ts'

const problems: ProblemWords = {
  ...homeProblems,
  ...addressProblems,
  ...serviceProblems,
  ...relayProblems,
  ...operatorProblems,
  ...routerProblems,
  ...diagnosisProblems,
  ...runningProblems,
  ...movingProblems,
  ...folderProblems,
  ...alertProblems,
  ...backgroundProblems,
  ...banProblems,
  ...historyProblems,
  ...certificateProblems,
  ...nameProblems,
  ...nameKeepingProblems,
  ...routerNameProblems,
  ...routeProblems,
}

/** What the page says, and other faces with it. */
export const enPage = {
  locale: 'en',
  name: 'English',
  light,
  rehearsal,
  serviceLight,
  serviceState,
  ownDomain,
  path,
  links,
  facts,
  actions,
  diagnosis,
  marks,
  page,
  shell,
  dashboard,
  access,
  alerts,
  bans,
  certificates,
  names,
  providers,
  routerName,
  routes,
  problems,
  reasons,
  quoted,
  log,
  history,
  message,
  presets,
  guides,
  discovery,
  safety,
  wizard,
}

/** With what the command line, the relay, the shown folders and the desktop say alone: the page does not fetch it. */
export const en = { ...enPage, background, desktop, folder, moving, relayCheck, tray }
