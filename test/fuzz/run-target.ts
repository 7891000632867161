/** Feeds one target with its seeds and then with so many random inputs, each within a second and all within bounded memory. */
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { random, seedOfRun } from './random.ts'
import { TARGETS, type TargetName } from './targets.ts'
import type { Errand, Outcome } from './worker.ts'

const SEEDS = join(import.meta.dirname, 'seeds')
export const FAILURES = resolve(import.meta.dirname, '..', '..', 'test-results', 'fuzz')
/** For one input, in processor time: a busy machine is no hang. */
const MAX_INPUT_MS = 1000
const LOOK_EVERY_MS = 100
/** All that is resident, buffers included: the two heaps at their largest, and some room. */
const MAX_GROWN_BYTES = 160 * 1024 * 1024
/** Small, so that a leak of 64 bytes an input does not go unseen in a million. */
const MAX_HEAP_MB = 64

export interface Report extends Omit<Outcome, 'failure'> {
  readonly target: TargetName
  readonly seed: number
  readonly runs: number
  readonly seeds: number
  readonly durationMs: number
  readonly failure?: { readonly run: number; readonly reason: string; readonly bytes: Buffer }
}

export interface Bounds {
  readonly maxInputMs?: number
  readonly maxGrownBytes?: number
  /** Ends the run, which then has failed. */
  readonly signal?: AbortSignal
}

export async function runTarget(target: TargetName, seed: number, runs: number, bounds: Bounds = {}): Promise<Report> {
  const { maxInputMs = MAX_INPUT_MS, maxGrownBytes = MAX_GROWN_BYTES, signal } = bounds
  const startedMs = performance.now()
  const seeds = seedsOf(target)
  const current = new SharedArrayBuffer(4)
  const workerData: Errand = { target, seed, runs, seeds, current, maxGrownBytes }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  const { failure, ...outcome } = await outcomeOf(worker, new Int32Array(current), maxInputMs, signal)
  const report = { target, seed, runs, seeds: seeds.length, durationMs: performance.now() - startedMs, ...outcome }
  if (!failure) return report
  const bytes = failure.run < 0 ? (seeds[-failure.run - 1] ?? Buffer.alloc(0)) : inputOf(target, seed, failure.run)
  return { ...report, failure: { ...failure, bytes } }
}

export const inputOf = (target: TargetName, seed: number, run: number): Buffer => TARGETS[target].input(random(seedOfRun(seed, run)))

/** What the thread reports; or what has to be said in its place, when it hangs, dies or runs out of memory. */
async function outcomeOf(worker: Worker, underWay: Int32Array, maxInputMs: number, stop?: AbortSignal): Promise<Outcome> {
  const over = new AbortController()
  const stopped = () => over.abort(new Error('stopped'))
  stop?.addEventListener('abort', stopped, { once: true })
  const failed = (reason: string): Outcome => ({
    outcomes: {},
    digest: 0,
    slowestMs: 0,
    grownBytes: 0,
    failure: { run: Atomics.load(underWay, 0), reason },
  })
  // Of `once`, an error of the thread is a rejection.
  const told = once(worker, 'message', { signal: over.signal }).then(
    ([outcome]) => outcome as Outcome,
    (error) => failed(String(error)),
  )
  const hung = watch(underWay, maxInputMs, over.signal).then(() => failed(`one input took more than ${maxInputMs} ms`))
  try {
    return await Promise.race([told, hung])
  } finally {
    stop?.removeEventListener('abort', stopped)
    over.abort()
    await worker.terminate()
  }
}

/** Resolves once a single run has used up its processor time; never once `signal` fires. */
async function watch(underWay: Int32Array, maxInputMs: number, signal: AbortSignal): Promise<void> {
  let seen = Number.NaN
  let since = process.cpuUsage()
  while (!signal.aborted) {
    await wait(LOOK_EVERY_MS)
    const run = Atomics.load(underWay, 0)
    if (run !== seen) {
      seen = run
      since = process.cpuUsage()
    }
    const { user, system } = process.cpuUsage(since)
    if ((user + system) / 1000 > maxInputMs) return
  }
  await new Promise(() => {})
}

/** In the order of their names. */
export function seedsOf(target: TargetName): Buffer[] {
  const folder = join(SEEDS, target)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)))
}

/** Writes the input that failed; among the seeds, too, when it is to be tried first from now on. Returns where it lies. */
export function keepFailure({ target, seed, failure }: Report, asSeed: boolean): string[] {
  if (!failure || failure.run < 0) return []
  const folders = [join(FAILURES, target), ...(asSeed ? [join(SEEDS, target)] : [])]
  return folders.map((folder) => {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `found-${seed}-${failure.run}.bin`)
    writeFileSync(file, failure.bytes)
    return file
  })
}
