import { type ChildProcess, spawn } from 'node:child_process'

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

/** A program that runs in the lab. `stdout()` and `stderr()` give the last 256 KiB of each. */
export type LabProcess = {
  readonly pid: number
  readonly exited: Promise<Exit>
  stdout(): string
  stderr(): string
  /** Resolves to the match once one of the two outputs holds `pattern`; rejects after `timeoutMs` (30,000 by
   *  default) or when the program ends first, with the end of what it printed. */
  waitForOutput(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, then after 15 s SIGKILL to the program and all it started. Resolves when it has ended. */
  stop(): Promise<Exit>
}

export type ExecResult = { code: number | null; stdout: string; stderr: string }

const maxCapturedChars = 256 * 1024
const stopWithinMs = 15_000
const drainWithinMs = 250

// Children keep neither the test runner's private channel nor a debugger meant for the parent.
const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...inherited } = process.env
/** Administrators' programs are outside an ordinary user's PATH on Debian. */
const PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`

/** Start a program. Its own session, so that a Ctrl-C at the terminal reaches the lab's owner alone, which then
 *  stops things in order. Rejects when the program cannot be started. */
export async function launch(argv: readonly string[], options: { env?: Record<string, string>; input?: string } = {}): Promise<LabProcess> {
  const [command, ...args] = argv
  if (command === undefined) throw new Error('launch: no command')
  const child = spawn(command, args, {
    env: { ...inherited, PATH, ...options.env },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  // A program may end without reading all of its input; that is its business (EPIPE).
  child.stdin?.on('error', () => {}).end(options.input)
  const captured = { stdout: capture(child, 'stdout'), stderr: capture(child, 'stderr') }
  const exited = endOf(child)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const pid = child.pid as number
  const handle: LabProcess = {
    pid,
    exited,
    ...captured,
    waitForOutput: (pattern, timeoutMs = 30_000) => waitForOutput(child, handle, pattern, timeoutMs),
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM')
      const killer = setTimeout(() => killGroup(pid), stopWithinMs)
      return exited.finally(() => clearTimeout(killer))
    },
  }
  return handle
}

/** Run a program to its end. Throws when it takes longer than `timeoutMs` (30,000 by default), and kills it. */
export async function run(
  argv: readonly string[],
  options: { timeoutMs?: number; input?: string; env?: Record<string, string> } = {},
): Promise<ExecResult> {
  const { timeoutMs = 30_000, ...launchOptions } = options
  const child = await launch(argv, launchOptions)
  let timedOut = false
  const killer = setTimeout(() => {
    timedOut = true
    killGroup(child.pid)
  }, timeoutMs)
  const { code } = await child.exited.finally(() => clearTimeout(killer))
  const result = { code, stdout: child.stdout(), stderr: child.stderr() }
  if (timedOut) throw new Error(`no end after ${timeoutMs} ms: ${argv.join(' ')}\n${result.stdout}${result.stderr}`)
  return result
}

/** As `run`, for steps that have to succeed: a non-zero end is an error that carries what the program said. */
export async function mustRun(argv: readonly string[], options: { timeoutMs?: number; input?: string } = {}): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options)
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`)
  return stdout
}

function capture(child: ChildProcess, name: 'stdout' | 'stderr'): () => string {
  let text = ''
  child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-maxCapturedChars)
  })
  return () => text
}

/** The program's end, with its output read to the end; but something it left running may hold the pipes open for ever. */
function endOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const end = () => resolve({ code, signal })
      const timer = setTimeout(end, drainWithinMs)
      child.once('close', () => {
        clearTimeout(timer)
        end()
      })
    })
  })
}

function waitForOutput(child: ChildProcess, handle: LabProcess, pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    const said = () => `${handle.stdout()}${handle.stderr()}`.slice(-2_000)
    const look = () => {
      const match = handle.stdout().match(pattern) ?? handle.stderr().match(pattern)
      if (match) settle(() => resolve(match))
    }
    const ended = () => settle(() => reject(new Error(`ended before it printed ${pattern}:\n${said()}`)))
    const timer = setTimeout(() => settle(() => reject(new Error(`no ${pattern} after ${timeoutMs} ms:\n${said()}`))), timeoutMs)
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', look)
      child.off('close', ended)
      finish()
    }
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', look)
    child.once('close', ended)
    look()
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}
