/** What is measured of a contender that runs. Each resolves to one or more values; `…PerCpuS` is what its process did per second of
 *  processor time, which says more than the clock on a machine that does other things too. */

import { cpuSeconds } from '../processes.ts'
import type { Values } from '../table.ts'
import type { Running } from './contenders/contender.ts'
import { idleMemory } from './idle.ts'
import type { Stage } from './stage.ts'

export type Measure = (stage: Stage, running: Running) => Promise<Values>

interface Bulk {
  readonly bytes: number
  readonly seconds: number
  readonly least: number
  readonly most: number
  readonly lost: number
  readonly everything: number
}

interface Answers {
  readonly answers: number
  readonly seconds: number
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly everything: number
}

/** Of many small things: until Node has compiled what is used often. Relays run for weeks. */
const WARM_S = 8
/** Of few large ones. */
const BRIEF_WARM_S = 1
const MEASURE_S = 1.5
/** On a line with a delay and a queue it takes longer until the bulk stream has filled the line. */
const LINE_WARM_S = 3
const LINE_MEASURE_S = 5
const PACE_MS = 50
/** A visitor gives an answer up after 20 s (load.c). */
const LIMIT_MS = 40_000

async function withCpu<T extends { readonly everything: number }>({ relay, home }: Running, work: () => Promise<T>, unit: number) {
  const used = () => [relay, home].map((processes) => cpuSeconds(processes.map(({ pid }) => pid)))
  const before = used()
  const result = await work()
  const [relayS = 0, homeS = 0] = used().map((seconds, side) => seconds - (before[side] ?? 0))
  const perCpuS = (seconds: number): number => result.everything / unit / seconds
  return { result, relayPerCpuS: perCpuS(relayS), ...(home.length === 0 ? {} : { homePerCpuS: perCpuS(homeS) }) }
}

const bulk =
  (streams: number): Measure =>
  async (stage, running) => {
    const work = (): Promise<Bulk> => stage.visit('bulk', running.door, [streams, BRIEF_WARM_S, MEASURE_S], LIMIT_MS) as Promise<Bulk>
    const { result, ...perCpuS } = await withCpu(running, work, 1e6)
    if (result.lost > 0) throw new Error(`${result.lost} of ${streams} streams were cut off`)
    return { mbPerS: result.bytes / 1e6 / result.seconds, fairness: result.least / Math.max(result.most, 1), ...perCpuS }
  }

const requests =
  (connections: number, how: 'keep' | 'new'): Measure =>
  async (stage, running) => {
    const args = [connections, WARM_S, MEASURE_S, how]
    const work = (): Promise<Answers> => stage.visit('requests', running.door, args, LIMIT_MS) as Promise<Answers>
    const { result, ...perCpuS } = await withCpu(running, work, 1)
    if (result.failed > 0 || result.answers === 0) throw new Error(`${result.answers} answers, ${result.failed} requests failed`)
    return { perS: result.answers / result.seconds, p50Ms: result.p50Ms, p99Ms: result.p99Ms, ...perCpuS }
  }

/** As many under way as a busy server of a game has, each as large as a frame of music. */
const DATAGRAMS = [64, 200]

const datagrams: Measure = async (stage, running) => {
  const args = [...DATAGRAMS, WARM_S, MEASURE_S]
  const { result, ...perCpuS } = await withCpu(running, () => stage.sendDatagrams(running.door, args, LIMIT_MS) as Promise<Answers>, 1)
  if (result.answers === 0) throw new Error('no answers')
  return { perS: result.answers / result.seconds, p50Ms: result.p50Ms, p99Ms: result.p99Ms, lost: result.failed, ...perCpuS }
}

/** What a new small request takes while one bulk stream saturates the line. */
const underBulk: Measure = async (stage, running) => {
  const bulkStream = stage.visit('bulk', running.door, [1, LINE_WARM_S, LINE_MEASURE_S], LIMIT_MS) as Promise<Bulk>
  bulkStream.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, LINE_WARM_S * 1000))
  const paced = (await stage.visit('paced', running.door, [LINE_MEASURE_S, PACE_MS], 2 * LIMIT_MS)) as Answers
  const { bytes, seconds, lost } = await bulkStream
  if (paced.failed + lost > 0) throw new Error(`${paced.failed} requests failed, ${lost} bulk stream cut off`)
  return { p50Ms: paced.p50Ms, p99Ms: paced.p99Ms, mbPerS: bytes / 1e6 / seconds }
}

export const MEASURES = {
  bulk1: bulk(1),
  bulk64: bulk(64),
  kept: requests(32, 'keep'),
  fresh: requests(32, 'new'),
  datagrams,
  underBulk,
  idleMemory,
} as const satisfies Record<string, Measure>
export type MeasureName = keyof typeof MEASURES
