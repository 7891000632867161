import type { ProblemWords } from '../problems.ts'
import { light, path, rehearsal, serviceState } from './light.ts'
import { page } from './page.ts'
import { addressProblems, homeProblems, serviceProblems } from './problems-home.ts'
import { relayProblems, routerProblems } from './problems-way.ts'
import { quoted, reasons } from './reasons.ts'
import { tray } from './tray.ts'

const problems: ProblemWords = { ...homeProblems, ...addressProblems, ...serviceProblems, ...relayProblems, ...routerProblems }

export const en = { locale: 'en', name: 'English', light, rehearsal, serviceState, path, page, tray, problems, reasons, quoted }
