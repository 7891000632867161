import { readFileSync } from 'node:fs'

/** A lab carries its owner in its name, `pl<pid>-<start>-<n>-`: who finds leftovers can tell from the name alone
 *  whether the process that made them still lives. The start time (field 22 of proc_pid_stat(5), in clock ticks
 *  since boot) keeps a reused process number from passing for the owner. */
const NAME = /^pl(\d+)-([0-9a-z]+)-\d+-/

let labsOfThisProcess = 0

export function newLabName(): string {
  labsOfThisProcess += 1
  return `pl${process.pid}-${startOf(process.pid)}-${labsOfThisProcess}-`
}

/** The lab that a namespace or folder name belongs to, or undefined when it is no lab's. */
export function labNameIn(name: string): string | undefined {
  return NAME.exec(name)?.[0]
}

export function ownerLives(labName: string): boolean {
  const [, pid, start] = NAME.exec(labName) ?? []
  return pid !== undefined && startOf(Number(pid)) === start
}

function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[19]).toString(36)
  } catch {
    return undefined
  }
}
