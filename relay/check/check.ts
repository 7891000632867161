/** Everything that a relay needs of the outside world and of its machine, looked at once, all of it: one mistake hides no other. */
import { ProblemError } from '../../protocol/problem.ts'
import { lockDataFolder } from '../../system/data-folder.ts'
import { checkFiles, checkShown } from './certificate.ts'
import { checkDelegation } from './delegation.ts'
import { checkClock, checkDirectory, issuersOf, readDirectory } from './directory.ts'
import { type Finding, finding, type Report } from './finding.ts'
import { checkMachine } from './machine.ts'
import { checkNames } from './names.ts'
import { checkAnswers, checkFree } from './ports.ts'
import type { Site } from './site.ts'

/** At most half a minute. Throws ProblemError `file-unreadable` or `data-unwritable`, nothing for what the outside world does. */
export async function check(site: Site): Promise<Report[]> {
  const { folder } = site
  const isRunning = folder === undefined || holdsFolder(folder)
  const nowMs = Date.now()
  const directory = await readDirectory(site)
  const issuers = issuersOf(directory, site)
  const clock = folder === undefined ? [] : checkClock(directory, Date.now())
  const isClockOff = clock.some(({ verdict }) => verdict === 'broken')
  const delegation = await checkDelegation(site)
  const isAnswering = isRunning && !delegation.some(({ verdict }) => verdict === 'broken')
  const [names, ports, shown] = await Promise.all([
    checkNames(site, issuers, isAnswering),
    isRunning ? checkAnswers(site) : checkFree(site),
    isRunning ? checkShown(site, nowMs) : checkFiles(site, nowMs),
  ])
  const notRunning: Finding[] = isRunning ? [] : [finding('broken', 'not-running', { folder: folder ?? '' })]
  // Where nobody answers there is no certificate to be seen either.
  const isClosed = ports.some(({ code, facts }) => code === 'port-closed' && facts.port === String(site.options.https.port))
  const certificate = shown.filter(({ code }) => !(isClosed && code === 'certificate-none'))
  const reports: Report[] = [
    { area: 'delegation', findings: delegation },
    { area: 'names', findings: names },
    { area: 'ports', findings: [...notRunning, ...ports] },
    { area: 'certificate', findings: [...certificate, ...(isClockOff ? [] : checkDirectory(directory, site))] },
    { area: 'clock', findings: clock },
    { area: 'machine', findings: folder === undefined ? [] : checkMachine(site, folder, isRunning) },
  ]
  // Of another computer's clock and disk nothing is said.
  return folder === undefined ? reports.filter(({ area }) => area !== 'clock' && area !== 'machine') : reports
}

function holdsFolder(folder: string): boolean {
  try {
    lockDataFolder(folder).release()
    return false
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'engine-running') return true
    throw error
  }
}
