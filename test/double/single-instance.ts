/** One instance a user-data folder: the first holds a lock file with its process id; a later one leaves a note for it and is refused. */
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type OnSecond = (argv: string[], workingDirectory: string) => void

/** The function that gives the lock up; undefined when another process has it. */
export function takeSingleInstanceLock(userData: string, onSecond: OnSecond): (() => void) | undefined {
  const folder = join(userData, 'single-instance')
  const lock = join(folder, 'pid')
  mkdirSync(folder, { recursive: true })
  if (isHeld(lock)) {
    writeFileSync(join(folder, `${process.pid}.note`), JSON.stringify({ argv: process.argv, workingDirectory: process.cwd() }))
    return undefined
  }
  writeFileSync(lock, String(process.pid))
  const watcher = watch(folder, () => readNotes(folder, onSecond))
  watcher.unref()
  return () => {
    watcher.close()
    rmSync(lock, { force: true })
  }
}

function isHeld(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return true
  } catch {
    return false // no lock, or one of a process that is gone
  }
}

function readNotes(folder: string, onSecond: OnSecond): void {
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.note'))) {
    const text = readFileSync(join(folder, name), 'utf8')
    if (text === '') continue // seen before it was written: another event follows
    rmSync(join(folder, name))
    const { argv, workingDirectory } = JSON.parse(text) as { argv: string[]; workingDirectory: string }
    onSecond(argv, workingDirectory)
  }
}
