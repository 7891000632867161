import type { ProblemWords } from '../problems.ts'
import { diagnosisProblems } from './diagnosis.ts'
import { alertProblems } from './problems-alerts.ts'
import { backgroundProblems } from './problems-background.ts'
import { banProblems } from './problems-bans.ts'
import { certificateProblems } from './problems-certificates.ts'
import { folderProblems } from './problems-folder.ts'
import { historyProblems } from './problems-history.ts'
import { addressProblems, homeProblems, serviceProblems } from './problems-home.ts'
import { movingProblems } from './problems-moving.ts'
import { nameProblems } from './problems-names.ts'
import { operatorProblems } from './problems-operator.ts'
import { nameKeepingProblems } from './problems-providers.ts'
import { routerAccessProblems } from './problems-router.ts'
import { routeProblems } from './problems-routes.ts'
import { runningProblems } from './problems-running.ts'
import { relayProblems, routerProblems } from './problems-way.ts'
import { routerNameProblems } from './router-name.ts'

export const problems: ProblemWords = {
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
  ...routerAccessProblems,
  ...routeProblems,
}
