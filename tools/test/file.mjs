// Runs one test file in a process group of its own, within a time limit, and keeps all that it printed.
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../setup/machine.mjs'
import { tally } from './tally.mjs'

const killAfterMs = 10_000
const beside = (name) => pathToFileURL(join(import.meta.dirname, name)).href
const reporter = beside('reporter.mjs')
const compileCache = beside('compile-cache.mjs')

/** `file` is relative to `folder`; `wrap` turns an argv into the one to start (the lab's user namespace). `nice`: as the shell's. Output and events
 *  stay in `logs`.
 *  @returns {Promise<{ passed: number, failures: { title: string, text: string }[], durationMs: number, logFile: string }>} */
export async function runFile(file, { logs, limitMs, signal, folder = root, wrap = (argv) => argv, nice = 0 }) {
  const base = join(logs, file.replaceAll(/[\\/]/g, '-'))
  const startedMs = performance.now()
  const ending = await runToEnd(wrap(nodeArgv(file, `${base}.ndjson`, limitMs)), { folder, logFile: `${base}.log`, limitMs, signal, nice })
  const durationMs = performance.now() - startedMs
  return { ...tally(readEvents(`${base}.ndjson`), ending), durationMs, logFile: `${base}.log` }
}

function nodeArgv(file, events, limitMs) {
  return [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    `--import=${compileCache}`,
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${events}`,
    // A little before the file's own limit, so that the report names the test that hung.
    `--test-timeout=${Math.round(limitMs * 0.9)}`,
    file,
  ]
}

async function runToEnd([command, ...args], { folder, logFile, limitMs, signal, nice }) {
  const log = createWriteStream(logFile)
  // Set for us when our own tests run under `node --test`; a child that saw it would talk to that runner and ignore our reporter.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' })
  if (child.pid !== undefined && nice > 0) setPriority(child.pid, nice)
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const gone = new Promise((resolve, reject) => {
    child.once('exit', (code, name) => resolve({ code, signal: name }))
    child.once('error', reject)
  })
  const { timedOut, cancel } = stopWhenLate(child, limitMs, signal)
  try {
    const ending = await gone
    return timedOut() ? { ...ending, timedOutAfterS: Math.round(limitMs / 1000) } : ending
  } finally {
    cancel()
    // What the test left behind in its group would hold ports and namespaces against the next one.
    killGroup(child, 'SIGKILL')
    log.end()
  }
}

function stopWhenLate(child, limitMs, signal) {
  let late = false
  let killTimer
  const stop = () => {
    killGroup(child, 'SIGTERM')
    killTimer = setTimeout(() => killGroup(child, 'SIGKILL'), killAfterMs)
  }
  const limitTimer = setTimeout(() => {
    late = true
    stop()
  }, limitMs)
  signal?.addEventListener('abort', stop, { once: true })
  const cancel = () => {
    clearTimeout(limitTimer)
    clearTimeout(killTimer)
    signal?.removeEventListener('abort', stop)
  }
  return { timedOut: () => late, cancel }
}

function killGroup(child, name) {
  try {
    if (process.platform === 'win32') child.kill(name)
    else process.kill(-child.pid, name)
  } catch {
    // ESRCH: the whole group is gone, which is what we wanted.
  }
}

/** A process that was killed may leave half a line. */
function readEvents(file) {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}
