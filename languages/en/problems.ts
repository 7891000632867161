import type { ProblemWords } from '../problems.ts'
import { diagnosisProblems } from './diagnosis.ts'
import { accessProblems } from './problems-access.ts'
import { alertProblems } from './problems-alerts.ts'
import { backgroundProblems } from './problems-background.ts'
import { banProblems } from './problems-bans.ts'
import { certificateProblems } from './problems-certificates.ts'
import { computerProblems } from './problems-computer.ts'
import { folderProblems } from './problems-folder.ts'
import { historyProblems } from './problems-history.ts'
import { joinProblems } from './problems-join.ts'
import { movingProblems } from './problems-moving.ts'
import { nameProblems } from './problems-names.ts'
import { operatorProblems } from './problems-operator.ts'
import { nameKeepingProblems } from './problems-providers.ts'
import { relayProblems } from './problems-relay.ts'
import { routerProblems } from './problems-router.ts'
import { routerAccessProblems } from './problems-router-access.ts'
import { routeProblems } from './problems-routes.ts'
import { runningProblems } from './problems-running.ts'
import { serviceProblems, typedProblems } from './problems-service.ts'
import { wayProblems } from './problems-way.ts'
import { routerNameProblems } from './router-name.ts'

export const problems: ProblemWords = {
  ...computerProblems,
  ...typedProblems,
  ...serviceProblems,
  ...accessProblems,
  ...joinProblems,
  ...relayProblems,
  ...operatorProblems,
  ...routerProblems,
  ...wayProblems,
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
