/** Finds the engine of a data folder, or starts it. The engine is a process of its own: it outlives the window, the tray and this app. */
import { spawn } from 'node:child_process'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { parseJson } from '../protocol/json.ts'
import type { Wrapping } from '../protocol/wrapping.ts'
import { connectEngine, type EngineChannel } from './engine-channel.ts'

/** How to start an engine: a Node and the engine's script. */
export interface EngineCommand {
  readonly node: string
  readonly script: string
  /** What opens the keys on the disk, where a keychain locks them. */
  readonly wrapping?: Wrapping | undefined
}

const EngineFile = z.object({
  v: z.literal(1),
  pid: z.int().positive(),
  socket: z.string().min(1).max(1000),
  /** Which engine it is, and from which file it runs; one from before version 0.1.1 does not say. */
  version: z.string().max(100).nullable().catch(null),
  program: z.string().max(4096).nullable().catch(null),
})

/** An engine that could not start: `reason` is its own last word, `error <code>: <sentence>`, where it had one. */
export class EngineStartError extends Error {
  readonly reason: string | undefined
  constructor(message: string, reason?: string) {
    super(message)
    this.name = 'EngineStartError'
    this.reason = reason
  }
}

const START_TIMEOUT_MS = 20_000
const LOOK_EVERY_MS = 100
const LOG_FILE = 'engine.log'
const KEPT_LOG_BYTES = 1 << 20

/** Does the folder hold an engine's address? An engine that stops removes it; one that crashed leaves it. */
export async function readEngineFile(dataDir: string): Promise<z.infer<typeof EngineFile> | undefined> {
  const text = await readFile(join(dataDir, 'engine.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : EngineFile.safeParse(parseJson(text)).data
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A connection to the engine that runs on `dataDir`; undefined when none does. */
export async function attachEngine(dataDir: string): Promise<EngineChannel | undefined> {
  const file = await readEngineFile(dataDir)
  // An engine that crashed left its address, at which by now anybody may listen: on Windows every account makes pipes.
  if (!file || !isAlive(file.pid)) return undefined
  return await connectEngine(file.socket).catch(() => undefined)
}

/** Attaches to the running engine, else starts one and waits until its socket answers (20 s). Throws {@link EngineStartError}. */
export async function ensureEngine(dataDir: string, command: () => Promise<EngineCommand>, signal: AbortSignal): Promise<EngineChannel> {
  const running = await attachEngine(dataDir)
  if (running) return running
  const engine = await startEngine(dataDir, await command())
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; ) {
    signal.throwIfAborted()
    const channel = await attachEngine(dataDir)
    if (channel) return channel
    const exit = engine.ended()
    if (exit) throw new EngineStartError(`the engine ended at its start: ${exit}`, await lastWord(dataDir, engine.logStart))
    await delay(LOOK_EVERY_MS, undefined, { signal })
  }
  throw new EngineStartError(`the engine did not answer within ${START_TIMEOUT_MS / 1000} s`)
}

/** Starts it in a session of its own, so that neither our end nor a closed terminal ends it. Its log goes to `engine.log` in the data folder. */
async function startEngine(
  dataDir: string,
  { node, script, wrapping }: EngineCommand,
): Promise<{ ended(): string | undefined; logStart: number }> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, LOG_FILE)
  const log = await open(path, 'a', 0o600)
  try {
    if ((await log.stat()).size > KEPT_LOG_BYTES) await log.truncate()
    const logStart = (await log.stat()).size
    // Neither Electron's own switch nor another program's: the app's fuses refuse NODE_OPTIONS, and its engine holds more than it does.
    const { ELECTRON_RUN_AS_NODE: _electron, NODE_OPTIONS: _node, ...env } = process.env
    const child = spawn(node, [script, 'run', '--data', dataDir, '--ui', 'off', ...(wrapping ? ['--unlock'] : [])], {
      cwd: dataDir,
      detached: true,
      env,
      stdio: [wrapping ? 'pipe' : 'ignore', 'ignore', log.fd],
      windowsHide: true,
    })
    let ended: string | undefined
    child.once('error', (error) => {
      ended = error.message
    })
    child.once('exit', (code, signal) => {
      ended ??= `exit ${code ?? signal}`
    })
    child.stdin?.on('error', () => {}) // it ended before it was told: its last word says why
    child.stdin?.end(`${JSON.stringify(wrapping)}\n`)
    child.unref()
    return { ended: () => ended, logStart }
  } finally {
    await log.close() // the engine has its own copy
  }
}

/** The engine's `error <code>: <sentence>` since `fromByte` of its log. */
async function lastWord(dataDir: string, fromByte: number): Promise<string | undefined> {
  const log = await readFile(join(dataDir, LOG_FILE)).catch(() => undefined)
  const lines = log?.subarray(fromByte).toString('utf8').split('\n') ?? []
  return lines.findLast((line) => /^error [a-z-]+: /.test(line))
}
