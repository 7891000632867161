/** What processes have used, they and all their children (sshd has one for every connection), and what the machine was left with. */
import { readdirSync, readFileSync } from 'node:fs'

/** The kernel counts processor time for user space in hundredths of a second, on every architecture (USER_HZ, time(7)). */
const TICKS_PER_S = 100

export const cpuSeconds = (roots: readonly number[]): number =>
  familyOf(roots).reduce((sum, pid) => {
    const [utime, stime] = fieldsOf(pid).slice(11, 13).map(Number)
    return sum + ((utime ?? 0) + (stime ?? 0)) / TICKS_PER_S
  }, 0)

/** Of the whole machine since it began: all processor time, and what of it the host of a virtual machine gave to others (proc_stat(5)). In
 *  hundredths of a second. */
export function processorTicks(): { readonly all: number; readonly stolen: number } {
  const fields = /^cpu +(.*)$/m.exec(readOr('/proc/stat'))?.[1]?.split(' ').map(Number) ?? []
  // What guests of this machine use, behind the eighth, is counted among what it uses.
  return { all: fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0), stolen: fields[7] ?? 0 }
}

/** The proportional set size: memory shared with others counts by halves, thirds … (proc_pid_smaps(5)). */
export const memoryKb = (roots: readonly number[]): number =>
  familyOf(roots).reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0)

function familyOf(roots: readonly number[]): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), Number(fieldsOf(Number(pid))[1])]),
  )
  const family = new Set(roots)
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid)
  }
  return [...family]
}

/** The fields of proc_pid_stat(5) from the third, the state, on: the second may itself hold spaces and brackets. */
function fieldsOf(pid: number): string[] {
  const stat = readOr(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** A process may end at any time. */
function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
