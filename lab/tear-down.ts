import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { inodeOf, networkOf } from './host.ts'

/** All of a lab's own files. */
export function folderOf(lab: string): string {
  return join(tmpdir(), lab.replace(/-$/, ''))
}

/** The processes that run in the namespaces of `lab` (zombies excluded: PID 1 of a container may never reap them). */
export function processesOf(lab: string): number[] {
  const networks = new Set(namespacesOf(lab).map(inodeOf))
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const network = networkOf(pid)
      return network !== undefined && networks.has(network)
    })
}

export function namespacesOf(lab: string): string[] {
  return entries('/run/netns').filter((name) => name.startsWith(lab))
}

/** Remove a lab, whatever is left of it: processes, namespaces (and with them interfaces, rules, routes), resolver files,
 *  folder. Synchronous because a dying process has no event loop any more. Safe to repeat; never throws. */
export function tearDown(lab: string): void {
  // What is killed ends when the machine comes to it, and until then may write in the folder that is removed below.
  const untilMs = performance.now() + 10_000
  while (performance.now() < untilMs) {
    // Whose namespace it is its number tells, which Linux gives to the next one as soon as it is free: held open, it is not, also where another
    // process sweeps the same lab and begins one of its own.
    const held = namespacesOf(lab).flatMap(opened)
    const pids = processesOf(lab)
    for (const pid of pids) kill(pid)
    for (const file of held) closeSync(file)
    if (pids.length === 0) break
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
  }
  const removals = namespacesOf(lab).map((name) => `netns del ${name}\n`)
  if (removals.length > 0) spawnSync('ip', ['-force', '-batch', '-'], { input: removals.join(''), timeout: 30_000 })
  for (const name of entries('/etc/netns').filter((entry) => entry.startsWith(lab))) {
    remove(join('/etc/netns', name))
  }
  remove(folderOf(lab))
}

const open = new Set<string>()

/** Have `lab` removed also when this process exits or is told to (SIGINT, SIGTERM, SIGHUP) before it closed the lab. */
export function removeAtExit(lab: string): void {
  if (open.size === 0) {
    process.on('exit', tearDownAll)
    for (const signal of SIGNALS) process.on(signal, onSignal)
  }
  open.add(lab)
}

export function removedAlready(lab: string): void {
  if (!open.delete(lab) || open.size > 0) return
  process.off('exit', tearDownAll)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function tearDownAll(): void {
  for (const lab of open) tearDown(lab)
}

function onSignal(signal: NodeJS.Signals): void {
  tearDownAll()
  // Somebody else who listens decides how the process goes on; alone, we end it as the signal would have done.
  if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Ended in the meantime.
  }
}

function opened(namespace: string): number[] {
  try {
    return [openSync(join('/run/netns', namespace), 'r')]
  } catch {
    return [] // Removed in the meantime.
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Somebody else's (a sweep by another user), or being removed by a sweep elsewhere.
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
