/** The thread that feeds one target. What it is at stands in shared memory, so that another thread can tell when it never comes back. */
import { setImmediate as turn } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import { random, seedOfRun } from './random.ts'
import { TARGETS, type TargetName } from './targets.ts'

export interface Errand {
  readonly target: TargetName
  readonly seed: number
  readonly runs: number
  /** Inputs that go first; they count as runs −1, −2, … */
  readonly seeds: readonly Uint8Array[]
  /** One 32-bit number: the run that is under way. */
  readonly current: SharedArrayBuffer
  readonly maxGrownBytes: number
}

export interface Outcome {
  /** How many inputs came to what. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Over every input and what came of it, in order. */
  readonly digest: number
  readonly slowestMs: number
  /** Resident memory at its highest, over what it was once everything was loaded. */
  readonly grownBytes: number
  readonly failure?: { readonly run: number; readonly reason: string }
}

/** Often enough to see growth, seldom enough to cost nothing. */
const MEMORY_EVERY_RUNS = 4096
const YIELD_EVERY_RUNS = 128

async function work({ target, seed, runs, seeds, current, maxGrownBytes }: Errand): Promise<Outcome> {
  const { input, check } = TARGETS[target]
  const underWay = new Int32Array(current)
  const outcomes: Record<string, number> = {}
  let digest = 0
  let slowestMs = 0
  let grownBytes = 0
  let baseBytes = 0
  const end = (failure?: Outcome['failure']): Outcome => ({ outcomes, digest, slowestMs, grownBytes, ...(failure ? { failure } : {}) })
  for (let run = -seeds.length; run < runs; run++) {
    // What a check has left for later (a connection that says goodbye) would pile up.
    if (run % YIELD_EVERY_RUNS === 0) await turn()
    Atomics.store(underWay, 0, run)
    const bytes = run < 0 ? Buffer.from(seeds[-run - 1] ?? []) : input(random(seedOfRun(seed, run)))
    const startedMs = performance.now()
    try {
      const outcome = check(bytes)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      digest = crc32(outcome, crc32(bytes, digest))
    } catch (error) {
      return end({ run, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
    slowestMs = Math.max(slowestMs, performance.now() - startedMs)
    if (run < 0 || run % MEMORY_EVERY_RUNS !== 0) continue
    const bytesNow = process.memoryUsage.rss()
    // The second look is the first that counts: by then the code is compiled and the young heap has its size.
    if (run <= MEMORY_EVERY_RUNS) baseBytes = bytesNow
    grownBytes = Math.max(grownBytes, bytesNow - baseBytes)
    if (grownBytes > maxGrownBytes) return end({ run, reason: `memory grew by ${grownBytes} bytes` })
  }
  return end()
}

parentPort?.postMessage(await work(workerData as Errand))
